package dev.slipway.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code slipway migrate sql lint}: what earlier files and statements change in its judgment. */
class KnownSchemaLintTest {
  private static final Pattern FOUND =
      Pattern.compile("(?m)^\\S*2_b\\.up\\.sql:\\d+: (?:error|warning) \\[(.*?)]");

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}: {1}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // What the file itself creates is in use by nobody.
        "postgres | SELECT 1 | CREATE TABLE t (a int); CREATE INDEX i ON t (a); DROP TABLE t | ",
        "postgres | CREATE TABLE t (a int) | DROP TABLE t; CREATE TABLE t (a int) | drop",
        "mysql    | CREATE TABLE t (a int) | DROP TABLE IF EXISTS t; CREATE TABLE t (a int) | drop half-applied",
        "sqlite3  | CREATE TABLE t (a int) | DROP TABLE t; CREATE TABLE t (a int) | drop",
        "postgres | CREATE TABLE t (a int) | CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX i ON t (a) | index-locks",
        "postgres | CREATE TABLE s.t (a int) | CREATE TABLE u.t (a int); DROP TABLE s.t | drop",
        "postgres | SELECT 1 | CREATE TABLE t (a int); ALTER TABLE t RENAME TO u; CREATE INDEX ON u (a) | ",
        "postgres | CREATE TABLE t (a int) | ALTER TABLE t ADD b int; ALTER TABLE t DROP b | ",
        "postgres | SELECT 1 | CREATE VIEW v AS SELECT 1; DROP VIEW v | ",
        "postgres | SELECT 1 | CREATE TYPE y AS ENUM ('a'); ALTER TYPE y RENAME TO z; DROP TYPE z | ",
        "postgres | SELECT 1 | CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f() FROM PUBLIC | ",
        "postgres | SELECT 1 | CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; REVOKE ALL ON t FROM PUBLIC | ",
        "postgres | SELECT 1 | CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; REFRESH MATERIALIZED VIEW m | ",
        // Rebuilt tables keep their rows, and recreated views and routines their callers.
        "sqlite3  | CREATE TABLE t (a int, b int) | CREATE TABLE n (a int, b int); INSERT INTO n SELECT a, b FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t | ",
        "sqlite3  | CREATE TABLE t (a int, b int) | CREATE TABLE n (a int); INSERT INTO n SELECT a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t | drop",
        "sqlite3  | CREATE TABLE t (a int) | CREATE TABLE n (a int); DROP TABLE t; ALTER TABLE n RENAME TO t | drop",
        "mysql    | CREATE TABLE t (a int) | CREATE TABLE n AS SELECT * FROM t; RENAME TABLE t TO o, n TO t | half-applied",
        "postgres | CREATE VIEW v AS SELECT 1 | DROP VIEW v; CREATE VIEW v AS SELECT 2 | ",
        "mysql    | CREATE PROCEDURE p() SELECT 1 | DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p() SELECT 2 | half-applied",
        "postgres | SELECT 1 | DROP FUNCTION f(int); CREATE FUNCTION f(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1' | drop",
        "postgres | CREATE TYPE y AS ENUM ('a') | DROP TYPE y; CREATE TYPE y AS ENUM ('b') | drop",
        "postgres | CREATE MATERIALIZED VIEW v AS SELECT 1 | DROP MATERIALIZED VIEW v; CREATE MATERIALIZED VIEW v AS SELECT 2 | drop",
        // Types.
        "postgres | CREATE TABLE t (a varchar(10)) | ALTER TABLE t ALTER a TYPE varchar(20) | ",
        "postgres | CREATE TABLE t (a character varying(10)) | ALTER TABLE t ALTER COLUMN a SET DATA TYPE text | ",
        "postgres | CREATE TABLE t (a varchar(10)) | ALTER TABLE t ALTER a TYPE varchar(20) USING a::varchar | type-change",
        "postgres | CREATE TABLE t (a varchar(20)) | ALTER TABLE t ALTER a TYPE varchar(10) | type-change",
        "postgres | CREATE TABLE t (a varchar(10) CHECK (a <> '')) | ALTER TABLE t ALTER a TYPE varchar(20) | type-change",
        "postgres | CREATE TABLE t (a varchar(10)); CREATE INDEX i ON t (lower(a)) | ALTER TABLE t ALTER a TYPE varchar(20) | type-change",
        "postgres | CREATE TABLE t (a varchar(10)); CREATE VIEW v AS SELECT a FROM t | ALTER TABLE t ALTER a TYPE varchar(20) | type-change",
        "postgres | CREATE TABLE t (a numeric(8, 2)) | ALTER TABLE t ALTER a TYPE decimal(10,2) | ",
        "postgres | CREATE TABLE t (a numeric(8, 2)) | ALTER TABLE t ALTER a TYPE numeric(10,3) | type-change",
        "postgres | CREATE TABLE t (a int) | ALTER TABLE t ALTER a TYPE bigint | type-change",
        "postgres | CREATE TABLE t (a timestamp(3)) | ALTER TABLE t ALTER a TYPE timestamp | ",
        "postgres | CREATE TABLE t (b int); ALTER TABLE t ADD a varchar(9) | ALTER TABLE t ALTER a TYPE varchar(20) | ",
        "cockroach | CREATE TABLE t (a varchar(10)) | ALTER TABLE t ALTER a TYPE string | ",
        "cockroach | CREATE TABLE t (a int4) | ALTER TABLE t ALTER a TYPE int8 | ",
        "cockroach | CREATE TABLE t (a int) | ALTER TABLE t ALTER a TYPE string | type-change",
        "mysql    | CREATE TABLE t (a varchar(10)) | ALTER TABLE t MODIFY a varchar(20) | ",
        "mysql    | CREATE TABLE t (a varchar(10)) | ALTER TABLE t MODIFY a varchar(100) | table-copy",
        "mysql    | CREATE TABLE t (a int) | ALTER TABLE t MODIFY COLUMN a int NOT NULL DEFAULT 0 | ",
        "mysql    | CREATE TABLE t (a int) | ALTER TABLE t MODIFY a bigint | table-copy",
        "mysql    | CREATE TABLE t (a enum('x')) | ALTER TABLE t MODIFY a enum('x','y') | ",
        "mysql    | CREATE TABLE t (a enum('x')) | ALTER TABLE t MODIFY a enum('y','x') | table-copy",
        "mysql    | CREATE TABLE t (a int) | ALTER TABLE t CHANGE a b int | rename",
        "mysql    | SELECT 1 | ALTER TABLE t MODIFY a varchar(20) | table-copy",
        // NOT NULL, keys, and defaults.
        "postgres | CREATE TABLE t (a int NOT NULL) | ALTER TABLE t ALTER a SET NOT NULL | ",
        "postgres | CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a) | ALTER TABLE t ADD PRIMARY KEY USING INDEX u | set-not-null",
        "postgres | CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX u ON t (a) | ALTER TABLE t ADD PRIMARY KEY USING INDEX u | ",
        "postgres | CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1' | ALTER TABLE t ADD a int DEFAULT f() | volatile-default",
        "postgres | CREATE FUNCTION f() RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1' | ALTER TABLE t ADD a int DEFAULT f() | ",
        "postgres | CREATE DOMAIN d AS int CHECK (VALUE > 0) | ALTER TABLE t ADD a d | table-rewrite",
        "postgres | CREATE DOMAIN d AS int | ALTER TABLE t ADD a d | ",
        "postgres | CREATE TABLE t (b int) | ALTER TABLE t ADD a int DEFAULT 1; ALTER TABLE t ALTER a DROP DEFAULT | ",
        "postgres | CREATE TABLE t (b int) | ALTER TABLE t ADD a int NOT NULL DEFAULT 1; ALTER TABLE t ALTER a DROP DEFAULT | drop-default",
        "postgres | CREATE TABLE t (a int) | ALTER TABLE t SET LOGGED | ",
        "postgres | CREATE UNLOGGED TABLE t (a int) | ALTER TABLE t SET LOGGED | table-rewrite",
        // Rows.
        "postgres | CREATE TABLE t (id int PRIMARY KEY, a int) | ALTER TABLE t ADD b int; UPDATE t SET b = 1 WHERE id = 7 | ",
        "postgres | CREATE TABLE t (id int PRIMARY KEY, a int) | ALTER TABLE t ADD b int; UPDATE t SET b = 1 WHERE id IN (1, 2) AND a = 3 | ",
        "postgres | CREATE TABLE t (id int, a int, UNIQUE (id, a)) | ALTER TABLE t ADD b int; DELETE FROM t WHERE a = 'x'::text AND id = 1 | ",
        "postgres | CREATE TABLE t (id int, a int, UNIQUE (id, a)) | ALTER TABLE t ADD b int; DELETE FROM t WHERE id = 1 | rows-behind-ddl",
        "postgres | CREATE TABLE t (id int PRIMARY KEY) | ALTER TABLE t ADD b int; UPDATE t SET b = 1 WHERE id > 7 | rows-behind-ddl",
        "postgres | CREATE TABLE t (id int PRIMARY KEY) | ALTER TABLE t ADD b int; UPDATE t SET b = 1 WHERE b IS NULL | all-rows rows-behind-ddl",
        "postgres | CREATE TABLE t (a int) | ALTER TABLE t ADD b int; INSERT INTO u SELECT a FROM t | rows-behind-ddl",
        "postgres | CREATE TABLE t (a int) | ALTER TABLE t ADD b int; INSERT INTO u VALUES (1) | ",
        "postgres | SELECT 1 | UPDATE t SET a = 1 WHERE 1 = 1 | all-rows",
        "mysql    | SELECT 1 | DELETE FROM t WHERE 1 | all-rows",
        "postgres | SELECT 1 | DELETE FROM t WHERE (true) OR a = 1 | all-rows",
        "postgres | SELECT 1 | DELETE FROM t WHERE true AND a = 1 | ",
        "postgres | SELECT 1 | UPDATE t SET a = u.a FROM u WHERE t.id = u.id | all-rows",
        "postgres | SELECT 1 | UPDATE t SET a = u.a FROM u WHERE t.id = u.id AND u.b = 3 | ",
        "postgres | SELECT 1 | MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = 1 | all-rows",
        "postgres | SELECT 1 | MERGE INTO t USING (VALUES (1)) AS u (id) ON t.id = u.id WHEN MATCHED THEN UPDATE SET a = 1 | ",
        "postgres | SELECT 1 | MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT VALUES (1) | ",
        "postgres | SELECT 1 | WITH d AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM d | all-rows",
        "postgres | SELECT 1 | WITH d AS (SELECT id FROM t LIMIT 10) UPDATE t SET a = 1 | all-rows",
        "postgres | SELECT 1 | WITH d AS (SELECT id FROM t LIMIT 10) DELETE FROM t WHERE id IN (SELECT id FROM d) | ",
        // Blocks.
        "postgres | SELECT 1 | DO $$ BEGIN IF true THEN UPDATE t SET a = 1; END IF; END $$ | all-rows",
        "postgres | SELECT 1 | DO $$ BEGIN EXECUTE 'ALTER TABLE t DROP COLUMN a'; END $$ | drop",
        "postgres | SELECT 1 | DO $$ BEGIN CREATE TABLE t (a int); CREATE INDEX i ON t (a); END $$ | ",
        "postgres | SELECT 1 | DO $$ BEGIN CREATE TYPE y AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$ | ",
        // Other objects.
        "postgres | SELECT 1 | ALTER VIEW v RENAME TO w | rename",
        "postgres | SELECT 1 | ALTER FUNCTION f(int) SET SCHEMA s | rename",
        "postgres | SELECT 1 | ALTER SCHEMA s RENAME TO u | rename",
        "postgres | SELECT 1 | ALTER TYPE y RENAME VALUE 'a' TO 'b' | rename",
        "postgres | SELECT 1 | ALTER TYPE y ADD VALUE 'b' | ",
        "postgres | SELECT 1 | ALTER TYPE y DROP ATTRIBUTE a | drop",
        "postgres | SELECT 1 | ALTER TYPE y ALTER ATTRIBUTE a TYPE bigint | type-change",
        "postgres | SELECT 1 | DROP TYPE IF EXISTS y CASCADE | drop",
        "postgres | SELECT 1 | DROP FUNCTION f(int, text) | drop",
        "postgres | SELECT 1 | DROP SEQUENCE s | drop",
        "postgres | SELECT 1 | DROP DOMAIN d | drop",
        "postgres | SELECT 1 | DROP TRIGGER g ON t | ",
        "mysql    | SELECT 1 | DROP VIEW v | drop",
        "mysql    | SELECT 1 | DROP DATABASE d | drop",
        "sqlite3  | SELECT 1 | DROP VIEW v | drop",
        "cockroach | SELECT 1 | ALTER TYPE y DROP VALUE 'a' | drop",
        "postgres | SELECT 1 | ALTER DOMAIN d ADD CHECK (VALUE > 0) | constraint-locks",
        "postgres | SELECT 1 | ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID | ",
        "postgres | SELECT 1 | ALTER DOMAIN d SET NOT NULL | set-not-null",
        "postgres | SELECT 1 | ALTER DOMAIN d DROP DEFAULT | drop-default",
        "postgres | SELECT 1 | LOCK TABLE t IN ROW EXCLUSIVE MODE | ",
        "postgres | SELECT 1 | LOCK t IN SHARE MODE | explicit-lock",
        "postgres | SELECT 1 | CLUSTER t USING i | table-rewrite",
        "postgres | SELECT 1 | ALTER TABLE t SET TABLESPACE s | table-rewrite",
        "postgres | SELECT 1 | ALTER TABLE t SET (fillfactor = 70) | ",
        "postgres | SELECT 1 | ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1) | constraint-locks",
        "postgres | CREATE TABLE p (a int, CHECK (a = 1 AND a IS NOT NULL)) | ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1) | ",
        "postgres | CREATE TABLE t (a int) | CREATE POLICY p ON t AS RESTRICTIVE USING (true) | ",
        "postgres | CREATE TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY | DROP POLICY p ON t | row-security",
        "postgres | SELECT 1 | ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC | ",
        "postgres | SELECT 1 | REVOKE GRANT OPTION FOR SELECT ON t FROM app | ",
        "mysql    | SELECT 1 | ALTER TABLE t DROP PARTITION p | drop",
        "mysql    | SELECT 1 | ALTER TABLE t PARTITION BY HASH (a) | table-copy",
        "mysql    | SELECT 1 | ALTER TABLE t ENGINE=MyISAM | table-copy",
        "mysql    | SELECT 1 | ALTER TABLE t ENGINE=InnoDB | ",
        "mysql    | SELECT 1 | ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED | ",
        "mysql    | SELECT 1 | ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b) | ",
      })
  void anEarlierStatementDecides(String dialect, String before, String sql, String rules)
      throws IOException {
    write("1_a.up.sql", before);
    write("1_a.down.sql", "SELECT 1");
    write("2_b.up.sql", sql);
    write("2_b.down.sql", "SELECT 1");
    assertEquals(rules == null ? "" : rules, found(lint(dialect)));
  }

  @Test
  void aCommentExplainsAnEmptyDownFile() throws IOException {
    write("2_b.up.sql", "CREATE TABLE t (a int)");
    write("2_b.down.sql", "-- The table stays: its rows cannot be restored.");
    assertEquals("Nothing was found.\n", lint("postgres").out());
    write("2_b.down.sql", "");
    lint("postgres").answersWith("2_b.down.sql:1: error [empty-file] no statement");
  }

  @Test
  void aDownFileIsRejectedWhereItCannotRunInATransaction() throws IOException {
    write("2_b.autocommit.up.sql", "CREATE INDEX CONCURRENTLY i ON t (a)");
    write("2_b.down.sql", "DROP INDEX CONCURRENTLY i");
    lint("postgres").answersWith("2_b.down.sql:1: error [not-in-transaction]");
  }

  private void write(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql + "\n");
  }

  private Ran lint(String dialect) {
    return Slipway.bare()
        .run("migrate", "sql", "lint", "--path", folder.toString(), "--dialect", dialect);
  }

  private static String found(Ran ran) {
    return FOUND
        .matcher(ran.out())
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(" "));
  }
}
