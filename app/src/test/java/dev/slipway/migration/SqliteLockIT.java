package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

  /** Whether the first migration is in the history. */
  private static boolean started(Statement statement) {
    try (ResultSet row = statement.executeQuery("SELECT 1 FROM flyway_schema_history LIMIT 1")) {
      return row.next();
    } catch (SQLException e) {
      return false;
    }
  }
}
