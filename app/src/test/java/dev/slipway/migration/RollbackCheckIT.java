package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** `slipway migrate sql test`: all failures in one run, and none for schemas that are the same. */
class RollbackCheckIT extends EveryServer {
  @Test
  void everyFailingMigrationIsNamed() {
    table("1");
    file("2_left.up.sql", "CREATE TABLE t2 (id INT);");
    file("2_left.down.sql", "SELECT 1;");
    table("3");
    file("4_fails.up.sql", "CREATE TABLE t4 (id INT);");
    file("4_fails.down.sql", "DROP TABLE t4;", "DROP TABLE nothing_such;");
    file("5_missing.up.sql", "CREATE TABLE t5 (id INT);");
    file("5_missing.down.sql", "DROP TABLE t5;", "DROP TABLE t3;");
    table("6");
    Ran ran = test().exits(MIGRATION);
    ran.tells(
        "3 migrations failed the test",
        "2_left.down.sql does not undo 2_left.up.sql: after it, table "
            + name("t2")
            + " is left over",
        "4_fails.down.sql:2",
        "5_missing.down.sql does not undo 5_missing.up.sql: after it, table "
            + name("t3")
            + " is missing",
        "up, down and up: 3_table",
        "failed: 4_fails",
        "up, down and up: 6_table");
    assertEquals(java.util.List.of(), scratches());
  }

  @Test
  void whatComesAfterAMigrationThatCannotBeAppliedIsNotTested() {
    table("1");
    file("2_left.up.sql", "CREATE TABLE t2 (id INT);");
    file("2_left.down.sql", "SELECT 1;");
    file("3_bad.up.sql", "INSERT INTO nothing_such (id) VALUES (1);");
    file("3_bad.down.sql", "SELECT 1;");
    tables("4", "5");
    test()
        .exits(MIGRATION)
        .tells(
            "2 migrations failed the test",
            "table " + name("t2") + " is left over",
            "3_bad.up.sql",
            "the 2 migrations after it were not tested");
  }

  @Test
  void aCommentAcceptsWhatADatabaseCannotUndo() {
    table("1");
    file("2_left.up.sql", "CREATE TABLE t2 (id INT);");
    file("2_left.down.sql", "-- slipway:allow down-incomplete an archive keeps it", "SELECT 1;");
    table("3");
    test()
        .exits(DONE)
        .answersWith(
            "2 migrations went up, down and up again",
            "accepted: 2_left: after its down, table "
                + name("t2")
                + " is left over; its second up fails");
    // Without a reason, and for what is missing, it accepts nothing.
    file("2_left.down.sql", "-- slipway:allow down-incomplete", "SELECT 1;");
    test().exits(MIGRATION).tells("table " + name("t2") + " is left over");
    file(
        "2_left.down.sql",
        "-- slipway:allow down-incomplete an archive keeps it",
        "DROP TABLE t1;");
    test().exits(MIGRATION).tells("table " + name("t1") + " is missing");
    file(
        "2_left.down.sql",
        "-- slipway:allow down-incomplete an archive keeps it",
        "DROP TABLE t2;");
    test().exits(DONE).answersWith("3 migrations").tells("but its down restores the schema");
  }

  @Test
  void enumValuesAndExtensionsAreAccepted() {
    only(Family.POSTGRES);
    file("1_a.up.sql", "CREATE TYPE mood AS ENUM ('sad');");
    file("1_a.down.sql", "DROP TYPE mood;");
    file(
        "2_b.up.sql",
        "-- slipway:allow down-incomplete PostgreSQL cannot remove a value",
        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad';");
    file("2_b.down.sql", "SELECT 1;");
    file("3_c.up.sql", "CREATE EXTENSION IF NOT EXISTS pg_trgm;");
    file("3_c.down.sql", "-- slipway:allow down-incomplete others may use it", "SELECT 1;");
    test()
        .exits(DONE)
        .answersWith(
            "1 migration went up",
            "accepted: 2_b: after its down, type public.mood: values is `'sad', 'glad'` and should be "
                + "`'sad'`",
            "accepted: 3_c: after its down, extension pg_trgm is left over");
    slipway().run("migrate", "sql", "lint", "--path", folder.toString()).exits(DONE);
  }

  @Test
  void migrationsWithoutADirectionDownAreOnlyApplied() {
    file("20240101000000_a.sql", "CREATE TABLE t1 (id INT);");
    file("20240102000000_b.sql", "CREATE TABLE t2 (id INT);");
    test()
        .exits(DONE)
        .answersWith(
            "0 migrations went up, down and up again",
            "applied only, because there is no down migration: 20240101000000_a,"
                + " 20240102000000_b");
  }

  /** Columns of one table, as the up file defines them and as the down file does. */
  private Map<String, String> equal() {
    Map<String, String> equal = new LinkedHashMap<>();
    switch (database.family()) {
      case POSTGRES -> {
        equal.put("TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP", "TIMESTAMPTZ DEFAULT now()");
        equal.put(
            "TIMESTAMPTZ DEFAULT transaction_timestamp()", "TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP");
        equal.put("DATE DEFAULT CURRENT_DATE", "DATE DEFAULT now()::date");
        equal.put("TIMESTAMP DEFAULT LOCALTIMESTAMP", "TIMESTAMP DEFAULT now()::timestamp");
        equal.put("TEXT DEFAULT CURRENT_USER", "TEXT DEFAULT CURRENT_ROLE");
        equal.put("TEXT DEFAULT USER", "TEXT DEFAULT CURRENT_USER");
        equal.put("TEXT DEFAULT current_schema()", "TEXT DEFAULT CURRENT_SCHEMA");
        equal.put("TEXT DEFAULT CURRENT_CATALOG", "TEXT DEFAULT current_database()");
        equal.put("VARCHAR(10)", "VARCHAR(10) DEFAULT NULL");
        equal.put("BOOLEAN DEFAULT FALSE", "BOOLEAN DEFAULT 'f'");
        equal.put(
            "VARCHAR(5) CONSTRAINT k CHECK (c IN ('x', 'y'))",
            "VARCHAR(5) CONSTRAINT k CHECK (c::text = ANY (ARRAY['x'::character varying::text,"
                + " 'y'::character varying::text]))");
        equal.put(
            "VARCHAR(5) CONSTRAINT k CHECK (c <> 'x')",
            "VARCHAR(5) CONSTRAINT k CHECK (c::text <> 'x'::text)");
      }
      case MYSQL -> {
        equal.put(
            "DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
            "DATETIME DEFAULT now() ON UPDATE now()");
        equal.put("DATETIME DEFAULT CURRENT_TIMESTAMP", "DATETIME DEFAULT (now())");
        equal.put("DATETIME DEFAULT (CURRENT_TIMESTAMP)", "DATETIME DEFAULT LOCALTIMESTAMP");
        equal.put("DATE DEFAULT (CURRENT_DATE)", "DATE DEFAULT (curdate())");
        equal.put("TIME DEFAULT (CURRENT_TIME)", "TIME DEFAULT (curtime())");
        equal.put("BOOLEAN DEFAULT TRUE", "TINYINT(1) DEFAULT '1'");
        equal.put("VARCHAR(10)", "VARCHAR(10) DEFAULT NULL");
        equal.put("VARCHAR(10) DEFAULT 'a'", "VARCHAR(10) DEFAULT ('a')");
      }
      case SQLITE -> {
        equal.put("TEXT DEFAULT CURRENT_TIMESTAMP", "TEXT DEFAULT (datetime('now'))");
        equal.put("TEXT DEFAULT current_timestamp", "TEXT DEFAULT (CURRENT_TIMESTAMP)");
        equal.put("TEXT DEFAULT CURRENT_DATE", "TEXT DEFAULT ( DATE ( 'now' ) )");
        equal.put("TEXT DEFAULT CURRENT_TIME", "TEXT DEFAULT (time())");
        equal.put("INT DEFAULT TRUE", "INT DEFAULT 1");
        equal.put("INT DEFAULT (0)", "INT DEFAULT 0");
        equal.put("INT", "INT DEFAULT NULL");
        equal.put("TEXT DEFAULT \"x\"", "TEXT DEFAULT 'x'");
        equal.put("INT CHECK (c > 0)", "INT check(\"C\">0 /* positive */)");
      }
      case COCKROACH -> {}
    }
    return equal;
  }

  /** Definitions that look alike and are not the same. */
  private Map<String, String> different() {
    Map<String, String> different = new LinkedHashMap<>();
    switch (database.family()) {
      case POSTGRES -> {
        different.put("TEXT DEFAULT 'now()'", "TEXT DEFAULT 'CURRENT_TIMESTAMP'");
        different.put("TIMESTAMPTZ DEFAULT now()", "TIMESTAMPTZ DEFAULT clock_timestamp()");
        different.put("TIMESTAMPTZ DEFAULT now()", "TIMESTAMPTZ DEFAULT CURRENT_TIMESTAMP(0)");
        different.put("TEXT DEFAULT CURRENT_USER", "TEXT DEFAULT SESSION_USER");
        different.put("TEXT DEFAULT E'\\\\''now()'", "TEXT DEFAULT E'\\\\''CURRENT_TIMESTAMP'");
      }
      case MYSQL -> {
        different.put("VARCHAR(30) DEFAULT 'now()'", "VARCHAR(30) DEFAULT 'CURRENT_TIMESTAMP'");
        different.put("DATETIME(3) DEFAULT now(3)", "DATETIME(3) DEFAULT NULL");
        different.put("VARCHAR(30) DEFAULT 'NULL'", "VARCHAR(30) DEFAULT NULL");
      }
      case SQLITE -> {
        different.put("TEXT DEFAULT 'datetime(''now'')'", "TEXT DEFAULT 'CURRENT_TIMESTAMP'");
        different.put("TEXT DEFAULT CURRENT_TIMESTAMP", "TEXT DEFAULT (datetime('now','utc'))");
        different.put("TEXT DEFAULT 'a'", "TEXT DEFAULT 'A'");
        different.put("TEXT CHECK (c <> 'a')", "TEXT CHECK (c <> 'A')");
        different.put("TEXT DEFAULT 'NULL'", "TEXT DEFAULT NULL");
      }
      case COCKROACH -> {}
    }
    return different;
  }

  private void definitions(String first, String restored) {
    file("1_t.up.sql", "CREATE TABLE t (id INT, c " + first + ");");
    file("1_t.down.sql", "DROP TABLE t;");
    file("2_d.up.sql", "DROP TABLE t;");
    file("2_d.down.sql", "CREATE TABLE t (id INT, c " + restored + ");");
  }

  @Test
  void expressionsThatMeanTheSameAreEqual() {
    equal()
        .forEach(
            (first, restored) -> {
              definitions(first, restored);
              test().exits(DONE);
              definitions(restored, first);
              test().exits(DONE);
            });
  }

  @Test
  void expressionsThatOnlyLookAlikeDiffer() {
    different()
        .forEach(
            (first, restored) -> {
              definitions(first, restored);
              test().exits(MIGRATION).tells("2_d.down.sql does not undo");
            });
  }

  @Test
  void sqlitesOwnTablesAreKnown() {
    only(Family.SQLITE);
    file("1_a.up.sql", "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b INT);");
    file("1_a.down.sql", "DROP TABLE a;");
    file("2_b.up.sql", "CREATE INDEX i ON a (b);", "INSERT INTO a (b) VALUES (1);", "ANALYZE;");
    file("2_b.down.sql", "DROP INDEX i;", "DELETE FROM a;");
    file("3_c.up.sql", "CREATE VIRTUAL TABLE f USING fts5(body);");
    file("3_c.down.sql", "DROP TABLE f;");
    test().exits(DONE);
    up().exits(DONE);
    verify().exits(DONE);
  }

  @Test
  void aViewThatIsWrittenOtherwiseIsTheSame() {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    table("1");
    file("2_v.up.sql", "CREATE VIEW v AS SELECT id FROM t1 WHERE id > 0;");
    file("2_v.down.sql", "DROP VIEW v;");
    file("3_d.up.sql", "DROP VIEW v;");
    file("3_d.down.sql", "create view v as", "  select id from t1 -- all", "  where id>0;");
    test().exits(DONE);
  }
}
