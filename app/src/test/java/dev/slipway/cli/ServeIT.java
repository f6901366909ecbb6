package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.testing.Exposition;
import dev.slipway.testing.Recording;
import dev.slipway.testing.ServeProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class ServeIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;

  @Test
  void migratesTheDatabaseInItsMemory() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", "memory"))) {
      serve.awaitReadiness(200, SOON);
      String metrics = serve.get("/metrics/prometheus").body();
      assertTrue(metrics.contains("slipway_migrations_pending 0\n"), metrics);
      assertFalse(metrics.contains("slipway_migrations_applied 0\n"), metrics);
      assertEquals(200, serve.get("/version").statusCode());
    }
  }

  @Test
  void itsMetricsAreWhatPrometheusReadsAndTheDocumentationNames() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), Recording.secret());
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", "memory", "SLIPWAY_ADMIN_TOKEN_FILE", token.toString()))) {
      serve.awaitReadiness(200, SOON);
      String exposition = serve.get("/metrics/prometheus").body();
      var served = new TreeSet<>(Exposition.types(exposition).keySet());
      String page = Files.readString(Path.of("../docs/serving.md"));
      var documented = new TreeSet<String>();
      Pattern.compile("(?m)^\\| `([a-z_]+)` \\|")
          .matcher(page)
          .results()
          .forEach(row -> documented.add(row.group(1)));
      assertEquals(served, documented);
    }
  }

  @Test
  void logsOneJsonObjectALineWhereAskedTo() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", "memory", "LOG_FORMAT", "json"))) {
      serve.awaitReadiness(200, SOON);
      serve.terminate();
      assertEquals(0, serve.exitCode(SOON));
      List<String> lines = serve.said().lines().filter(line -> !line.isEmpty()).toList();
      assertFalse(lines.isEmpty());
      for (String line : lines) {
        Map<?, ?> entry = (Map<?, ?>) Json.read(line, "the log line " + line);
        assertTrue(entry.containsKey("time") && entry.containsKey("msg"), line);
      }
    }
  }

  @Test
  void everyLogLineOfARequestNamesItAndItsTrace() throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", "memory", "LOG_FORMAT", "json", "LOG_LEVEL", "debug"))) {
      serve.awaitReadiness(200, SOON);
      String traceId = "0af7651916cd43dd8448eb211c80319c";
      serve.send(
          serve
              .request("/admin/identities/not-a-uuid?secret=1")
              .header("X-Request-Id", "mine")
              .header("traceparent", "00-" + traceId + "-b7ad6b7169203331-01"));
      Map<?, ?> entry = (Map<?, ?>) Json.read(awaitLine(serve, "\"mine\""), "the log line");
      assertEquals("debug", entry.get("level"));
      assertEquals("mine", entry.get("request_id"));
      assertEquals(traceId, entry.get("trace_id"));
      assertEquals("b7ad6b7169203331", entry.get("span_id"));
      assertEquals("GET", entry.get("method"));
      assertEquals("/admin/identities/{id}", entry.get("route"));
      assertEquals(400, entry.get("status"));
      assertTrue(entry.get("duration_ms") instanceof Number, entry.toString());
      assertTrue((int) entry.get("bytes") > 100, entry.toString());
      assertFalse(serve.said().contains("secret=1"), serve::said);
    }
  }

  @Test
  void atLevelInfoOnlyFailuresOfTheServerAreLoggedEachOnce() throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(
            Map.of("DSN", "postgres://nobody@127.0.0.1:1/none", "POOL_ACQUIRE_TIMEOUT", "1s"))) {
      serve.awaitReadiness(503, SOON);
      assertEquals(404, serve.get("/none").statusCode());
      String path = "/admin/identities/" + UUID.randomUUID();
      assertEquals(
          503, serve.send(serve.request(path).header("X-Request-Id", "mine")).statusCode());
      String line = awaitLine(serve, "[mine]");
      assertTrue(
          line.matches(
              "\\S+ WARN GET /admin/identities/\\{id} 503 in [0-9.]+ ms, \\d+ bytes: .+ \\[mine]"),
          line);
      serve.terminate();
      serve.exitCode(SOON);
      assertEquals(1, serve.said().lines().filter(each -> each.contains("mine")).count());
      assertFalse(serve.said().contains("/health"), serve::said);
      assertFalse(serve.said().contains(" 404 "), serve::said);
    }
  }

  @Test
  void anOutageDoesNotFloodTheLog() throws Exception {
    try (ServeProcess serve =
            ServeProcess.start(
                Map.of("DSN", "postgres://nobody@127.0.0.1:1/none", "POOL_ACQUIRE_TIMEOUT", "1s"));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      serve.awaitReadiness(503, SOON);
      String path = "/admin/identities/" + UUID.randomUUID();
      long start = System.nanoTime();
      List<Future<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        answers.add(threads.submit(() -> serve.get(path)));
      }
      for (Future<HttpResponse<String>> answer : answers) {
        assertEquals(503, answer.get().statusCode());
      }
      long seconds = (System.nanoTime() - start) / 1_000_000_000 + 2;
      serve.terminate();
      serve.exitCode(SOON);
      long lines = serve.said().lines().filter(line -> line.contains(" 503 in ")).count();
      assertTrue(lines > 0 && lines <= 20 * seconds, lines + " lines in " + seconds + " s");
    }
  }

  @Test
  void aTokenIsAskedForAndNeverLogged() throws Exception {
    String token = Recording.secret();
    Path file = Files.writeString(folder.resolve("token"), token);
    try (ServeProcess serve =
        ServeProcess.start(
            Map.of(
                "DSN", "memory",
                "LOG_LEVEL", "trace",
                "SLIPWAY_ADMIN_TOKEN_FILE", file.toString()))) {
      serve.awaitReadiness(200, SOON);
      assertEquals(200, serve.get("/version").statusCode());
      assertEquals(200, serve.get("/metrics/prometheus").statusCode());
      assertEquals(401, serve.get("/admin/identities").statusCode());
      HttpRequest.Builder request =
          serve.request("/admin/identities").header("Authorization", "Bearer " + token);
      assertEquals(200, serve.send(request).statusCode());
      Files.writeString(file, "");
      Thread.sleep(1001);
      assertEquals(200, serve.send(request).statusCode());
      String empty = awaitLine(serve, "is empty");
      assertTrue(empty.contains("the token that was in it before stays in use"), empty);
      assertFalse(serve.said().contains(token), "the token was logged");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, http://[::]:",
    "::, http://[::]:",
    "127.0.0.1, ''",
    "::1, ''",
    "localhost, ''",
  })
  void warnsOfAnApiThatIsOpenToOtherMachines(String host, String open) throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", "memory", "SERVE_ADMIN_HOST", host))) {
      serve.awaitReadiness(200, SOON);
      String listening = awaitLine(serve, "listening on ");
      assertTrue(listening.contains(open), listening);
      assertEquals(!open.isEmpty(), serve.said().contains("the API has no token"), serve::said);
      if (!open.isEmpty()) {
        String warning = awaitLine(serve, "the API has no token");
        assertTrue(warning.contains(" WARN ") && warning.contains(open), warning);
      }
    }
  }

  @Test
  void doesNotWarnWithATokenOrWithoutTheApi() throws Exception {
    Path migrations = Files.createDirectory(folder.resolve("migrations"));
    Files.writeString(migrations.resolve("1_t.up.sql"), "CREATE TABLE t (id INT);");
    for (var settings :
        List.of(
            Map.of("SLIPWAY_ADMIN_TOKEN", Recording.secret()),
            Map.of("MIGRATE_PATH", migrations.toString()))) {
      var environment = new HashMap<>(Map.of("DSN", "memory", "SERVE_ADMIN_HOST", "0.0.0.0"));
      environment.putAll(settings);
      try (ServeProcess serve = ServeProcess.start(environment)) {
        serve.awaitReadiness(200, SOON);
        assertFalse(serve.said().contains("no token"), serve::said);
      }
    }
  }

  @Test
  void anEmptyTokenFileExits2() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "\n");
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", "memory", "SLIPWAY_ADMIN_TOKEN_FILE", file.toString()))) {
      assertEquals(2, serve.exitCode(SOON), serve::said);
      assertTrue(serve.said().contains("the token file " + file + " is empty"), serve::said);
    }
  }

  @Test
  void neverMigratesUnlessToldAndTurnsReadyWhenSomebodyElseDoes() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()))) {
      serve.awaitReadiness(503, SOON);
      serve.get("/health/alive");
      // Until the database has responded, this is the only message.
      long end = System.nanoTime() + SOON.toNanos();
      String answer = serve.get("/health/ready").body();
      while (!answer.startsWith("{\"errors\":{\"migrations\":\"") && System.nanoTime() < end) {
        answer = serve.get("/health/ready").body();
      }
      assertTrue(answer.startsWith("{\"errors\":{\"migrations\":\""), answer);
      assertEquals(0, cli(Map.of("DSN", dsn()), "migrate", "sql", "up", "--yes").code());
      serve.awaitReadiness(200, Duration.ofSeconds(3));
    }
  }

  @Test
  void staysReadyWhenANewerReleaseHasMigratedAndSaysSo() throws Exception {
    Path older = Files.createDirectory(folder.resolve("older"));
    Path newer = Files.createDirectory(folder.resolve("newer"));
    for (Path release : List.of(older, newer)) {
      Files.writeString(release.resolve("1_notes.up.sql"), "CREATE TABLE notes (id int);");
    }
    Files.writeString(newer.resolve("2_words.up.sql"), "ALTER TABLE notes ADD words text;");
    String path = older.toString();
    assertEquals(
        0, cli(Map.of("DSN", dsn()), "migrate", "sql", "up", "--yes", "--path", path).code());
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()), "--path", path)) {
      serve.awaitReadiness(200, SOON);
      assertEquals("{\"status\":\"ok\"}\n", serve.get("/health/ready").body());
      assertTrue(
          serve
              .get("/metrics/prometheus")
              .body()
              .contains("slipway_schema_state{state=\"current\"} 1\n"));
    }
    assertEquals(
        0,
        cli(Map.of("DSN", dsn()), "migrate", "sql", "up", "--yes", "--path", newer.toString())
            .code());
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()), "--path", path)) {
      serve.awaitReadiness(200, SOON);
      assertEquals(
          "{\"status\":\"ok\",\"warnings\":{\"migrations\":\"unknown versions in"
              + " the history: 2_words (Future)\"}}\n",
          serve.get("/health/ready").body());
      String metrics = serve.get("/metrics/prometheus").body();
      assertTrue(metrics.contains("slipway_schema_state{state=\"future\"} 1\n"), metrics);
      assertTrue(metrics.contains("slipway_schema_state{state=\"current\"} 0\n"), metrics);
      assertTrue(metrics.contains("slipway_migrations_pending 0\n"), metrics);
    }
  }

  @Test
  void migratesWhenTold() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()), "--migrate")) {
      serve.awaitReadiness(200, SOON);
    }
  }

  @Test
  void aMigrationThatFailsEndsItWithItsExitCode() throws Exception {
    Files.writeString(folder.resolve("1_broken.up.sql"), "CREATE TABEL t (id int);");
    Files.writeString(folder.resolve("1_broken.down.sql"), "DROP TABLE t;");
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", dsn()), "--migrate", "--path", folder.toString())) {
      assertEquals(4, serve.exitCode(SOON), serve::said);
      assertTrue(serve.said().contains("1_broken.up.sql"), serve::said);
    }
  }

  @Test
  void noRequestFailsWhenItIsTerminatedUnderLoad() throws Exception {
    var answered = new AtomicInteger();
    var enough = new AtomicBoolean();
    try (ServeProcess serve =
            ServeProcess.start(Map.of("DSN", dsn(), "SERVE_DRAIN_DELAY", "2s"), "--migrate");
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      serve.awaitReadiness(200, SOON);
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        clients.add(
            threads.submit(
                () -> {
                  while (!enough.get()) {
                    assertEquals(200, serve.get("/version").statusCode());
                    answered.incrementAndGet();
                  }
                  return null;
                }));
      }
      while (answered.get() < 500) {
        Thread.sleep(5);
      }
      serve.terminate();
      long start = System.nanoTime();
      assertTrue(serve.awaitReadiness(503, SOON).toMillis() < 500);
      assertEquals(
          "{\"errors\":{\"server\":\"shutting down\"}}\n", serve.get("/health/ready").body());
      while (System.nanoTime() - start < 1_500_000_000L) {
        Thread.sleep(20);
      }
      enough.set(true);
      for (Future<?> client : clients) {
        client.get();
      }
      assertEquals(0, serve.exitCode(SOON), serve::said);
      assertTrue(serve.said().contains("ended, every request was answered"), serve::said);
    }
  }

  @Test
  void aSecondSignalEndsItAtOnce() throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", dsn(), "SERVE_DRAIN_DELAY", "5m"), "--migrate")) {
      serve.awaitReadiness(200, SOON);
      serve.terminate();
      serve.awaitReadiness(503, SOON);
      serve.terminate();
      assertEquals(128 + 15, serve.exitCode(Duration.ofSeconds(5)), serve::said);
    }
  }

  @Test
  void anAddressInUseIsSaidAndExits2() throws Exception {
    try (var taken = new ServerSocket(0);
        ServeProcess serve =
            ServeProcess.start(
                Map.of("DSN", "memory"), "--port", Integer.toString(taken.getLocalPort()))) {
      assertEquals(2, serve.exitCode(SOON), serve::said);
      assertTrue(serve.said().contains("Address already in use"), serve::said);
      assertTrue(serve.said().contains("hint: another process listens there"), serve::said);
    }
  }

  @Test
  void healthSaysWhatTheServerSays() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()))) {
      Map<String, String> settings =
          Map.of(
              "SERVE_ADMIN_HOST",
              "0.0.0.0",
              "SERVE_ADMIN_PORT",
              Integer.toString(serve.address().getPort()));
      assertEquals(new Answer(0, "{\"status\":\"ok\"}\n", ""), cli(settings, "health", "alive"));
      // By then the probes have been asked.
      Answer notReady = cli(settings, "health", "--wait", "1s");
      assertEquals(1, notReady.code());
      assertTrue(notReady.out().startsWith("{\"errors\":{"), notReady.out());
      assertEquals(notReady, cli(settings, "health"));
      var waiting = new FutureTask<>(() -> cli(settings, "health", "--wait", "20s"));
      Thread.ofPlatform().start(waiting);
      cli(Map.of("DSN", dsn()), "migrate", "sql", "up", "--yes");
      serve.awaitReadiness(200, SOON);
      assertEquals(0, cli(settings, "health", "ready").code());
      assertEquals(0, waiting.get().code());
    }
  }

  @Test
  void healthOfNobodyIs5() throws Exception {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Answer answer = cli(Map.of(), "health", "--port", Integer.toString(port));
    assertEquals(5, answer.code());
    assertEquals(
        "slipway: no server answers at http://127.0.0.1:"
            + port
            + ": Connection refused\n"
            + "hint: the server logs its address when it starts; --host and --port name another\n",
        answer.err());
  }

  @Test
  void healthRefusesAnotherQuestion() {
    assertEquals(2, cli(Map.of(), "health", "wealth").code());
    assertEquals(2, cli(Map.of(), "health", "--timeout", "soon").code());
  }

  /** The first line it printed that contains a text. */
  private static String awaitLine(ServeProcess serve, String part) throws Exception {
    long end = System.nanoTime() + SOON.toNanos();
    while (true) {
      Optional<String> line = serve.said().lines().filter(each -> each.contains(part)).findFirst();
      if (line.isPresent()) {
        return line.get();
      }
      assertTrue(System.nanoTime() < end, () -> "nothing says " + part + serve.said());
      Thread.sleep(10);
    }
  }

  private String dsn() {
    return "sqlite://" + folder.resolve("serve.sqlite");
  }

  private static Answer cli(Map<String, String> environment, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            arguments,
            environment,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Answer(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private record Answer(int code, String out, String err) {}
}
