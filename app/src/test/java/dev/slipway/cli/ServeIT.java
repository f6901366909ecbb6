package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.testing.ServeProcess;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
  void logsOneJsonObjectALineWhereAskedTo() throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", "memory", "LOG_FORMAT", "json"))) {
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
  void neverMigratesUnlessToldAndTurnsReadyWhenSomebodyElseDoes() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()))) {
      serve.awaitReadiness(503, SOON);
      serve.get("/health/alive");
      HttpResponse<String> answer = serve.get("/health/ready");
      while (answer.body().contains("not asked yet")) {
        answer = serve.get("/health/ready");
      }
      assertTrue(answer.body().startsWith("{\"errors\":{\"migrations\":\""), answer.body());
      assertEquals(0, cli(Map.of("DSN", dsn()), "migrate", "sql", "up", "--yes").code());
      serve.awaitReadiness(200, Duration.ofSeconds(3));
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
        ServeProcess.start(
            Map.of("DSN", dsn()), "--migrate", "--path", folder.toString())) {
      assertEquals(4, serve.exitCode(SOON), serve::said);
      assertTrue(serve.said().contains("1_broken.up.sql"), serve::said);
    }
  }

  @Test
  void noRequestFailsWhenItIsTerminatedUnderLoad() throws Exception {
    var answered = new AtomicInteger();
    var enough = new AtomicBoolean();
    try (ServeProcess serve =
            ServeProcess.start(
                Map.of("DSN", dsn(), "SERVE_DRAIN_DELAY", "2s"), "--migrate");
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
              "SERVE_ADMIN_HOST", "0.0.0.0",
              "SERVE_ADMIN_PORT", Integer.toString(serve.address().getPort()));
      assertEquals(new Answer(0, "{\"status\":\"ok\"}\n", ""), cli(settings, "health", "alive"));
      Answer notReady = cli(settings, "health");
      assertEquals(1, notReady.code());
      assertTrue(notReady.out().startsWith("{\"errors\":{"), notReady.out());
      cli(Map.of("DSN", dsn()), "migrate", "sql", "up", "--yes");
      serve.awaitReadiness(200, SOON);
      assertEquals(0, cli(settings, "health", "ready").code());
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
        "slipway: no server answers at http://127.0.0.1:" + port + ": Connection refused\n"
            + "hint: the server logs its address when it starts; --host and --port name another\n",
        answer.err());
  }

  @Test
  void healthRefusesAnotherQuestion() {
    assertEquals(2, cli(Map.of(), "health", "wealth").code());
    assertEquals(2, cli(Map.of(), "health", "--timeout", "soon").code());
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
