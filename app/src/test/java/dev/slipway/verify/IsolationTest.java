package dev.slipway.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.ResolvedMigrations;
import dev.slipway.migration.StepReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which statements reach beyond a scratch database, and which do not. */
class IsolationTest {
  @TempDir Path folder;

  /** SQL for a database. */
  record Case(String dialect, String sql) {
    @Override
    public String toString() {
      return dialect + ": " + sql;
    }
  }

  static Stream<Case> cases(String dialect, String... all) {
    return Stream.of(all).map(sql -> new Case(dialect, sql));
  }

  /** Statements that each reach beyond a PostgreSQL database, and run in a DO block too. */
  static final List<String> POSTGRES =
      List.of(
          "CREATE ROLE r",
          "create user r login password 'x'",
          "CREATE GROUP r",
          "ALTER ROLE r LOGIN",
          "ALTER ROLE r IN DATABASE d SET search_path = s",
          "ALTER USER CURRENT_USER SET jit = off",
          "DROP ROLE IF EXISTS r",
          "DROP USER r",
          "GRANT a TO b",
          "REVOKE ADMIN OPTION FOR a FROM b",
          "REVOKE a FROM b",
          "CREATE DATABASE d",
          "ALTER DATABASE d SET timezone = 'UTC'",
          "ALTER DATABASE d OWNER TO r",
          "DROP DATABASE d",
          "GRANT CONNECT ON DATABASE d TO r",
          "REVOKE ALL ON DATABASE d FROM PUBLIC",
          "GRANT CREATE ON TABLESPACE t TO r",
          "GRANT SET ON PARAMETER work_mem TO r",
          "CREATE TABLESPACE t LOCATION '/x'",
          "ALTER TABLESPACE t RENAME TO u",
          "DROP TABLESPACE t",
          "ALTER SYSTEM SET work_mem = '1MB'",
          "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p",
          "ALTER SUBSCRIPTION s DISABLE",
          "DROP SUBSCRIPTION s",
          "REASSIGN OWNED BY a TO b",
          "DROP OWNED BY a",
          "COMMENT ON ROLE r IS 'x'",
          "COMMENT ON DATABASE d IS 'x'",
          "COMMENT ON TABLESPACE t IS 'x'",
          "SECURITY LABEL ON ROLE r IS 'x'",
          "SECURITY LABEL FOR p ON DATABASE d IS 'x'",
          "COPY t TO '/tmp/x'",
          "COPY t TO PROGRAM 'cat'",
          "COPY t FROM PROGRAM 'cat'",
          "COPY (SELECT 1) TO '/tmp/x'",
          "SELECT lo_export(1, '/tmp/x')",
          "SELECT pg_catalog.lo_export(1, '/tmp/x')",
          "SELECT pg_file_write('x', 'y', false)",
          "SELECT dblink_exec('dbname=app', 'DROP TABLE t')",
          "SELECT extensions.dblink('x', 'y')",
          "SELECT \"dblink_exec\"('dbname=app', 'DROP TABLE t')",
          "SELECT U&\"\\0064blink_exec\"('dbname=app', 'DROP TABLE t')",
          "SELECT * FROM dblink('dbname=app', 'DELETE FROM t') AS x (i int)",
          "SELECT pg_create_logical_replication_slot('s', 'p')",
          "SELECT pg_drop_replication_slot('s')",
          "SELECT pg_create_physical_replication_slot('s')",
          "SELECT pg_reload_conf()",
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity",
          "SELECT pg_switch_wal()",
          "SELECT pg_replication_origin_create('o')",
          "SELECT http_post('http://h', '', '')",
          "SELECT cron.schedule_in_database('j', '* * * * *', 'x', 'app')",
          "UPDATE pg_database SET datname = 'x'",
          "DELETE FROM pg_catalog.pg_auth_members",
          "INSERT INTO pg_authid (rolname) VALUES ('x')",
          "/* x */ DROP -- y\n /* /* z */ */ ROLE r",
          "SELECT query_to_xml('SELECT dblink_exec(''x'')', true, true, '')",
          "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
          "CREATE FUNCTION f() RETURNS int AS $$ return 1 $$ LANGUAGE \"plperl\"",
          "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'mylib', 'f'",
          "CREATE FUNCTION f() RETURNS bool LANGUAGE internal AS 'pg_reload_conf'",
          "CREATE FUNCTION f() RETURNS bool LANGUAGE sql AS 'SELECT pg_reload_conf()'",
          "CREATE FUNCTION f() RETURNS bool LANGUAGE sql BEGIN ATOMIC SELECT pg_reload_conf(); END",
          "CREATE OR REPLACE PROCEDURE p() AS $$ BEGIN IF true THEN DROP ROLE r; END IF; END $$"
              + " LANGUAGE plpgsql",
          "CREATE FUNCTION f() RETURNS void AS $a$ BEGIN EXECUTE $b$ CREATE $b$ || 'ROLE r'; END $a$"
              + " LANGUAGE plpgsql");

  /** Files that each reach beyond a scratch database. */
  static Stream<Case> refused() {
    return Stream.of(plain(), IsolationSpellings.refused(), wrapped()).flatMap(one -> one);
  }

  /** Every statement as a file of its own. */
  static Stream<Case> plain() {
    return Stream.of(
            POSTGRES.stream().map(sql -> new Case("postgres", sql)),
            POSTGRES.stream().map(sql -> new Case("cockroach", sql)),
            mysql().stream().map(sql -> new Case("mysql", sql)),
            cases(
                "postgres",
                "DO $$ BEGIN EXECUTE E'DROP \\x52OLE r'; END $$",
                "DO E'BEGIN\\n DROP ROLE r; END'",
                "DO $$ BEGIN EXECUTE 'DROP ' 'ROLE r'; END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = off', 'app'); END $$",
                "DO $$ DECLARE d text; BEGIN SELECT datname INTO d FROM pg_database; "
                    + "EXECUTE format('ALTER DATABASE %I SET jit = off', d); END $$",
                "DO $$ BEGIN EXECUTE format('%s', 'DROP ROLE r'); END $$",
                "DO $$ DECLARE q text := 'DROP ROLE r'; BEGIN EXECUTE q; END $$",
                "DO $$ DECLARE q text; BEGIN q := 'SELECT 1'; q = 'DROP ROLE r'; EXECUTE q; END $$",
                "DO $$ DECLARE q text; BEGIN SELECT 'x' INTO q; EXECUTE q; END $$",
                "DO $$ DECLARE q text; BEGIN FOR q IN SELECT sql FROM t LOOP EXECUTE q; END LOOP; END $$",
                "CREATE FUNCTION f(q text) RETURNS void LANGUAGE plpgsql AS"
                    + " $$ BEGIN EXECUTE q; END $$",
                "CREATE FUNCTION f(q text) RETURNS SETOF t LANGUAGE plpgsql AS"
                    + " $$ BEGIN RETURN QUERY EXECUTE 'SELECT * FROM t WHERE ' || q; END $$",
                "SET standard_conforming_strings = off",
                "SELECT set_config('standard_conforming_strings', 'off', false)",
                "CREATE FOREIGN TABLE f (i int) SERVER s; INSERT INTO f VALUES (1)",
                "CREATE FOREIGN TABLE f (i int) SERVER s; DO $$ BEGIN DELETE FROM ONLY f; END $$",
                "CREATE FOREIGN TABLE f (i int) SERVER s; TRUNCATE t, f",
                "CREATE FOREIGN TABLE f (i int) SERVER s; CREATE VIEW v AS SELECT * FROM f;"
                    + " UPDATE v SET i = 1",
                "CREATE TABLE t (i int) PARTITION BY RANGE (i);"
                    + " CREATE FOREIGN TABLE f PARTITION OF t DEFAULT SERVER s; INSERT INTO t VALUES (1)",
                "IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b; UPDATE b.t SET i = 1",
                "IMPORT FOREIGN SCHEMA a LIMIT TO (t) FROM SERVER s INTO b; DELETE FROM b.t"),
            cases(
                "cockroach",
                "SET CLUSTER SETTING a = 1",
                "RESET CLUSTER SETTING a",
                "USE app",
                "SET database = app",
                "BACKUP INTO 'x'",
                "RESTORE TABLE t FROM LATEST IN 'x'",
                "EXPORT INTO CSV 'x' FROM TABLE t",
                "CREATE CHANGEFEED FOR t",
                "CANCEL JOB 1",
                "PAUSE SCHEDULE 1",
                "CREATE SCHEDULE FOR BACKUP INTO 'x' RECURRING '@daily'",
                "ALTER RANGE default CONFIGURE ZONE USING num_replicas = 3",
                "DROP TENANT t",
                "INSERT INTO app.public.t VALUES (1)",
                "DELETE FROM app.t",
                "GRANT SELECT ON app.* TO r",
                "CREATE EXTERNAL CONNECTION c AS 'x'",
                "GRANT SYSTEM VIEWACTIVITY TO r"),
            cases(
                "sqlite3",
                "ATTACH 'x.db' AS x",
                "attach database 'x.db' as x",
                "VACUUM INTO 'x'",
                "VACUUM main INTO 'x'",
                "SELECT load_extension('x')",
                "SELECT writefile('x', 'y')",
                "PRAGMA temp_store_directory = '/x'",
                "ATTACH 'x' || '.db' AS x",
                "ATTACH \"x.db\" AS x",
                "ATTACH /* c */ :name AS x"),
            cases(
                "mysql",
                "PREPARE s FROM @s",
                "SET @s = CONCAT('DROP USER ', @u); PREPARE s FROM @s",
                "SET @s = IF((SELECT count(*) FROM t) > 0, 'SELECT 1', 'DROP USER u');"
                    + " PREPARE s FROM @s",
                "SELECT 'DROP USER u' INTO @s; PREPARE s FROM @s",
                "SET @s = 'SELECT 1'; CALL p(@s); PREPARE s FROM @s",
                "SET @a = 1, @@GLOBAL.x = 2",
                "SET SESSION a = 1, GLOBAL x = 2",
                "SET @@PERSIST_ONLY.x = 2",
                "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW INSERT INTO app.log VALUES (NEW.id)",
                "CREATE TRIGGER app.g BEFORE INSERT ON t FOR EACH ROW SET NEW.id = 1",
                "CREATE TRIGGER g BEFORE INSERT ON app.t FOR EACH ROW SET NEW.id = 1",
                "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'",
                "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ return 1 $$",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; INSERT INTO f VALUES (1)",
                "SET sql_mode = 'ANSI_QUOTES'; INSERT INTO \"app\".\"t\" VALUES (1)",
                "/*!99999 ' */ DROP DATABASE app; -- '"))
        .flatMap(one -> one);
  }

  /** The same statements in blocks, routines, dynamic SQL, and executable comments. */
  private static Stream<Case> wrapped() {
    List<Case> all = new ArrayList<>();
    POSTGRES.forEach(
        sql -> {
          all.add(new Case("postgres", "DO $do$ BEGIN\n" + sql + ";\nEND $do$"));
          all.add(
              new Case(
                  "postgres",
                  "DO LANGUAGE plpgsql $do$ BEGIN IF true THEN\n" + sql + ";\nEND IF; END $do$"));
          all.add(
              new Case(
                  "postgres",
                  "CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS $do$ BEGIN\n"
                      + "EXECUTE $run$"
                      + sql
                      + "$run$; END $do$"));
          all.add(
              new Case(
                  "postgres",
                  "CREATE PROCEDURE outer_one() LANGUAGE plpgsql AS '\nBEGIN "
                      + sql.replace("'", "''")
                      + "; END'"));
        });
    mysql()
        .forEach(
            sql -> {
              all.add(new Case("mysql", "/*!50003 " + sql + " */"));
              all.add(new Case("mysql", "/*!" + sql + "*/"));
              if (!sql.contains("FUNCTION")
                  && !sql.contains("PROCEDURE")
                  && !sql.contains("TRIGGER")) {
                all.add(new Case("mysql", "CREATE PROCEDURE p() " + sql));
                all.add(
                    new Case(
                        "mysql",
                        "CREATE PROCEDURE p(IN a INT)\nCOMMENT 'x' SQL SECURITY INVOKER\n"
                            + "BEGIN\n DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END;\n IF a THEN "
                            + sql
                            + "; END IF;\nEND"));
                all.add(
                    new Case(
                        "mysql",
                        "DELIMITER //\nCREATE PROCEDURE p() BEGIN "
                            + sql
                            + "; END//\nDELIMITER ;"));
                all.add(new Case("mysql", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO " + sql));
                all.add(new Case("mysql", "PREPARE s FROM '" + sql.replace("'", "''") + "'"));
                all.add(
                    new Case(
                        "mysql",
                        "SET @s = '"
                            + sql.replace("'", "\\'")
                            + "';\nPREPARE s FROM @s;\nEXECUTE s"));
              }
            });
    return all.stream();
  }

  /** Statements that each reach beyond a MySQL database, and run in a routine too. */
  static List<String> mysql() {
    return List.of(
        "USE app",
        "CREATE DATABASE app",
        "CREATE SCHEMA IF NOT EXISTS app",
        "DROP DATABASE IF EXISTS app",
        "ALTER DATABASE app CHARACTER SET utf8mb4",
        "CREATE USER u@localhost IDENTIFIED BY 'x'",
        "ALTER USER u ACCOUNT LOCK",
        "DROP USER u",
        "RENAME USER u TO v",
        "CREATE ROLE r",
        "DROP ROLE r",
        "GRANT SELECT ON t TO u",
        "REVOKE ALL ON *.* FROM u",
        "SET PASSWORD FOR u = 'x'",
        "SET DEFAULT ROLE r TO u",
        "SET GLOBAL max_connections = 1",
        "SET PERSIST max_connections = 1",
        "SET @@global.max_connections = 1",
        "INSTALL PLUGIN p SONAME 'p.so'",
        "INSTALL COMPONENT 'file://x'",
        "UNINSTALL PLUGIN p",
        "FLUSH PRIVILEGES",
        "FLUSH TABLES WITH READ LOCK",
        "RESET PERSIST",
        "PURGE BINARY LOGS TO 'x'",
        "CHANGE REPLICATION SOURCE TO SOURCE_HOST='h'",
        "START REPLICA",
        "STOP REPLICA",
        "KILL 1",
        "SHUTDOWN",
        "RESTART",
        "ALTER INSTANCE RELOAD TLS",
        "LOCK INSTANCE FOR BACKUP",
        "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')",
        "DROP SERVER s",
        "CREATE TABLESPACE s ADD DATAFILE 's.ibd'",
        "DROP TABLESPACE s",
        "CREATE RESOURCE GROUP g TYPE = USER",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "SELECT * FROM t INTO DUMPFILE '/tmp/x'",
        "CREATE TABLE app.t (i INT)",
        "CREATE TABLE IF NOT EXISTS `app` . `t` (i INT)",
        "INSERT INTO app.t VALUES (1)",
        "INSERT IGNORE INTO app.t (i) VALUES (1)",
        "INSERT app.t SET i = 1",
        "REPLACE INTO app.t VALUES (1)",
        "UPDATE app.t SET i = 1",
        "UPDATE t, app.u SET t.i = u.i",
        "DELETE FROM app.t",
        "DELETE app.t FROM app.t",
        "DELETE a.* FROM t a, app.u b",
        "DROP TABLE app.t",
        "DROP TABLE IF EXISTS t, app.u",
        "TRUNCATE app.t",
        "TRUNCATE TABLE app.t",
        "ALTER TABLE app.t ADD j INT",
        "ALTER TABLE t RENAME TO app.t",
        "RENAME TABLE t TO app.t",
        "ALTER TABLE t ADD FOREIGN KEY (i) REFERENCES app.u (i)",
        "CREATE INDEX i ON app.t (i)",
        "DROP INDEX i ON app.t",
        "CREATE VIEW app.v AS SELECT 1",
        "CREATE OR REPLACE VIEW v AS SELECT * FROM app.t",
        "DROP VIEW v, app.w",
        "CALL app.p()",
        "CALL sys.ps_setup_reset_to_default(false)",
        "SET @x = app.f(1)",
        "SELECT app.t.i FROM app.t",
        "CREATE TABLE t LIKE app.t",
        "CREATE TABLE t (LIKE app.t)",
        "INSERT INTO t SELECT a.i FROM u a JOIN v b ON a.i = b.i, app.w c",
        "DELETE FROM mysql.user",
        "UPDATE performance_schema.setup_instruments SET enabled = 'NO'",
        "LOCK TABLES t READ, app.u WRITE",
        "OPTIMIZE TABLE t, app.u",
        "DROP PROCEDURE app.p",
        "DROP TRIGGER app.g",
        "DROP FUNCTION IF EXISTS app.f",
        "DROP EVENT app.e",
        "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE app.u",
        "XA ROLLBACK 'x'",
        "WITH d AS (SELECT 1 AS k) DELETE FROM app.t WHERE i IN (SELECT k FROM d)",
        "WITH d AS (SELECT 1 AS k) DELETE a FROM app.t a JOIN d ON a.i = d.k",
        "WITH d AS (SELECT 1 AS k) UPDATE mysql.user SET a = 1",
        "EXPLAIN ANALYZE DELETE FROM app.t",
        "ALTER DATABASE READ ONLY = 1");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void reaches(Case one) throws IOException {
    assertFalse(find(one.dialect(), one.sql()).isEmpty(), one::toString);
  }

  static Stream<Case> accepted() {
    return Stream.of(
            cases(
                "postgres",
                "ALTER TABLE t DROP role",
                "ALTER TABLE t ALTER user SET NOT NULL",
                "ALTER TABLE t ADD role text, DROP \"user\"",
                "SELECT 'DROP ROLE r'",
                "-- DROP ROLE r\nSELECT 1",
                "CREATE TABLE role (name text)",
                "GRANT SELECT ON t TO r",
                "GRANT ALL ON ALL TABLES IN SCHEMA s TO r",
                "REVOKE EXECUTE ON FUNCTION dblink(text) FROM PUBLIC",
                "GRANT EXECUTE ON FUNCTION pg_terminate_backend(int) TO r",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO r",
                "CREATE USER MAPPING FOR CURRENT_USER SERVER s",
                "DROP USER MAPPING FOR r SERVER s",
                "CREATE FOREIGN TABLE f (i int) SERVER s; SELECT * FROM f",
                "CREATE FOREIGN TABLE a.f (i int) SERVER s; CREATE TABLE f (i int);"
                    + " INSERT INTO f VALUES (1)",
                "IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b; INSERT INTO t VALUES (1)",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE PROCEDURE f()",
                "COMMENT ON TABLE t IS 'x'",
                "SELECT * FROM a JOIN comment ON role.id = comment.id",
                "SET ROLE r",
                "SET search_path = s",
                "SET standard_conforming_strings = on",
                "SELECT pg_catalog.set_config('search_path', '', false)",
                "COPY t FROM '/data/x.csv'",
                "SELECT lo_import('/x')",
                "CREATE EXTENSION IF NOT EXISTS dblink",
                "LOAD 'age'",
                "SELECT setval('s', 1)",
                "SELECT pg_advisory_xact_lock(1)",
                "NOTIFY c, 'x'",
                "UPDATE t SET a = 1 WHERE EXISTS (SELECT 1 FROM pg_database)",
                "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
                "INSERT INTO t VALUES (1) ON CONFLICT (i) DO UPDATE SET i = 2",
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.role := 'x';"
                    + " RETURN NEW; END $$",
                "CREATE FUNCTION immutable_unaccent(regdictionary, text) RETURNS text LANGUAGE c"
                    + " IMMUTABLE AS '$libdir/unaccent', 'unaccent_dict'",
                "CREATE FUNCTION f(text) RETURNS text LANGUAGE internal AS 'upper'",
                "CREATE FUNCTION dblink_count() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                    + " SELECT dblink_count()",
                "DO $$ BEGIN EXECUTE 'CREATE TABLE ' || quote_ident('a' || 1) || ' (i int)'; END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());"
                    + " END $$",
                "DO $$ DECLARE p text := to_char(now(), 'YYYY'); BEGIN EXECUTE format('CREATE TABLE %I"
                    + " PARTITION OF t FOR VALUES IN (%L)', p, p); END $$",
                "DO $$ DECLARE q text; BEGIN q := 'SELECT 1'; EXECUTE q || ' AS x'; END $$",
                "DO $$ DECLARE q text := CASE WHEN true THEN 'SELECT 1' ELSE 'SELECT 2' END;"
                    + " BEGIN EXECUTE q INTO STRICT r USING 1; END $$",
                "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL;"
                    + " END $$",
                "SELECT * FROM crosstab('SELECT a, b, c FROM t') AS x (a int, b int)",
                "CREATE TABLE public.t (i int); INSERT INTO public.t SELECT s.i FROM s",
                "CREATE PUBLICATION p FOR TABLE t",
                "PREPARE p AS SELECT 1; EXECUTE p; DEALLOCATE p",
                "CREATE POLICY p ON t TO r USING (true)",
                "ALTER TABLE t OWNER TO r",
                "CREATE SCHEMA AUTHORIZATION r",
                "CREATE RULE x AS ON INSERT TO t DO ALSO NOTIFY c"),
            cases(
                "cockroach",
                "CREATE SCHEMA s; CREATE TABLE s.t (i INT); SELECT t.i FROM s.t",
                "INSERT INTO public.t VALUES (1)",
                "ALTER TABLE t CONFIGURE ZONE USING num_replicas = 3",
                "SELECT a.i FROM t AS a JOIN u AS b ON a.i = b.i, v c WHERE extract(year FROM a.d) > 1",
                "UPSERT INTO t VALUES (1)",
                "SET sql_safe_updates = false"),
            cases(
                "sqlite3",
                "ATTACH ':memory:' AS m",
                "ATTACH '' AS m",
                "VACUUM",
                "CREATE VIRTUAL TABLE t USING fts5(a)",
                "PRAGMA foreign_keys = ON",
                "CREATE TABLE main.t (i INT)",
                "INSERT INTO temp.t SELECT t.i FROM t",
                "SELECT 'ATTACH x'",
                "CREATE TABLE attach_points (i INT)"),
            cases(
                "mysql",
                "SELECT a.i, b.j FROM t a JOIN u AS b ON a.i = b.i, v c WHERE c.i = a.i",
                "UPDATE t a JOIN u b ON a.i = b.i SET a.j = b.j, a.k = 1 WHERE b.i > 0",
                "DELETE a FROM t a JOIN u b USING (i) WHERE b.j IS NULL",
                "DELETE a.* FROM t a",
                "INSERT INTO t (a, b) SELECT s.a, s.b FROM s ON DUPLICATE KEY UPDATE t.a = s.a, t.b = 1",
                "SELECT EXTRACT(YEAR FROM t.d), TRIM(LEADING 'x' FROM t.s) FROM t",
                "SELECT REPLACE(t.a, 'x', 'y'), TRUNCATE(t.b, 1), INSERT(t.c, 1, 1, 'x') FROM t",
                "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = OLD.a + 1",
                "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW BEGIN UPDATE u SET u.n = u.n + 1"
                    + " WHERE u.i = NEW.i; END",
                "ALTER TABLE t DROP role",
                "ALTER TABLE t DROP user, ADD role INT",
                "ALTER DATABASE CHARACTER SET utf8mb4",
                "ALTER DATABASE COLLATE = utf8mb4_bin",
                "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()",
                "SELECT c.TABLE_NAME FROM information_schema.COLUMNS c JOIN mysql.user u",
                "SELECT sys.format_bytes(1)",
                "SET @old = @@GLOBAL.sql_mode, sql_mode = 'ANSI'",
                "SET SESSION sql_mode = 'TRADITIONAL'",
                "SET NAMES utf8mb4",
                "SET FOREIGN_KEY_CHECKS=0",
                "/*!40101 SET @saved_cs_client = @@character_set_client */",
                "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER g BEFORE"
                    + " INSERT ON t FOR EACH ROW SET NEW.i = 1 */",
                "SET @s = (SELECT IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_name ="
                    + " 't') > 0, 'SELECT 1', 'ALTER TABLE t ADD c INT')); PREPARE s FROM @s;"
                    + " EXECUTE s; DEALLOCATE PREPARE s",
                "SET @db := DATABASE(); SET @q = CONCAT('ALTER TABLE `', @db, '`.t ADD c INT');"
                    + " PREPARE s FROM @q",
                "PREPARE s FROM 'UPDATE t SET i = ?'; SET @v = 1; EXECUTE s USING @v",
                "SELECT * FROM t USE INDEX (i) FORCE INDEX FOR JOIN (j) WHERE t.i = 1",
                "SELECT t.i FROM t UNION SELECT u.i FROM u ORDER BY i",
                "LOAD DATA INFILE '/x' INTO TABLE t",
                "FLUSH TABLES t FOR EXPORT",
                "SELECT event, t.id, t.view FROM t",
                "CREATE TABLE t (`key` INT, KEY k (`key`))",
                "CREATE TABLE t (i INT, CONSTRAINT c FOREIGN KEY (i) REFERENCES u (i) ON DELETE CASCADE"
                    + " ON UPDATE CASCADE)",
                "CREATE VIEW v AS SELECT a.i FROM t a LEFT JOIN u b ON b.i = a.i",
                "CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT t.i FROM t; OPEN c; CLOSE c; END",
                "INSERT INTO t VALUES ('USE app; DROP USER u')",
                "SELECT JSON_EXTRACT(t.j, '$.a.b') FROM t",
                "CREATE INDEX i ON t (a) USING BTREE",
                "RENAME TABLE t TO u, v TO w",
                "UPDATE t SET t.a = (SELECT MAX(u.b) FROM u WHERE u.i = t.i)"),
            IsolationSpellings.accepted())
        .flatMap(one -> one);
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void stays(Case one) throws IOException {
    assertEquals(List.of(), find(one.dialect(), one.sql()), one::toString);
  }

  @Test
  void findingsNameTheLineAndNoSecret() throws IOException {
    assertEquals(
        List.of(
            "2: `CREATE ROLE r LOGIN PASSWORD …` changes a role, and all databases of the server share"
                + " roles",
            "6: `DROP DATABASE d` changes a database by its name",
            "8: `EXECUTE q` runs SQL that cannot be analyzed"),
        find(
            "postgres",
            """
            SELECT 1;
            CREATE ROLE r LOGIN PASSWORD 'letmein1';
            DO $$
            BEGIN
              -- the old one
              DROP DATABASE d;
              FOREACH q IN ARRAY a LOOP
                EXECUTE q;
              END LOOP;
            END $$;
            """));
  }

  /** The examples of the table in docs/migrations.md, each for the database of its row. */
  static Stream<Case> documented() throws IOException {
    Map<String, String> dialects =
        Map.of(
            "PostgreSQL",
            "postgres",
            "CockroachDB",
            "cockroach",
            "MySQL",
            "mysql",
            "SQLite",
            "sqlite3");
    List<Case> all = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../docs/migrations.md"))) {
      String[] row = line.split("\\|");
      if (row.length == 4 && dialects.containsKey(row[1].strip())) {
        Pattern.compile("`([^`]{5,})`")
            .matcher(row[3])
            .results()
            .forEach(example -> all.add(new Case(dialects.get(row[1].strip()), example.group(1))));
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("documented")
  void theDocumentedExamplesReach(Case one) throws IOException {
    assertFalse(find(one.dialect(), one.sql()).isEmpty(), one::toString);
  }

  @Test
  void ourOwnSchemaStays() {
    for (DatabaseDriver dialect : Drivers.all()) {
      assertEquals(List.of(), find(dialect, List.of()), dialect::name);
    }
  }

  private List<String> find(String dialect, String sql) throws IOException {
    Files.writeString(folder.resolve("1_a.autocommit.up.sql"), sql);
    return find(Drivers.require(dialect), List.of(folder));
  }

  private static List<String> find(DatabaseDriver dialect, List<Path> folders) {
    StepReader reader =
        new StepReader(
            dialect,
            Placeholders.of(Settings.load(Map.of(), Map.of(), Optional.empty()).migrate()));
    List<MigrationStep> steps = new ArrayList<>();
    Settings.Migrate settings =
        Settings.load(
                Map.of(
                    Setting.MIGRATE_PATH,
                    folders.stream().map(Path::toString).collect(Collectors.joining("\n"))),
                Map.of(),
                Optional.empty())
            .migrate();
    ResolvedMigrations.load(settings, dialect)
        .versioned()
        .forEach(
            one -> {
              steps.add(reader.read(one.up(), Direction.UP));
              one.down().ifPresent(down -> steps.add(reader.read(down, Direction.DOWN)));
            });
    return dialect.isolationAnalyzer().check(ScratchInit.files(Optional.empty(), steps)).stream()
        .map(effect -> effect.line() + ": `" + effect.statement() + "` " + effect.effect())
        .toList();
  }
}
