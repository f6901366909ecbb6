package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Another process locks a SQLite file, which fails every statement, between two batches. */
@Timeout(60)
class SqliteLockIT {
  @TempDir Path folder;

  @Test
  void aRunContinuesAfterTheFileWasLocked() throws Exception {
    Path migrations = Files.createDirectories(folder.resolve("m"));
    for (int i = 1; i <= 60; i++) {
      Files.writeString(
          migrations.resolve(i + "_t.up.sql"), "CREATE TABLE t" + i + " (id INTEGER);");
    }
    Path file = folder.resolve("locked.db");
    // A reader blocks no writer in the default mode. With a rollback journal, a lock blocks both.
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("PRAGMA journal_mode = DELETE");
      statement.execute("PRAGMA busy_timeout = 20000");
      CompletableFuture<Ran> run =
          CompletableFuture.supplyAsync(
              () ->
                  Slipway.bare()
                      .run(
                          "migrate",
                          "sql",
                          "up",
                          "--yes",
                          "--ddl-lock-timeout",
                          "1s",
                          "--path",
                          migrations.toString(),
                          "sqlite://" + file + "?_journal_mode=DELETE"));
      while (!started(statement)) {
        Thread.sleep(1);
      }
      statement.execute("BEGIN EXCLUSIVE");
      Thread.sleep(4000);
      statement.execute("COMMIT");
      run.get(40, TimeUnit.SECONDS).exits(DONE);
    }
  }

  /** The first run creates the history, for which it needs the lock outside of any migration. */
  @ParameterizedTest
  @CsvSource({"DELETE, IMMEDIATE", "DELETE, EXCLUSIVE", "WAL, IMMEDIATE"})
  void theFirstRunWaitsToo(String journal, String lock) throws Exception {
    Path migrations = Files.createDirectories(folder.resolve("m"));
    Files.writeString(migrations.resolve("1_t.up.sql"), "CREATE TABLE t (id INTEGER);");
    Path file = folder.resolve("locked.db");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("PRAGMA journal_mode = " + journal);
      statement.execute("CREATE TABLE u (id INTEGER)");
      statement.execute("DROP TABLE u");
      statement.execute("BEGIN " + lock);
      CompletableFuture<Ran> run =
          CompletableFuture.supplyAsync(
              () -> migrate(migrations, file, "up", "--yes", "--ddl-lock-timeout", "500ms"));
      Thread.sleep(3000);
      statement.execute("COMMIT");
      run.get(40, TimeUnit.SECONDS).exits(DONE).tells("waiting for another session");
    }
  }

  /** What is written into the history outside of any migration. */
  @Test
  void baselineWaitsToo() throws Exception {
    Path migrations = Files.createDirectories(folder.resolve("m"));
    Files.writeString(migrations.resolve("1_t.up.sql"), "CREATE TABLE t (id INTEGER);");
    Path file = folder.resolve("locked.db");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      CompletableFuture<Ran> run =
          CompletableFuture.supplyAsync(
              () -> migrate(migrations, file, "baseline", "1", "--ddl-lock-timeout", "500ms"));
      Thread.sleep(3000);
      statement.execute("COMMIT");
      run.get(40, TimeUnit.SECONDS).exits(DONE).tells("waiting for another session");
    }
  }

  @Test
  void theWaitEndsWithTheTimeForTheLock() throws Exception {
    Path migrations = Files.createDirectories(folder.resolve("m"));
    Files.writeString(migrations.resolve("1_t.up.sql"), "CREATE TABLE t (id INTEGER);");
    Path file = folder.resolve("locked.db");
    try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      migrate(
              migrations,
              file,
              "up",
              "--yes",
              "--ddl-lock-timeout",
              "100ms",
              "--lock-timeout",
              "1s")
          .exits(RETRY)
          .tells("database is locked");
      statement.execute("ROLLBACK");
    }
  }

  private static Ran migrate(Path migrations, Path file, String... words) {
    List<String> all = new ArrayList<>(List.of("migrate", "sql"));
    all.addAll(List.of(words));
    all.addAll(List.of("--path", migrations.toString(), "sqlite://" + file));
    return Slipway.bare().run(all.toArray(String[]::new));
  }

  /** Whether the first migration is in the history. */
  private static boolean started(Statement statement) {
    try (ResultSet row = statement.executeQuery("SELECT 1 FROM flyway_schema_history LIMIT 1")) {
      return row.next();
    } catch (SQLException e) {
      return false;
    }
  }
}
