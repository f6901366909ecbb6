package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.StatementKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.database.mysql.MySQLParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlScriptTest {
  private static List<String> statements(String dialect, String text) {
    SqlScript script = SqlScript.parse(text, Drivers.byName(dialect).orElseThrow().syntax());
    return script.statements().stream().map(script::sql).toList();
  }

  private static List<StatementKind> kinds(String dialect, String text) {
    return SqlScript.parse(text, Drivers.byName(dialect).orElseThrow().syntax())
        .statements()
        .stream()
        .map(SqlScript.Statement::kind)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "mysql", "cockroach", "sqlite3"})
  void semicolonsInStringsNamesAndCommentsEndNothing(String dialect) {
    assertEquals(
        List.of("SELECT 'a;b''c;' AS x", "SELECT 2 /* ; */ AS y"),
        statements(
            dialect,
            "-- one; two\nSELECT 'a;b''c;' AS x;;\n/* ; */ ;\n" + "SELECT 2 /* ; */ AS y -- ;\n"));
  }

  @Test
  void dollarQuotesEndWithTheirOwnTag() {
    assertEquals(
        List.of("DO $x$ BEGIN PERFORM '$$;'; END $x$", "SELECT $1", "SELECT $$;$$"),
        statements("postgres", "DO $x$ BEGIN PERFORM '$$;'; END $x$; SELECT $1; SELECT $$;$$"));
  }

  @Test
  void postgresCommentsNestAndBackslashesEscapeOnlyInEStrings() {
    assertEquals(
        List.of("SELECT E'\\';' /* a /* b; */ c; */ AS x", "SELECT '\\'"),
        statements("postgres", "SELECT E'\\';' /* a /* b; */ c; */ AS x; SELECT '\\';"));
  }

  @Test
  void aRoutineWithAStandardBodyIsOneStatement() {
    String function =
        """
        CREATE FUNCTION f(a int) RETURNS int LANGUAGE SQL BEGIN ATOMIC
          SELECT CASE WHEN a > 1 THEN 1 ELSE 2 END;
          SELECT a;
        END""";
    assertEquals(List.of(function, "SELECT 1"), statements("postgres", function + ";\nSELECT 1;"));
  }

  @Test
  void aTriggersBodyIsPartOfItsStatement() {
    String trigger =
        """
        CREATE TRIGGER t AFTER UPDATE ON a BEGIN
          UPDATE b SET x = CASE WHEN new.x > 1 THEN 1 ELSE 2 END;
          DELETE FROM c;
        END""";
    assertEquals(List.of(trigger, "SELECT 1"), statements("sqlite3", trigger + ";\nSELECT 1;"));
  }

  @Test
  void mysqlBodiesWithoutADelimiterEndWhereTheServerEndsThem() {
    String procedure =
        """
        CREATE PROCEDURE p(n INT) BEGIN
          IF n > 1 THEN SELECT 1; ELSE SELECT CASE n WHEN 1 THEN 2 END; END IF;
          WHILE n > 0 DO SET n = n - 1; END WHILE;
          CASE n WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE;
          l: LOOP LEAVE l; END LOOP l;
        END""";
    assertEquals(List.of(procedure, "SELECT 1"), statements("mysql", procedure + ";\nSELECT 1;"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"//", "$$", "|", "_", "GO"})
  void aDelimiterOfMysqlsShellEndsAStatementDirectlyAfterAWord(String delimiter) {
    assertEquals(
        List.of(
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END", "SELECT 2"),
        statements(
            "mysql",
            "DELIMITER "
                + delimiter
                + "\nCREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END"
                + delimiter
                + "\nDELIMITER ;\nSELECT 2;"));
  }

  @Test
  void whatMysqlRunsInsideCommentsIsAStatement() {
    assertEquals(
        List.of("/*!40101 SET NAMES utf8 */", "SELECT 'a\\';b', \"c;\" " + "FROM `d;e`"),
        statements(
            "mysql",
            "/*!40101 SET NAMES utf8 */;\n# no; \nSELECT 'a\\';b', \"c;\" " + "FROM `d;e`;"));
  }

  @Test
  void rowsAfterCopyBelongToIt() {
    String text = "COPY t (a) FROM stdin;\n1;\n'x\n\\.\n\nSELECT 1;";
    SqlScript script = SqlScript.parse(text, Drivers.byName("postgres").orElseThrow().syntax());
    assertEquals(
        List.of(StatementKind.COPY, StatementKind.PLAIN),
        script.statements().stream().map(SqlScript.Statement::kind).toList());
    assertEquals("1;\n'x\n", script.data(script.statements().getFirst()));
  }

  @Test
  void pgDumpsRestrictLinesAreBlankAndOtherShellCommandsAreKnown() {
    assertEquals(
        List.of(StatementKind.PLAIN, StatementKind.SHELL),
        kinds("postgres", "\\restrict abc;d\nSELECT 1;\n\\connect x\n"));
  }

  @Test
  void controlOfTransactionsIsKnown() {
    assertEquals(
        List.of(
            StatementKind.BEGIN,
            StatementKind.BEGIN,
            StatementKind.COMMIT,
            StatementKind.COMMIT,
            StatementKind.TRANSACTION_CONTROL,
            StatementKind.TRANSACTION_CONTROL,
            StatementKind.TRANSACTION_CONTROL,
            StatementKind.PLAIN),
        kinds(
            "postgres",
            "BEGIN; START TRANSACTION; COMMIT; END; ROLLBACK; SAVEPOINT a;"
                + "COMMIT AND CHAIN; SELECT 'COMMIT'"));
    assertEquals(
        List.of(
            StatementKind.TRANSACTION_CONTROL,
            StatementKind.LOCK_TABLES,
            StatementKind.ROWS,
            StatementKind.UNLOCK_TABLES),
        kinds(
            "mysql",
            "SET autocommit = 0; LOCK TABLES a WRITE; INSERT INTO a VALUES (1);"
                + "UNLOCK TABLES"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN CREATE TABLE a (i INT)",
        "BEGIN\nINSERT INTO a VALUES (1)",
        "START TRANSACTION READ WRITE DROP TABLE a",
        "BEGIN NOT ATOMIC SELECT 1",
        "BEGIN SELECT 'x'",
        "BEGIN 'x'",
        "BEGIN \"x\"",
        "START SLAVE"
      })
  void aBeginWithAnotherStatementBehindItStays(String sql) {
    for (String dialect : List.of("postgres", "mysql", "sqlite3", "cockroach")) {
      assertEquals(
          List.of(StatementKind.PLAIN, StatementKind.COMMIT), kinds(dialect, sql + "; COMMIT;"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN",
        "begin work",
        "BEGIN /* one */ TRANSACTION -- two",
        "BEGIN IMMEDIATE TRANSACTION",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
        "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE, NOT DEFERRABLE",
        "BEGIN PRIORITY HIGH"
      })
  void aBeginWithModesIsOne(String sql) {
    assertEquals(List.of(StatementKind.BEGIN), kinds("postgres", sql + "\n;"));
  }

  @Test
  void anEncodingOtherThanOursIsKnownAndOursIsHarmless() {
    assertEquals(
        List.of(
            StatementKind.PLAIN,
            StatementKind.CLIENT_ENCODING,
            StatementKind.PLAIN,
            StatementKind.CLIENT_ENCODING),
        kinds(
            "postgres",
            "SET client_encoding = 'UTF8'; SET client_encoding TO latin1;"
                + "SET datestyle = 'ISO, MDY'; SET DateStyle TO german"));
  }

  @Test
  void whatHasNoEndIsSaid() {
    DatabaseDriver postgres = Drivers.byName("postgres").orElseThrow();
    assertFalse(SqlScript.parse("SELECT 'a", postgres.syntax()).terminated());
    assertFalse(SqlScript.parse("SELECT 1 /* a", postgres.syntax()).terminated());
    assertFalse(SqlScript.parse("SELECT $a$ b", postgres.syntax()).terminated());
    assertTrue(SqlScript.parse("SELECT 1 -- a", postgres.syntax()).terminated());
  }

  @Test
  void placesCountAsPeopleDo() {
    SqlScript script =
        SqlScript.parse(
            "-- \uD83D\uDE00\n SELECT 1", Drivers.byName("sqlite3").orElseThrow().syntax());
    assertEquals(
        new SqlScript.SourcePosition(2, 2),
        script.position(script.statements().getFirst().start()));
    assertEquals(new SqlScript.SourcePosition(1, 5), script.position(5));
  }

  /** Flyway's parser is the oracle: on our own schema both find the same statements. */
  @ParameterizedTest
  @ValueSource(strings = {"postgres", "mysql", "cockroach", "sqlite3"})
  void findsTheStatementsThatFlywaysParserFinds(String name) throws IOException {
    DatabaseDriver dialect = Drivers.byName(name).orElseThrow();
    int compared = 0;
    try (Stream<Path> files = Files.list(Path.of("src/main/resources/migrations"))) {
      for (Path path : files.filter(path -> path.toString().endsWith(".sql")).toList()) {
        String script = path.getFileName().toString();
        MigrationFile file =
            MigrationFile.of(path, script, MigrationFixture.name(script).parts().orElseThrow());
        if (file.dialect().isPresent() && !file.dialect().get().equals(dialect)) {
          continue;
        }
        String text = file.read().text();
        assertEquals(
            FlywayParser.parse(file.script(), text, dialect.flywayParser().orElse(MySQLParser::new))
                .stream()
                .map(statement -> squeezed(statement.getSql()))
                .toList(),
            statements(name, text).stream().map(SqlScriptTest::squeezed).toList(),
            path.toString());
        compared++;
      }
    }
    assertTrue(compared > 20, "only " + compared + " files were compared");
  }

  private static String squeezed(String sql) {
    return sql.replaceAll("--.*", "").replaceAll("\\s+", " ").strip();
  }
}
