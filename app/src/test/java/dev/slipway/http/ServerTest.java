package dev.slipway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.testing.HttpSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Metrics metrics = new Metrics();
  private Server server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    client.close();
  }

  @Test
  void answersWithStatusHeadersAndBody() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.json(200, "{}").header("X-One", "1")));
    HttpResponse<String> answer = get("/hello");
    assertEquals(200, answer.statusCode());
    assertEquals("{}", answer.body());
    assertEquals("1", answer.headers().firstValue("X-One").orElseThrow());
    assertEquals(
        "application/json; charset=utf-8",
        answer.headers().firstValue("Content-Type").orElseThrow());
  }

  @Test
  void everyAnswerTellsBrowsersToDoNothingWithItAndNobodyWhatWeAre() throws Exception {
    start(
        Route.work("GET", "/hello", r -> Response.json(200, "{}")),
        Route.work("DELETE", "/hello", r -> Response.empty(204)));
    for (HttpResponse<String> answer :
        List.of(get("/hello"), get("/none"), send(request("/hello").DELETE()))) {
      Map<String, List<String>> headers = answer.headers().map();
      assertEquals(List.of("nosniff"), headers.get("x-content-type-options"));
      assertEquals(List.of("no-store"), headers.get("cache-control"));
      assertEquals(
          List.of("default-src 'none'; frame-ancestors 'none'"),
          headers.get("content-security-policy"));
      assertFalse(headers.containsKey("server"), headers.toString());
      assertFalse(headers.containsKey("x-powered-by"), headers.toString());
    }
  }

  @Test
  void aBodyOfAnotherTypeThanJsonIsRefused() throws Exception {
    start(Route.work("POST", "/take", r -> Response.empty(204)));
    for (String json :
        List.of(
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/json-patch+json",
            "application/merge-patch+json")) {
      assertEquals(204, postAs(json).statusCode(), json);
    }
    for (String other :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "json",
            "application/jsonx",
            "text/json",
            "")) {
      HttpResponse<String> answer = postAs(other);
      assertEquals(415, answer.statusCode(), other);
      assertTrue(
          answer.body().contains("a body must have the header Content-Type: application/json"),
          answer.body());
    }
    HttpRequest.Builder empty =
        request("/take").header("Content-Type", "text/plain").POST(BodyPublishers.noBody());
    assertEquals(204, send(empty).statusCode(), "no body, no type");
  }

  private HttpResponse<String> postAs(String type) throws Exception {
    return send(request("/take").header("Content-Type", type).POST(BodyPublishers.ofString("{}")));
  }

  @Test
  void answersHeadWithTheHeadersOfGetAndNoBody() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.json(200, "{\"a\":1}")));
    HttpResponse<String> answer = send(request("/hello").method("HEAD", BodyPublishers.noBody()));
    assertEquals(200, answer.statusCode());
    assertEquals("7", answer.headers().firstValue("Content-Length").orElseThrow());
    assertEquals("", answer.body());
  }

  @Test
  void answersWithoutABodyWhereThereIsNone() throws Exception {
    start(Route.work("DELETE", "/hello", r -> Response.empty(204)));
    HttpResponse<String> answer = send(request("/hello").DELETE());
    assertEquals(204, answer.statusCode());
    assertTrue(answer.headers().firstValue("Content-Length").isEmpty());
  }

  @Test
  void givesTheHandlerParametersQueryHeadersAndBody() throws Exception {
    start(
        Route.work(
            "POST",
            "/things/{id}",
            r ->
                Response.json(
                    200,
                    String.join(
                        "|",
                        r.parameter("id"),
                        r.queries("q").toString(),
                        r.query("none").orElse("-"),
                        r.header("x-own").orElse("-"),
                        r.route(),
                        r.path(),
                        new String(r.body(), UTF_8)))));
    HttpResponse<String> answer =
        send(
            request("/things/a%2Fb%C3%A4?q=1+2&q=%26&&x")
                .header("X-Own", "yes")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("body")));
    assertEquals("a/bä|[1 2, &]|-|yes|/things/{id}|/things/a%2Fb%C3%A4|body", answer.body());
  }

  @Test
  void answers404InOrysShape() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    HttpResponse<String> answer = send(request("/nothing").header("X-Request-Id", "mine").GET());
    assertEquals(404, answer.statusCode());
    assertEquals(
        """
        {"error":{"code":404,"status":"Not Found","request":"mine",\
        "reason":"no route has this path",\
        "message":"The requested resource could not be found"}}
        """,
        answer.body());
  }

  @Test
  void answers405WithTheMethodsThatWork() throws Exception {
    start(
        Route.work("GET", "/hello", r -> Response.empty(204)),
        Route.work("PUT", "/hello", r -> Response.empty(204)));
    HttpResponse<String> answer = send(request("/hello").DELETE());
    assertEquals(405, answer.statusCode());
    assertEquals("GET, HEAD, PUT", answer.headers().firstValue("Allow").orElseThrow());
    assertTrue(answer.body().contains("\"reason\":\"DELETE does not work here\""), answer.body());
  }

  @Test
  void answers500WithoutTellingWhatHappened() throws Exception {
    start(
        Route.work(
            "GET",
            "/broken",
            r -> {
              throw new IllegalStateException("password=hunter2");
            }));
    HttpResponse<String> answer = get("/broken");
    assertEquals(500, answer.statusCode());
    assertFalse(answer.body().contains("hunter2"), answer.body());
    assertFalse(answer.body().contains("Exception"), answer.body());
    assertTrue(answer.body().contains("\"code\":500"), answer.body());
  }

  @Test
  void answers500ForAnErrorToo() throws Exception {
    start(
        Route.work(
            "GET",
            "/deep",
            r -> {
              throw new StackOverflowError();
            }));
    assertEquals(500, get("/deep").statusCode());
  }

  @Test
  void answers503WhenARetryCanHelp() throws Exception {
    start(
        Route.work(
            "GET",
            "/away",
            r -> {
              throw SlipwayException.of(ExitCode.RETRY, "cannot reach postgres at db:5432");
            }));
    HttpResponse<String> answer = get("/away");
    assertEquals(503, answer.statusCode());
    assertEquals("1", answer.headers().firstValue("Retry-After").orElseThrow());
    assertFalse(answer.body().contains("db:5432"), answer.body());
  }

  @Test
  void answersTheProblemOfAHandler() throws Exception {
    start(
        Route.work(
            "GET",
            "/taken",
            r -> {
              throw Problem.of(409, "the name \"a\\b\" is taken\n");
            }));
    HttpResponse<String> answer = get("/taken");
    assertEquals(409, answer.statusCode());
    assertTrue(
        answer.body().contains("\"reason\":\"the name \\\"a\\\\b\\\" is taken\\u000a\""),
        answer.body());
  }

  @Test
  void refusesAPathThatIsNotUtf8() throws Exception {
    start(Route.work("GET", "/things/{id}", r -> Response.empty(204)));
    assertEquals(400, get("/things/%C3%28").statusCode());
    assertEquals(400, get("/things/x?a=%FF").statusCode());
  }

  @Test
  void refusesAPathThatBeginsWithAHost() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    assertTrue(raw("GET //other/hello HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 400"));
  }

  @Test
  void refusesABodyBeyondTheLimitAndStaysHealthy() throws Exception {
    start(
        limits(8, Duration.ofSeconds(5)),
        Route.work("POST", "/take", r -> Response.json(200, "" + r.body().length)));
    assertEquals("1024", post("/take", BodyPublishers.ofByteArray(new byte[1024])).body());
    assertEquals(413, post("/take", BodyPublishers.ofByteArray(new byte[1025])).statusCode());
    var chunked = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(new byte[1025]));
    assertEquals(413, post("/take", chunked).statusCode());
    assertEquals("3", post("/take", BodyPublishers.ofString("abc")).body());
    assertTrue(
        metrics.exposition().contains("slipway_http_requests_refused_total{limit=\"body\"} 2\n"));
  }

  @Test
  void tellsTheClientOfATenMegabyteBodyThatItIsTooLarge() throws Exception {
    start(Route.work("POST", "/take", r -> Response.empty(204)));
    for (int i = 0; i < 5; i++) {
      byte[] large = new byte[10 * 1024 * 1024];
      assertEquals(413, post("/take", BodyPublishers.ofByteArray(large)).statusCode());
    }
  }

  @Test
  void refusesTooManyHeaders() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    var head = new StringBuilder("GET /hello HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 150; i++) {
      head.append("X-").append(i).append(": 1\r\n");
    }
    assertTrue(raw(head + "\r\n").startsWith("HTTP/1.1 431"));
    assertEquals(204, get("/hello").statusCode());
  }

  @Test
  void refusesHeadersThatAreTooLarge() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    var request = request("/hello").header("X-Large", "x".repeat(17 * 1024)).GET();
    assertEquals(431, send(request).statusCode());
    assertEquals(204, get("/hello").statusCode());
  }

  @Test
  void rejectsAHeaderFloodCutsItAndServesTheOthers() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    byte[] flood = "x".repeat(2_000_000).getBytes(ISO_8859_1);
    try (Socket socket = connect()) {
      socket.setSoTimeout(10_000);
      OutputStream out = socket.getOutputStream();
      out.write("GET /hello HTTP/1.1\r\nHost: x\r\nX-Flood: ".getBytes(ISO_8859_1));
      out.write(flood);
      assertEquals("HTTP/1.1 431", new String(socket.getInputStream().readNBytes(12), ISO_8859_1));
      assertThrows(
          IOException.class,
          () -> {
            for (int sent = 0; sent < 2 * BodyReader.DISCARD_BYTES_MAX; sent += flood.length) {
              out.write(flood);
            }
          });
    }
    assertEquals(204, get("/hello").statusCode());
  }

  @Test
  void refusesAnAddressThatIsTooLong() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    assertEquals(414, get("/hello?" + "x".repeat(33_000)).statusCode());
  }

  @Test
  void refusesWorkBeyondTheLimitButNeverAVitalRoute() throws Exception {
    var inside = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    start(
        limits(2, Duration.ofSeconds(30)),
        Route.work(
            "GET",
            "/slow",
            r -> {
              inside.countDown();
              release.await();
              return Response.empty(204);
            }),
        Route.management("/vital", r -> Response.empty(204)));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> first = threads.submit(() -> get("/slow").statusCode());
      Future<Integer> second = threads.submit(() -> get("/slow").statusCode());
      inside.await();
      HttpResponse<String> third = get("/slow");
      assertEquals(503, third.statusCode());
      assertEquals("1", third.headers().firstValue("Retry-After").orElseThrow());
      assertEquals(204, get("/vital").statusCode());
      release.countDown();
      assertEquals(204, first.get());
      assertEquals(204, second.get());
      assertEquals(204, get("/slow").statusCode());
    }
  }

  @Test
  void answersInTimeAlsoForWorkThatCannotBeInterrupted() throws Exception {
    var release = new AtomicBoolean();
    start(
        limits(1, Duration.ofMillis(200)),
        Route.work(
            "GET",
            "/deaf",
            r -> {
              while (!release.get()) {
                Thread.onSpinWait();
              }
              return Response.empty(204);
            }));
    long start = System.nanoTime();
    HttpResponse<String> answer = get("/deaf");
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertEquals(503, answer.statusCode());
    assertTrue(answer.body().contains("no answer within 200 ms"), answer.body());
    assertTrue(millis < 2000, "took " + millis + " ms");
    assertEquals(503, get("/deaf").statusCode(), "the slot is held until the work ends");
    release.set(true);
    awaitStatus(204, "/deaf");
  }

  @Test
  void interruptsWorkWhoseTimeIsOver() throws Exception {
    var interrupted = new CountDownLatch(1);
    start(
        limits(1, Duration.ofMillis(100)),
        Route.work(
            "GET",
            "/sleepy",
            r -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return Response.empty(204);
            }));
    assertEquals(503, get("/sleepy").statusCode());
    assertTrue(interrupted.await(5, TimeUnit.SECONDS));
  }

  @Test
  void aSlowBodyHoldsNoSlot() throws Exception {
    start(limits(1, Duration.ofSeconds(5)), Route.work("POST", "/take", r -> Response.empty(204)));
    var slow = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = connect();
        slow.add(socket);
        socket
            .getOutputStream()
            .write(
                "POST /take HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nab"
                    .getBytes(UTF_8));
      }
      for (int i = 0; i < 20; i++) {
        assertEquals(204, post("/take", BodyPublishers.ofString("quick")).statusCode());
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void clientsThatHangUpLeaveNothingBehind() throws Exception {
    start(
        Route.work(
            "GET",
            "/large",
            r -> Response.of(200, "application/octet-stream", new byte[4_000_000])));
    for (int i = 0; i < 50; i++) {
      try (Socket socket = connect()) {
        socket.setSoLinger(true, 0);
        socket.getOutputStream().write("GET /large HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
        assertTrue(socket.getInputStream().read() >= 0);
      }
    }
    assertEquals(200, get("/large").statusCode());
    long start = System.nanoTime();
    assertTrue(server.stop(Duration.ofSeconds(10)));
    assertTrue(System.nanoTime() - start < 3_000_000_000L, "hung-up clients delayed the end");
  }

  @Test
  void whileDrainingItStillAnswersAndEndsEachConnection() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    assertTrue(get("/hello").headers().firstValue("Connection").isEmpty());
    server.drain();
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> answer = get("/hello");
      assertEquals(204, answer.statusCode());
      assertEquals("close", answer.headers().firstValue("Connection").orElseThrow());
    }
  }

  @Test
  void stoppingFinishesWhatIsInWorkAndAcceptsNothingNew() throws Exception {
    var inside = new CountDownLatch(5);
    var release = new CountDownLatch(1);
    start(
        Route.work(
            "GET",
            "/slow",
            r -> {
              inside.countDown();
              release.await();
              return Response.json(200, "{\"done\":true}");
            }));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(threads.submit(() -> get("/slow")));
      }
      inside.await();
      Future<Boolean> stopped = threads.submit(() -> server.stop(Duration.ofSeconds(20)));
      awaitRefusal();
      assertFalse(stopped.isDone());
      release.countDown();
      assertTrue(stopped.get());
      for (Future<HttpResponse<String>> answer : answers) {
        assertEquals("{\"done\":true}", answer.get().body());
      }
    }
  }

  @Test
  void stoppingGivesUpAfterItsGrace() throws Exception {
    var inside = new CountDownLatch(1);
    start(
        Route.work(
            "GET",
            "/stuck",
            r -> {
              inside.countDown();
              new CountDownLatch(1).await();
              return Response.empty(204);
            }));
    try (Socket socket = connect()) {
      socket.getOutputStream().write("GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      inside.await();
      long start = System.nanoTime();
      assertFalse(server.stop(Duration.ofMillis(300)));
      assertTrue(System.nanoTime() - start < 5_000_000_000L);
    }
  }

  @Test
  void idleConnectionsDoNotDelayTheEnd() throws Exception {
    start(Route.work("GET", "/hello", r -> Response.empty(204)));
    assertEquals(204, get("/hello").statusCode());
    try (Socket fresh = connect()) {
      long start = System.nanoTime();
      assertTrue(server.stop(Duration.ofSeconds(20)));
      assertTrue(System.nanoTime() - start < 3_000_000_000L);
      assertTrue(fresh.isConnected());
    }
  }

  @Test
  void anAddressInUseIsAFaultInWords() throws Exception {
    try (var taken = new ServerSocket(0)) {
      int port = taken.getLocalPort();
      SlipwayException fault = assertThrows(SlipwayException.class, () -> listen("", port));
      assertEquals(ExitCode.USAGE, fault.exitCode());
      assertEquals("cannot listen on *:" + port + ": Address already in use", fault.getMessage());
      assertEquals(
          "another process listens there: stop it, or choose another port",
          fault.hint().orElseThrow());
    }
  }

  @Test
  void anAddressThatIsNotOursIsAFaultInWords() {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> listen("192.0.2.1", 0));
    assertEquals(ExitCode.USAGE, fault.exitCode());
    assertTrue(fault.getMessage().startsWith("cannot listen on 192.0.2.1:0: "));
  }

  @Test
  void aNameNobodyKnowsIsAFaultInWords() {
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> listen("no.such.invalid", 0));
    assertEquals(
        "cannot listen on no.such.invalid:0: the name no.such.invalid is not known",
        fault.getMessage());
  }

  @Test
  void countsRequestsByRouteAndStatus() throws Exception {
    start(Route.work("GET", "/things/{id}", r -> Response.empty(204)));
    get("/things/1");
    get("/things/2");
    get("/other");
    String count = "slipway_http_request_duration_seconds_count";
    awaitMetric(count + "{method=\"GET\",route=\"/things/{id}\",status=\"204\"} 2\n");
    awaitMetric(count + "{method=\"GET\",route=\"unmatched\",status=\"404\"} 1\n");
  }

  /** A request counts when its answer has been sent: the client may be quicker. */
  private void awaitMetric(String line) {
    long end = System.nanoTime() + 5_000_000_000L;
    while (!metrics.exposition().contains(line)) {
      assertTrue(System.nanoTime() < end, metrics.exposition());
      Thread.onSpinWait();
    }
  }

  private void start(Route... routes) {
    start(HttpSettings.defaults(), routes);
  }

  private void start(Settings.Http settings, Route... routes) {
    server = Server.start(settings, Routes.of(List.of(routes)), metrics);
  }

  private Server listen(String host, int port) {
    Settings.Http settings =
        HttpSettings.with(
            Map.of(
                Setting.SERVE_ADMIN_HOST, host, Setting.SERVE_ADMIN_PORT, Integer.toString(port)));
    return Server.start(settings, Routes.of(List.of()), metrics);
  }

  private static Settings.Http limits(int concurrent, Duration requestTimeout) {
    return HttpSettings.with(
        Map.of(
            Setting.SERVE_LIMITS_CONCURRENT_REQUESTS,
            Integer.toString(concurrent),
            Setting.SERVE_LIMITS_BODY_BYTES,
            "1024",
            Setting.SERVE_REQUEST_TIMEOUT,
            requestTimeout.toMillis() + "ms"));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.address() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(20));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  private HttpResponse<String> post(String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    return send(request(path).header("Content-Type", "application/json").POST(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private Socket connect() throws IOException {
    return new Socket(server.address().getHost(), server.address().getPort());
  }

  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      byte[] answer = new byte[12];
      socket.getInputStream().readNBytes(answer, 0, answer.length);
      return new String(answer, ISO_8859_1);
    }
  }

  private void awaitStatus(int status, String path) throws Exception {
    long end = System.nanoTime() + 10_000_000_000L;
    while (get(path).statusCode() != status) {
      assertTrue(System.nanoTime() < end, path + " does not answer " + status);
      Thread.onSpinWait();
    }
  }

  private void awaitRefusal() throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (true) {
      try (Socket socket = connect()) {
        assertTrue(System.nanoTime() < end, "still accepts: " + socket);
        Thread.sleep(5);
      } catch (IOException e) {
        return;
      }
    }
  }
}
