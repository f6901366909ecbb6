package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.OwnServer;
import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server;
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

  @TempDir private Path folder;
  private OwnServer postgres;

  @BeforeEach
  void choosePort() {
    postgres = OwnServer.of(Server.Family.POSTGRES, folder);
  }

  @AfterEach
  void stopPostgres() {
    postgres.close();
  }

  @Test
  void followsItsDatabase() throws Exception {
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", postgres.dsn()), "--migrate")) {
      serve.awaitReadiness(503, READY_WITHIN);
      assertEquals(200, serve.get("/health/alive").statusCode());

      postgres.start();
      // Its first migrations are among what it waits for.
      serve.awaitReadiness(200, Duration.ofSeconds(20));

      for (Duration outage : new Duration[] {Duration.ofSeconds(1), Duration.ofSeconds(10)}) {
        postgres.stop();
        Duration unready = serve.awaitReadiness(503, UNREADY_WITHIN);
        String why = serve.get("/health/ready").body();
        assertTrue(why.startsWith("{\"errors\":{\"database\":"), why);
        Thread.sleep(outage);
        postgres.start();
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
    try (ServeProcess serve = ServeProcess.start(Map.of("DSN", postgres.dsn()), "--migrate")) {
      serve.awaitReadiness(503, READY_WITHIN);
      serve.terminate();
      assertEquals(0, serve.exitCode(Duration.ofSeconds(4)), serve::said);
    }
  }
}
