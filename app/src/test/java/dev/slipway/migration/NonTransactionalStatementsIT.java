package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.driver.Drivers;
import dev.slipway.sql.SqlScript;
import dev.slipway.testing.Server.Family;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statements that cannot run in a transaction: what the server says of them, and Slipway. */
class NonTransactionalStatementsIT extends EveryServer {
  private static final List<String> POSTGRES =
      List.of(
          "CREATE INDEX CONCURRENTLY i ON t (i)",
          "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (i)",
          "DROP INDEX CONCURRENTLY IF EXISTS i",
          "REINDEX TABLE CONCURRENTLY t",
          "REINDEX (CONCURRENTLY) TABLE t",
          "REINDEX (VERBOSE, CONCURRENTLY ON) INDEX t_i",
          "REINDEX SCHEMA public",
          "REINDEX DATABASE postgres",
          "REINDEX SYSTEM postgres",
          "VACUUM",
          "vacuum (analyze) t",
          "CREATE DATABASE other",
          "DROP DATABASE IF EXISTS other",
          "ALTER DATABASE postgres SET TABLESPACE pg_default",
          "CREATE TABLESPACE s LOCATION '/tmp'",
          "DROP TABLESPACE IF EXISTS s",
          "ALTER SYSTEM SET work_mem = '8MB'",
          "CLUSTER",
          "CLUSTER VERBOSE",
          "ALTER TABLE IF EXISTS ONLY p DETACH PARTITION q CONCURRENTLY",
          "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p",
          "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (create_slot)",
          "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
          "ALTER SUBSCRIPTION s SET PUBLICATION p",
          "ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh = on)",
          "DROP SUBSCRIPTION s",
          "DISCARD ALL",
          "DO $$ BEGIN INSERT INTO t VALUES (1); COMMIT; END $$",
          "DO LANGUAGE plpgsql $$ BEGIN LOOP ROLLBACK; EXIT; END LOOP; END $$");

  private static final List<String> POSTGRES_ACCEPTED =
      List.of(
          "REINDEX TABLE t",
          "REINDEX (CONCURRENTLY FALSE) TABLE t",
          "ANALYZE",
          "ALTER DATABASE postgres SET work_mem = '8MB'",
          "CLUSTER t USING t_i",
          "CREATE SUBSCRIPTION a CONNECTION 'host=h' PUBLICATION p WITH (connect = false)",
          "ALTER SUBSCRIPTION s SET (streaming = on)",
          "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
          "DROP SUBSCRIPTION IF EXISTS nowhere",
          "DISCARD TEMP",
          "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
          "ALTER TYPE mood ADD VALUE 'x'",
          "COMMENT ON DATABASE postgres IS 'x'",
          "CREATE TABLE p2 (i int) PARTITION BY RANGE (i)",
          "DO $$ BEGIN INSERT INTO t VALUES (2); END $$");

  private static final List<String> SQLITE =
      List.of(
          "VACUUM",
          "VACUUM INTO 'copy.db'",
          "PRAGMA journal_mode = WAL",
          "PRAGMA main.journal_mode(wal)",
          "PRAGMA \"journal_mode\" = WAL",
          "PRAGMA synchronous = OFF",
          "PRAGMA wal_checkpoint(TRUNCATE)");

  private static final List<String> SQLITE_ACCEPTED =
      List.of(
          "PRAGMA journal_mode",
          "PRAGMA foreign_keys = OFF",
          "PRAGMA foreign_keys = ON",
          "PRAGMA defer_foreign_keys = ON",
          "PRAGMA user_version = 3",
          "PRAGMA auto_vacuum = FULL",
          "ATTACH ':memory:' AS m",
          "REINDEX",
          "ANALYZE");

  /** Exactly the statements of the driver's list are those that fail in a transaction. */
  @Test
  void theServerRejectsWhatTheDriverLists() throws SQLException {
    only(Family.POSTGRES, Family.SQLITE);
    boolean postgres = database.family() == Family.POSTGRES;
    database.execute("CREATE TABLE t (i INT)", "CREATE INDEX t_i ON t (i)");
    if (postgres) {
      database.execute(
          "CREATE TABLE p (i int) PARTITION BY RANGE (i)",
          "CREATE TABLE q PARTITION OF p FOR VALUES FROM (1) TO (2)",
          "CREATE TYPE mood AS ENUM ('a')",
          "CREATE MATERIALIZED VIEW m AS SELECT 1 AS i",
          "CREATE UNIQUE INDEX m_i ON m (i)",
          "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (connect = false)");
    }
    List<String> rejected = postgres ? POSTGRES : SQLITE;
    List<String> all = new ArrayList<>(rejected);
    all.addAll(postgres ? POSTGRES_ACCEPTED : SQLITE_ACCEPTED);
    List<String> failing = new ArrayList<>();
    List<String> listed = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : all) {
        statement.execute(postgres ? "BEGIN" : "BEGIN IMMEDIATE");
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          failing.add(sql);
        }
        statement.execute("ROLLBACK");
        var driver = Drivers.require(database.dialect());
        if (!driver
            .nonTransactionalStatements()
            .in(SqlScript.parse(sql, driver.syntax()))
            .isEmpty()) {
          listed.add(sql);
        }
      }
    } finally {
      if (postgres) {
        database.execute("ALTER SUBSCRIPTION s SET (slot_name = NONE)", "DROP SUBSCRIPTION s");
      }
    }
    assertEquals(rejected, failing);
    assertEquals(rejected, listed);
  }

  @Test
  void oneMessageNamesAllFilesBeforeAnythingRuns() {
    only(Family.POSTGRES, Family.SQLITE);
    tables("1");
    file("2_vacuum.up.sql", "CREATE TABLE t2 (id INT);", "VACUUM;");
    tables("3");
    file("4_again.up.sql", "VACUUM;");
    up().exits(USAGE)
        .tells(
            "2 files contain statements that cannot be part of a transaction",
            "2_vacuum.up.sql:2: `VACUUM` cannot run inside a transaction",
            "4_again.up.sql:1: `VACUUM`",
            "2_vacuum.up.sql to 2_vacuum.autocommit.up.sql",
            "4_again.up.sql to 4_again.autocommit.up.sql");
    assertEquals(List.of(), database.tables());
    up("--to", "1").exits(DONE);
    up().exits(USAGE);
    up("--dry-run").exits(USAGE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void downRejectsThemToo() {
    only(Family.POSTGRES, Family.SQLITE);
    tables("1", "2");
    file("3_vacuum.up.sql", "CREATE TABLE t3 (id INT);");
    file("3_vacuum.down.sql", "DROP TABLE t3;", "VACUUM;");
    up().exits(DONE);
    down("--steps", "2").exits(USAGE).tells("3_vacuum.down.sql:2", "3_vacuum.autocommit.down.sql");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void theRemedyHasTheFormatOfTheFile() {
    only(Family.SQLITE);
    file("V1__a.sql", "CREATE TABLE a (id INT);");
    file("V2__b.sql", "PRAGMA synchronous = OFF;");
    up().exits(USAGE).tells("V2__b.sql:1", "executeInTransaction=false into V2__b.sql.conf");
    file("V2__b.sql.conf", "executeInTransaction=false");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  /** A file does not show what a procedure does, or what exists in the database. */
  @Test
  void theHintForOthersIsTheSame() {
    only(Family.POSTGRES, Family.SQLITE);
    boolean postgres = database.family() == Family.POSTGRES;
    if (postgres) {
      database.execute("CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$");
    }
    file(
        "1_work.up.sql",
        postgres
            ? "CALL work();"
            : "CREATE TEMP TABLE t AS SELECT 1 AS i; PRAGMA temp_store = MEMORY;");
    up().exits(MIGRATION).tells("hint: rename 1_work.up.sql to 1_work.autocommit.up.sql");
  }

  @Test
  void outsideATransactionTheyRun() {
    only(Family.POSTGRES, Family.SQLITE);
    tables("1");
    file("2_vacuum.autocommit.up.sql", "VACUUM;");
    if (database.family() == Family.SQLITE) {
      file("3_wal.autocommit.up.sql", "PRAGMA journal_mode = WAL;");
    }
    up().exits(DONE);
    if (database.family() == Family.SQLITE) {
      assertEquals(List.of("wal"), database.query("PRAGMA journal_mode"));
    }
  }

  /** Each statement is a transaction of its own, so none is rejected. */
  @Test
  void withoutATransactionAroundTheFileTheyRun() {
    only(Family.MYSQL, Family.COCKROACH);
    file(
        "1_mixed.up.sql",
        database.family() == Family.MYSQL
            ? "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION sql_log_bin = 0;"
                + " CREATE TABLE t (i INT); OPTIMIZE TABLE t; SET SESSION sql_log_bin = 1;"
            : "CREATE TABLE t (i INT); CREATE INDEX CONCURRENTLY t_i ON t (i);");
    up().exits(DONE);
  }
}
