package dev.slipway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.HttpSettings;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malformed requests on a raw socket: the statuses of the responses, and how often a handler ran.
 * The client closes its side after the last byte, so no rejection depends on a timeout.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictnessTest {
  private static final String GET = "GET /hello HTTP/1.1\r\n";
  private static final String HOST = "Host: x\r\n";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String POST = "POST /take HTTP/1.1\r\n" + HOST + JSON;
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

  private final AtomicInteger runs = new AtomicInteger();
  private Server server;

  /**
   * A request and its outcome.
   *
   * @param statuses of all responses, in order; empty when the connection closes without one
   * @param runs of a handler
   */
  private record Row(String name, String input, List<Integer> statuses, int runs) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    String end = HOST + "\r\n";
    return Stream.of(
        closed("head cut before the final CRLF", GET + HOST),
        closed("head cut in a header line", GET + "Host: x\r\nX-A: a"),
        rejected(400, "Content-Length body cut", POST + "Content-Length: 5\r\n\r\nab"),
        rejected(400, "request line of four words", "GET /hello now HTTP/1.1\r\n" + end),
        accepted("two spaces in the request line", "GET  /hello HTTP/1.1\r\n" + end),
        rejected(400, "CR in a field", GET + "X-A: a\rX-B: b\r\n" + end),
        rejected(400, "bare LF line ends", (GET + end).replace("\r", "")),
        rejected(400, "LF in a field", GET + "X-A: a\nX-B: b\r\n" + end),
        rejected(400, "space before the colon", GET + "X-A : a\r\n" + end),
        rejected(400, "NUL in a value", GET + "X-A: a\0b\r\n" + end),
        rejected(400, "Host missing", GET + "\r\n"),
        rejected(400, "Host twice", GET + HOST + end),
        rejected(400, "Host twice the same", GET + HOST + HOST + "\r\n"),
        rejected(400, "Host twice in HTTP/1.0", "GET /hello HTTP/1.0\r\n" + HOST + end),
        rejected(400, "obs-fold", GET + "X-A: a\r\n b\r\n" + end),
        rejected(
            400,
            "two different Content-Length",
            POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        rejected(
            400,
            "Content-Length with Transfer-Encoding",
            POST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        rejected(400, "Content-Length +5", POST + "Content-Length: +5\r\n\r\nabcde"),
        rejected(
            400,
            "Transfer-Encoding chunked, identity",
            POST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        rejected(400, "chunk size +5", CHUNKED + "+5\r\nabcde\r\n0\r\n\r\n"),
        rejected(400, "chunk size -5", CHUNKED + "-5\r\nabcde\r\n0\r\n\r\n"),
        rejected(400, "chunk size 0x5", CHUNKED + "0x5\r\nabcde\r\n0\r\n\r\n"),
        rejected(
            400, "chunk size of 17 digits", CHUNKED + "00000000000000005\r\nabcde\r\n0\r\n\r\n"),
        rejected(400, "chunk lines that end in LF", CHUNKED + "5\nabcde\n0\n\n"),
        rejected(400, "LF in a chunk extension", CHUNKED + "5;a\nb\r\nabcde\r\n0\r\n\r\n"),
        rejected(400, "CR in a chunk extension", CHUNKED + "5;a\rb\r\nabcde\r\n0\r\n\r\n"),
        rejected(400, "chunk data without CRLF", CHUNKED + "5\r\nabcde0\r\n\r\n"),
        rejected(431, "field of 100 KB", GET + "X-A: " + "x".repeat(100_000) + "\r\n" + end),
        rejected(431, "10,000 fields", GET + "X-A: 1\r\n".repeat(10_000) + end),
        rejected(431, "1,000 short fields within 16 KB", GET + "X-A: 1\r\n".repeat(1_000) + end),
        rejected(
            413,
            "body over 1 MB: Content-Length",
            POST + "Content-Length: 1048577\r\n\r\n" + "x".repeat(1_048_577)),
        rejected(
            413,
            "body over 1 MB: chunked",
            CHUNKED + ("10000\r\n" + "x".repeat(65_536) + "\r\n").repeat(17) + "0\r\n\r\n"),
        rejected(400, "absolute-form, other host", "GET http://y/hello HTTP/1.1\r\n" + end),
        rejected(400, "target //host/path", "GET //host/hello HTTP/1.1\r\n" + end),
        rejected(505, "HTTP/9.9", "GET /hello HTTP/9.9\r\n" + end),
        rejected(400, "CR in the request line", "GET /hello\r HTTP/1.1\r\n" + end),
        rejected(400, "CR instead of a line end", "GET /hello HTTP/1.1\rHost: x\r\n\r\n"),
        rejected(400, "CR in a name", GET + "X\r-A: a\r\n" + end),
        rejected(400, "CR before CRLF", GET + "Host: x\r\r\n\r\n"),
        rejected(400, "fourth word at the end", "GET /hello HTTP/1.1 now\r\n" + end),
        accepted("HTTP/1.0 without Host", "GET /hello HTTP/1.0\r\n\r\n"));
  }

  /** Values of the header Host, by RFC 9112, section 3.2, and RFC 3986, section 3.2. */
  static Stream<Row> hosts() {
    return Stream.concat(
        Stream.of(
                "a b",
                "a/b",
                "u@a",
                "a:b",
                "a:+80",
                "a:-1",
                "a:80:90",
                "::1",
                "[::1",
                "[zz]",
                "[]a",
                "[fe80::1%eth0]",
                "a,b c",
                "a?b",
                "a#b",
                "%zz",
                "%",
                "<a>",
                "a\\b",
                "http://a",
                "{a}",
                "\u00e9",
                "")
            .map(host -> rejected(400, "Host: " + host, GET + "Host: " + host + "\r\n\r\n")),
        Stream.of(
                "a",
                "a:80",
                "a_b",
                "a-b.c.",
                "a%20b",
                "1.2.3.4:5",
                "[::1]",
                "[::1]:80",
                "a;b=c!$&'()*+")
            .map(host -> accepted("Host: " + host, GET + "Host: " + host + "\r\n\r\n")));
  }

  /** Bodies with every method, by Content-Length and in chunks. */
  static Stream<Row> bodies() {
    return Stream.of("POST", "PUT", "PATCH", "DELETE")
        .flatMap(
            method ->
                Stream.of("", "text/plain", "application/json")
                    .flatMap(
                        type -> {
                          String head =
                              method
                                  + " /take HTTP/1.1\r\n"
                                  + HOST
                                  + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n");
                          boolean json = type.endsWith("json");
                          return Stream.of("Content-Length: 2\r\n\r\n{}", chunked("{}"))
                              .map(
                                  body ->
                                      new Row(
                                          method + " " + type + " " + body.substring(0, 12),
                                          head + body,
                                          List.of(json ? 200 : 415),
                                          json ? 1 : 0));
                        }));
  }

  private static String chunked(String body) {
    return "Transfer-Encoding: chunked\r\n\r\n2\r\n" + body + "\r\n0\r\n\r\n";
  }

  private static Row accepted(String name, String input) {
    return new Row(name, input, List.of(200), 1);
  }

  private static Row rejected(int status, String name, String input) {
    return new Row(name, input, List.of(status), 0);
  }

  private static Row closed(String name, String input) {
    return new Row(name, input, List.of(), 0);
  }

  @BeforeAll
  void start() {
    Handler counting =
        request -> {
          runs.incrementAndGet();
          return Response.json(200, "{}");
        };
    server =
        Server.start(
            HttpSettings.defaults(),
            Routes.of(
                List.of(
                    Route.work("GET", "/hello", counting),
                    Route.work("POST", "/take", counting),
                    Route.work("PUT", "/take", counting),
                    Route.work("PATCH", "/take", counting),
                    Route.work("DELETE", "/take", counting))),
            new Metrics());
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"rows", "hosts", "bodies"})
  void malformedRequestsAreRejected(Row row) throws Exception {
    int before = runs.get();
    assertEquals(row.statuses, statuses(row.input));
    assertEquals(row.runs, runs.get() - before);
  }

  @ParameterizedTest(name = "Expect: 100-continue, {0} bytes")
  @MethodSource("expectations")
  void aClientThatExpects100SendsItsBodyAfterIt(int bytes, List<Integer> expected)
      throws Exception {
    try (Socket socket = connect()) {
      String head = "Content-Length: " + bytes + "\r\nExpect: 100-continue\r\n";
      write(socket, POST + head + "Connection: close\r\n\r\n", false);
      var statuses = new ArrayList<Integer>();
      String first = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
      statuses.add(Integer.valueOf(first.substring(9)));
      if (statuses.getFirst() == 100) {
        write(socket, "x".repeat(bytes), true);
        STATUS.matcher(read(socket)).results().map(StrictnessTest::status).forEach(statuses::add);
      }
      assertEquals(expected, statuses);
    }
  }

  static Stream<Arguments> expectations() {
    return Stream.of(Arguments.of(5, List.of(100, 200)), Arguments.of(2_000_000, List.of(413)));
  }

  private List<Integer> statuses(String input) throws IOException {
    try (Socket socket = connect()) {
      Thread.ofVirtual().start(() -> write(socket, input, true));
      return STATUS.matcher(read(socket)).results().map(StrictnessTest::status).toList();
    }
  }

  private static int status(MatchResult line) {
    return Integer.parseInt(line.group(1));
  }

  /** A proxy that speaks HTTP/2 sends such a body for a request without one. */
  @Test
  void anEmptyChunkedBodyNeedsNoType() throws Exception {
    String head = "DELETE /take HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    assertEquals(List.of(200), statuses(head + "0\r\n\r\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "close",
        "CLOSE",
        "keep-alive, close",
        "close, keep-alive",
        "x,close,y",
        ", close",
        "x\r\nConnection: close",
        "close\r\nConnection: keep-alive"
      })
  void closeAnywhereInConnectionClosesItAndTheResponseConfirms(String value) throws Exception {
    for (String version : List.of("1.1", "1.0")) {
      for (String path : List.of("/hello", "/none")) {
        String head = "GET " + path + " HTTP/" + version + "\r\n" + HOST;
        try (Socket socket = connect()) {
          write(socket, head + "Connection: " + value + "\r\n\r\n", false);
          String response = read(socket).toLowerCase(Locale.ROOT);
          assertTrue(response.contains("\r\nconnection: close\r\n"), response);
        }
      }
    }
  }

  @Test
  void aCutRequestAfterPipelinedOnesIsNotExecuted() throws Exception {
    int before = runs.get();
    List<Integer> statuses = statuses((GET + HOST + "\r\n").repeat(2) + GET + "X-A: a");
    assertEquals(List.of(200, 200), statuses);
    assertEquals(2, runs.get() - before);
  }

  private Socket connect() throws IOException {
    var socket = new Socket(server.address().getHost(), server.address().getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void write(Socket socket, String text, boolean last) {
    try {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
      if (last) {
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      // The server closed the connection first.
    }
  }

  private static String read(Socket socket) throws IOException {
    var text = new StringBuilder();
    var bytes = new byte[8192];
    try {
      int n;
      while ((n = socket.getInputStream().read(bytes)) >= 0) {
        text.append(new String(bytes, 0, n, ISO_8859_1));
      }
    } catch (SocketException e) {
      // A reset after the response: what came before counts.
    }
    return text.toString();
  }
}
