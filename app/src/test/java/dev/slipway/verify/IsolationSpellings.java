package dev.slipway.verify;

import java.util.stream.Stream;

/** Spellings for {@link IsolationTest}: what a check that reads first words or names would miss. */
final class IsolationSpellings {
  private IsolationSpellings() {}

  /** Each reaches beyond the scratch database. */
  static Stream<IsolationTest.Case> refused() {
    return Stream.of(
            IsolationTest.cases(
                "mysql",
                "WITH d AS (SELECT 1 AS k) DELETE FROM other_db.live WHERE i IN (SELECT k FROM d)",
                "WITH d AS (SELECT 1 AS k) DELETE other_db.live FROM other_db.live JOIN d ON"
                    + " other_db.live.i = d.k",
                "WITH d AS (SELECT 1 AS k) DELETE l FROM other_db.live l JOIN d ON l.i = d.k",
                "WITH d AS (SELECT 1 AS k) DELETE FROM l USING other_db.live l JOIN d ON l.i = d.k",
                "WITH d AS (SELECT 1 AS k) UPDATE other_db.live JOIN d SET i = 1",
                "WITH RECURSIVE d AS (SELECT 1 AS k UNION ALL SELECT k + 1 FROM d WHERE k < 5), e"
                    + " (x) AS (SELECT 1) UPDATE IGNORE t, other_db.live SET i = 1",
                "CREATE PROCEDURE p() BEGIN WITH d AS (SELECT 1 AS k) DELETE FROM other_db.live"
                    + " WHERE i IN (SELECT k FROM d); END",
                "CREATE PROCEDURE p() WITH d AS (SELECT 1 AS k) DELETE other_db.live FROM"
                    + " other_db.live JOIN d ON other_db.live.i = d.k",
                "CREATE PROCEDURE p() lab: BEGIN IF 1 THEN WITH d AS (SELECT 1 AS k) DELETE FROM"
                    + " other_db.live; END IF; END",
                "CREATE PROCEDURE p() lab: LOOP DELETE FROM other_db.live; LEAVE lab; END LOOP",
                "CREATE PROCEDURE p() CASE 1 WHEN 1 THEN DELETE FROM other_db.live; ELSE UPDATE"
                    + " other_db.live SET i = 1; END CASE",
                "CREATE PROCEDURE p() REPEAT DELETE FROM other_db.live; UNTIL 1 END REPEAT",
                "CREATE PROCEDURE p() WHILE 0 DO DELETE FROM other_db.live; END WHILE",
                "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR 1051 DELETE FROM"
                    + " other_db.live; END",
                "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR SQLSTATE '42S02', NOT"
                    + " FOUND DELETE FROM other_db.live; END",
                "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR 1051 WITH d AS (SELECT 1)"
                    + " DELETE FROM other_db.live; END",
                "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW WITH d AS (SELECT 1 AS k) DELETE"
                    + " FROM other_db.live WHERE i IN (SELECT k FROM d)",
                "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO WITH d AS (SELECT 1 AS k) DELETE FROM"
                    + " other_db.live",
                "CREATE EVENT e ON SCHEDULE AT CURRENT_TIMESTAMP ON COMPLETION PRESERVE COMMENT 'x'"
                    + " DO DELETE FROM other_db.live",
                "ALTER EVENT e DO DELETE FROM other_db.live",
                "ALTER EVENT e RENAME TO other_db.e",
                "EXPLAIN ANALYZE DELETE FROM other.a",
                "EXPLAIN ANALYZE DELETE other.a FROM other.a JOIN t ON t.i = other.a.i",
                "EXPLAIN ANALYZE FORMAT=TREE UPDATE t, other.a SET a.i = 1",
                "EXPLAIN FORMAT=JSON INTO @v DELETE FROM other.a",
                "DESCRIBE ANALYZE DELETE FROM other.a",
                "EXPLAIN ANALYZE WITH d AS (SELECT 1) DELETE FROM other.a",
                "PREPARE s FROM 'WITH d AS (SELECT 1) DELETE FROM other.a'",
                "HANDLER other.a OPEN",
                "TABLE other.a",
                "(DELETE FROM other.a)",
                "INSERT INTO t TABLE other.a",
                "REPLACE other.a VALUES ROW(1)",
                "REPLACE INTO other.a TABLE t",
                "INSERT INTO other.a VALUES ROW(1), ROW(2)",
                "INSERT INTO other.a WITH d AS (SELECT 1) SELECT * FROM d",
                "INSERT INTO other.a (i) SELECT 1 ON DUPLICATE KEY UPDATE i = 1",
                "INSERT DELAYED IGNORE other.a SET i = 1",
                "INSERT HIGH_PRIORITY IGNORE INTO other.a SET i = 1",
                "LOAD DATA INFILE '/x' INTO TABLE other.a",
                "LOAD DATA LOW_PRIORITY LOCAL INFILE '/x' IGNORE INTO TABLE other.a",
                "LOAD XML INFILE '/x' REPLACE INTO TABLE other.a",
                "LOAD INDEX INTO CACHE other.a",
                "CACHE INDEX other.a IN hot",
                "CREATE TABLE other.a SELECT 1",
                "CREATE TABLE other.a LIKE t",
                "CREATE TABLE t2 SELECT * FROM other.a",
                "CREATE TABLE t2 TABLE other.a",
                "CREATE TABLE t2 AS WITH d AS (SELECT * FROM other.a) SELECT * FROM d",
                "RENAME TABLE a TO other.a",
                "RENAME TABLES a TO b, other.c TO d",
                "ALTER TABLE a RENAME other.b",
                "ALTER TABLE a RENAME AS other.b",
                "ALTER TABLE a RENAME = other.b",
                "ALTER TABLE a ADD COLUMN i INT, RENAME TO other.b",
                "ALTER TABLE a EXCHANGE PARTITION p WITH TABLE other.b WITHOUT VALIDATION",
                "ALTER ALGORITHM=MERGE VIEW v AS SELECT * FROM other.a",
                "CREATE ALGORITHM=MERGE DEFINER=root@localhost SQL SECURITY DEFINER VIEW v AS"
                    + " SELECT * FROM other.a",
                "CREATE VIEW v AS (SELECT * FROM other.a)",
                "CREATE VIEW v AS TABLE other.a",
                "CREATE VIEW v AS WITH d AS (SELECT * FROM other.a) SELECT * FROM d",
                "CREATE VIEW v AS SELECT * FROM mysql.user; DELETE FROM v",
                "CREATE VIEW v (a, b) AS SELECT Host, User FROM mysql.user; UPDATE v SET a = 1",
                "CREATE VIEW v AS SELECT * FROM mysql.user; CREATE VIEW w AS SELECT * FROM v;"
                    + " UPDATE w SET a = 1",
                "CREATE VIEW v AS SELECT * FROM performance_schema.setup_instruments; UPDATE t JOIN"
                    + " v SET enabled = 1",
                "UPDATE mysql.user SET a = 1",
                "UPDATE t JOIN mysql.user u SET u.a = 1",
                "UPDATE t, mysql.user u SET u.a = 1",
                "WITH d AS (SELECT 1) UPDATE mysql.user SET a = 1",
                "WITH d AS (SELECT 1) UPDATE t JOIN mysql.user u SET u.a = 1",
                "DELETE u FROM mysql.user u JOIN t",
                "DELETE FROM u USING t JOIN mysql.user u",
                "WITH d AS (SELECT 1) DELETE u FROM mysql.user u JOIN d",
                "CREATE TABLE c (i INT, FOREIGN KEY (i) REFERENCES other.a (i))",
                "CREATE TABLE c (i INT REFERENCES other.a (i))",
                "CREATE TABLE c (i INT) ENGINE=MERGE UNION=(other.a)",
                "CREATE TABLE c (i INT) ENGINE=MERGE UNION (other.a)",
                "CREATE TABLE c (i INT) DATA DIRECTORY = '/tmp/x'; ALTER TABLE c UNION = (t, other.a)",
                "ANALYZE TABLE other.a",
                "ANALYZE NO_WRITE_TO_BINLOG TABLE t, other.a",
                "CHECK TABLE other.a",
                "REPAIR TABLE other.a",
                "FLUSH TABLES other.a",
                "FLUSH TABLES t, other.a WITH READ LOCK",
                "LOCK TABLE other.a WRITE",
                "CREATE UNIQUE INDEX i ON other.a (i)",
                "DROP TEMPORARY TABLE other.a",
                "ALTER PROCEDURE other.p COMMENT 'x'",
                "ALTER EVENT other.e DISABLE",
                "CREATE DEFINER=root@localhost EVENT other.e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
                "CREATE DEFINER=root@localhost TRIGGER other.g AFTER INSERT ON t FOR EACH ROW DO 1",
                "CREATE TRIGGER g AFTER INSERT ON other.t FOR EACH ROW DO 1",
                "SELECT * FROM t WHERE i = other.f(1)",
                "DO other.f(1)",
                "SET @x = (SELECT 1 FROM other.a)",
                "IMPORT TABLE FROM '/x.sdi'",
                "SELECT i FROM (WITH d AS (SELECT 1) SELECT * FROM other.a) x",
                "SELECT 1 UNION (SELECT * FROM other.a)",
                "VALUES ROW((SELECT 1 FROM other.a))",
                "XA END 'x'; XA PREPARE 'x'",
                "ALTER DATABASE READ ONLY = 1",
                "ALTER SCHEMA READ ONLY 1",
                "ALTER DATABASE CHARACTER SET utf8mb4 READ ONLY = 1",
                "ALTER DATABASE DEFAULT COLLATE utf8mb4_bin READ ONLY = 1",
                "SET @d = CONCAT('ALTER DATABASE `', DATABASE(), '` READ ONLY = 1'); PREPARE s FROM"
                    + " @d",
                "SET @q = 'SELECT 1'; CALL p(@q); PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SELECT 'x' INTO @q; SELECT x, y FROM t INTO @z, @q; PREPARE s"
                    + " FROM @q",
                "SET @q = 'SELECT 1'; SELECT x, y INTO @z, @q FROM t; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SELECT x INTO @q FROM t; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SELECT x FROM t INTO @q; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; WITH d AS (SELECT 'DROP USER u' AS k) SELECT k FROM d INTO"
                    + " @q; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; (SELECT 'DROP USER u' INTO @q); PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; TABLE t INTO @q; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; VALUES ROW('DROP USER u') INTO @q; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; LOAD DATA INFILE '/x' INTO TABLE t (@q); PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; LOAD DATA INFILE '/x' INTO TABLE t (i, @z, @q); PREPARE s"
                    + " FROM @q",
                "SET @q = 'SELECT 1'; CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT 1;"
                    + " FETCH c INTO @q; END; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; GET DIAGNOSTICS CONDITION 1 @q = MESSAGE_TEXT; PREPARE s FROM"
                    + " @q",
                "SET @q = 'SELECT 1'; GET CURRENT DIAGNOSTICS @z = NUMBER, @q = ROW_COUNT; PREPARE"
                    + " s FROM @q",
                "SET @q = 'SELECT 1'; EXECUTE p USING @q; SELECT @q := x FROM t; PREPARE s FROM @q",
                "SET @q = 'SELECT 1', @q = CONCAT(@q, x); PREPARE s FROM @q",
                "SET @q := 'SELECT 1'; SET @z = 1, @q := (SELECT x FROM t); PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SET @@session.sql_mode = 'ANSI', @q = 'DROP USER u'; PREPARE"
                    + " s FROM @q",
                "SET @q = 'SELECT 1'; CREATE FUNCTION f() RETURNS INT BEGIN SET @q = x; RETURN 1;"
                    + " END; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CREATE PROCEDURE p(OUT v TEXT) SET v = 'DROP USER u'; CALL"
                    + " p(@`q`); PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CALL p(1, @z, @Q); PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CALL p (1, CONCAT(@z), @'q'); PREPARE s FROM @q",
                "SET @'q' = 'DROP USER u'; PREPARE s FROM @'q'",
                "SET @q = 'SELECT 1'; SET @'q' = 'DROP USER u'; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SET @\"q\" = 'DROP USER u'; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CREATE PROCEDURE p() IF 1 THEN SET @q = 'DROP USER u'; END"
                    + " IF; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CREATE PROCEDURE p() SET @q = 'DROP USER u'; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @q ="
                    + " NEW.x; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CREATE EVENT g ON SCHEDULE EVERY 1 DAY DO SET @q = x; PREPARE"
                    + " s FROM @q",
                "SET @q = 'SELECT 1'; EXPLAIN FORMAT=JSON INTO @q SELECT 1; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; EXECUTE IMMEDIATE @q; PREPARE s FROM 'SET @q = ''DROP USER"
                    + " u'''; EXECUTE s; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; PREPARE s FROM 'SELECT x INTO @q FROM t'; EXECUTE s; PREPARE"
                    + " s FROM @q",
                "SET @q = 'SELECT 1'; PREPARE s FROM 'CALL p(?)'; EXECUTE s USING @q; PREPARE s"
                    + " FROM @q",
                "SET @q = 'SELECT 1'; INSERT INTO t SELECT 1 FROM u WHERE (@q := x) IS NULL;"
                    + " PREPARE s FROM @q",
                "CREATE PROCEDURE IF NOT EXISTS p() SET GLOBAL x = 1",
                "CREATE PROCEDURE truncate() SET GLOBAL x = 1",
                "CREATE FUNCTION f() RETURNS TEXT CHARACTER SET utf8mb4 BEGIN SET GLOBAL x = 1;"
                    + " RETURN 1; END",
                "UPDATE begin, other.a SET i = 1",
                "UPDATE do x, other.a SET i = 1",
                "DROP TABLE begin, other.a",
                "DROP INDEX do ON other.t",
                "CREATE TRIGGER begin BEFORE INSERT ON other.t FOR EACH ROW DO 1",
                "ALTER TABLE t ADD CHECK (CASE WHEN a THEN 1 ELSE 2 END), RENAME TO other.b",
                "ALTER TABLE t ADD CHECK (REPEAT('x', 3) = a), RENAME TO other.b",
                "CREATE VIEW v AS SELECT CASE WHEN 1 THEN a ELSE b END FROM other.live",
                "CREATE VIEW v AS SELECT CASE WHEN end THEN REPLACE(a, 1, 2) ELSE IF(b, 1, 2) END,"
                    + " x FROM other.live",
                "SET @q = 'SELECT 1'; SET @a = REPEAT('x', 3), @q = 'DROP USER u'; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SET @a = CASE WHEN 1 THEN 'x' ELSE 'y' END, @q = 'DROP USER"
                    + " u'; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; SELECT 'SELECT 1' FROM t UNION SELECT x FROM u INTO @q;"
                    + " PREPARE s FROM @q",
                "CREATE EVENT do ON SCHEDULE EVERY 1 DAY DO SET GLOBAL x = 1",
                "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL 1 DAY"
                    + " DO BEGIN SET GLOBAL x = 1; END",
                "CREATE PROCEDURE p() BEGIN WHILE x > (SELECT 1) DO SET GLOBAL x = 1; END WHILE; END",
                "CREATE PROCEDURE p() BEGIN WHILE CASE x WHEN 1 THEN 1 ELSE 0 END DO SET GLOBAL x ="
                    + " 1; END WHILE; END",
                "CREATE PROCEDURE p() BEGIN IF CASE x WHEN 1 THEN 1 ELSE 0 END THEN SET GLOBAL x ="
                    + " 1; END IF; END",
                "CREATE PROCEDURE p() BEGIN CASE x WHEN 1 THEN SET GLOBAL x = 1; END CASE; SET"
                    + " GLOBAL y = 1; END",
                "CREATE PROCEDURE p() BEGIN CASE WHEN 1 THEN SET @a = CASE WHEN 2 THEN 3 END; ELSE"
                    + " SET GLOBAL x = 1; END CASE; END",
                "CREATE PROCEDURE p() `my label`: WHILE 1 DO KILL 1; END WHILE",
                "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLWARNING SET"
                    + " GLOBAL x = 1; END",
                "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW FOLLOWS h SET GLOBAL x = 1",
                "CREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW PRECEDES execute BEGIN SET GLOBAL"
                    + " x = 1; END",
                "CREATE DEFINER = CURRENT_USER() PROCEDURE p(a DECIMAL(10, 2)) SQL SECURITY INVOKER"
                    + " SET GLOBAL x = 1",
                "CREATE PROCEDURE p() HANDLER other.a OPEN",
                "CREATE PROCEDURE p() CACHE INDEX other.a IN hot",
                "CREATE PROCEDURE p() XA ROLLBACK 'x'",
                "CREATE VIEW v AS SELECT * FROM t JOIN mysql.user u; UPDATE v SET a = 1",
                "CREATE VIEW V AS SELECT * FROM mysql.user; RENAME TABLE v TO w; WITH d AS (SELECT"
                    + " 1) DELETE FROM W",
                "CREATE VIEW v AS SELECT * FROM mysql.user; RENAME TABLE a TO b, v TO w; INSERT"
                    + " INTO w VALUES (1)",
                "CREATE VIEW v AS SELECT * FROM mysql.user; CREATE PROCEDURE p() LOAD DATA INFILE"
                    + " 'x' INTO TABLE v",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; WITH d AS (SELECT 1)"
                    + " DELETE FROM f",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; UPDATE t, f SET f.i = 1",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; ALTER TABLE f RENAME g;"
                    + " TRUNCATE g",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; DELETE x FROM t JOIN f x",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; LOAD DATA INFILE 'x' INTO"
                    + " TABLE f",
                "DELETE app.t.* FROM t",
                "ALTER DATABASE READ ONLY = 0 READ ONLY = 1",
                "CREATE PROCEDURE p() ALTER DATABASE READ ONLY = 1",
                "ALTER EVENT do RENAME TO do DO SET GLOBAL x = 1",
                "ALTER EVENT e ON SCHEDULE EVERY 1 DAY DO KILL 1",
                "LOCK TABLES begin READ, other.a WRITE",
                "SET STATEMENT x = 1 FOR DELETE FROM other.a",
                "CREATE VIEW v AS (WITH d AS (SELECT 1) SELECT * FROM mysql.user); WITH d AS"
                    + " (SELECT 1) UPDATE v SET a = 1",
                "CREATE PROCEDURE p() BEGIN lab: REPEAT WITH d AS (SELECT 1) DELETE FROM other.a;"
                    + " UNTIL 1 END REPEAT; END",
                "CREATE PROCEDURE p() BEGIN IF EXISTS (SELECT 1) THEN BEGIN END; ELSEIF 2 THEN"
                    + " REPLACE other.a VALUES (1); END IF; END",
                "/*!50003 WITH */ d AS (SELECT 1) DELETE /* x */ FROM `other` /*!80000 . */ `a`",
                "with D as (select 1) delete low_priority quick ignore from Other.A where 1",
                "DELETE LOW_PRIORITY QUICK IGNORE t, other.a FROM t, other.a",
                "DELETE FROM t, other.a USING t JOIN other.a",
                "UPDATE LOW_PRIORITY IGNORE (t, other.a) SET i = 1",
                "UPDATE (t JOIN (u, other.a)) SET i = 1",
                "UPDATE t JOIN LATERAL (SELECT 1) x, other.a SET i = 1",
                "UPDATE t LEFT JOIN u ON t.i = u.i, other.a SET other.a.i = 1",
                "UPDATE t PARTITION (p0), other.a SET i = 1",
                "UPDATE t USE INDEX FOR JOIN (a), other.a SET i = 1",
                "UPDATE t FORCE INDEX (a) IGNORE INDEX FOR ORDER BY (b), other.a SET i = 1",
                "UPDATE JSON_TABLE('[]', '$[*]' COLUMNS (a INT PATH '$')) x, other.a SET i = 1",
                "UPDATE {OJ t LEFT OUTER JOIN other.a ON 1} SET i = 1",
                "INSERT INTO t (a) SELECT i FROM {OJ u LEFT OUTER JOIN other.a ON 1}",
                "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = (SELECT i FROM other.a)",
                "SELECT * FROM t WHERE EXISTS (TABLE other.a)",
                "CREATE TABLE c (i INT, CONSTRAINT c FOREIGN KEY fk (i) REFERENCES `other`.a (i))",
                "CREATE TABLE c (CHECK (CASE WHEN 1 THEN 1 END), i INT REFERENCES other.a (i))",
                "ALTER TABLE t ADD CONSTRAINT FOREIGN KEY (i) REFERENCES other.a (i), RENAME INDEX"
                    + " a TO b",
                "SELECT i INTO @x FROM other.a",
                "SET @x = EXISTS (SELECT 1 FROM t, other.a)",
                "CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR WITH d AS (SELECT 1) SELECT * FROM"
                    + " other.a; END",
                "CREATE PROCEDURE p() BEGIN FOR x IN (SELECT 1) DO DELETE FROM other.a; END FOR; END",
                "INSERT INTO t SET a = 1, b = (SELECT i FROM other.a)",
                "REPLACE t TABLE other.a",
                "DROP VIEW IF EXISTS begin, other.v",
                "DROP TABLES t, other.a",
                "CHECKSUM TABLE t, other.a",
                "ANALYZE LOCAL TABLE t, other.a",
                "CREATE SPATIAL INDEX i ON other.a (g)",
                "EXPLAIN UPDATE other.a SET i = 1",
                "SET @q = 'SELECT 1'; SELECT 1, 'DROP USER u' INTO @`z`, @q; PREPARE s FROM @q",
                "SET @q = 'SELECT 1'; CREATE PROCEDURE p() BEGIN DECLARE v INT; SELECT 1, 'x' INTO"
                    + " v, @q; END; PREPARE s FROM @q"),
            IsolationTest.cases(
                "postgres",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN CALL f(q); EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN CALL s.f(1, q); EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN CALL f(a => q); EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN SELECT * INTO q FROM f(); EXECUTE q;"
                    + " END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN SELECT a, b INTO z, q FROM f();"
                    + " EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN SELECT a, b INTO STRICT z, q"
                    + " FROM f(); EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN GET DIAGNOSTICS q = PG_CONTEXT; EXECUTE"
                    + " q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN GET DIAGNOSTICS z = ROW_COUNT, q"
                    + " = PG_CONTEXT; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN GET CURRENT DIAGNOSTICS z :="
                    + " ROW_COUNT, q := PG_CONTEXT; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z text; BEGIN RAISE 'x'; EXCEPTION WHEN"
                    + " OTHERS THEN GET STACKED DIAGNOSTICS z = MESSAGE_TEXT, q ="
                    + " PG_EXCEPTION_DETAIL; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; c refcursor; BEGIN FETCH c INTO q; EXECUTE q;"
                    + " END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; c refcursor; BEGIN FETCH NEXT FROM c INTO z,"
                    + " q; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN FOR q IN SELECT x FROM t LOOP EXECUTE"
                    + " q; END LOOP; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN FOR z, q IN SELECT x, y FROM t LOOP"
                    + " EXECUTE q; END LOOP; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN <<l>> FOR z, q IN SELECT x, y FROM t"
                    + " LOOP EXECUTE q; END LOOP; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN FOREACH q IN ARRAY a LOOP EXECUTE q;"
                    + " END LOOP; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN FOREACH q SLICE 1 IN ARRAY a LOOP"
                    + " EXECUTE q; END LOOP; END $x$",
                "DO $x$ DECLARE r record; BEGIN r.q := 'DROP ROLE r'; EXECUTE r.q; END $x$",
                "DO $x$ <<b>> DECLARE q text := 'SELECT 1'; BEGIN b.q := 'DROP ROLE r'; EXECUTE q;"
                    + " END $x$",
                "DO $x$ <<b>> DECLARE q text := 'SELECT 1'; BEGIN SELECT x INTO b.q FROM t; EXECUTE"
                    + " q; END $x$",
                "DO $x$ <<b>> DECLARE q text := 'SELECT 1'; BEGIN SELECT x, y INTO z, b.q FROM t;"
                    + " EXECUTE q; END $x$",
                "DO $x$ <<b>> DECLARE q text := 'SELECT 1'; BEGIN CALL f(b.q); EXECUTE q; END $x$",
                "DO $x$ <<b>> DECLARE q text := 'SELECT 1'; BEGIN FOR b.q IN SELECT x FROM t LOOP"
                    + " EXECUTE q; END LOOP; END $x$",
                "DO $x$ <<b>> DECLARE q text := 'SELECT 1'; BEGIN GET DIAGNOSTICS b.q = PG_CONTEXT;"
                    + " EXECUTE q; END $x$",
                "DO $x$ DECLARE q text[] := ARRAY['SELECT 1']; BEGIN q[1] := 'DROP ROLE r'; EXECUTE"
                    + " q[1]; END $x$",
                "DO $x$ DECLARE a text[]; q text := 'SELECT 1'; BEGIN SELECT x, y INTO a[1], q FROM"
                    + " t; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN IF a THEN q := 'DROP ROLE r'; END IF;"
                    + " EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN <<lab>> q := x; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN DECLARE r text; BEGIN q := x; END;"
                    + " EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; p ALIAS FOR q; BEGIN p := 'DROP ROLE r';"
                    + " EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN INSERT INTO t VALUES (1) RETURNING x"
                    + " INTO q; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN EXECUTE 'SELECT 1' INTO q; EXECUTE q;"
                    + " END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN EXECUTE 'SELECT 1' USING 1 INTO z, q;"
                    + " EXECUTE q; END $x$",
                "CREATE FUNCTION f(q text, OUT r text) LANGUAGE plpgsql AS $$ BEGIN r := 'SELECT"
                    + " 1'; q := 'SELECT 1'; EXECUTE q; END $$",
                "CREATE FUNCTION f(q text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF q IS NULL"
                    + " THEN q := 'SELECT 1'; END IF; EXECUTE q; END $$",
                "CREATE FUNCTION f(INOUT q text) LANGUAGE plpgsql AS $$ BEGIN IF q IS NULL THEN q"
                    + " := 'SELECT 1'; END IF; EXECUTE q; END $$",
                "CREATE FUNCTION f() RETURNS TABLE (q text) LANGUAGE plpgsql AS $$ BEGIN FOR q IN"
                    + " SELECT 1 LOOP EXECUTE q; END LOOP; END $$",
                "CREATE FUNCTION f(text) RETURNS int LANGUAGE plpgsql AS $$ DECLARE q ALIAS FOR $1;"
                    + " BEGIN EXECUTE q; END $$",
                "CREATE FUNCTION f(text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE $1; END $$",
                "DO $x$ DECLARE \"Q\" text := 'SELECT 1'; BEGIN CALL f(\"Q\"); EXECUTE \"Q\"; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN MERGE INTO t USING u ON true WHEN"
                    + " MATCHED THEN UPDATE SET a = 1 RETURNING x INTO q; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN MOVE c; FETCH FIRST FROM c INTO q;"
                    + " EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; r CURSOR (q text) FOR SELECT q; BEGIN q :="
                    + " f(); OPEN r(q); EXECUTE q; END $x$",
                "DO $x$ DECLARE a text := 'x'; q text DEFAULT a || 'y'; BEGIN CALL f(a); EXECUTE q;"
                    + " END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN IF true THEN CALL f(q); END IF; EXECUTE"
                    + " q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN BEGIN CALL f(q); EXCEPTION WHEN OTHERS"
                    + " THEN NULL; END; EXECUTE format('%s', q); END $x$",
                "CREATE VIEW vv AS SELECT * FROM pg_database; UPDATE vv SET datallowconn = false",
                "CREATE VIEW vv AS SELECT * FROM pg_catalog.pg_database; UPDATE vv SET datallowconn"
                    + " = false",
                "CREATE VIEW s.vv AS SELECT * FROM pg_database; DELETE FROM s.vv",
                "CREATE OR REPLACE TEMP VIEW vv (a, b) AS SELECT oid, datname FROM pg_database d;"
                    + " INSERT INTO vv VALUES (1)",
                "CREATE VIEW vv AS SELECT * FROM pg_database; CREATE VIEW ww AS SELECT * FROM vv;"
                    + " UPDATE ww SET a = 1",
                "CREATE VIEW vv WITH (security_barrier) AS SELECT * FROM \"pg_database\"; UPDATE"
                    + " ONLY vv SET a = 1",
                "CREATE VIEW vv AS TABLE pg_database; UPDATE vv SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_database; MERGE INTO vv USING t ON true WHEN"
                    + " MATCHED THEN DELETE",
                "CREATE VIEW vv AS SELECT * FROM pg_database; ALTER VIEW vv RENAME TO ww; UPDATE ww"
                    + " SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_database; ALTER VIEW vv SET SCHEMA s; UPDATE"
                    + " s.vv SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_database; ALTER TABLE vv RENAME TO ww; UPDATE"
                    + " ww SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_database; ALTER VIEW IF EXISTS vv RENAME TO ww;"
                    + " DO $$ BEGIN UPDATE ww SET a = 1; END $$",
                "CREATE VIEW vv AS SELECT * FROM pg_database; DO $$ BEGIN UPDATE vv SET a = 1; END $$",
                "CREATE VIEW vv AS SELECT * FROM pg_database; DO $$ BEGIN EXECUTE 'UPDATE vv SET a"
                    + " = 1'; END $$",
                "DO $$ BEGIN EXECUTE format('UPDATE pg_catalog.%I SET a = 1', x); END $$",
                "DO $$ BEGIN EXECUTE 'CREATE VIEW vv AS SELECT * FROM pg_database'; EXECUTE 'UPDATE"
                    + " vv SET a = 1'; END $$",
                "CREATE VIEW vv AS SELECT * FROM pg_database; CREATE FUNCTION f() RETURNS int"
                    + " LANGUAGE sql AS 'UPDATE vv SET a = 1 RETURNING 1'",
                "CREATE VIEW vv AS SELECT * FROM pg_database; CREATE RULE r AS ON INSERT TO t DO"
                    + " ALSO UPDATE vv SET a = 1",
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD (UPDATE pg_database SET a = 1; DELETE"
                    + " FROM x)",
                "CREATE RULE r AS ON INSERT TO t DO ALSO UPDATE pg_database SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_database; WITH x AS (UPDATE vv SET a = 1"
                    + " RETURNING 1) SELECT * FROM x",
                "CREATE VIEW vv AS SELECT * FROM pg_database; COPY vv FROM stdin",
                "CREATE VIEW vv AS SELECT * FROM pg_database; EXPLAIN ANALYZE UPDATE vv SET a = 1",
                "EXPLAIN ANALYZE UPDATE pg_database SET a = 1",
                "EXPLAIN (ANALYZE, VERBOSE) DELETE FROM pg_database",
                "WITH x AS (DELETE FROM pg_database RETURNING 1) SELECT 1",
                "PREPARE p AS UPDATE pg_database SET a = 1",
                "UPDATE pg_catalog.pg_database AS d SET a = 1",
                "UPDATE ONLY pg_database SET a = 1",
                "UPDATE ONLY (pg_database) SET a = 1",
                "DELETE FROM ONLY (pg_database)",
                "TRUNCATE ONLY pg_database",
                "SELECT * FROM pg_database FOR UPDATE; UPDATE pg_shdescription SET a = 1",
                "CREATE RECURSIVE VIEW vv (a) AS SELECT oid FROM pg_database; UPDATE vv SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_settings; UPDATE pg_replication_origin SET a = 1",
                "CREATE SCHEMA s CREATE VIEW vv AS SELECT * FROM pg_database; UPDATE s.vv SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM t; CREATE OR REPLACE VIEW vv AS SELECT * FROM"
                    + " pg_database; UPDATE vv SET a = 1",
                "PREPARE TRANSACTION 'x'",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I IS_TEMPLATE true',"
                    + " current_database()); END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I WITH ALLOW_CONNECTIONS false',"
                    + " current_database()); END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RENAME TO x', current_database());"
                    + " END $$",
                "DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM public',"
                    + " current_database()); EXECUTE format('DROP DATABASE %I',"
                    + " current_database()); END $$",
                "EXPLAIN ANALYZE EXECUTE p; SELECT pg_create_logical_replication_slot('a', 'b')",
                "CREATE RULE r AS ON INSERT TO t DO UPDATE pg_database SET a = 1",
                "CREATE VIEW vv AS (SELECT * FROM pg_database); UPDATE vv SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM pg_group; UPDATE vv SET a = 1",
                "CREATE VIEW vv AS SELECT * FROM ONLY (pg_database); UPDATE vv SET a = 1",
                "CREATE VIEW vv AS SELECT extract(year FROM now()), d.* FROM pg_catalog.pg_database"
                    + " AS d WHERE true; DELETE FROM \"vv\"",
                "CREATE FUNCTION f(q text) RETURNS int LANGUAGE plpgsql AS $$ <<b>> DECLARE z int;"
                    + " BEGIN f.q := 'SELECT 1'; EXECUTE q; END $$",
                "CREATE FUNCTION f(OUT q text) LANGUAGE plpgsql AS $$ BEGIN q := 'SELECT 1'; SELECT"
                    + " x INTO f.q FROM t; EXECUTE q; END $$",
                "CREATE FUNCTION f(IN OUT q text) LANGUAGE plpgsql AS $$ BEGIN q := 'SELECT 1';"
                    + " EXECUTE q; END $$",
                "CREATE FUNCTION f(VARIADIC q text[]) RETURNS int LANGUAGE plpgsql AS $$ BEGIN q :="
                    + " 'SELECT 1'; EXECUTE q; END $$",
                "DO $x$ DECLARE a text[]; q text := 'SELECT 1'; BEGIN CALL f(a[1], q); EXECUTE q;"
                    + " END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN CALL f(a := q); EXECUTE q; END $x$",
                "DO $x$ DECLARE r record; q text := 'SELECT 1'; BEGIN SELECT 1, x INTO r.a, q FROM"
                    + " t; EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN SELECT x INTO \"q\" FROM t; EXECUTE q;"
                    + " END $x$",
                "UPDATE pg_stat_database_conflicts SET datname = 'x'",
                "CREATE VIEW vv AS SELECT * FROM pg_database; DELETE FROM vv AS d USING t",
                "CREATE FUNCTION f(q IN OUT text) LANGUAGE plpgsql AS $$ BEGIN q := 'SELECT 1';"
                    + " EXECUTE q; END $$",
                "CREATE FUNCTION s.f(q text DEFAULT 'x', OUT z int) RETURNS int LANGUAGE plpgsql AS"
                    + " $$ BEGIN q := 'SELECT 1'; EXECUTE q; END $$",
                "BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'x'",
                "WITH x AS (UPDATE pg_database SET a = 1 RETURNING 1) SELECT 1"),
            IsolationTest.cases(
                "cockroach",
                "WITH x AS (DELETE FROM app.public.t RETURNING 1) SELECT 1",
                "EXPLAIN ANALYZE DELETE FROM app.t",
                "EXPLAIN ANALYZE (DEBUG) DELETE FROM app.public.t",
                "WITH x AS (SELECT 1) DELETE FROM app.t",
                "WITH x AS (SELECT 1) UPDATE app.t SET i = 1",
                "WITH x AS (SELECT 1) UPSERT INTO app.t VALUES (1)",
                "PREPARE p AS DELETE FROM app.t",
                "CREATE FUNCTION f() RETURNS INT LANGUAGE SQL AS 'DELETE FROM app.t RETURNING 1'",
                "CREATE FUNCTION f() RETURNS INT LANGUAGE SQL BEGIN ATOMIC DELETE FROM app.t; END",
                "CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN IF true THEN DELETE FROM app.t;"
                    + " END IF; END $$",
                "TRUNCATE app.t",
                "ALTER TABLE t RENAME TO app.public.t",
                "CREATE VIEW v AS SELECT * FROM app.public.t",
                "ALTER TABLE app.public.t SPLIT AT VALUES (1)",
                "SELECT * FROM [DELETE FROM app.t RETURNING i]",
                "ALTER TABLE t ADD FOREIGN KEY (i) REFERENCES app.public.u (i)",
                "CREATE INDEX ON app.public.t (i)",
                "CREATE INDEX i ON app.public.t (i)",
                "DROP INDEX app.public.t@i",
                "ALTER INDEX app.t@i RENAME TO j",
                "COMMENT ON TABLE app.public.t IS 'x'",
                "CREATE STATISTICS s ON i FROM app.public.t",
                "ALTER DATABASE app PRIMARY REGION 'x'",
                "ALTER DATABASE app CONFIGURE ZONE USING num_replicas = 3",
                "CREATE TABLE app.public.t AS SELECT 1",
                "SHOW CREATE TABLE t; DELETE FROM app.t AS x WHERE true",
                "DO $$ BEGIN DELETE FROM app.t; END $$",
                "CREATE FUNCTION f() RETURNS INT LANGUAGE SQL AS 'WITH x AS (DELETE FROM"
                    + " app.public.t RETURNING 1) SELECT 1'"),
            IsolationTest.cases(
                "sqlite3",
                "EXPLAIN QUERY PLAN ATTACH 'x' AS y",
                "SELECT load_extension ('x')",
                "WITH x AS (SELECT load_extension('y')) SELECT * FROM x",
                "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT writefile('x', 'y'); END",
                "CREATE VIRTUAL TABLE temp.z USING zipfile('x.zip')",
                "CREATE VIRTUAL TABLE IF NOT EXISTS z USING \"zipfile\"('x.zip')",
                "SELECT \"load_extension\"('x')",
                "SELECT [load_extension]('x')",
                "PRAGMA main.temp_store_directory('x')",
                "PRAGMA \"temp_store_directory\" = 'x'",
                "ATTACH DATABASE('x.db') AS y",
                "CREATE VIRTUAL TABLE z USING csv(filename='x'); VACUUM \"main\" INTO 'x'"))
        .flatMap(one -> one);
  }

  /** Each stays inside. */
  static Stream<IsolationTest.Case> accepted() {
    return Stream.of(
            IsolationTest.cases(
                "mysql",
                "XA START 'x'",
                "XA END 'x'; XA COMMIT 'x' ONE PHASE",
                "ALTER DATABASE READ ONLY = 0",
                "ALTER DATABASE CHARACTER SET utf8mb4",
                "WITH d AS (SELECT 1 AS k) DELETE FROM t WHERE i IN (SELECT k FROM d)",
                "WITH d AS (SELECT 1 AS k) DELETE t FROM t JOIN d ON t.i = d.k WHERE t.i > 0",
                "WITH d AS (SELECT u.k FROM u) UPDATE t JOIN d ON t.i = d.k SET t.j = d.k WHERE t.i"
                    + " = d.k",
                "WITH d AS (SELECT c.table_name AS n FROM information_schema.columns c) UPDATE t"
                    + " SET j = (SELECT d.n FROM d)",
                "UPDATE t SET j = (SELECT MAX(c.x) FROM information_schema.columns c) WHERE t.i = 1",
                "DELETE FROM t WHERE i IN (SELECT c.x FROM information_schema.columns c)",
                "INSERT INTO t SELECT * FROM information_schema.tables",
                "CREATE VIEW v AS SELECT * FROM information_schema.tables; SELECT * FROM v",
                "EXPLAIN SELECT t.i FROM t",
                "SELECT a.i FROM t a WHERE a.i IN (1, 2) FOR UPDATE OF a",
                "WITH d AS (SELECT 1) SELECT d.k, t.i FROM d, t WHERE d.k = t.i",
                "CREATE TABLE log (i INT, t DATETIME ON UPDATE CURRENT_TIMESTAMP)",
                "CREATE PROCEDURE p() lab: BEGIN DECLARE x INT DEFAULT 1; IF x THEN UPDATE t SET"
                    + " t.i = 1; ELSEIF x = 2 THEN DELETE FROM t WHERE t.i = 2; END IF; END",
                "INSERT INTO t (i) VALUES (1) AS n ON DUPLICATE KEY UPDATE t.i = n.i, j = n.j",
                "INSERT INTO t SELECT * FROM (SELECT u.i FROM u) AS n ON DUPLICATE KEY UPDATE t.i ="
                    + " n.i",
                "XA RECOVER",
                "SET @q = 'SELECT 1'; PREPARE s FROM @q; SET @v = 1; EXECUTE s USING @v",
                "SET @q = 'SELECT 1'; SELECT @q; PREPARE s FROM @q",
                "SET @n = 0; SELECT COUNT(*) INTO @n FROM t; SET @q = IF(@n > 0, 'SELECT 1',"
                    + " 'SELECT 2'); PREPARE s FROM @q",
                "SELECT 'SELECT 1' INTO @q; PREPARE s FROM @q",
                "PREPARE s FROM 'UPDATE t SET i = ?'; SET @v = 1; EXECUTE s USING @v; DEALLOCATE"
                    + " PREPARE s",
                "CREATE TABLE f (i INT) ENGINE=FEDERATED CONNECTION='x'; INSERT INTO t SELECT *"
                    + " FROM f; DROP TABLE f",
                "CREATE PROCEDURE p() BEGIN DECLARE x INT; SET x = CASE WHEN 1 THEN (SELECT t.i"
                    + " FROM t) ELSE 2 END, @y = 2; SELECT t.i FROM t; END",
                "CREATE TRIGGER g AFTER DELETE ON t FOR EACH ROW INSERT INTO u SELECT OLD.i, OLD.j",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = IF(NEW.b, NEW.c, 1),"
                    + " NEW.d = 2",
                "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + (SELECT t.i FROM t"
                    + " LIMIT 1)",
                "UPDATE t SET t.a = CASE WHEN t.b THEN t.c ELSE t.d END, t.e = 1 WHERE t.f IN"
                    + " (SELECT u.g FROM u)",
                "SELECT CASE WHEN t.b THEN t.c ELSE t.d END, t.e FROM t, u WHERE t.i = u.i",
                "SELECT t.end, t.begin, t.delete FROM t ORDER BY t.delete",
                "CREATE PROCEDURE p(IN a INT, OUT b INT) BEGIN SELECT t.i INTO b FROM t WHERE t.a ="
                    + " a; END; CALL p(1, @x); SELECT @x",
                "DELETE t.*, u FROM t JOIN u ON t.i = u.i WHERE t.a = u.b",
                "UPDATE t FORCE INDEX (a), u SET t.i = u.i, t.j = 2 WHERE t.k IN (1, 2) ORDER BY t.i",
                "SELECT TRIM(BOTH 'x' FROM t.a), SUBSTRING(t.b FROM 2 FOR 3) FROM t",
                "INSERT INTO t (a, b) SELECT CASE WHEN u.a THEN u.b ELSE u.c END, u.d FROM u, w"
                    + " WHERE u.a = w.a",
                "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.a IS NULL THEN SET"
                    + " NEW.a = OLD.b, NEW.c = 1; ELSE SET NEW.d = 2; END IF; END",
                "DELETE FROM t WHERE t.a = 1 ORDER BY t.b LIMIT 1"),
            IsolationTest.cases(
                "postgres",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN CALL f(z); EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN z := f(q); EXECUTE q; END $x$",
                "DO $x$ DECLARE q text := 'SELECT 1'; z int; BEGIN EXECUTE q INTO z; GET"
                    + " DIAGNOSTICS z = ROW_COUNT; EXECUTE q; END $x$",
                "DO $x$ DECLARE z int; BEGIN EXECUTE 'CALL f(1)'; END $x$",
                "DO $x$ DECLARE r record; BEGIN FOR r IN SELECT relname FROM pg_class LOOP EXECUTE"
                    + " format('ALTER TABLE %I ADD x int', r.relname); END LOOP; END $x$",
                "CREATE VIEW vv AS SELECT datname FROM pg_database; SELECT * FROM vv",
                "CREATE VIEW vv AS SELECT datname FROM pg_database; DROP VIEW vv; UPDATE t SET a ="
                    + " (SELECT 1 FROM vv)",
                "CREATE VIEW vv AS SELECT datname FROM pg_database; GRANT SELECT ON vv TO r;"
                    + " COMMENT ON VIEW vv IS 'x'",
                "CREATE MATERIALIZED VIEW vv AS SELECT datname FROM pg_database; REFRESH"
                    + " MATERIALIZED VIEW vv",
                "CREATE VIEW vv AS SELECT datname FROM pg_database; INSERT INTO t SELECT * FROM vv;"
                    + " UPDATE other SET a = 1",
                "CREATE VIEW v AS SELECT * FROM t; UPDATE v SET a = 1",
                "UPDATE t SET a = 1 FROM pg_database d WHERE d.oid = t.oid",
                "UPDATE pg_index SET indisvalid = true",
                "CREATE VIEW vv AS SELECT datname FROM pg_database; DO $$ BEGIN EXECUTE"
                    + " format('SELECT * FROM %I', x); END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = x',"
                    + " current_database()); END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only ="
                    + " off', current_database()); END $$",
                "DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO public',"
                    + " current_database()); END $$",
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I REFRESH COLLATION VERSION',"
                    + " current_database()); END $$",
                "CREATE FUNCTION f(OUT q text) LANGUAGE plpgsql AS $$ BEGIN q := 'SELECT 1';"
                    + " EXECUTE q; END $$",
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE sql text :="
                    + " 'SELECT 1'; BEGIN NEW.sql := 'x'; EXECUTE sql; RETURN NEW; END $$",
                "DO $x$ DECLARE q text := 'SELECT 1'; BEGIN CALL f(1, 'q', upper(q)); EXECUTE q;"
                    + " END $x$",
                "CREATE VIEW v AS SELECT * FROM t WHERE d IN (SELECT datname FROM pg_database);"
                    + " UPDATE v SET a = 1",
                "CREATE VIEW v AS SELECT t.* FROM t JOIN pg_database d ON true; DELETE FROM w",
                "INSERT INTO t VALUES (1) ON CONFLICT (i) DO UPDATE SET datname = 'x'",
                "CREATE SCHEMA s CREATE TABLE t (i int) CREATE VIEW v AS SELECT * FROM t"),
            IsolationTest.cases(
                "cockroach",
                "WITH x AS (SELECT u.i FROM u) DELETE FROM t WHERE t.i IN (SELECT x.i FROM x)",
                "WITH x AS (SELECT u.i FROM u) UPDATE t SET j = x.i FROM x WHERE t.i = x.i",
                "WITH x AS (DELETE FROM t RETURNING t.i) SELECT x.i FROM x",
                "CREATE FUNCTION f() RETURNS INT LANGUAGE SQL AS 'SELECT t.i FROM public.t'",
                "CREATE TABLE t (i INT); SELECT delete, load, cache FROM t; DROP INDEX t@i"),
            IsolationTest.cases(
                "sqlite3",
                "WITH x AS (SELECT 1 AS i) DELETE FROM main.t WHERE i IN (SELECT x.i FROM x)"))
        .flatMap(one -> one);
  }
}
