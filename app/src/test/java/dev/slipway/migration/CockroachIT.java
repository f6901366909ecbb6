package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What CockroachDB alone asks for: transactions that lost a race are tried again. The errors are
 * made by a function; a sequence counts them, as it survives the rollback.
 */
class CockroachIT {
  @TempDir Path folder;
  private TestDatabase database;

  @BeforeEach
  void openDatabase() {
    database = Server.COCKROACH_STAND_IN.database();
    database.execute(
        "CREATE SCHEMA faults",
        "CREATE SEQUENCE faults.tries",
        """
        CREATE FUNCTION faults.first(failures bigint) RETURNS bigint LANGUAGE plpgsql AS $$
        DECLARE
          try bigint := nextval('faults.tries');
        BEGIN
          IF try <= failures THEN
            RAISE EXCEPTION 'restart transaction: TransactionRetryWithProtoRefreshError'
              USING ERRCODE = '40001';
          END IF;
          RETURN try;
        END $$
        """);
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  private Ran up(String... more) throws IOException {
    String[] words =
        Stream.concat(
                Stream.of("migrate", "sql", "up", "-e", "--yes", "--path", folder.toString()),
                Stream.of(more))
            .toArray(String[]::new);
    return Slipway.on(database).run(words);
  }

  private void file(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql);
  }

  private List<String> history() {
    return database.query(
        "SELECT version, success FROM flyway_schema_history"
            + " WHERE installed_rank > 0 ORDER BY installed_rank");
  }

  @Test
  void triesAStatementAgainThatLostARace() throws IOException {
    file("1_table.up.sql", "CREATE TABLE a (id INT8);");
    file("2_race.up.sql", "INSERT INTO a SELECT faults.first(3);\nINSERT INTO a VALUES (0);\n");
    up().exits(DONE);
    assertEquals(List.of("1|true", "2|true"), history());
    assertEquals(List.of("0", "4"), database.query("SELECT id FROM a ORDER BY id"));
  }

  @Test
  void givesUpInTimeAndCanBeRunAgain() throws IOException {
    file("1_table.up.sql", "CREATE TABLE a (id INT8);");
    file("2_race.up.sql", "INSERT INTO a SELECT faults.first(1000000);\n");
    up("--timeout", "3s").exits(RETRY).tells("2_race", "--timeout");
    database.execute("SELECT setval('faults.tries', 2000000)");
    up().exits(DONE);
    assertEquals(List.of("1|true", "2|true"), history());
    assertEquals(1, database.query("SELECT id FROM a").size());
  }

  @Test
  void isNotAskedWithTheSchemeOfAnotherDatabase() throws IOException {
    file("1_table.up.sql", "CREATE TABLE a (id INT8);");
    Slipway.bare()
        .with("DSN", database.dsn().replaceFirst("^cockroach:", "postgres:"))
        .run("migrate", "sql", "-e", "--yes", "--path", folder.toString())
        .exits(USAGE)
        .tells("cockroach://");
  }
}
