package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The end of {@code serve --migrate} before it was ready, also while its database is silent. */
@Tag("alone")
@Timeout(120)
class ServeSilenceIT {
  private static final Duration END = Duration.ofSeconds(2);
  private static final Duration MIGRATION_RUNS_AFTER = Duration.ofSeconds(20);

  /** Of the shell, for a process that ends before it takes the signal over; or of Slipway. */
  private static final List<Integer> ENDED = List.of(128 + 15, 0);

  @TempDir private Path folder;

  private static void endsInTime(ServeProcess serve) throws InterruptedException {
    serve.terminate();
    assertTrue(ENDED.contains(serve.exitCode(END)), serve::said);
  }

  @Test
  void endsInTimeWhileTheServerIsSilentAtTheLogin() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open().freeze();
        ServeProcess serve =
            ServeProcess.start(Map.of("DSN", proxy.dsn(database.dsn())), "--migrate")) {
      serve.address();
      Thread.sleep(500);
      endsInTime(serve);
    }
  }

  /** The signal may come at any moment of a start, which takes seconds on a busy machine. */
  @ParameterizedTest
  @ValueSource(ints = {200, 400, 600, 800, 1000, 1300, 1600})
  void endsInTimeWhileItStarts(int milliseconds) throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open().freeze();
        ServeProcess serve =
            ServeProcess.start(Map.of("DSN", proxy.dsn(database.dsn())), "--migrate")) {
      Thread.sleep(milliseconds);
      endsInTime(serve);
    }
  }

  @Test
  void endsInTimeWhileTheServerIsSilentDuringAMigration() throws Exception {
    Files.writeString(folder.resolve("1_long.up.sql"), "SELECT pg_sleep(60);");
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        ServeProcess serve =
            ServeProcess.start(
                Map.of("DSN", proxy.dsn(database.dsn())),
                "--migrate",
                "--path",
                folder.toString())) {
      awaitQuery(database, serve);
      proxy.freeze();
      Thread.sleep(1000);
      endsInTime(serve);
    }
  }

  private static void awaitQuery(TestDatabase database, ServeProcess serve) throws Exception {
    long start = System.nanoTime();
    while (!database
        .query(
            "SELECT count(*) FROM pg_stat_activity"
                + " WHERE state = 'active' AND query LIKE '%pg_sleep(60)%'"
                + " AND pid <> pg_backend_pid()")
        .equals(List.of("1"))) {
      assertTrue(System.nanoTime() - start < MIGRATION_RUNS_AFTER.toNanos(), serve::said);
      Thread.sleep(50);
    }
  }
}
