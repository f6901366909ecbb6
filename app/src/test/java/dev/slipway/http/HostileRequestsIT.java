package dev.slipway.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.http.HostileRequests.Hostile;
import dev.slipway.json.Json;
import dev.slipway.testing.IdentityServer;
import dev.slipway.testing.ServeProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What one request may cost, whatever it contains: a second of processor time, a heap of 64 MB for
 * the whole server, and 4 KB for the answer that refuses it. The health endpoint answers meanwhile.
 * One server with the JVM's options of a release, and the DSN {@code memory}: what is tested here
 * happens before a database is asked.
 *
 * <p>By default a sample of the table and some generated requests. {@code make hostile-requests}
 * sends all of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class HostileRequestsIT {
  private static final Duration CPU_MAX = Duration.ofSeconds(1);
  private static final int REFUSAL_BYTES_MAX = 4096;

  /** What 500 ids and an identifier of 512 characters make of a Link header. */
  private static final int HEADERS_BYTES_MAX = 48 * 1024;

  /** A thousand refused items. */
  private static final int ANSWER_BYTES_MAX = 512 * 1024;

  /**
   * The compiler works for the first requests of a kind, in the same process: the least of some
   * attempts counts.
   */
  private static final int ATTEMPTS = 3;

  /** Every one of the table, and as many generated; 0 for the sample. */
  private static final int REQUESTS = Integer.getInteger("slipway.hostile.requests", 0);

  private static final int SAMPLE_KNOWN = 90;
  private static final int SAMPLE_GENERATED = 30;
  private static final long SEED = Long.getLong("slipway.hostile.seed", System.nanoTime());

  private ServeProcess serve;
  private String id;
  private HealthTimes health;
  private Duration calm;

  static Stream<Hostile> requests() {
    System.out.println("hostile requests are made from the seed " + SEED);
    List<Hostile> known = new ArrayList<>(HostileRequests.known());
    boolean all = REQUESTS > 0;
    if (!all) {
      Collections.shuffle(known, new Random(SEED));
      known = known.subList(0, SAMPLE_KNOWN);
    }
    return Stream.concat(
        known.stream(),
        HostileRequests.generated(SEED, all ? REQUESTS : SAMPLE_GENERATED).stream());
  }

  @BeforeAll
  void start() throws Exception {
    serve =
        ServeProcess.startAsReleased(
            Map.of(
                "DSN", "memory",
                "IDENTITY_SCHEMAS", "person=" + IdentityServer.schema(),
                "IDENTITY_DEFAULT_SCHEMA_ID", "person",
                "HASHERS_BCRYPT_COST", "4"));
    serve.awaitReadiness(200, Duration.ofSeconds(60));
    HttpResponse<String> created =
        serve.post("/admin/identities", "{\"traits\":{\"email\":\"hostile@example.org\"}}");
    id = (String) ((Map<?, ?>) Json.read(created.body(), "the answer")).get("id");
    health = new HealthTimes(serve.address());
    Thread.sleep(2_000);
    calm = health.next();
  }

  @AfterAll
  void stop() throws Exception {
    Duration busy = health.next();
    health.stop();
    Duration before = serve.cpu();
    Thread.sleep(1_000);
    Duration idle = serve.cpu().minus(before);
    System.out.println(
        "health, 99th percentile: "
            + calm.toMillis()
            + " ms before, "
            + busy.toMillis()
            + " ms while hostile requests ran; a second afterwards cost "
            + idle.toMillis()
            + " ms of processor time");
    String said = serve.said();
    serve.close();
    assertFalse(said.matches("(?s).*(OutOfMemory|StackOverflow| ERROR ).*"), said);
    assertTrue(idle.toMillis() < 500, () -> "work goes on after its answer: " + idle);
    // The whole run is for a machine that does nothing else; the sample for one that may do.
    Duration most = REQUESTS > 0 ? Duration.ofMillis(50) : Duration.ofSeconds(1);
    Duration relative = calm.multipliedBy(REQUESTS > 0 ? 3 : 20);
    assertTrue(
        busy.compareTo(most) <= 0 || busy.compareTo(relative) <= 0,
        () -> "health answers within " + busy);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void costsLittleAndIsAnsweredShortly(Hostile request) throws Exception {
    assertCheap(() -> checkAnswer(send(request)));
  }

  @Test
  void aBodyInChunksOfOneByteCostsLittle() throws Exception {
    assertCheap(() -> assertEquals("HTTP/1.1 413", sendInChunks(1_000_000)));
    // Less of it is read, and is not JSON.
    assertEquals("HTTP/1.1 400", sendInChunks(100_000));
  }

  private void assertCheap(Executable request) throws Exception {
    Duration least = Duration.ofDays(1);
    for (int i = 0; i < ATTEMPTS && least.compareTo(CPU_MAX) > 0; i++) {
      Duration before = serve.cpu();
      assertDoesNotThrow(request);
      awaitQuiet();
      Duration cost = serve.cpu().minus(before);
      least = cost.compareTo(least) < 0 ? cost : least;
    }
    Duration cost = least;
    assertTrue(cost.compareTo(CPU_MAX) <= 0, () -> "processor time " + cost);
  }

  /** The beginning of the answer to a body of so many bytes, each in a chunk of its own. */
  private String sendInChunks(int bytes) throws Exception {
    String head =
        "POST /admin/identities HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    byte[] request =
        (head + "1\r\na\r\n".repeat(bytes) + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    try (var socket = new Socket(serve.address().getHost(), serve.address().getPort())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      Thread sender =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      out.write(request);
                    } catch (IOException e) {
                      // The server has answered and does not read the rest.
                    }
                  });
      String status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      sender.join();
      return status;
    }
  }

  private static void checkAnswer(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    String start = body.substring(0, Math.min(500, body.length()));
    assertTrue(status < 500, () -> status + " " + start);
    int headers =
        answer.headers().map().entrySet().stream()
            .flatMap(each -> each.getValue().stream().map(value -> each.getKey() + ": " + value))
            .mapToInt(line -> line.length() + 2)
            .sum();
    if (status >= 400) {
      assertTrue(
          answer.body().length + headers <= REFUSAL_BYTES_MAX,
          () -> answer.body().length + " and " + headers + " bytes: " + start);
    } else {
      assertTrue(headers <= HEADERS_BYTES_MAX, () -> headers + " bytes of headers");
      assertTrue(
          answer.body().length <= ANSWER_BYTES_MAX,
          () -> answer.body().length + " bytes: " + start);
    }
  }

  /** Until the server does nothing any more: what it does after an answer counts too. */
  private void awaitQuiet() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Duration before = serve.cpu();
    while (true) {
      Thread.sleep(50);
      Duration now = serve.cpu();
      if (now.minus(before).toMillis() < 30 || System.nanoTime() > end) {
        return;
      }
      before = now;
    }
  }

  private HttpResponse<byte[]> send(Hostile request) throws Exception {
    HttpRequest built =
        HttpRequest.newBuilder(URI.create(serve.address() + request.path().replace("{id}", id)))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                request.method(),
                request.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()))
            .build();
    // A client of its own: the server may close a connection after a rejected request, and the next
    // request on it would fail without a response.
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client.send(built, BodyHandlers.ofByteArray());
    }
  }

  /** How long a health endpoint takes, asked all the while. */
  private static final class HealthTimes {
    private final List<Long> nanos = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Thread thread;

    HealthTimes(URI server) {
      HttpRequest alive =
          HttpRequest.newBuilder(server.resolve("/health/alive"))
              .timeout(Duration.ofSeconds(30))
              .build();
      thread = Thread.ofPlatform().daemon().start(() -> askOnAndOn(alive));
    }

    private void askOnAndOn(HttpRequest alive) {
      try {
        while (true) {
          long start = System.nanoTime();
          int status = client.send(alive, BodyHandlers.ofString()).statusCode();
          synchronized (this) {
            nanos.add(System.nanoTime() - start);
            if (status != 200) {
              failures.add("status " + status);
            }
          }
          Thread.sleep(20);
        }
      } catch (InterruptedException e) {
        // The test is over.
      } catch (IOException e) {
        synchronized (this) {
          failures.add(e.toString());
        }
      }
    }

    /** The 99th percentile since the last time this was asked. */
    synchronized Duration next() {
      assertEquals(List.of(), failures);
      List<Long> sorted = nanos.stream().sorted().toList();
      nanos.clear();
      return Duration.ofNanos(sorted.get((sorted.size() - 1) * 99 / 100));
    }

    void stop() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }
}
