package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Concurrent migrators: each migration runs once, and a waiting migrator names the lock holder. */
class ConcurrencyIT extends RealProcesses {
  private static final int PROCESSES = 8;
  private static final int MIGRATIONS = 20;

  @Test
  void eightAtOnceApplyEachVersionOnceAndAllSucceed() {
    List<String> expected = new ArrayList<>();
    file("1_log.up.sql", "CREATE TABLE log (version INT);", "INSERT INTO log VALUES (1);");
    expected.add("1");
    for (int version = 2; version <= MIGRATIONS; version++) {
      file(
          version + "_table.up.sql",
          "CREATE TABLE t" + version + " (id INT);",
          "INSERT INTO log VALUES (" + version + ");");
      expected.add(String.valueOf(version));
    }
    List<Running> migrators = new ArrayList<>();
    try {
      for (int i = 0; i < PROCESSES; i++) {
        migrators.add(slipway().start(words("up", "--yes")));
      }
      List<Ran> ends = migrators.stream().map(Running::await).toList();
      ends.forEach(end -> end.exits(DONE));
    } finally {
      migrators.forEach(Running::close);
    }
    assertEquals(expected.stream().map(version -> version + " ok").toList(), history());
    assertEquals(expected, database.query("SELECT version FROM log ORDER BY version"));
  }

  @Test
  void whoeverWaitsSaysForWhomAndGivesUpInTime() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    file("1_slow.up.sql", Sleeper.statement(database, 30));
    try (Running first = slipway().start(words("up", "--yes"))) {
      Sleeper sleeper = Sleeper.await(database);
      Ran second = up("--lock-timeout", "1s").exits(RETRY).tells("--lock-timeout");
      if (database.family() != Family.COCKROACH) {
        second.tells(sleeper.session());
      }
      first.kill();
      sleeper.end();
    }
  }

  @Test
  void whoeverWaitsForSqliteSaysForWhichProcess() {
    only(Family.SQLITE);
    tables("1");
    file("2_slow.up.sql", Sleeper.statement(database, 30));
    try (Running first = slipway().start(words("up", "--yes"))) {
      first.awaitWords("applied 1_table");
      up("--lock-timeout", "1s").exits(RETRY).tells("--lock-timeout", "process " + first.pid());
    }
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void anotherProgramThatWritesToSqliteIsWaitedForAndNamesTheFile() throws SQLException {
    only(Family.SQLITE);
    tables("1");
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      up("--ddl-lock-timeout", "300ms", "--timeout", "2s").exits(RETRY).tells(database.name());
      statement.execute("ROLLBACK");
    }
    assertEquals(List.of(), database.tables());
    up().exits(DONE);
  }

  @Test
  void aMigratorThatWaitedFindsNothingLeftToDo() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    file("1_slow.up.sql", Sleeper.statement(database, 2));
    tables("2");
    try (Running first = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database);
      up().exits(DONE);
      first.await().exits(DONE);
    }
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void downAndUpAtOnceAreOneAfterTheOther() {
    String[] versions =
        IntStream.rangeClosed(1, 6).mapToObj(String::valueOf).toArray(String[]::new);
    tables(versions);
    up().exits(DONE);
    try (Running down = slipway().start(words("down", "--yes", "--to", "1"));
        Running up = slipway().start(words("up", "--yes"))) {
      down.await().exits(DONE);
      up.await().exits(DONE);
    }
    up().exits(DONE);
    assertEquals(6, history().size());
    assertEquals(6, tablesMade().size());
  }
}
