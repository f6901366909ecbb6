package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.sql.SqlScript;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which statements cannot run in a transaction; {@code NonTransactionalStatementsIT} asks servers.
 */
class NonTransactionalStatementsTest {
  private static List<String> found(String database, String sql) {
    DatabaseDriver driver = Drivers.require(database);
    SqlScript script = SqlScript.parse(sql, driver.syntax());
    return driver.nonTransactionalStatements().in(script).stream().map(script::sql).toList();
  }

  /** What depends on other statements of the files: the last statement of each line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | CREATE TABLE p (i int) PARTITION BY RANGE (i); REINDEX TABLE p",
        "true | CREATE UNLOGGED TABLE IF NOT EXISTS s.p (i int) PARTITION BY LIST (i); CLUSTER s.p",
        "false | CREATE TABLE p PARTITION OF q FOR VALUES FROM (1) TO (2); REINDEX TABLE p",
        "false | CREATE TABLE p (i int); CLUSTER p USING i",
        "true | CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE UNIQUE INDEX IF NOT EXISTS"
            + " p_i ON ONLY s.p (i); REINDEX INDEX p_i",
        "false | CREATE TABLE p (i int); CREATE INDEX p_i ON p (i); REINDEX INDEX p_i",
        "true | CREATE OR REPLACE PROCEDURE s.c() LANGUAGE plpgsql AS"
            + " $$ BEGIN UPDATE t SET i = 1; COMMIT; END $$; CALL s.c()",
        "false | CREATE PROCEDURE c() LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET i = 1; END $$;"
            + " CALL c()",
        "true | DROP SUBSCRIPTION s",
        "false | DROP SUBSCRIPTION IF EXISTS s",
        "true | CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false);"
            + " DROP SUBSCRIPTION IF EXISTS s",
        "false | CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false,"
            + " slot_name = NONE); DROP SUBSCRIPTION s",
        "false | ALTER SUBSCRIPTION s DISABLE; ALTER SUBSCRIPTION s SET (slot_name = NONE);"
            + " DROP SUBSCRIPTION s",
      })
  void onPostgresSomeStatementsDependOnEarlierOnes(boolean rejected, String sql) {
    String last = sql.substring(sql.lastIndexOf(';') + 1).strip();
    assertEquals(rejected ? List.of(last) : List.of(), found("postgres", sql));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "true | ATTACH 'a.db' AS old; INSERT INTO t SELECT * FROM old.t; DETACH old",
        "true | ATTACH 'a.db' AS \"old\"; UPDATE OLD.t SET i = 1; DETACH DATABASE old",
        "false | ATTACH 'a.db' AS old; DETACH old",
        "false | ATTACH 'a.db' AS old; INSERT INTO t VALUES ('old.t'); DETACH old",
      })
  void sqliteDetachesOnlyWhatWasNotUsed(boolean rejected, String sql) {
    String last = sql.substring(sql.lastIndexOf(';') + 1).strip();
    assertEquals(rejected ? List.of(last) : List.of(), found("sqlite3", sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE vacuum_log (i int)",
        "COMMENT ON TABLE t IS 'VACUUM; CREATE INDEX CONCURRENTLY i ON t (i)'",
        "/* VACUUM */ SELECT 1 AS database",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$",
        "CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$",
        "DO $$ BEGIN INSERT INTO log VALUES ('a; COMMIT;'); END $$",
        "ALTER TABLE t ADD COLUMN concurrently int",
        "INSERT INTO t VALUES ('DROP DATABASE x')",
        "GRANT CONNECT ON DATABASE d TO r",
      })
  void wordsInOtherPlacesDoNotCount(String sql) {
    assertEquals(List.of(), found("postgres", sql));
  }

  /** Each statement is a transaction of its own there. */
  @ParameterizedTest
  @ValueSource(strings = {"mysql", "cockroach"})
  void noneWhereMigrationsAreNotTransactional(String database) {
    assertEquals(List.of(), found(database, "CREATE DATABASE d; DROP INDEX CONCURRENTLY i;"));
  }
}
