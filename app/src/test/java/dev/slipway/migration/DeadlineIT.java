package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The four deadlines, locks of others, and CREATE INDEX CONCURRENTLY. */
@Tag("alone")
class DeadlineIT extends EveryServer {

  @Test
  void theWholeRunEndsAtItsTimeout() {
    only(Family.SQLITE, Family.POSTGRES);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    long begin = System.nanoTime();
    Ran ran = up("--timeout", "2s").exits(RETRY).tells("--timeout");
    assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos(), ran::toString);
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void aStatementEndsAtItsTimeout() {
    only(Family.POSTGRES);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    up("--statement-timeout", "500ms").exits(RETRY).tells("2_slow.up.sql:2", "--statement-timeout");
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void refusesADurationThatIsNone() {
    tables("1");
    up("--timeout", "soon").exits(USAGE).tells("--timeout", "soon");
    up("--lock-timeout", "-1s").exits(USAGE).tells("--lock-timeout");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void buildsAnIndexConcurrently() {
    only(Family.POSTGRES);
    tables("1");
    file("2_index.autocommit.up.sql", "CREATE INDEX CONCURRENTLY i1 ON t1 (id);");
    up("--timeout", "30s").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(
        List.of("true"),
        database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i1'::regclass"));
  }

  @Test
  void refusesToBuildAnIndexConcurrentlyInATransactionAndNamesTheWayOut() {
    only(Family.POSTGRES);
    tables("1");
    file("2_index.up.sql", "CREATE INDEX CONCURRENTLY i1 ON t1 (id);");
    up().exits(USAGE).tells("2_index.up.sql:1", "2_index.autocommit.up.sql");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void anIndexThatAnotherTransactionBlocksIsTriedAgainByTheNextRun() throws SQLException {
    only(Family.POSTGRES);
    tables("1");
    up().exits(DONE);
    file("2_index.autocommit.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY i1 ON t1 (id);");
    tables("3");
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("INSERT INTO t1 VALUES (1)");
      String blocker = session(statement);
      up("--statement-timeout", "1s").exits(RETRY).tells("2_index.autocommit.up.sql:1", blocker);
      assertEquals(
          List.of("false"),
          database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i1'::regclass"));
      other.commit();
    }
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(
        List.of("true"),
        database.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i1'::regclass"));
  }

  @Test
  void anIndexThatCannotBeUniqueFails() {
    only(Family.POSTGRES);
    file("1_rows.up.sql", "CREATE TABLE a (id INT);", "INSERT INTO a VALUES (1), (1);");
    file("2_index.autocommit.up.sql", "CREATE UNIQUE INDEX CONCURRENTLY i1 ON a (id);");
    up().exits(MIGRATION).tells("2_index.autocommit.up.sql:1", "could not create unique index");
    database.execute("DELETE FROM a");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void aChangeBehindALongQueryLetsTheTrafficThroughAndIsTriedAgain() throws SQLException {
    only(Family.POSTGRES);
    tables("1");
    up().exits(DONE);
    file("2_alter.up.sql", "ALTER TABLE t1 ADD COLUMN more INT;");
    try (Connection other = database.connect();
        Statement statement = other.createStatement();
        Running run =
            slipway()
                .start(words("up", "--yes", "--ddl-lock-timeout", "400ms", "--timeout", "60s"))) {
      // The long query is there before the migrator: a JVM takes longer to start than this.
      other.setAutoCommit(false);
      statement.execute("SELECT * FROM t1");
      String blocker = session(statement);
      run.awaitWords(blocker);
      long begin = System.nanoTime();
      database.query("SELECT * FROM t1");
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(2).toNanos(), "traffic waited");
      assertTrue(run.alive());
      other.commit();
      run.await().exits(DONE);
    }
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void aChangeBehindAQueryThatDoesNotEndGivesUpAndNamesIt() throws SQLException {
    only(Family.POSTGRES);
    tables("1");
    up().exits(DONE);
    file("2_alter.up.sql", "ALTER TABLE t1 ADD COLUMN more INT;");
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT * FROM t1");
      up("--ddl-lock-timeout", "200ms", "--timeout", "3s")
          .exits(RETRY)
          .tells("2_alter", session(statement));
      other.rollback();
    }
    assertEquals(List.of("1 ok"), history());
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void aChangeBehindALongQueryOfMysqlGivesUp() throws SQLException {
    only(Family.MYSQL);
    tables("1");
    up().exits(DONE);
    file("2_alter.up.sql", "ALTER TABLE t1 ADD COLUMN more INT;");
    try (Connection other = database.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM t1").close();
      String blocker = session(statement);
      up("--ddl-lock-timeout", "1s", "--timeout", "4s").exits(RETRY).tells("2_alter", blocker);
      other.rollback();
    }
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  private String session(Statement statement) throws SQLException {
    try (var row =
        statement.executeQuery(
            database.family() == Family.MYSQL
                ? "SELECT CONNECTION_ID()"
                : "SELECT pg_backend_pid()")) {
      assertTrue(row.next());
      return row.getString(1);
    }
  }

  @Test
  void aLockThatIsGoneEndsTheRun() {
    only(Family.POSTGRES);
    tables("1");
    file("2_unlock.autocommit.up.sql", "SELECT pg_advisory_unlock_all();");
    tables("3");
    up().exits(RETRY).tells("the migration lock is lost");
    assertFalse(tablesMade().contains("t3"));
  }
}
