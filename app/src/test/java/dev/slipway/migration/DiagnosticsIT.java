package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a server reports besides the message of an error: details, notices, and warnings. */
class DiagnosticsIT extends EveryServer {

  /** SQLite and MySQL have one message and nothing more. */
  private void onlyWithDetails() {
    Assumptions.assumeTrue(database.family() == Family.POSTGRES, "the server has no details");
  }

  /**
   * SQLite reports nothing about a statement that succeeds; the stand-in of CockroachDB neither.
   */
  private void onlyWithNotices() {
    Assumptions.assumeTrue(
        database.family() == Family.POSTGRES || database.family() == Family.MYSQL,
        "the server has no notices");
  }

  @Test
  void showsTheDetailOfAnError() {
    onlyWithDetails();
    file(
        "1_u.up.sql",
        "CREATE TABLE u (email TEXT UNIQUE);",
        "INSERT INTO u VALUES ('ann'), ('ann');");
    up().exits(MIGRATION).tells("DETAIL: Key (email)=(ann) already exists.");
  }

  @Test
  void showsTheHintAndTheContextOfAnError() {
    onlyWithDetails();
    file(
        "1_f.up.sql",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$",
        "BEGIN RAISE EXCEPTION 'not yet' USING HINT = 'run the backfill first'; END $$;",
        "SELECT f();");
    up().exits(MIGRATION)
        .tells(
            "HINT: run the backfill first",
            "CONTEXT: PL/pgSQL function f() line 2 at RAISE",
            "1_f.up.sql:3:1");
  }

  @Test
  void showsTheDetailOfADownMigration() {
    onlyWithDetails();
    table("1");
    up().exits(DONE);
    database.execute("CREATE VIEW v AS SELECT * FROM t1");
    down().exits(MIGRATION).tells("DETAIL: view v depends on table t1");
  }

  /** The messages of three migrations are one, in which a warning of the second is not the last. */
  @Test
  void showsWarningsOfMigrationsThatShareAMessage() {
    onlyWithNotices();
    table("1");
    warns("2_warns.up.sql");
    table("3");
    String expected =
        database.family() == Family.MYSQL
            ? "WARNING: Data truncated for column 'a' at row 1 (code 1265)"
            : "WARNING: 3 rows were skipped";
    up().exits(DONE).tells(expected);
  }

  private void warns(String name) {
    if (database.family() == Family.MYSQL) {
      file(
          name,
          "SET sql_mode = '';",
          "CREATE TABLE w (a VARCHAR(3));",
          "INSERT INTO w VALUES ('abcdef');");
    } else {
      file(name, "DO $$ BEGIN RAISE WARNING '3 rows were skipped'; END $$;");
    }
  }

  /** Each is shown once, although the rows before the failing statement are written twice. */
  @Test
  void showsWarningsBeforeAStatementThatFails() {
    onlyWithNotices();
    boolean mysql = database.family() == Family.MYSQL;
    String before =
        mysql
            ? "INSERT IGNORE INTO w VALUES ('abcdef');"
            : "DO $$ BEGIN RAISE WARNING 'w'; END $$;";
    String expected = mysql ? "WARNING: Data truncated for column 'a' at row 1" : "WARNING: w";
    table("1");
    file(
        "2_warns.up.sql",
        "CREATE TABLE w (a VARCHAR(3));",
        before,
        "CREATE TABLE x (a INT);",
        before.replace("abcdef", "ghijkl"),
        "INSERT INTO w VALUES ('ok'), ((SELECT a FROM missing));");
    table("3");
    Ran ran = up().exits(MIGRATION).tells("missing");
    assertEquals(2, ran.err().lines().filter(line -> line.contains(expected)).count(), ran::err);
  }

  @Test
  void namesTheMigrationOfANotice() {
    onlyWithNotices();
    warns("7_alone.up.sql");
    up().exits(DONE).tells("7_alone: WARNING: ");
  }

  @Test
  void showsNoticesOfAFileOutsideATransaction() {
    onlyWithNotices();
    warns("1_warns.autocommit.up.sql");
    up().exits(DONE).tells("1_warns: WARNING: ");
  }

  @Test
  void showsNoticesOfCopy() {
    onlyWithDetails();
    file(
        "1_t.up.sql",
        "CREATE TABLE t (a INT);",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$",
        "BEGIN RAISE NOTICE 'row %', NEW.a; RETURN NEW; END $$;",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
        "COPY t FROM stdin;",
        "7",
        "8",
        "\\.");
    up().exits(DONE).tells("1_t: NOTICE: row 7", "1_t: NOTICE: row 8");
  }

  /** More notices than the buffers of both sides hold, while the client still sends rows. */
  @Test
  void countsAFloodOfNoticesOfCopy() {
    onlyWithDetails();
    int rows = 300_000;
    file(
        "1_t.up.sql",
        "CREATE TABLE t (a INT);",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$",
        "BEGIN RAISE NOTICE 'row % with a long text: %', NEW.a, repeat('x', 100);",
        "RETURN NEW; END $$;",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();",
        "COPY t FROM stdin;",
        "1\n".repeat(rows) + "\\.",
        "SELECT 1 / (count(*) = " + rows + ")::int FROM t;");
    up().exits(DONE).tells("1_t: NOTICE: row 1", "1_t: and 299,980 more notices");
  }

  @Test
  void countsAFloodOfNotices() {
    onlyWithNotices();
    if (database.family() == Family.MYSQL) {
      file(
          "1_flood.up.sql",
          "SET sql_mode = '';",
          "CREATE TABLE w (a TINYINT);",
          "INSERT INTO w WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n",
          "WHERE i < 1000), m AS (SELECT a.i FROM n a, n b LIMIT 12365) SELECT 300 FROM m;");
    } else {
      file(
          "1_flood.up.sql",
          "DO $$ BEGIN FOR i IN 1..12365 LOOP RAISE NOTICE 'row %', i; END LOOP; END $$;");
    }
    Ran ran = up().exits(DONE).tells("1_flood: and 12,345 more notices");
    assertEquals(
        20,
        ran.err().lines().filter(line -> line.matches("1_flood: (NOTICE|WARNING): .*")).count());
  }

  @Test
  void aNoticeContainsNoSecret() {
    onlyWithDetails();
    String password = database.password().orElseThrow();
    file(
        "1_n.up.sql",
        "DO $$ BEGIN RAISE NOTICE '%', '"
            + password.charAt(0)
            + "' || '"
            + password.substring(1)
            + "'; END $$;");
    Ran ran = up().exits(DONE).tells("1_n: NOTICE: ***");
    assertEquals(List.of(), ran.err().lines().filter(line -> line.contains(password)).toList());
  }

  @Test
  void printsNoValueOfAPlaceholder() {
    file("V1__a.sql", "INSERT INTO ${table} VALUES ('${password}');");
    String[] placeholders = {
      "--placeholder", "table=missing_table", "--placeholder", "password=Hunter2x"
    };
    slipway()
        .run(words("up", with("--dry-run", placeholders)))
        .exits(DONE)
        .says("INSERT INTO ${table} VALUES ('${password}')")
        .never("missing_table", "Hunter2x");
    up(placeholders)
        .exits(MIGRATION)
        .says("INSERT INTO ${table}")
        .never("missing_table", "Hunter2x");
  }
}
