package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TcpProxy;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run reports after its connection broke, or a disk was full. */
class ConnectionLossIT extends RealProcesses {

  @Test
  void aPartialChangeIsReportedAndBlocksTheNextRun() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    tables("1");
    file("2_slow.autocommit.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    try (TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        Running run =
            Slipway.bare().with("DSN", proxy.dsn(database.dsn())).start(words("up", "--yes"))) {
      Sleeper sleeper = Sleeper.await(database);
      proxy.cut();
      run.await()
          .exits(MIGRATION)
          .tells(
              "2_slow.autocommit.up.sql:2", "may or may not have taken effect", "1 of 2 (1_table)");
      end(sleeper);
    }
    assertEquals(List.of("1 ok", "2 failed"), history());
    releaseLock();
    up().exits(MIGRATION).tells("repair");
  }

  @Test
  void theStateIsUnknownWhileTheServerIsNotReachable() {
    only(Family.POSTGRES, Family.MYSQL);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    try (TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        Running run =
            Slipway.bare().with("DSN", proxy.dsn(database.dsn())).start(words("up", "--yes"))) {
      Sleeper sleeper = Sleeper.await(database);
      proxy.shut();
      run.await().exits(RETRY).tells("unknown whether", "the history cannot be read");
      end(sleeper);
    }
  }

  @Test
  void aTransactionLeavesNoChanges() {
    only(Family.POSTGRES);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    try (Running run = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database).end();
      run.await().exits(RETRY).tells("has committed 1_table", "2_slow left no changes");
    }
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void anIndexIsCreatedAgainByTheNextRun() {
    only(Family.POSTGRES);
    file("2_index.autocommit.up.sql", "CREATE INDEX CONCURRENTLY i ON t1 (slow(id));");
    file(
        "1_table.up.sql",
        "CREATE TABLE t1 (id INT);",
        "INSERT INTO t1 VALUES (1);",
        "CREATE FUNCTION slow(i INT) RETURNS INT LANGUAGE plpgsql IMMUTABLE AS",
        "  $$ BEGIN PERFORM pg_sleep(CASE WHEN current_setting('slow.off', true) = 'on'",
        "  THEN 0 ELSE 60 END); RETURN i; END $$;");
    try (Running run = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database).end();
      run.await().exits(RETRY).tells("2_index may leave an invalid index");
    }
    assertEquals(List.of("1 ok", "2 failed"), history());
    database.execute(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET slow.off = ''on''',"
            + " current_database()); END $$");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void aFullDiskIsNamedAndEndsTheRunAtOnce() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    file(
        "1_full.up.sql",
        database.family() == Family.MYSQL
            ? "CREATE PROCEDURE full_disk() SIGNAL SQLSTATE 'HY000'"
                + " SET MYSQL_ERRNO = 1114, MESSAGE_TEXT = 'The table is full';\nCALL full_disk();"
            : "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100';"
                + " END $$;");
    up().exits(RETRY).tells("1_full", "the disk is full", "free disk space").never("trying again");
  }

  /** MySQL notices by itself that its client is gone. */
  private void end(Sleeper sleeper) {
    if (database.family() != Family.MYSQL) {
      sleeper.end();
    }
    Sleeper.awaitNone(database);
  }

  /** On CockroachDB, the lock is a row that outlives its owner for a minute. */
  private void releaseLock() {
    if (database.family() == Family.COCKROACH) {
      database.execute("DELETE FROM " + HISTORY + " WHERE installed_rank < 0");
    }
  }
}
