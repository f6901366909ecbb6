package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transaction control in files, and what a file sets for its session. */
class TransactionIT extends EveryServer {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN;|COMMIT;",
        "begin transaction;|end;",
        "START TRANSACTION;|COMMIT;",
        "-- a comment\nBEGIN;|COMMIT; -- done"
      })
  void takesOutOneBeginAndOneCommit(String frame) {
    String begin = frame.substring(0, frame.indexOf('|'));
    String end = frame.substring(frame.indexOf('|') + 1);
    boolean understood =
        switch (database.family()) {
          case SQLITE -> !begin.startsWith("START");
          case MYSQL -> !begin.contains("transaction");
          case POSTGRES, COCKROACH -> true;
        };
    Assumptions.assumeTrue(understood, () -> server + " has other words for it");
    tables("1");
    file(
        "2_framed.up.sql",
        begin,
        "CREATE TABLE t2 (id INT);",
        "INSERT INTO nowhere VALUES (1);",
        end);
    up().exits(MIGRATION).tells("INSERT INTO nowhere");
    if (database.transactionalDdl()) {
      assertEquals(List.of("1 ok"), history());
      assertEquals(List.of("t1"), tablesMade());
      database.execute("CREATE TABLE nowhere (id INT)");
      up().exits(DONE);
      assertEquals(List.of("1 ok", "2 ok"), history());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BEGIN", "START TRANSACTION"})
  void aBeginWithoutItsSemicolonFails(String begin) {
    file(
        "1_framed.up.sql",
        begin,
        "CREATE TABLE t1 (id INT);",
        "CREATE TABLE t2 (id INT);",
        "COMMIT;");
    up().exits(MIGRATION).tells("1_framed.up.sql:", ", statement 1 of 2: " + begin);
    assertEquals(List.of(), tablesMade());
  }

  @ParameterizedTest
  @ValueSource(strings = {"COMMIT", "ROLLBACK", "SAVEPOINT here"})
  void refusesTransactionControlInTheMiddleBeforeAnythingRuns(String control) {
    tables("1");
    file(
        "2_middle.up.sql",
        "CREATE TABLE t2 (id INT);",
        control + ";",
        "INSERT INTO t2 VALUES (1);");
    up().exits(USAGE).tells("2_middle.up.sql:2", control, "autocommit");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void letsAFileOutsideTransactionsControlItsOwn() {
    only(Family.POSTGRES, Family.MYSQL);
    file(
        "1_own.autocommit.up.sql",
        "CREATE TABLE words (word VARCHAR(20));",
        "BEGIN;",
        "INSERT INTO words VALUES ('kept');",
        "COMMIT;",
        "BEGIN;",
        "INSERT INTO words VALUES ('undone');",
        "ROLLBACK;");
    up().exits(DONE);
    assertEquals(List.of("kept"), database.query("SELECT word FROM words"));
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void aCommitInsideABodyIsNoTransactionControl() {
    only(Family.POSTGRES);
    file(
        "1_procedure.up.sql",
        "CREATE PROCEDURE work() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;",
        "DO $$ BEGIN PERFORM 1; END $$;",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END;");
    up().exits(DONE);
  }

  @Test
  void aTriggersBodyIsOneStatement() {
    only(Family.SQLITE, Family.MYSQL);
    String trigger =
        database.family() == Family.SQLITE
            ? "CREATE TRIGGER twice AFTER INSERT ON a BEGIN INSERT INTO b VALUES (1);"
                + " INSERT INTO b VALUES (2); END;"
            : "CREATE TRIGGER twice AFTER INSERT ON a FOR EACH ROW BEGIN INSERT INTO b VALUES (1);"
                + " INSERT INTO b VALUES (2); END;";
    file(
        "1_trigger.up.sql",
        "CREATE TABLE a (id INT);",
        "CREATE TABLE b (id INT);",
        trigger,
        "INSERT INTO a VALUES (1);");
    up().exits(DONE);
    assertEquals(List.of("1", "2"), database.query("SELECT id FROM b ORDER BY id"));
  }

  @Test
  void readsTheDelimitersOfTheMysqlShell() {
    only(Family.MYSQL);
    file(
        "1_procedure.up.sql",
        "DELIMITER //",
        "CREATE PROCEDURE work() BEGIN SELECT 1; SELECT 2; END //",
        "DELIMITER $$",
        "CREATE PROCEDURE twice(IN n INT) BEGIN SELECT n * 2; END$$",
        "CREATE PROCEDURE nothing() BEGIN SELECT 0; END$$",
        "DELIMITER ;",
        "CALL twice(1);",
        "CREATE TABLE a (id INT);");
    up().exits(DONE);
    assertEquals(List.of("a"), tablesMade());
  }

  @Test
  void aHeaderOfPgDumpDoesNotHarmTheNextFile() {
    only(Family.POSTGRES);
    file(
        "1_dump.up.sql",
        "-- PostgreSQL database dump",
        "\\restrict abcdefghijklmnopqrstuvwxyz",
        "SET statement_timeout = 0;",
        "SET lock_timeout = 0;",
        "SET idle_in_transaction_session_timeout = 0;",
        "SET client_encoding = 'UTF8';",
        "SET standard_conforming_strings = on;",
        "SELECT pg_catalog.set_config('search_path', '', false);",
        "SET check_function_bodies = false;",
        "SET xmloption = content;",
        "SET client_min_messages = warning;",
        "SET row_security = off;",
        "SET default_tablespace = '';",
        "SET default_table_access_method = heap;",
        "CREATE TABLE public.a (id integer NOT NULL, word text);",
        "COPY public.a (id, word) FROM stdin;",
        "1\tone; two",
        "2\t\\N",
        "\\.",
        "ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);",
        "\\unrestrict abcdefghijklmnopqrstuvwxyz");
    tables("2");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(
        List.of("1|one; two", "2|null"), database.query("SELECT id, word FROM a ORDER BY id"));
  }

  @Test
  void aHeaderOfMysqldumpDoesNotHarmTheNextFile() {
    only(Family.MYSQL);
    file(
        "1_dump.up.sql",
        "-- MySQL dump 10.13",
        "/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;",
        "/*!50503 SET NAMES utf8mb4 */;",
        "/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;",
        "/*!40103 SET TIME_ZONE='+00:00' */;",
        "/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0 */;",
        "/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;",
        "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;",
        "CREATE TABLE a (id INT NOT NULL, word VARCHAR(20));",
        "LOCK TABLES `a` WRITE;",
        "/*!40000 ALTER TABLE `a` DISABLE KEYS */;",
        "INSERT INTO `a` VALUES (1,'one; two');",
        "/*!40000 ALTER TABLE `a` ENABLE KEYS */;",
        "UNLOCK TABLES;");
    file(
        "2_after.up.sql",
        "CREATE TABLE seen AS SELECT @@sql_mode AS mode, @@foreign_key_checks AS fk,"
            + " @@unique_checks AS uq, @@time_zone AS zone;");
    up().exits(DONE);
    assertEquals(List.of("1|one; two"), database.query("SELECT id, word FROM a"));
    String seen =
        database
            .query("SELECT fk, uq, mode LIKE '%STRICT_TRANS_TABLES%', zone FROM seen")
            .getFirst();
    assertEquals(true, seen.startsWith("1|1|1|") && !seen.endsWith("+00:00"), seen);
  }

  @Test
  void aSearchPathOfOneFileIsNotThatOfTheNext() {
    only(Family.POSTGRES);
    file(
        "1_path.up.sql",
        "CREATE SCHEMA aside;",
        "SET search_path TO aside;",
        "CREATE TABLE in_aside (id INT);");
    file("2_after.up.sql", "CREATE TABLE in_public (id INT);");
    up().exits(DONE);
    assertEquals(
        List.of("aside|in_aside", "public|" + HISTORY, "public|in_public"),
        database.query(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN"
                + " ('public', 'aside') ORDER BY 1, 2"));
  }

  @Test
  void aRoleOfOneFileIsNotThatOfTheNext() {
    only(Family.POSTGRES);
    String role = "role_" + database.name();
    file(
        "1_role.up.sql",
        "CREATE ROLE " + role + ";",
        "GRANT ALL ON SCHEMA public TO " + role + ";",
        "SET ROLE " + role + ";",
        "CREATE TABLE theirs (id INT);");
    file("2_after.up.sql", "CREATE TABLE ours (id INT);");
    file("3_session.up.sql", "SET SESSION AUTHORIZATION " + role + ";");
    file("4_after.up.sql", "CREATE TABLE ours_too (id INT);");
    try {
      up().exits(DONE);
      assertEquals(
          List.of("ours|slipway", "ours_too|slipway", "theirs|" + role),
          database.query(
              "SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'"
                  + " AND tablename <> '"
                  + HISTORY
                  + "' ORDER BY 1"));
    } finally {
      database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
    }
  }

  @Test
  void theRowOfAFileOutsideTransactionsGoesWhereItBelongsWhateverTheFileSets() {
    only(Family.POSTGRES);
    file(
        "1_path.autocommit.up.sql",
        "CREATE SCHEMA aside;",
        "SET search_path TO aside;",
        "CREATE TABLE in_aside (id INT);");
    tables("2");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(
        List.of("public"),
        database.query("SELECT schemaname FROM pg_tables WHERE tablename = 't2'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SET client_encoding = 'LATIN1'", "SET DateStyle = 'German'"})
  void refusesWhatWouldCloseTheConnection(String set) {
    only(Family.POSTGRES);
    tables("1");
    file("2_set.up.sql", "SELECT 1;", set + ";");
    up().exits(USAGE).tells("2_set.up.sql:2", set);
    assertEquals(List.of(), database.tables());
  }

  @Test
  void anotherDatabaseInUseIsNotInUseForTheNextFile() {
    only(Family.MYSQL);
    String other = database.name() + "_other";
    file(
        "1_use.up.sql",
        "CREATE DATABASE " + other + ";",
        "USE " + other + ";",
        "CREATE TABLE elsewhere (id INT);");
    tables("2");
    try {
      up().exits(DONE);
      assertEquals(List.of("1 ok", "2 ok"), history());
      assertEquals(List.of("t2"), tablesMade());
    } finally {
      database.execute("DROP DATABASE " + other);
    }
  }

  @Test
  void aModeOfOneFileIsNotThatOfTheNext() {
    only(Family.MYSQL);
    file("1_mode.up.sql", "SET sql_mode = 'ANSI_QUOTES';", "CREATE TABLE \"a\" (id INT);");
    file("2_after.up.sql", "CREATE TABLE b AS SELECT \"text\" AS word;");
    up().exits(DONE);
    assertEquals(List.of("text"), database.query("SELECT word FROM b"));
  }

  @Test
  void refusesToTurnAutocommitOff() {
    only(Family.MYSQL);
    tables("1");
    file("2_set.up.sql", "SET autocommit = 0;");
    up().exits(USAGE).tells("2_set.up.sql:1");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void readsTheRowsOfACopy() {
    only(Family.POSTGRES);
    file(
        "1_rows.up.sql",
        "CREATE TABLE a (id INT, word TEXT);",
        "COPY a FROM STDIN;",
        "1\tone",
        "2\t\\N",
        "\\.",
        "INSERT INTO a VALUES (3, 'three');");
    tables("2");
    up().exits(DONE);
    assertEquals(
        List.of("1|one", "2|null", "3|three"),
        database.query("SELECT id, word FROM a ORDER BY id"));
  }

  @Test
  void aFailingCopyLeavesNothing() {
    only(Family.POSTGRES);
    file(
        "1_rows.up.sql", "CREATE TABLE a (id INT);", "COPY a FROM STDIN;", "1", "no number", "\\.");
    up().exits(MIGRATION).tells("1_rows.up.sql:2", "COPY a FROM STDIN", "no number");
    assertEquals(List.of(), history());
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void questionMarksAreNoParameters() {
    only(Family.POSTGRES);
    file(
        "1_json.up.sql",
        "CREATE TABLE a AS SELECT '{\"k\":1}'::jsonb ? 'k' AS has;",
        "SELECT '{d 2026-01-01}';");
    up().exits(DONE);
    assertEquals(List.of("true"), database.query("SELECT has FROM a"));
  }

  @Test
  void foreignKeysDoNotStandInTheWayOfRebuildingATable() {
    only(Family.SQLITE);
    file(
        "1_tables.up.sql",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);",
        "CREATE TABLE child (parent_id INT REFERENCES parent (id) ON DELETE CASCADE);",
        "INSERT INTO parent VALUES (1);",
        "INSERT INTO child VALUES (1);");
    file(
        "2_rebuild.up.sql",
        "CREATE TABLE new_parent (id INTEGER PRIMARY KEY, more INT);",
        "INSERT INTO new_parent (id) SELECT id FROM parent;",
        "DROP TABLE parent;",
        "ALTER TABLE new_parent RENAME TO parent;");
    up().exits(DONE);
    assertEquals(List.of("1"), database.query("SELECT parent_id FROM child"));
  }

  @Test
  void aBrokenRunNeverEndsWithZero() {
    file("1_syntax.up.sql", "CREATE TABEL a (id INT);");
    Ran ran = up();
    assertNotEquals(DONE.number(), ran.code());
    ran.exits(MIGRATION).tells("1_syntax.up.sql:1", "CREATE TABEL a (id INT)");
  }
}
