package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.testing.HttpSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TraceTest {
  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN_ID = "b7ad6b7169203331";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Server server =
      Server.start(
          HttpSettings.with(Map.of(Setting.SERVE_REQUEST_TIMEOUT, "100ms")),
          Routes.of(
              List.of(
                  Route.work("GET", "/names", request -> Response.json(200, names())),
                  Route.work("POST", "/take", request -> Response.empty(204)),
                  Route.work("GET", "/slow", TraceTest::sleep))),
          new Metrics());

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void takesTheIdOfTheRequestAndGivesItBack() throws Exception {
    String id = "8a5e_b-7.f/ab:c@d";
    HttpResponse<String> answer = send(request("/names").header("X-Request-Id", id));
    assertEquals(id, id(answer));
    assertEquals(id + " - -", answer.body());
  }

  @Test
  void takesTheLongestIdThereMayBe() throws Exception {
    String id = "x".repeat(128);
    assertEquals(id, id(send(request("/names").header("X-Request-Id", id))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\"b", "a\\b", "a\tb", "long"})
  void makesANewIdInsteadOfOneThatIsNotSane(String insane) throws Exception {
    String given = insane.equals("long") ? "x".repeat(129) : insane;
    HttpResponse<String> answer = send(request("/names").header("X-Request-Id", given));
    assertNotEquals(given, id(answer));
    assertTrue(id(answer).matches("[0-9a-f]{12}-[0-9a-f]+"), id(answer));
  }

  @Test
  void noTwoRequestsHaveTheSameNewId() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      assertTrue(ids.add(id(send(request("/names")))));
    }
  }

  @Test
  void everyAnswerHasTheId() throws Exception {
    Map<Integer, HttpRequest.Builder> requests =
        Map.of(
            204, request("/take").POST(BodyPublishers.noBody()),
            404, request("/none"),
            405, request("/take"),
            413, request("/take").POST(BodyPublishers.ofByteArray(new byte[2_000_000])),
            414, request("/names?" + "x".repeat(33_000)),
            431, request("/names").header("X-Large", "x".repeat(17_000)),
            503, request("/slow"));
    for (var each : requests.entrySet()) {
      HttpResponse<String> answer = send(each.getValue().header("X-Request-Id", "mine"));
      assertEquals(each.getKey(), answer.statusCode(), answer.body());
      assertEquals("mine", id(answer), answer.body());
      assertEquals(each.getKey() >= 400, answer.body().contains("\"request\":\"mine\""));
    }
  }

  @Test
  void takesTheSendersTraceAndSpan() throws Exception {
    String header = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";
    HttpResponse<String> answer = send(request("/names").header("traceparent", header));
    assertEquals(id(answer) + " " + TRACE_ID + " " + SPAN_ID, answer.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "01-" + TRACE_ID + "-" + SPAN_ID + "-01",
        "ff-" + TRACE_ID + "-" + SPAN_ID + "-01",
        "00-" + TRACE_ID + "-" + SPAN_ID + "-01-",
        "00-" + TRACE_ID + "-" + SPAN_ID + "-0",
        "00-" + TRACE_ID + "-" + SPAN_ID + "-0g",
        "00-0AF7651916cd43dd8448eb211c80319c-" + SPAN_ID + "-01",
        "00-00000000000000000000000000000000-" + SPAN_ID + "-01",
        "00-" + TRACE_ID + "-0000000000000000-01",
        "00_" + TRACE_ID + "-" + SPAN_ID + "-01"
      })
  void aTraceparentThatBreaksItsGrammarIsIgnored(String header) throws Exception {
    HttpResponse<String> answer = send(request("/names").header("traceparent", header));
    assertEquals(id(answer) + " - -", answer.body());
  }

  @Test
  void twoTraceparentsAreNone() throws Exception {
    String header = "00-" + TRACE_ID + "-" + SPAN_ID + "-01";
    HttpResponse<String> answer =
        send(request("/names").header("traceparent", header).header("traceparent", header));
    assertEquals(id(answer) + " - -", answer.body());
  }

  private static String names() {
    TraceContext trace = TraceContext.current().orElseThrow();
    return trace.requestId()
        + trace.parent().map(each -> " " + each.traceId() + " " + each.spanId()).orElse(" - -");
  }

  private static Response sleep(Request request) throws InterruptedException {
    Thread.sleep(30_000);
    return Response.empty(204);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .version(HttpClient.Version.HTTP_1_1);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String id(HttpResponse<String> answer) {
    return answer.headers().firstValue("X-Request-Id").orElseThrow();
  }
}
