package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a migration leaves in its session is not there for the next one. */
class SessionIT extends EveryServer {
  /** Writes the same file twice, in a transaction and outside, and expects both to run. */
  private void runsTwice(String suffix, String... lines) {
    file("1_first" + suffix, lines);
    file("2_second" + suffix, lines);
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @ParameterizedTest
  @ValueSource(strings = {".up.sql", ".autocommit.up.sql"})
  void aTemporaryTableEndsWithItsFile(String suffix) {
    runsTwice(suffix, "CREATE TEMPORARY TABLE ids (id INT);", "INSERT INTO ids VALUES (1);");
  }

  @ParameterizedTest
  @ValueSource(strings = {".up.sql", ".autocommit.up.sql"})
  void aTemporaryTableDoesNotHideTheTableOfTheNextFile(String suffix) {
    file("1_item.up.sql", "CREATE TABLE item (id INT);");
    file("2_copy" + suffix, "CREATE TEMPORARY TABLE item AS SELECT id FROM " + item() + ";");
    file("3_price.up.sql", "ALTER TABLE item ADD COLUMN price INT;");
    up().exits(DONE);
    database.execute("INSERT INTO item (id, price) VALUES (1, 2)");
    assertEquals(List.of("2"), database.query("SELECT price FROM item"));
  }

  private String item() {
    return switch (database.family()) {
      case POSTGRES, COCKROACH -> "public.item";
      case SQLITE -> "main.item";
      case MYSQL -> "item";
    };
  }

  @Test
  void aTemporaryTableWithPendingTriggersEndsWithItsFile() {
    only(Family.POSTGRES);
    runsTwice(
        ".up.sql",
        "CREATE TEMPORARY TABLE a (id INT PRIMARY KEY);",
        "CREATE TEMPORARY TABLE b (a INT REFERENCES a DEFERRABLE INITIALLY DEFERRED);",
        "INSERT INTO b VALUES (1);",
        "INSERT INTO a VALUES (1);");
  }

  @Test
  void aTemporaryTableOfARoutineEndsWithTheFileThatCallsIt() {
    only(Family.MYSQL);
    file(
        "1_routine.up.sql",
        "CREATE PROCEDURE collect() BEGIN CREATE TEMPORARY TABLE ids (id INT);"
            + " SET @collected = 1; END;");
    file("2_call.up.sql", "CALL collect();");
    file("3_call.up.sql", "CALL collect();", "SET @collected = NULL;");
    file("4_seen.up.sql", "CREATE TABLE seen AS SELECT @collected AS value;");
    up().exits(DONE);
    assertEquals(List.of("null"), database.query("SELECT value FROM seen"));
  }

  @ParameterizedTest
  @ValueSource(strings = {".up.sql", ".autocommit.up.sql"})
  void aPreparedStatementEndsWithItsFile(String suffix) {
    only(Family.POSTGRES, Family.COCKROACH, Family.MYSQL);
    String prepare =
        database.family() == Family.MYSQL
            ? "PREPARE one FROM 'SELECT 1'"
            : "PREPARE one AS SELECT 1";
    runsTwice(suffix, prepare + ";", "EXECUTE one;");
    file("3_missing.up.sql", "EXECUTE one;");
    up().exits(MIGRATION).tells("one");
  }

  @Test
  void aCursorEndsWithItsFile() {
    only(Family.POSTGRES);
    runsTwice(".up.sql", "DECLARE numbers CURSOR WITH HOLD FOR SELECT 1;");
  }

  @Test
  void aHandlerEndsWithItsFile() {
    only(Family.MYSQL);
    database.execute("CREATE TABLE t (id INT)");
    file("0_empty.up.sql", "SELECT 1;");
    slipway().run(words("baseline", "0"));
    file("1_first.up.sql", "HANDLER t OPEN AS h;");
    file("2_second.up.sql", "HANDLER t OPEN AS h;");
    up().exits(DONE);
  }

  @Test
  void aUserVariableEndsWithItsFile() {
    only(Family.MYSQL);
    file("1_set.up.sql", "SET @rate = 7;", "SELECT 1 INTO @other;");
    file("2_seen.up.sql", "CREATE TABLE seen AS SELECT @rate AS rate, @other AS other;");
    up().exits(DONE);
    assertEquals(List.of("null|null"), database.query("SELECT rate, other FROM seen"));
  }

  @Test
  void aVariableOfTheSessionEndsWithItsFile() {
    only(Family.MYSQL);
    file(
        "1_set.up.sql",
        "SET SESSION group_concat_max_len = 7;",
        "SET @@session.sql_safe_updates = 1, sql_mode = 'ANSI_QUOTES';",
        "SET timestamp = 1;");
    file(
        "2_seen.up.sql",
        "CREATE TABLE seen AS SELECT @@group_concat_max_len = 7 AS length,"
            + " @@sql_safe_updates AS safe, @@sql_mode = 'ANSI_QUOTES' AS mode,"
            + " UNIX_TIMESTAMP() < 9 AS time;");
    up().exits(DONE);
    assertEquals(List.of("0|0|0|0"), database.query("SELECT * FROM seen"));
  }

  @Test
  void aGlobalVariableStays() {
    only(Family.MYSQL);
    String before = database.query("SELECT @@global.max_connect_errors").getFirst();
    file("1_set.up.sql", "SET GLOBAL max_connect_errors = 77;", "SET @a = 1;");
    tables("2");
    up().exits(DONE);
    assertEquals(List.of("77"), database.query("SELECT @@global.max_connect_errors"));
    database.execute("SET GLOBAL max_connect_errors = " + before);
  }

  @ParameterizedTest
  @ValueSource(strings = {".up.sql", ".autocommit.up.sql"})
  void aPragmaEndsWithItsFile(String suffix) {
    only(Family.SQLITE);
    file(
        "1_set" + suffix,
        "PRAGMA recursive_triggers = ON;",
        "PRAGMA case_sensitive_like = ON;",
        "PRAGMA ignore_check_constraints = ON;");
    file(
        "2_seen.up.sql",
        "CREATE TABLE seen AS SELECT 'a' LIKE 'A' AS alike,"
            + " (SELECT recursive_triggers FROM pragma_recursive_triggers) AS recursive,"
            + " (SELECT ignore_check_constraints FROM pragma_ignore_check_constraints) AS ignored;");
    up().exits(DONE);
    assertEquals(List.of("1|0|0"), database.query("SELECT * FROM seen"));
  }

  @Test
  void aJournalModeOfTheFileStaysAndThatOfTheConnectionDoesNot() {
    only(Family.SQLITE);
    file("1_memory.autocommit.up.sql", "PRAGMA journal_mode = MEMORY;");
    file("2_seen.up.sql", "CREATE TABLE seen AS SELECT journal_mode FROM pragma_journal_mode;");
    file("3_wal.autocommit.up.sql", "PRAGMA journal_mode = WAL;");
    tables("4");
    up().exits(DONE);
    assertEquals(List.of("delete"), database.query("SELECT * FROM seen"));
    assertEquals(List.of("wal"), database.query("PRAGMA journal_mode"));
  }

  @Test
  void anAttachedDatabaseEndsWithItsFile() {
    only(Family.SQLITE);
    runsTwice(
        ".autocommit.up.sql", "ATTACH ':memory:' AS other;", "CREATE TABLE other.t (id INT);");
  }

  @Test
  void aSettingOfOnesOwnEndsWithItsFile() {
    only(Family.POSTGRES);
    file("1_set.up.sql", "SET app.rate = '7';", "SET work_mem = '1MB';");
    file(
        "2_seen.up.sql",
        "CREATE TABLE seen AS SELECT current_setting('app.rate', true) AS rate,"
            + " current_setting('work_mem') = '1MB' AS mem;");
    up().exits(DONE);
    assertEquals(List.of("|false"), database.query("SELECT * FROM seen"));
  }

  /** As in psql: 02/03/2024 is in February or in March. */
  @Test
  void datesAreReadAndWrittenAsTheDatabaseSays() {
    onlyWithLogins();
    only(Family.POSTGRES);
    database.execute(
        "ALTER DATABASE " + database.name() + " SET DateStyle = 'SQL, DMY'",
        "ALTER DATABASE " + database.name() + " SET IntervalStyle = 'iso_8601'");
    String seen =
        " AS SELECT '02/03/2024'::date AS d, '04/03/2024'::date::text AS t,"
            + " INTERVAL '1 day 2 hours'::text AS i;";
    file("1_first.up.sql", "CREATE TABLE first" + seen, "SET DateStyle = 'ISO, MDY';");
    file("2_second.up.sql", "CREATE TABLE second" + seen);
    file("3_third.autocommit.up.sql", "CREATE TABLE third" + seen);
    up().exits(DONE);
    for (String table : List.of("first", "second", "third")) {
      assertEquals(
          List.of("3|04/03/2024|P1DT2H"),
          database.query("SELECT extract(month FROM d)::int, t, i FROM " + table),
          table);
    }
    slipway().run(words("verify")).exits(DONE);
  }

  @Test
  void datesAreReadAndWrittenAsTheDsnSays() {
    only(Family.POSTGRES);
    file("1_seen.up.sql", "CREATE TABLE seen AS SELECT '2.3.2024'::date::text AS t;");
    Slipway.bare()
        .with("DSN", database.dsn("datestyle=German"))
        .run(words("up", "--yes"))
        .exits(DONE);
    assertEquals(List.of("02.03.2024"), database.query("SELECT * FROM seen"));
  }

  @Test
  void aStringEndsWhereTheSessionSays() {
    only(Family.POSTGRES, Family.MYSQL);
    boolean mysql = database.family() == Family.MYSQL;
    String text = mysql ? "'a\\'" : "'a\\'; b'";
    file(
        "1_text.up.sql",
        "CREATE TABLE texts (text VARCHAR(20));",
        "INSERT INTO texts VALUES (" + text + ");",
        "INSERT INTO texts VALUES ('c');");
    String dsn =
        database.dsn(
            mysql
                ? "sql_mode=%27NO_BACKSLASH_ESCAPES%27"
                : "options=-c%20standard_conforming_strings%3Doff");
    Slipway.on(database).with("DSN", dsn).run(words("up", "--yes")).exits(DONE);
    assertEquals(
        List.of(mysql ? "a\\" : "a'; b", "c"),
        database.query("SELECT text FROM texts ORDER BY text"));
  }

  @Test
  void aStringEndsWhereTheFileSays() {
    only(Family.POSTGRES, Family.MYSQL);
    boolean mysql = database.family() == Family.MYSQL;
    file(
        "1_text.up.sql",
        "CREATE TABLE texts (text VARCHAR(20));",
        mysql ? "SET sql_mode = 'NO_BACKSLASH_ESCAPES';" : "SET standard_conforming_strings = off;",
        "INSERT INTO texts VALUES (" + (mysql ? "'a\\'" : "'a\\'; b'") + ");",
        "INSERT INTO texts VALUES ('c');");
    file("2_text.up.sql", "INSERT INTO texts VALUES (" + (mysql ? "'d\\\\'" : "'d\\'") + ");");
    up().exits(DONE);
    assertEquals(
        List.of(mysql ? "a\\" : "a'; b", "c", "d\\"),
        database.query("SELECT text FROM texts ORDER BY text"));
  }

  /** A role or a database has timeouts for the statements of its services. */
  @ParameterizedTest
  @ValueSource(strings = {".up.sql", ".autocommit.up.sql"})
  void timeoutsOfTheServerAreOff(String suffix) {
    onlyWithLogins();
    only(Family.POSTGRES, Family.COCKROACH, Family.MYSQL);
    // MySQL's timeout applies to SELECT alone, and a SLEEP that it ends is no error.
    String slow =
        database.family() == Family.MYSQL
            ? "SELECT COUNT(*) FROM information_schema.collations a,"
                + " information_schema.collations b,"
                + " (SELECT id FROM information_schema.collations LIMIT 100) c"
                + " WHERE SHA2(CONCAT(a.id, b.id, c.id), 512) = '';"
            : Sleeper.statement(database, 1);
    file("1_slow" + suffix, slow, slow, "CREATE TABLE t (id INT);");
    if (database.family() == Family.MYSQL) {
      database.execute("SET GLOBAL max_execution_time = 300");
    } else {
      database.execute(
          "DO $$ DECLARE name text; BEGIN FOR name IN SELECT s.name FROM pg_settings s"
              + " WHERE s.name IN ('statement_timeout', 'idle_in_transaction_session_timeout',"
              + " 'idle_session_timeout', 'transaction_timeout') LOOP"
              + " EXECUTE format('ALTER DATABASE "
              + database.name()
              + " SET %I = 500', name); END LOOP; END $$");
    }
    try {
      up().exits(DONE);
    } finally {
      if (database.family() == Family.MYSQL) {
        database.execute("SET GLOBAL max_execution_time = 0");
      }
    }
  }
}
