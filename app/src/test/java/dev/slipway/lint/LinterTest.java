package dev.slipway.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LintRule.Severity;
import dev.slipway.lint.Suppressions.Suppression;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.TokenizedScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules for the files of a folder, the first version to check, and suppressions. */
class LinterTest {
  @TempDir Path folder;

  private void write(String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql);
  }

  private Settings.Migrate settings() {
    return Settings.load(
            Map.of(Setting.MIGRATE_PATH, folder.toString()), Map.of(), Optional.empty())
        .migrate();
  }

  private Linter.Result check(String dialects, String from) {
    List<DatabaseDriver> drivers =
        Arrays.stream(dialects.split(" ")).map(Drivers::require).toList();
    return Linter.check(
        settings(),
        drivers,
        new Linter.Scope(Optional.ofNullable(from).map(MigrationVersion::of), Optional.empty()));
  }

  /** Each violation as {@code file:line rule}. */
  private static String found(Linter.Result result) {
    return String.join(
        ", ",
        result.flaws().stream()
            .map(flaw -> flaw.file().getFileName() + ":" + flaw.line() + " " + flaw.rule().id())
            .toList());
  }

  @ParameterizedTest(name = "{0}, from {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1_a.up.sql 1_a.down.sql                            |   | ''",
        "1_a.up.sql                                         |   | 1_a.up.sql:1 down-missing",
        "1_a.up.sql                                         | 1 | 1_a.up.sql:1 down-missing",
        "1_a.up.sql                                         | 2 | ''",
        "1_a.down.sql                                       |   | 1_a.down.sql:1 up-missing",
        "1_a.down.sql                                       | 2 | ''",
        "1_a.up.sql 1_b.down.sql                            |   | 1_b.down.sql:1 name-differs",
        "1_a.up.sql 1_b.down.sql                            | 2 | ''",
        "R__a.sql                                           | 9 | ''",
        "V1__a.sql V2__b.sql                                |   | ''",
        "V1__a.sql U1__a.sql V2__b.sql                      |   | V2__b.sql:1 down-missing",
        "1_a.mysql.up.sql 1_a.mysql.down.sql                |   | 1_a.mysql.up.sql:1 "
            + "dialect-missing",
        "1_a.mysql.up.sql 1_a.mysql.down.sql                | 2 | ''",
      })
  void filesOfAFolderBelongTogether(String names, String from, String expected) throws IOException {
    for (String name : names.split(" ")) {
      write(name, "SELECT 1;");
    }
    assertEquals(expected, found(check("postgres mysql", from)));
  }

  @ParameterizedTest(name = "versions {0}, from {1}")
  @CsvSource({
    "1 2 3,                           , ''",
    "1 3,                             , 3",
    "1 3,                             3, 3",
    "1 3,                             4, ''",
    "2 4 7,                           , 4 7",
    "3,                               , ''",
    "0000001 0000003,                 , 0000003",
    "9999997 9999999,                 , 9999999",
    "20240101 20240103,               , ''",
    "1 20240103,                      , ''",
  })
  void aGapIsAMissingNumberBetweenCountedVersions(String versions, String from, String gaps)
      throws IOException {
    for (String version : versions.split(" ")) {
      write(version + "_a.up.sql", "SELECT 1;");
      write(version + "_a.down.sql", "SELECT 1;");
    }
    List<LintViolation> flaws = check("postgres", from).flaws();
    assertTrue(flaws.stream().allMatch(flaw -> flaw.rule().equals(LintRule.VERSION_GAP)));
    // The first file of a version is its up file.
    assertEquals(
        gaps.isEmpty()
            ? List.of()
            : Arrays.stream(gaps.split(" ")).map(version -> version + "_a.up.sql").toList(),
        flaws.stream().map(flaw -> flaw.file().getFileName().toString()).toList());
  }

  @Test
  void violationsAreInTheOrderOfFilesAndLinesWithTheirDatabases() throws IOException {
    write("2_b.up.sql", "SELECT 1;\nDROP TABLE t;");
    write("2_b.down.sql", "SELECT 1;");
    write("1_a.up.sql", "SELECT 1;\n\nDROP TABLE t;\nDROP TABLE u;");
    write("1_a.down.sql", "SELECT 1;");
    Linter.Result result = check("postgres sqlite3", null);
    assertEquals("1_a.up.sql:3 drop, 1_a.up.sql:4 drop, 2_b.up.sql:2 drop", found(result));
    assertEquals(List.of("postgres", "sqlite3"), result.flaws().getFirst().dialects());
    assertEquals("DROP TABLE t", result.flaws().getFirst().subject());
    assertEquals(3, result.count(Severity.ERROR));
    assertEquals(0, result.count(Severity.WARNING));
    assertEquals(4, result.files());
    assertEquals(0, result.accepted());
    assertEquals(List.of(), result.notes());
  }

  @Test
  void aBaselineMigrationIsForAnEmptySchema() throws IOException {
    write("B2__base.sql", "CREATE TABLE t (id INT NOT NULL);\nCREATE INDEX i ON t (id);");
    write("V1__a.sql", "CREATE TABLE t (id INT NOT NULL);");
    write("V2__b.sql", "CREATE INDEX i ON t (id); -- ${flyway:user}");
    write("V3__c.sql", "ALTER TABLE ${flyway:defaultSchema}.t ADD COLUMN c INT NOT NULL;");
    assertEquals(
        "V2__b.sql:1 index-locks, V3__c.sql:1 not-null-without-default",
        found(check("postgres", null)));
    Files.delete(folder.resolve("V1__a.sql"));
    Files.delete(folder.resolve("V2__b.sql"));
    assertEquals("V3__c.sql:1 not-null-without-default", found(check("postgres", null)));
  }

  @ParameterizedTest
  @CsvSource({", 5", "1, 5", "2, 3", "3, 1"})
  void onlyFilesFromAVersionOnAreCounted(String from, int files) throws IOException {
    for (String name : List.of("1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql")) {
      write(name, "SELECT 1;");
    }
    write("R__v.sql", "SELECT 1;");
    assertEquals(files, check("postgres", from).files());
  }

  @Test
  void anOlderFileMayBeRejected() throws IOException {
    write("1_a.up.sql", "SAVEPOINT s;");
    write("2_b.up.sql", "SELECT 1;");
    write("2_b.down.sql", "SELECT 1;");
    assertEquals("", found(check("postgres", "2")));
    assertEquals("1_a.up.sql:1 refused, 1_a.up.sql:1 down-missing", found(check("postgres", "1")));
  }

  @Test
  void anInvalidNameIsAViolationAndTheOthersAreChecked() throws IOException {
    write("1_a.up.SQL", "SELECT 1;");
    write("2_b.up.sql", "DROP TABLE t;");
    write("2_b.down.sql", "SELECT 1;");
    write("R__v.sql", "DROP TABLE u;");
    Linter.Result result = check("mysql", null);
    assertEquals("1_a.up.SQL:1 file-name, 2_b.up.sql:1 drop, R__v.sql:1 drop", found(result));
    assertEquals(List.of(), result.flaws().getFirst().dialects());
    assertTrue(
        result.flaws().getFirst().subject().startsWith("rename it to 1_a.up.sql; "),
        result.flaws().getFirst()::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "1_a.up.sql,                    postgres mysql cockroach sqlite3",
    "1_a.mysql.up.sql 1_b.up.sql,   mysql",
    "1_a.sqlite.up.sql 1_a.pgx.up.sql, postgres sqlite3",
  })
  void theDatabasesAreThoseThatNamesContain(String names, String expected) throws IOException {
    for (String name : names.split(" ")) {
      write(name, "SELECT 1;");
    }
    assertEquals(
        expected,
        String.join(" ", Linter.dialects(settings()).stream().map(DatabaseDriver::name).toList()));
  }

  @Test
  void anUnusedSuppressionIsAWarningWhereItsDatabasesAreChecked() throws IOException {
    write("1_a.up.sql", "SELECT 1; -- slipway:allow drop it is gone");
    write("1_a.down.sql", "SELECT 1; -- slipway:allow drop it is gone");
    write("1_a.mysql.up.sql", "SELECT 1;\n/* slipway:allow drop it is gone */");
    assertEquals("1_a.mysql.up.sql:2 allow-unused", found(check("mysql", null)));
    assertEquals("", found(check("postgres", null)));
    assertEquals(
        "1_a.down.sql:1 allow-unused, 1_a.mysql.up.sql:2 allow-unused, 1_a.up.sql:1 allow-unused",
        found(check("postgres mysql cockroach sqlite3", null)));
  }

  @Test
  void anAcceptedViolationIsCounted() throws IOException {
    write("1_a.up.sql", "DROP TABLE t; -- slipway:allow drop it is gone");
    write("1_a.down.sql", "SELECT 1;");
    Linter.Result result = check("postgres mysql cockroach sqlite3", null);
    assertEquals("", found(result));
    assertEquals(1, result.accepted());
  }

  // ---- suppressions

  private static Suppressions suppressions(String text) {
    Suppressions all = new Suppressions();
    all.read(TokenizedScript.of(SqlScript.parse(text, Drivers.require("postgres").syntax())));
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "-- slipway:allow drop it is gone     | drop | it is gone",
        "/* slipway:allow drop it is gone */  | drop | it is gone",
        "--slipway:allow  drop  it is  gone   | drop | it is  gone",
        "-- slipway:allow drop                | drop | ''",
        "-- slipway:allow                     |      | ''",
        "-- slipway:allow none it is gone     |      | it is gone",
        "-- slipway:allow refused it is gone  |      | it is gone",
      })
  void aCommentNamesARuleAndAReason(String text, String rule, String reason) {
    Map<Integer, Suppression> all = suppressions(text).all();
    assertEquals(List.of(1), List.copyOf(all.keySet()));
    Suppression one = all.get(1);
    assertEquals(Optional.ofNullable(rule), one.rule().map(LintRule::id));
    assertEquals(reason, one.reason());
    assertEquals(rule != null && !reason.isEmpty(), one.valid());
  }

  @Test
  void aCommentOfSeveralLinesMayAcceptSeveralRules() {
    Suppressions all =
        suppressions(
            "SELECT 1;\n/* slipway:allow drop one\n   slipway:allow rename two */ SELECT 2");
    assertEquals(List.of(2, 3), List.copyOf(all.all().keySet()));
    assertEquals("two", all.all().get(3).reason());
  }

  @Test
  void aSuppressionAcceptsItsRuleInItsStatementOrInTheFile() {
    Suppressions all = suppressions("SELECT 1;\n-- slipway:allow drop it is gone\nSELECT 2");
    assertEquals(Optional.empty(), all.accept(LintRule.DROP, Optional.of(0)));
    assertEquals(Optional.empty(), all.accept(LintRule.RENAME, Optional.of(1)));
    assertFalse(all.all().get(2).used());
    assertEquals(Optional.of("it is gone"), all.accept(LintRule.DROP, Optional.of(1)));
    assertTrue(all.all().get(2).used());
    assertEquals(Optional.of("it is gone"), all.accept(LintRule.DROP, Optional.empty()));
  }

  @Test
  void aSuppressionThatIsReadAgainStaysUsed() {
    Suppressions all = new Suppressions();
    TokenizedScript script =
        TokenizedScript.of(
            SqlScript.parse(
                "-- slipway:allow drop it is gone\nSELECT 1",
                Drivers.require("postgres").syntax()));
    all.read(script);
    assertEquals(Optional.of("it is gone"), all.accept(LintRule.DROP, Optional.of(0)));
    all.read(script);
    assertTrue(all.all().get(1).used());
  }
}
