package dev.slipway.lint;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code slipway-accept.yaml}: which findings it accepts, and what is wrong in it. */
class AcceptFileTest extends LintFolder {
  private static final String ENTRY =
      """
      findings:
        - rule: drop
          file: 007_a.up.sql
          reason: no release since 3.2 uses it
          expires: 2999-12-31
      """;

  @BeforeEach
  void aMigrationThatDropsATable() throws IOException {
    write("007_a.up.sql", "SELECT 1;\nDROP TABLE t;");
    write("007_a.down.sql", "SELECT 1;");
  }

  @ParameterizedTest
  @CsvSource({
    "file: 007_a.up.sql",
    "version: 007",
    "version: 7",
    "version: \"007\"",
  })
  void anEntryAcceptsAFileOrAVersion(String place) throws IOException {
    accept(ENTRY.replace("file: 007_a.up.sql", place));
    lint("--dialect", "postgres").exits(DONE).answers("Nothing was found.\n").tells("1 accepted");
  }

  @Test
  void anotherRuleOrFileIsNotAccepted() throws IOException {
    write("8_b.up.sql", "DROP TABLE u; ALTER TABLE v ADD UNIQUE (a);");
    write("8_b.down.sql", "SELECT 1;");
    accept(ENTRY);
    lint("--dialect", "postgres")
        .exits(USAGE)
        .answersWith("8_b.up.sql:1: error [drop]", "8_b.up.sql:1: error [index-locks]")
        .tells("2 errors, 0 warnings, 1 accepted");
  }

  @Test
  void anExpiredEntryIsAFindingAndAcceptsNothing() throws IOException {
    accept(ENTRY.replace("2999-12-31", "2020-01-31"));
    lint("--dialect", "postgres")
        .exits(USAGE)
        .answersWith(
            "007_a.up.sql:2: error [drop]",
            "slipway-accept.yaml:2: error [accept-expired] drop in 007_a.up.sql expired on"
                + " 2020-01-31");
  }

  @Test
  void anEntryWithoutAFindingIsAWarning() throws IOException {
    accept(ENTRY.replace("drop", "rename"));
    lint("--dialect", "mysql")
        .exits(USAGE)
        .answersWith("slipway-accept.yaml:2: warning [accept-unused] rename in 007_a.up.sql");
    accept(ENTRY.replace("007_a.up.sql", "9_gone.up.sql"));
    lint("--dialect", "mysql").answersWith("[accept-unused] drop in 9_gone.up.sql");
  }

  @Test
  void anEntryThatIsNotJudgedIsNotStale() throws IOException {
    accept(ENTRY.replace("drop", "set-not-null"));
    lint("--dialect", "mysql").never("accept-unused");
    accept(ENTRY.replace("drop", "rename"));
    lint("--dialect", "mysql", "--from", "8").never("accept-unused");
  }

  @Test
  void eachFolderHasItsOwnFile() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("8_b.up.sql"), "DROP TABLE u;");
    Files.writeString(other.resolve("8_b.down.sql"), "SELECT 1;");
    Files.writeString(
        other.resolve(AcceptFile.NAME), ENTRY.replace("file: 007_a.up.sql", "version: 7"));
    lint("--path", other.toString(), "--dialect", "mysql", "--exclude", "other")
        .answersWith("007_a.up.sql:2: error [drop]", "8_b.up.sql:1: error [drop]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rule: drop                   | rule: drops             | 2: error [accept-invalid] unknown rule `drops`; did you mean drop?",
        "rule: drop                   | rule: refused           | 2: error [accept-invalid] the rule `refused` cannot be accepted",
        "expires: 2999-12-31          | expires: soon           | 5: error [accept-invalid] `expires: soon` is not a date, such as 2027-06-30",
        "expires: 2999-12-31          | expire: 2999-12-31      | 5: error [accept-invalid] unknown key `expire`; did you mean expires?",
        "expires: 2999-12-31          | ''                      | 2: error [accept-invalid] an entry needs `expires`",
        "file: 007_a.up.sql           | version: x              | 3: error [accept-invalid] `version: x` is not a version",
        "file: 007_a.up.sql           | ''                      | 2: error [accept-invalid] an entry needs either `file` or `version`",
        "reason: no release since 3.2 uses it | reason: ''      | 4: error [accept-invalid] `reason` is empty",
        "findings:                    | finding:                | 1: error [accept-invalid] unknown key `finding`; did you mean findings?",
        "expires: 2999-12-31          | 'expires: {'            | error [accept-invalid] ",
      })
  void aMistakeIsNamedWithItsLine(String right, String wrong, String message) throws IOException {
    accept(ENTRY.replace(right, wrong));
    lint("--dialect", "postgres")
        .exits(USAGE)
        .answersWith("slipway-accept.yaml:", message, "007_a.up.sql:2: error [drop]");
  }

  @Test
  void aFileWithAnotherSuffixIsNamed() throws IOException {
    Files.writeString(folder.resolve("slipway-accept.yml"), ENTRY);
    lint("--dialect", "postgres")
        .exits(USAGE)
        .tells("slipway-accept.yml: the file must be named slipway-accept.yaml");
  }

  @Test
  void anEmptyFileAcceptsNothing() throws IOException {
    accept("# nothing yet\n");
    lint("--dialect", "postgres").exits(USAGE).never("accept-");
    accept("findings: []\n");
    lint("--dialect", "postgres").exits(USAGE).never("accept-");
  }

  private void accept(String text) throws IOException {
    Files.writeString(folder.resolve(AcceptFile.NAME), text);
  }
}
