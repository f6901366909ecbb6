package dev.slipway.lint;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code slipway migrate sql lint}: every rule, where it speaks and where it is silent. */
class LintTest extends LintFolder {
  private static final Path PAGE = Path.of("../docs/lint.md");
  private static final Pattern FOUND = Pattern.compile("(?m)^\\S+: (?:error|warning) \\[(.*?)]");

  /** What is read for a database, and the rules that speak of it. */
  private record Case(String dialect, String sql, LintRule... rules) {
    @Override
    public String toString() {
      return dialect + ": " + sql;
    }
  }

  static Stream<Case> statements() {
    return Stream.of(
        new Case("postgres", "CREATE INDEX i ON t (a)", rule("index-locks")),
        new Case(
            "postgres", "CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY s.t (a)", rule("index-locks")),
        new Case("postgres", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", rule("index-locks")),
        new Case("postgres", "ALTER TABLE t ADD UNIQUE USING INDEX u"),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a int UNIQUE", rule("index-locks")),
        new Case("postgres", "REINDEX TABLE t", rule("index-locks")),
        new Case("postgres", "CREATE TABLE t (a int); CREATE INDEX i ON t (a)"),
        new Case("postgres", "create table \"t\" (a int); create index on T (a)"),
        new Case("postgres", "-- CREATE INDEX i ON t (a)\nSELECT 'CREATE INDEX i ON t (a)'"),
        new Case("postgres", "DO $$ BEGIN ALTER TABLE t DROP COLUMN a; END $$", LintRule.DROP),
        new Case("cockroach", "CREATE INDEX i ON t (a)"),
        new Case("mysql", "CREATE INDEX i ON t (a)"),
        new Case("sqlite3", "CREATE INDEX i ON t (a)"),
        new Case("postgres", "DROP INDEX CONCURRENTLY i", LintRule.NOT_IN_TRANSACTION),
        new Case("postgres", "VACUUM t", LintRule.NOT_IN_TRANSACTION),
        new Case("sqlite3", "VACUUM", LintRule.NOT_IN_TRANSACTION),
        new Case(
            "postgres",
            "ALTER TABLE t ADD COLUMN a int NOT NULL",
            LintRule.NOT_NULL_WITHOUT_DEFAULT),
        new Case("mysql", "ALTER TABLE t ADD a int NOT NULL", LintRule.NOT_NULL_WITHOUT_DEFAULT),
        new Case("sqlite3", "ALTER TABLE t ADD a int NOT NULL", LintRule.NOT_NULL_WITHOUT_DEFAULT),
        new Case(
            "cockroach", "ALTER TABLE t ADD a int NOT NULL", LintRule.NOT_NULL_WITHOUT_DEFAULT),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0"),
        new Case(
            "postgres",
            "ALTER TABLE t ADD COLUMN a int CHECK (a IS NOT NULL OR b > 0)",
            rule("constraint-locks")),
        new Case(
            "postgres",
            "ALTER TABLE t ADD EXCLUDE USING gist (r WITH =, d WITH &&)",
            rule("exclusion-locks")),
        new Case("postgres", "REFRESH MATERIALIZED VIEW m", rule("refresh-locks")),
        new Case("postgres", "ALTER TABLE t DETACH PARTITION p", rule("detach-locks")),
        new Case("postgres", "ALTER TABLE t SET UNLOGGED", LintRule.TABLE_REWRITE),
        new Case("postgres", "LOCK TABLE t", LintRule.EXPLICIT_LOCK),
        new Case("mysql", "LOCK TABLES t WRITE", LintRule.EXPLICIT_LOCK),
        new Case("postgres", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", LintRule.ROW_SECURITY),
        new Case("cockroach", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", LintRule.ROW_SECURITY),
        new Case("postgres", "ALTER TABLE t ALTER a DROP DEFAULT", LintRule.DROP_DEFAULT),
        new Case("mysql", "ALTER TABLE t ALTER a DROP DEFAULT", LintRule.DROP_DEFAULT),
        new Case("cockroach", "ALTER TABLE t ALTER a DROP DEFAULT", LintRule.DROP_DEFAULT),
        new Case("postgres", "REVOKE ALL ON t FROM app", LintRule.REVOKE),
        new Case("mysql", "REVOKE INSERT ON t FROM app", LintRule.REVOKE),
        new Case("cockroach", "REVOKE INSERT ON t FROM app", LintRule.REVOKE),
        new Case(
            "mysql",
            "ALTER TABLE t ADD COLUMN `default` int NOT NULL COMMENT 'DEFAULT'",
            LintRule.NOT_NULL_WITHOUT_DEFAULT),
        new Case("postgres", "ALTER TABLE t ALTER COLUMN a SET NOT NULL", rule("set-not-null")),
        new Case("postgres", "ALTER TABLE t ADD CONSTRAINT n NOT NULL a", rule("set-not-null")),
        new Case("postgres", "ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID"),
        new Case(
            "postgres",
            "ALTER TABLE t VALIDATE CONSTRAINT n;" + " ALTER TABLE t ALTER a SET NOT NULL",
            rule("set-not-null")),
        new Case("postgres", "ALTER TABLE t ALTER COLUMN a DROP NOT NULL"),
        new Case("cockroach", "ALTER TABLE t ALTER COLUMN a SET NOT NULL"),
        new Case(
            "postgres",
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id)",
            rule("constraint-locks")),
        new Case("postgres", "ALTER TABLE t ADD CHECK (a > 0)", rule("constraint-locks")),
        new Case(
            "postgres",
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id) NOT VALID"),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a int REFERENCES o (id)"),
        new Case(
            "postgres",
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;"
                + " ALTER TABLE t VALIDATE CONSTRAINT c",
            rule("validate-apart")),
        new Case(
            "postgres",
            "ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()",
            LintRule.VOLATILE_DEFAULT),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a bigserial", LintRule.VOLATILE_DEFAULT),
        new Case(
            "postgres",
            "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b * 2) STORED",
            LintRule.VOLATILE_DEFAULT),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a timestamptz NOT NULL DEFAULT now()"),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a numeric(3, 1) DEFAULT 0::numeric(3, 1)"),
        new Case(
            "mysql",
            "ALTER TABLE t ADD COLUMN a char(36) DEFAULT (uuid())",
            LintRule.VOLATILE_DEFAULT),
        new Case("mysql", "ALTER TABLE t ADD COLUMN a datetime(6) DEFAULT CURRENT_TIMESTAMP(6)"),
        new Case("postgres", "ALTER TABLE t ALTER COLUMN a TYPE bigint", LintRule.TYPE_CHANGE),
        new Case("cockroach", "ALTER TABLE t ALTER a SET DATA TYPE bigint", LintRule.TYPE_CHANGE),
        new Case("postgres", "ALTER TABLE t RENAME a TO b", LintRule.RENAME),
        new Case("mysql", "ALTER TABLE t RENAME COLUMN a TO b", LintRule.RENAME),
        new Case("sqlite3", "ALTER TABLE t RENAME TO u", LintRule.RENAME),
        new Case("mysql", "RENAME TABLE t TO u", LintRule.RENAME),
        new Case("mysql", "ALTER TABLE t CHANGE a b int, ALGORITHM=INPLACE", LintRule.RENAME),
        new Case("mysql", "ALTER TABLE t CHANGE a a int, ALGORITHM = INPLACE"),
        new Case("postgres", "ALTER TABLE t RENAME CONSTRAINT a TO b"),
        new Case("mysql", "ALTER TABLE t RENAME INDEX a TO b"),
        new Case("postgres", "DROP TABLE IF EXISTS t CASCADE", LintRule.DROP),
        new Case("postgres", "CREATE TEMP TABLE x (a int); DROP TABLE x"),
        new Case("cockroach", "ALTER TABLE t DROP COLUMN IF EXISTS a", LintRule.DROP),
        new Case("mysql", "ALTER TABLE t DROP a", LintRule.DROP),
        new Case("postgres", "TRUNCATE TABLE ONLY t", LintRule.DROP),
        new Case("mysql", "ALTER TABLE t DROP INDEX a"),
        new Case("postgres", "ALTER TABLE t DROP CONSTRAINT a"),
        new Case(
            "sqlite3",
            "CREATE TABLE n (a int); INSERT INTO n SELECT a FROM t;"
                + " DROP TABLE t; ALTER TABLE n RENAME TO t"),
        new Case(
            "sqlite3",
            "ALTER TABLE t RENAME TO o; CREATE TABLE t (a int);"
                + " INSERT INTO t SELECT a FROM o; DROP TABLE o"),
        new Case("postgres", "UPDATE t SET a = 1", LintRule.ALL_ROWS),
        new Case("cockroach", "DELETE FROM t", LintRule.ALL_ROWS),
        new Case("mysql", "DELETE FROM t LIMIT 1000"),
        new Case("postgres", "UPDATE t SET a = (SELECT 1 WHERE true)", LintRule.ALL_ROWS),
        new Case("postgres", "UPDATE t SET a = 1 WHERE id < 1000"),
        new Case("sqlite3", "UPDATE t SET a = 1"),
        new Case(
            "postgres",
            "ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1 WHERE b > 0",
            rule("rows-behind-ddl")),
        new Case(
            "postgres", "ALTER TABLE t ADD a int; ALTER TABLE u ADD a int", rule("several-tables")),
        new Case("mysql", "ALTER TABLE t MODIFY a bigint", rule("table-copy")),
        new Case("mysql", "ALTER TABLE t MODIFY a bigint, ALGORITHM=COPY", rule("table-copy")),
        new Case(
            "mysql",
            "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o (id)",
            rule("table-copy")),
        new Case("mysql", "CREATE FULLTEXT INDEX i ON t (a)", rule("table-copy")),
        new Case("mysql", "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", rule("table-copy")),
        new Case("mysql", "ALTER TABLE t MODIFY a bigint, ALGORITHM=INPLACE, LOCK=NONE"),
        new Case("mysql", "ALTER TABLE t ADD COLUMN a int"),
        new Case("mysql", "CREATE TABLE t (a int); CREATE TABLE u (a int)", LintRule.HALF_APPLIED),
        new Case(
            "cockroach",
            "CREATE TABLE t (a int); CREATE INDEX IF NOT EXISTS i ON t (a)",
            LintRule.HALF_APPLIED),
        new Case(
            "cockroach",
            "CREATE TABLE IF NOT EXISTS t (a int); CREATE INDEX IF NOT EXISTS i ON t (a)"),
        new Case("postgres", "CREATE TABLE t (a int); CREATE TABLE u (a int)"),
        new Case("sqlite3", "ALTER TABLE t ALTER COLUMN a TYPE bigint", rule("sqlite-alter")),
        new Case(
            "sqlite3", "ALTER TABLE t ADD COLUMN a int, ADD COLUMN b int", rule("sqlite-alter")),
        new Case(
            "sqlite3",
            "ALTER TABLE t ADD COLUMN a text DEFAULT CURRENT_TIMESTAMP",
            rule("sqlite-add-column")),
        new Case("sqlite3", "ALTER TABLE t ADD COLUMN a int UNIQUE", rule("sqlite-add-column")),
        new Case("sqlite3", "ALTER TABLE t ADD COLUMN a text NOT NULL DEFAULT 'x'"),
        new Case("postgres", "SAVEPOINT s; SELECT 1", LintRule.REFUSED),
        new Case("postgres", "CREATE INDEX CONCURRENTLY i ON t (a)", LintRule.NOT_IN_TRANSACTION),
        new Case("postgres", "SELECT 'a", LintRule.UNTERMINATED),
        new Case("postgres", "-- nothing", LintRule.EMPTY_FILE));
  }

  @ParameterizedTest
  @MethodSource("statements")
  void aStatementBreaksTheseRules(Case read) throws IOException {
    pair("1_a", read.sql());
    assertEquals(ids(read.rules()), found(lint("--dialect", read.dialect())), read::toString);
  }

  static Stream<Case> outsideOfTransactions() {
    return Stream.of(
        new Case("postgres", "CREATE INDEX CONCURRENTLY i ON t (a)"),
        new Case(
            "postgres",
            "SET statement_timeout = 0; CREATE INDEX CONCURRENTLY i ON t (a)",
            rule("concurrently-alone")),
        new Case("postgres", "DROP INDEX CONCURRENTLY i"),
        new Case("postgres", "ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1 WHERE b > 0"),
        new Case(
            "cockroach",
            "BEGIN; ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1 WHERE b > 0; COMMIT",
            rule("cockroach-transaction")),
        new Case("cockroach", "ALTER TABLE t ADD COLUMN a int; UPDATE t SET a = 1 WHERE b > 0"));
  }

  @ParameterizedTest
  @MethodSource("outsideOfTransactions")
  void aStatementOutsideOfATransactionBreaksThese(Case read) throws IOException {
    pair("1_a.autocommit", read.sql());
    assertEquals(ids(read.rules()), found(lint("--dialect", read.dialect())), read::toString);
  }

  @Test
  void aNotNullIsTrustedWhenACheckOfAnEarlierFileIsValid() throws IOException {
    pair("1_a", "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID");
    pair("2_b", "ALTER TABLE t VALIDATE CONSTRAINT c");
    pair("3_c", "ALTER TABLE t ALTER COLUMN a SET NOT NULL; ALTER TABLE t DROP CONSTRAINT c");
    lint("--dialect", "postgres").exits(DONE).answers("Nothing was found.\n");
    lint("--dialect", "postgres", "--from", "3").exits(DONE).never("no file was judged");
    lint("--dialect", "postgres", "--from", "99").exits(DONE).tells("warning: no file was judged");
  }

  @Test
  void filesAreCheckedAgainstEachOther() throws IOException {
    pair("1_a", "CREATE TABLE t (a int)");
    write("3_c.postgres.up.sql", "ALTER TABLE t ADD COLUMN b int");
    write("3_c.postgres.down.sql", "ALTER TABLE t DROP COLUMN b");
    write("4_d.up.sql", "CREATE TABLE u (a int)");
    write("5_e.down.sql", "DROP TABLE v");
    write("6_f.up.sql", "CREATE TABLE w (a int)");
    write("6_other.down.sql", "DROP TABLE w");
    write("06_twice.up.sql", "CREATE TABLE x (a int)");
    write("7_noname.sql", "SELECT 1");
    write("schema.sql", "SELECT 1");
    Ran ran =
        lint("--dialect", "postgres", "--dialect", "mysql")
            .exits(USAGE)
            .answersWith(
                "3_c.postgres.up.sql:1: warning [version-gap] no file has version 2, between 1 and 3",
                "3_c.postgres.up.sql:1: warning [dialect-missing] no file of this version is for mysql"
                    + " (mysql)",
                "4_d.up.sql:1: error [down-missing] no down file for it (mysql, postgres)",
                "5_e.down.sql:1: error [up-missing] no up file has version 5",
                "[name-differs] version 06 is called ",
                "error [duplicate-version] two files are version ",
                "7_noname.sql:1: error [file-name] the folder fits two formats: this file is plain, and"
                    + " others are pairs (06_twice.up.sql)")
            .tells("the name has no version: schema.sql");
    assertTrue(ran.err().contains("4 errors"), ran::toString);
  }

  @Test
  void everyRuleHasACase() {
    Set<LintRule> tried =
        new HashSet<>(
            Set.of(
                LintRule.VERSION_GAP,
                LintRule.DIALECT_MISSING,
                LintRule.DOWN_MISSING,
                // RollbackCheckIT
                LintRule.DOWN_INCOMPLETE,
                LintRule.UP_MISSING,
                LintRule.NAME_DIFFERS,
                LintRule.DUPLICATE_VERSION,
                LintRule.FILE_NAME,
                LintRule.ALLOW_INVALID,
                LintRule.ALLOW_UNUSED,
                LintRule.ACCEPT_INVALID,
                LintRule.ACCEPT_EXPIRED,
                LintRule.ACCEPT_UNUSED));
    Stream.concat(statements(), outsideOfTransactions())
        .forEach(one -> tried.addAll(Arrays.asList(one.rules())));
    assertEquals(Set.copyOf(LintRules.all()), tried);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-- +goose Up\n%s\n-- +goose Down\n", "-- migrate:up\n%s\n-- migrate:down\n"})
  void anEmptyDownPartIsEmptyAlthoughItHasAMark(String text) throws IOException {
    Files.writeString(folder.resolve("1_a.sql"), text.formatted("CREATE TABLE t (a int);"));
    lint("--dialect", "postgres").exits(USAGE).answersWith("1_a.sql:1: error [empty-file]");
    Files.writeString(
        folder.resolve("1_a.sql"),
        text.formatted("CREATE TABLE t (a int);") + "-- nothing can be reverted\n");
    lint("--dialect", "postgres").exits(DONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"checkpoint", "delimiter \\n\\n"})
  void aDirectiveOfAtlasThatSlipwayDoesNotReadIsRefused(String directive) throws IOException {
    Files.writeString(
        folder.resolve("1_a.sql"), "-- atlas:" + directive + "\n\nCREATE TABLE t (a int);");
    lint("--dialect", "postgres")
        .exits(USAGE)
        .answersWith("1_a.sql:1: error [refused] Slipway does not read `-- atlas:");
  }

  @Test
  void printsNoValueOfAPlaceholder() throws IOException {
    write("V1__a.sql", "ALTER TABLE ${name} DROP COLUMN x; VACUUM ${name}");
    Ran ran =
        lint("--dialect", "postgres", "--placeholder", "name=hunter2secret")
            .exits(USAGE)
            .answersWith("V1__a.sql:1: error [drop] ALTER TABLE ${name} DROP COLUMN x");
    assertFalse((ran.out() + ran.err()).contains("hunter2"), ran::toString);
  }

  @Test
  void aFlywayFolderWithoutWaysBackMissesNone() throws IOException {
    write("V1__a.sql", "CREATE TABLE t (a int)");
    write("V2__b.sql", "CREATE TABLE ${name} (a int)");
    lint("--dialect", "mysql")
        .exits(USAGE)
        .answersWith("V2__b.sql:1: error [refused] no value for the placeholder `${name}`");
    write("V2__b.sql", "CREATE TABLE u (a int)");
    lint("--dialect", "mysql").exits(DONE);
    write("U1__a.sql", "DROP TABLE t");
    lint("--dialect", "mysql").exits(USAGE).answersWith("V2__b.sql:1: error [down-missing]");
  }

  @Test
  void aCommentAcceptsTheFindingOfItsStatementWithAReason() throws IOException {
    pair(
        "1_a",
        "-- slipway:allow drop no release since 3.2 uses it",
        "DROP TABLE t;",
        "DROP TABLE u; /* slipway:allow drop neither this */",
        "DROP TABLE v;");
    lint("--dialect", "postgres")
        .exits(USAGE)
        .answersWith("1_a.up.sql:4: error [drop]")
        .tells("1 error, 0 warnings, 2 accepted, in 2 files for postgres");
    pair("1_a", "DROP TABLE", "  -- slipway:allow drop no release since 3.2 uses it", "t;");
    lint("--dialect", "postgres").exits(DONE).tells("1 accepted");
  }

  @Test
  void aCommentOfTheFileAcceptsWhatIsMissing() throws IOException {
    write("1_a.up.sql", "CREATE TABLE t (a int);\n-- slipway:allow down-missing a baseline");
    lint("--dialect", "mysql").exits(DONE).tells("1 accepted");
  }

  @Test
  void aCommentWithoutReasonOrRuleIsRefused() throws IOException {
    pair("1_a", "-- slipway:allow drop", "DROP TABLE t;");
    lint("--dialect", "sqlite3")
        .exits(USAGE)
        .answersWith(
            "1_a.up.sql:1: error [allow-invalid] `slipway:allow drop` says no reason",
            "1_a.up.sql:2: error [drop]");
    pair("1_a", "-- slipway:allow drops it is gone", "SELECT 1;");
    lint("--dialect", "sqlite3").exits(USAGE).answersWith("names no rule that can be accepted");
    pair("1_a", "-- slipway:allow refused I know better", "SELECT 1;");
    lint("--dialect", "sqlite3").exits(USAGE).answersWith("names no rule that can be accepted");
  }

  @Test
  void aCommentThatAcceptsNothingIsNamedWhereItsDatabasesAreRead() throws IOException {
    pair("1_a", "-- slipway:allow index-locks a quiet hour", "SELECT 1;");
    lint("--dialect", "postgres").exits(DONE).answersWith("1_a.up.sql:1: warning [allow-unused]");
    lint("--dialect", "postgres", "--strict").exits(USAGE);
    lint("--dialect", "mysql").exits(DONE).answers("Nothing was found.\n");
  }

  @Test
  void onlyWhatIsNewIsJudged() throws IOException {
    pair("1_a", "CREATE TABLE t (a int)");
    pair("2_b", "DROP TABLE o");
    pair("3_c", "CREATE TABLE u (a int)");
    pair("4_d", "CREATE INDEX i ON u (a); CREATE INDEX j ON t (a)");
    Ran ran =
        lint("--dialect", "postgres", "--from", "3")
            .exits(USAGE)
            .answersWith("4_d.up.sql:1: error [index-locks] CREATE INDEX j ON t (a)")
            .tells("1 error, 0 warnings, 0 accepted, in 4 files");
    ran.never("2_b", "INDEX i");
    lint("--from", "x").exits(USAGE).tells("--from x: a version is a number");
  }

  @Test
  void theDatabaseIsSaidByFlagOrDsnOrTheNames() throws IOException {
    pair("1_a", "CREATE INDEX i ON t (a)");
    lint().exits(USAGE).answersWith("(postgres)").tells("for postgres, mysql, cockroach, sqlite3");
    lint("mysql://u@tcp(127.0.0.1:1)/d").exits(DONE).tells("for mysql");
    Slipway.bare()
        .with("DSN", "postgres://u:p@127.0.0.1:1/d")
        .run("migrate", "sql", "lint", "-e", "--path", folder.toString())
        .exits(USAGE);
    write("1_a.sqlite3.up.sql", "CREATE INDEX i ON t (a)");
    lint().exits(DONE).tells("for sqlite3");
    lint("--dialect", "oracle").exits(USAGE).tells("unknown database `oracle`");
  }

  @Test
  void isReadByMachines() throws IOException {
    pair("1_a", "SELECT 1;", "DROP TABLE t, \"a%b\";");
    lint("--dialect", "postgres", "--format", "json")
        .exits(USAGE)
        .answersWith(
            "[{\"file\":\""
                + folder.resolve("1_a.up.sql")
                + "\",\"line\":2,\"severity\":\"error\","
                + "\"rule\":\"drop\",\"dialects\":[\"postgres\"],\"what\":\"DROP TABLE t, ");
    lint("--dialect", "postgres", "--format", "github")
        .exits(USAGE)
        .answersWith(
            "::error file="
                + folder.resolve("1_a.up.sql")
                + ",line=2,title=drop::DROP TABLE t,"
                + " \"a%25b\"%0AThe release before");
    lint("--format", "xml")
        .exits(USAGE)
        .tells("--format xml: it must be table, json, json-pretty, yaml, github, or sarif");
    pair("1_a", "SELECT 1;");
    lint("--format", "json").exits(DONE).answers("[]\n");
    lint("--format", "github").exits(DONE).answers("");
  }

  /** Only the version for SQLite alone, which replaces two columns, accepts findings. */
  @Test
  void ourOwnSchemaIsClean() {
    Slipway.bare()
        .run("migrate", "sql", "lint", "--strict")
        .exits(DONE)
        .answers("Nothing was found.\n")
        .tells("5 accepted")
        .tells("for postgres, mysql, cockroach, sqlite3");
  }

  private static final Map<String, String> TITLES =
      Map.of(
          "postgres", "PostgreSQL",
          "mysql", "MySQL",
          "cockroach", "CockroachDB",
          "sqlite3", "SQLite");

  @Test
  void theTableOfThePageIsTheListOfRules() throws IOException {
    List<String> rows =
        new ArrayList<>(List.of("| rule | | where | why | instead |", "|---|---|---|---|---|"));
    for (LintRule rule : LintRules.all()) {
      String where =
          rule.isGeneral()
              ? "all"
              : Stream.of("postgres", "cockroach", "mysql", "sqlite3")
                  .filter(name -> Drivers.require(name).applies(rule))
                  .map(TITLES::get)
                  .collect(Collectors.joining(", "));
      rows.add(
          "| `"
              + String.join(
                  " | ",
                  rule.id() + "`",
                  rule.severity().label(),
                  where,
                  rule.rationale(),
                  rule.remedy())
              + " |");
    }
    List<String> page =
        Files.readString(PAGE)
            .substring(Files.readString(PAGE).indexOf("## Rules"))
            .lines()
            .filter(line -> line.startsWith("|"))
            .toList();
    assertEquals(String.join("\n", rows), String.join("\n", page));
  }

  private void pair(String name, String... lines) throws IOException {
    write(name + ".up.sql", String.join("\n", lines));
    write(name + ".down.sql", "SELECT 1;");
  }

  private static Set<String> found(Ran ran) {
    return FOUND
        .matcher(ran.out())
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static LintRule rule(String id) {
    return LintRules.of(id).orElseThrow();
  }

  private static Set<String> ids(LintRule... rules) {
    return Stream.of(rules).map(LintRule::id).collect(Collectors.toCollection(TreeSet::new));
  }
}
