package dev.slipway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.ServeProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * One server with a heap of 64 MB and, all the while, one honest client on a new connection every
 * 50 ms: whatever the others do, each of its requests is answered.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileClientsIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String HOST = "Host: x\r\n";
  private static final String END = HOST + "\r\n";
  private static final String TO_IDENTITIES =
      "POST /admin/identities HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

  private final List<Socket> hostile = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private ServeProcess serve;
  private Thread honest;

  @BeforeAll
  void start() throws Exception {
    serve =
        ServeProcess.start(
            Map.of("DSN", "memory", "SERVE_READ_TIMEOUT", "5s", "SERVE_REQUEST_TIMEOUT", "9s"));
    serve.awaitReadiness(200, SOON);
    honest = Thread.ofPlatform().start(this::askOnAndOn);
  }

  @AfterAll
  void stop() throws Exception {
    honest.interrupt();
    honest.join();
    serve.close();
    assertFalse(serve.said().contains("OutOfMemory"), serve::said);
    assertFalse(serve.said().contains("Encountered"), serve::said);
  }

  @AfterEach
  void theHonestClientWasServed() throws Exception {
    int before = answered.get();
    long end = System.nanoTime() + SOON.toNanos();
    while (answered.get() < before + 5 && failures.isEmpty()) {
      assertTrue(System.nanoTime() < end, "the honest client waits");
      Thread.sleep(20);
    }
    for (Socket socket : hostile) {
      socket.close();
    }
    hostile.clear();
    List<String> seen = List.copyOf(failures);
    failures.clear();
    assertEquals(List.of(), seen);
  }

  @Test
  void requestsThatBreakHttpGetTheirStatus() throws Exception {
    Map<String, Integer> requests = new LinkedHashMap<>();
    requests.put("NONSENSE\r\n\r\n", 400);
    requests.put("GET /version\r\n\r\n", 505);
    requests.put("GET /ver\0sion HTTP/1.1\r\n" + END, 400);
    requests.put("GET /version HTTP/1.1\r\nX-\0: 1\r\n" + END, 400);
    requests.put("GET /version HTTP/1.1\r\nX Y: 1\r\n" + END, 400);
    requests.put("POST / HTTP/1.1\r\nContent-Length: -1\r\n" + END, 400);
    requests.put("POST / HTTP/1.1\r\nContent-Length: 5x\r\n" + END, 400);
    requests.put("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n" + END, 400);
    requests.put("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + END, 400);
    requests.put(
        "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END, 400);
    requests.put("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n" + END, 501);
    for (var each : requests.entrySet()) {
      String answer = answer(each.getKey());
      assertEquals(each.getValue(), status(answer), each.getKey());
      assertTrue(answer.contains("{\"error\":{\"code\":" + each.getValue()), answer);
    }
  }

  @Test
  void requestsThatBreakOurRulesGetTheirStatusInOrysShape() throws Exception {
    Map<String, Integer> requests = new LinkedHashMap<>();
    requests.put("GET /version HTTP/0.9\r\n" + END, 505);
    requests.put("GET /version HTTP/2.0\r\n" + END, 505);
    requests.put("GET //other/version HTTP/1.1\r\n" + END, 400);
    requests.put("GET /version HTTP/1.1\r\nX-Nul: a\0b\r\n" + END, 400);
    requests.put("GET /admin/identities/\u00c3\u0028 HTTP/1.1\r\n" + END, 400);
    requests.put("GET /admin/identities/%C3%28 HTTP/1.1\r\n" + END, 400);
    requests.put("GET /admin/identities/%00 HTTP/1.1\r\n" + END, 400);
    requests.put("GET /admin/identities?ids=%FF HTTP/1.1\r\n" + END, 400);
    requests.put("GET /admin/identities?credentials_identifier=%00 HTTP/1.1\r\n" + END, 400);
    requests.put("POST /version HTTP/1.1\r\nContent-Length: +5\r\n" + END + "12345", 400);
    requests.put(TO_IDENTITIES + "Content-Length: 9000000000000000000\r\n\r\n", 413);
    requests.put("BREW /version HTTP/1.1\r\n" + END, 405);
    requests.put("GET /version?" + "x".repeat(33_000) + " HTTP/1.1\r\n" + END, 414);
    requests.put("GET /version HTTP/1.1\r\nX-A: " + "x".repeat(17_000) + "\r\n" + END, 431);
    requests.put("GET /version HTTP/1.1\r\n" + "X-A: 1\r\n".repeat(150) + END, 431);
    for (String chunks :
        List.of("zz\r\n", "ffffffff\r\nabc", "1\r\nabc\r\n", "0\r\nX: 1\r\n\r\n")) {
      requests.put(TO_IDENTITIES + "Transfer-Encoding: chunked\r\n\r\n" + chunks, 400);
    }
    for (var each : requests.entrySet()) {
      String answer = answer(each.getKey());
      assertEquals(each.getValue(), status(answer), each.getKey());
      assertTrue(answer.contains("{\"error\":{\"code\":" + each.getValue()), answer);
    }
  }

  @Test
  void aSizeOfAChunkThatIsReadOtherwiseElsewhereHidesNoSecondRequest() throws Exception {
    // 2^32: a parser with 32 bits reads 0, a proxy four gigabytes.
    String answer =
        answer(
            TO_IDENTITIES
                + "Transfer-Encoding: chunked\r\n\r\n100000000\r\n\r\n"
                + "GET /version HTTP/1.1\r\n"
                + END);
    assertEquals(400, status(answer));
    assertEquals(1, count(answer, "HTTP/1.1 "), answer);
  }

  @Test
  void headerFloodsGetTheirStatus() throws Exception {
    String flood = "x".repeat(2_000_000);
    assertEquals(431, status(answer("GET /version HTTP/1.1\r\nX-A: " + flood)));
    assertEquals(414, status(answer("GET /version?" + flood)));
    var many = new StringBuilder("GET /version HTTP/1.1\r\n");
    for (int i = 0; i < 5000; i++) {
      many.append("X-").append(i).append(": 1\r\n");
    }
    assertEquals(431, status(answer(many + END)));
  }

  @Test
  void bodiesOfTenMegabytesAreRefused() throws Exception {
    String body = "x".repeat(10_000_000);
    String length = "Content-Length: " + body.length() + "\r\n";
    for (int i = 0; i < 5; i++) {
      assertEquals(413, status(answer(TO_IDENTITIES + length + "\r\n" + body)));
    }
    String waiting = answer(TO_IDENTITIES + length + "Expect: 100-continue\r\n\r\n");
    assertTrue(waiting.contains("HTTP/1.1 413 "), waiting);
    String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
    assertEquals(
        413,
        status(
            answer(
                TO_IDENTITIES
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + chunk.repeat(160)
                    + "0\r\n\r\n")));
    assertEquals(
        404, status(answer("POST /none HTTP/1.1\r\n" + length + END + body)), "nobody wants it");
  }

  @Test
  void deepJsonIsRefused() throws Exception {
    for (int depth : List.of(101, 50_000)) {
      String body = "{\"traits\":".repeat(depth) + "1" + "}".repeat(depth);
      String request = TO_IDENTITIES + "Content-Length: " + body.length() + "\r\n\r\n" + body;
      assertEquals(400, status(answer(request)), () -> depth + " levels");
    }
  }

  @Test
  void requestsInOneGoAreAnsweredInTheirOrder() throws Exception {
    var requests = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      requests.append("GET /version HTTP/1.1\r\nX-Request-Id: n").append(i).append("\r\n" + END);
    }
    String answers = answer(requests + "GET /version HTTP/1.1\r\nConnection: close\r\n" + END);
    int at = 0;
    for (int i = 0; i < 200; i++) {
      at = answers.indexOf("X-request-id: n" + i + "\r\n", at);
      assertTrue(at >= 0, "no answer to request " + i);
    }
  }

  @Test
  void halfOpenConnectionsTakeNobodysPlace() throws Exception {
    String[] halves = {
      "G", "GET /version HTTP/1.1\r\nX-Half:", TO_IDENTITIES + "Content-Length: 500\r\n\r\n{"
    };
    for (int i = 0; i < 800; i++) {
      open(halves[i % halves.length]);
    }
    Thread.sleep(1000);
  }

  @Test
  void halfOpenConnectionsWithALotInThemDoNotFillTheHeap() throws Exception {
    String half = "GET /version HTTP/1.1\r\nX-Half: " + "x".repeat(60_000);
    for (int i = 0; i < 800; i++) {
      open(half);
    }
    Thread.sleep(1000);
  }

  /** Complete heads below the limits, each with a mistake, and nobody reads the responses. */
  @Test
  void largeHeadsThatAreRejectedDoNotFillTheHeap() throws Exception {
    String large = "GET /version?" + "q".repeat(30_000);
    String field = "X-Large: " + "x".repeat(12_000) + "\r\n";
    String[] heads = {
      large + " HTTP/1.1\r\n" + field + "\r\n",
      large + " HTTP/9.9\r\n" + field + END,
      large + " HTTP/1.1\r\n" + field + "X Y: 1\r\n" + END,
      large + " HTTP/1.1\r\n" + field + HOST + END,
    };
    for (int i = 0; i < 1000; i++) {
      open(heads[i % heads.length]);
    }
    Thread.sleep(2000);
  }

  @Test
  void bodiesThatStallDoNotFillTheHeap() throws Exception {
    String half = TO_IDENTITIES + "Content-Length: 1000000\r\n\r\n" + "x".repeat(999_999);
    for (int i = 0; i < 200; i++) {
      open(half);
    }
    Thread.sleep(1000);
    String honestBody = "{\"schema_id\":\"default\",\"traits\":{\"email\":\"a@example.org\"}}";
    String length = "Content-Length: " + honestBody.length() + "\r\n\r\n";
    assertEquals(201, status(answer(TO_IDENTITIES + length + honestBody)));
  }

  /** While they wait for the database, some of these bodies at once would fill the heap. */
  @Test
  void largeBodiesOfManyValuesDoNotFillTheHeap() throws Exception {
    String nested = "{\"a\":".repeat(45) + "1" + "}".repeat(45) + ",";
    String body = "[" + nested.repeat(1400) + "1]";
    String request =
        TO_IDENTITIES.replace(
                "POST /admin/identities", "PATCH /admin/identities/" + UUID.randomUUID())
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    List<Future<Integer>> statuses = new ArrayList<>();
    try (var clients = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 16; i++) {
        statuses.add(clients.submit(() -> status(answer(request))));
      }
    }
    for (Future<Integer> each : statuses) {
      assertTrue(List.of(404, 503).contains(each.get()), () -> each + serve.said());
    }
  }

  @Test
  void aBodyThatIsTooSlowGetsItsStatus() throws Exception {
    String answer = slowBody();
    // While the server still holds the bodies of another test, it closes connections at once.
    for (int i = 0; i < 5 && answer.isEmpty(); i++) {
      Thread.sleep(1000);
      answer = slowBody();
    }
    assertEquals(408, status(answer));
    assertTrue(answer.contains("the body took more than 5000 ms"), answer);
  }

  private String slowBody() throws Exception {
    try (Socket socket = connect()) {
      write(socket, TO_IDENTITIES + "Content-Length: 500\r\n\r\n{");
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  @Test
  void silentConnectionsBelowTheLimitTakeNobodysPlace() throws Exception {
    for (int i = 0; i < 500; i++) {
      open("");
    }
    Thread.sleep(1000);
  }

  @Test
  void answersThatNobodyReadsDoNotFillTheHeap() throws Exception {
    String requests = ("GET /openapi.json HTTP/1.1\r\n" + END).repeat(500);
    for (int i = 0; i < 300; i++) {
      open(requests);
    }
    Thread.sleep(2000);
  }

  @Test
  void clientsThatHangUpAtOnceLeaveNothingBehind() throws Exception {
    for (int i = 0; i < 2000; i++) {
      Socket socket = connect();
      socket.setSoLinger(true, 0);
      write(socket, "GET /version HTTP/1.1\r\n" + END);
      socket.close();
    }
  }

  private void askOnAndOn() {
    try {
      while (true) {
        try {
          HealthClient.Answer answer =
              HealthClient.get(serve.address(), "/admin/identities?page_size=1", SOON);
          if (answer.status() == 200) {
            answered.incrementAndGet();
          } else {
            failures.add(answer.toString());
          }
        } catch (IOException e) {
          failures.add(e.toString());
        }
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      // The attacks are over.
    } catch (Exception e) {
      failures.add(e.toString());
    }
  }

  /** Everything the server says to these bytes, after which nothing comes any more. */
  private String answer(String request) throws Exception {
    try (Socket socket = connect()) {
      Thread.ofVirtual().start(() -> writeLast(socket, request));
      var answer = new StringBuilder();
      var chunk = new byte[8192];
      try {
        int n;
        while ((n = socket.getInputStream().read(chunk)) >= 0) {
          answer.append(new String(chunk, 0, n, ISO_8859_1));
        }
      } catch (SocketException e) {
        // Reset: what came before counts.
      }
      return answer.toString();
    }
  }

  private void open(String half) throws Exception {
    Socket socket = connect();
    hostile.add(socket);
    Thread.ofVirtual().start(() -> write(socket, half));
  }

  private Socket connect() throws Exception {
    var socket = new Socket(serve.address().getHost(), serve.address().getPort());
    socket.setSoTimeout((int) SOON.toMillis());
    return socket;
  }

  /** What the server does not want to read any more need not be written. */
  private static void write(Socket socket, String text) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(text.getBytes(ISO_8859_1));
      out.flush();
    } catch (IOException e) {
      // The server has ended the connection.
    }
  }

  private static void writeLast(Socket socket, String text) {
    write(socket, text);
    try {
      socket.shutdownOutput();
    } catch (IOException e) {
      // The server was quicker.
    }
  }

  private static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
