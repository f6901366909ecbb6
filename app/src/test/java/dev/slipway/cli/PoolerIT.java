package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.PgBouncer;
import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code serve} behind PgBouncer, with fewer connections to the server than clients. {@code make
 * pooler-soak} runs its restarts for ten minutes in each mode.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class PoolerIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String DETECTED = "named prepared statements are off";

  /** Seconds under load in each mode. */
  private static final long SECONDS = Long.getLong("slipway.pooler.seconds", 12);

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "session"})
  void losesNoAcknowledgedWriteWhilePgBouncerRestarts(String mode) throws Exception {
    long seed = Long.getLong("slipway.seed", System.nanoTime());
    var random = new Random(seed);
    boolean soak = SECONDS > 60;
    try (TestDatabase database = Server.POSTGRES.database();
        PgBouncer pooler = new PgBouncer(database.dsn())) {
      migrate(database);
      pooler.start(mode, "default_pool_size = 4");
      try (ServeProcess serve = ServeProcess.start(Map.of("DSN", pooler.dsn()))) {
        serve.awaitReadiness(200, SOON);
        var outages = new Outages();
        var writers = new Writers(serve);
        writers.start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
          TimeUnit.MILLISECONDS.sleep((soak ? 3000 : 500) + random.nextInt(soak ? 12_000 : 2500));
          outages.begin();
          pooler.stop();
          // Every second one comes back before any connection was idle for long.
          TimeUnit.MILLISECONDS.sleep(random.nextBoolean() ? 0 : random.nextInt(2000));
          pooler.start(mode, "default_pool_size = 4");
          outages.end();
        }
        TimeUnit.SECONDS.sleep(1);
        writers.end();
        List<String> failures = writers.failures(outages);
        String result =
            "%s mode, seed %d, %d s, %d restarts: %s; 5xx outside the outages: %d"
                .formatted(mode, seed, SECONDS, outages.count(), writers, failures.size());
        System.out.println(result);
        writers.compare(database);
        assertEquals(List.of(), failures, () -> result + serve.said());
        assertTrue(writers.acknowledged() >= SECONDS, result);
        assertTrue(serve.said().contains(DETECTED), serve::said);
      }
    }
  }

  /** PgBouncer either refuses the settings of the login or drops them. */
  @ParameterizedTest
  @ValueSource(strings = {"", "ignore_startup_parameters = options"})
  void usesTheDsnsSearchPath(String more) throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        PgBouncer pooler = new PgBouncer(database.dsn())) {
      database.execute("CREATE SCHEMA tenant");
      try (ServeProcess serve =
          ServeProcess.start(
              Map.of("DSN", database.dsn("search_path=tenant"), "SERVE_DRAIN_DELAY", "0s"),
              "--migrate")) {
        serve.awaitReadiness(200, SOON);
      }
      pooler.start("transaction", more);
      try (ServeProcess serve =
          ServeProcess.start(Map.of("DSN", pooler.dsn() + "&search_path=tenant"))) {
        serve.awaitReadiness(200, SOON);
        HttpResponse<String> created =
            serve.post(
                "/admin/identities",
                "{\"schema_id\":\"default\",\"traits\":{\"email\":\"a@example.org\"}}");
        assertEquals(201, created.statusCode(), created::body);
        assertEquals(List.of("1"), database.query("SELECT count(*) FROM tenant.identities"));
        assertTrue(serve.get("/admin/identities").body().contains("a@example.org"));
      }
      try (ServeProcess serve = ServeProcess.start(Map.of("DSN", pooler.dsn()))) {
        // The sessions of the server keep nothing of it.
        serve.awaitReadiness(503, SOON);
        assertTrue(serve.get("/admin/identities").statusCode() >= 500);
      }
    }
  }

  @Test
  void isNotReadyBehindAPoolerInStatementMode() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        PgBouncer pooler = new PgBouncer(database.dsn())) {
      migrate(database);
      pooler.start("statement");
      try (ServeProcess serve = ServeProcess.start(Map.of("DSN", pooler.dsn()))) {
        String why = "";
        long start = System.nanoTime();
        while (!why.contains("statement mode") && System.nanoTime() - start < SOON.toNanos()) {
          TimeUnit.MILLISECONDS.sleep(100);
          HttpResponse<String> ready = serve.get("/health/ready");
          assertEquals(503, ready.statusCode());
          why = ready.body();
        }
        assertTrue(
            why.contains(
                "a pooler in statement mode, which runs no transactions (transaction blocks not"
                    + " allowed in statement pooling mode)"),
            why);
        assertTrue(why.contains("set pool_mode to transaction or session"), why);
        assertTrue(serve.said().contains("a pooler in statement mode"), serve::said);
        HttpResponse<String> refused =
            serve.post("/admin/identities", "{\"schema_id\":\"default\",\"traits\":{}}");
        assertTrue(List.of(400, 503).contains(refused.statusCode()), refused::body);

        pooler.stop();
        pooler.start("transaction");
        serve.awaitReadiness(200, SOON);
      }
    }
  }

  @Test
  void detectsAPoolerThatTakesTheServersPlaceLater() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        PgBouncer pooler = new PgBouncer(database.dsn());
        TcpProxy before = TcpProxy.to(database.dsn());
        TcpProxy after = TcpProxy.on(before.port(), pooler.port())) {
      migrate(database);
      pooler.start("transaction", "default_pool_size = 2");
      before.open();
      try (ServeProcess serve = ServeProcess.start(Map.of("DSN", before.dsn(database.dsn())))) {
        serve.awaitReadiness(200, SOON);
        var writers = new Writers(serve);
        writers.start();
        writers.await(40, SOON);
        assertTrue(!serve.said().contains(DETECTED), serve::said);
        before.shut();
        after.open();
        serve.awaitReadiness(200, SOON);
        writers.await(40, SOON);
        writers.end();
        writers.compare(database);
        assertTrue(serve.said().contains(DETECTED), serve::said);
      }
    }
  }

  @Test
  void detectsAPoolerThatIsTheSecondHost() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        PgBouncer pooler = new PgBouncer(database.dsn());
        TcpProxy first = TcpProxy.to(database.dsn()).open()) {
      migrate(database);
      pooler.start("transaction", "default_pool_size = 2");
      String dsn =
          first
              .dsn(database.dsn())
              .replaceFirst("(127\\.0\\.0\\.1:\\d+)", "$1,127.0.0.1:" + pooler.port());
      try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn))) {
        serve.awaitReadiness(200, SOON);
        var writers = new Writers(serve);
        writers.start();
        writers.await(40, SOON);
        first.shut();
        writers.await(40, SOON);
        writers.end();
        writers.compare(database);
        assertTrue(serve.said().contains(DETECTED), serve::said);
      }
    }
  }

  private static void migrate(TestDatabase database) throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", database.dsn(), "SERVE_DRAIN_DELAY", "0s"), "--migrate")) {
      serve.awaitReadiness(200, SOON);
    }
  }
}
