package dev.slipway.identity;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.json.Json;
import dev.slipway.testing.IdentityServer;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import sh.ory.kratos.ApiException;
import sh.ory.kratos.api.IdentityApi;
import sh.ory.kratos.model.CreateIdentityBody;
import sh.ory.kratos.model.ErrorGeneric;
import sh.ory.kratos.model.GenericError;
import sh.ory.kratos.model.Identity;

/**
 * What the tests of the identity API share: a real server on each kind of database, spoken to by
 * Ory Kratos' official client, and by bare HTTP where that would hide something. All tests share
 * the servers, so each makes names of its own.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#oneOfEach")
@Timeout(180)
abstract class IdentitySuite {
  @Parameter Server server;
  private IdentityServer slipway;

  @BeforeEach
  void start() {
    slipway = IdentityServer.on(server);
  }

  /** Ory Kratos' client. */
  IdentityApi kratos() {
    return slipway.kratos();
  }

  TestDatabase database() {
    return slipway.database();
  }

  HttpResponse<String> send(String method, String path) {
    return slipway.send(method, path);
  }

  HttpResponse<String> send(String method, String path, String body) {
    return slipway.send(method, path, body);
  }

  /** A name that no other test uses. */
  static String fresh(String name) {
    return name + "-" + UUID.randomUUID().toString().substring(24);
  }

  static String freshEmail() {
    return fresh("ada") + "@example.org";
  }

  /** What is to be created, with this email and nothing more. */
  static CreateIdentityBody person(String email) {
    return new CreateIdentityBody().schemaId(IdentityServer.SCHEMA).traits(Map.of("email", email));
  }

  /** An identity with this email and nothing more. */
  Identity create(String email) throws ApiException {
    return kratos().createIdentity(person(email));
  }

  /** The reason that the server gives for refusing what the client asks. */
  static String refused(int status, Executable call) {
    ApiException refusal = assertThrows(ApiException.class, call);
    assertEquals(status, refusal.getCode(), refusal::getMessage);
    return reason(status, refusal.getResponseBody());
  }

  /** The reason in an answer that has to be a refusal. */
  static String refused(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer::body);
    return reason(status, answer.body());
  }

  /** Read by the client, which refuses an error that is not of Kratos' form. */
  private static String reason(int status, String body) {
    GenericError error = assertDoesNotThrow(() -> ErrorGeneric.fromJson(body), body).getError();
    assertEquals(status, error.getCode(), body);
    assertNotNull(error.getStatus(), body);
    return error.getReason();
  }

  static Map<?, ?> object(String json) {
    return (Map<?, ?>) Json.read(json, "the answer");
  }

  /** What becomes of many calls at the same time: the status of each, 200 for any success. */
  static List<Integer> together(List<Executable> calls) throws Exception {
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = new ArrayList<>();
      for (Executable call : calls) {
        answers.add(
            threads.submit(
                () -> {
                  go.await();
                  return status(call);
                }));
      }
      go.countDown();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> answer : answers) {
        statuses.add(answer.get());
      }
      return statuses;
    }
  }

  private static int status(Executable call) throws Exception {
    try {
      call.execute();
      return 200;
    } catch (ApiException e) {
      return e.getCode();
    } catch (Exception | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
