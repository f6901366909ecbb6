package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.ServeProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server while its PostgreSQL comes, goes and comes again. */
@Timeout(180)
class ServeOutageIT {
  private static final Duration READY_WITHIN = Duration.ofSeconds(3);
  private static final Duration UNREADY_WITHIN = Duration.ofSeconds(2);

  @TempDir private Path data;
  private int port;
  private EmbeddedPostgres postgres;

  @BeforeEach
  void choosePort() throws IOException {
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void stopPostgres() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @Test
  void followsItsDatabase() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()), "--migrate")) {
      serve.awaitReadiness(503, READY_WITHIN);
      assertEquals(200, serve.get("/health/alive").statusCode());

      startPostgres();
      // Its first migrations are among what it waits for.
      serve.awaitReadiness(200, Duration.ofSeconds(20));

      for (Duration outage : new Duration[] {Duration.ofSeconds(1), Duration.ofSeconds(10)}) {
        postgres.close();
        Duration unready = serve.awaitReadiness(503, UNREADY_WITHIN);
        String why = serve.get("/health/ready").body();
        assertTrue(why.startsWith("{\"errors\":{\"database\":"), why);
        Thread.sleep(outage);
        startPostgres();
        Duration ready = serve.awaitReadiness(200, READY_WITHIN);
        System.out.printf(
            "outage of %d s: unready after %d ms, ready after %d ms%n",
            outage.toSeconds(), unready.toMillis(), ready.toMillis());
      }
      serve.terminate();
      assertEquals(0, serve.exitCode(Duration.ofSeconds(15)), serve::said);
    }
  }

  @Test
  void endsAtOnceWhenItsDatabaseNeverCame() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", dsn()), "--migrate")) {
      serve.awaitReadiness(503, READY_WITHIN);
      serve.terminate();
      assertEquals(0, serve.exitCode(Duration.ofSeconds(4)), serve::said);
    }
  }

  private String dsn() {
    return "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable";
  }

  private void startPostgres() throws IOException {
    postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(data.resolve("postgres"))
            .setCleanDataDirectory(false)
            .setPort(port)
            .start();
  }
}
