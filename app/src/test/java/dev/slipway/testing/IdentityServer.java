package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import sh.ory.kratos.ApiClient;
import sh.ory.kratos.api.IdentityApi;

/**
 * {@code slipway serve} in a process of its own, on a migrated database of its own, with two ways
 * in: Ory Kratos' official client, and bare HTTP for what that client would hide. Identities are of
 * {@code person.schema.json}. Thread-safe.
 */
public final class IdentityServer implements AutoCloseable {
  /** The id of the schema that new identities have. */
  public static final String SCHEMA = "person";

  /** Generous: the machine may be busy with anything. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Map<Server, IdentityServer> SHARED = new EnumMap<>(Server.class);

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestDatabase database;
  private final ServeProcess process;
  private final URI address;
  private final IdentityApi kratos;

  private IdentityServer(TestDatabase database, ServeProcess process, URI address) {
    this.database = database;
    this.process = process;
    this.address = address;
    int milliseconds = (int) PATIENCE.toMillis();
    this.kratos =
        new IdentityApi(
            new ApiClient()
                .setBasePath(address.toString())
                .setConnectTimeout(milliseconds)
                .setReadTimeout(milliseconds));
  }

  /**
   * The one that all tests on this server share, which lives as long as this process: they have to
   * get on with each other's identities. The test is skipped if the server cannot run.
   */
  public static synchronized IdentityServer on(Server server) {
    return SHARED.computeIfAbsent(
        server,
        any -> {
          IdentityServer shared = start(server.database(), Map.of());
          Runtime.getRuntime().addShutdownHook(new Thread(shared.process::close));
          return shared;
        });
  }

  /**
   * One of the caller's own, who closes it, and the database with it.
   *
   * @param settings more variables of its environment
   */
  public static IdentityServer start(TestDatabase database, Map<String, String> settings) {
    var environment = new HashMap<String, String>();
    environment.put("DSN", database.dsn());
    environment.put("IDENTITY_SCHEMAS", SCHEMA + "=" + schema());
    environment.put("IDENTITY_DEFAULT_SCHEMA_ID", SCHEMA);
    environment.put("HASHERS_BCRYPT_COST", "4");
    environment.putAll(settings);
    try {
      ServeProcess process = ServeProcess.start(environment, "--migrate");
      process.awaitReadiness(200, PATIENCE);
      return new IdentityServer(database, process, process.address());
    } catch (Exception e) {
      throw new IllegalStateException("serve did not start on " + database, e);
    }
  }

  /** Where the schema of its identities is. */
  public static URI schema() {
    try {
      return IdentityServer.class.getResource("/schemas/person.schema.json").toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The database behind it. */
  public TestDatabase database() {
    return database;
  }

  /** Where it listens. */
  public URI address() {
    return address;
  }

  /** Ory Kratos' official client of it. */
  public IdentityApi kratos() {
    return kratos;
  }

  /** The answer to a request without a body. */
  public HttpResponse<String> send(String method, String path) {
    return send(method, path, "");
  }

  /**
   * The answer to a request.
   *
   * @param path with its query, as it is sent
   * @param body JSON; none when it is empty
   */
  public HttpResponse<String> send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.close();
    http.close();
    database.close();
  }
}
