package dev.slipway.migration;

import static dev.slipway.migration.MigrationFixture.incomplete;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.migration.MigrationInfo.Entry;
import dev.slipway.migration.MigrationStatus.Issue;
import dev.slipway.migration.MigrationStatus.Line;
import dev.slipway.migration.SchemaState.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of {@code migrate sql status}, and the states of migrations and schemas. */
class MigrationStatusTest {
  @TempDir Path folder;
  private MigrationFixture files;

  @BeforeEach
  void setUp() {
    files = new MigrationFixture(folder);
  }

  private MigrationStatus status(List<HistoryRow> rows) {
    return MigrationStatus.of(files.info(rows), Map.of(), Optional.empty(), Optional.empty());
  }

  @ParameterizedTest(name = "files {0}, rows {1}")
  @CsvSource({
    "1 2,     1,             1 Applied; 2 Pending",
    "1 2,     1f,            1 Failed INCOMPLETE; 2 Pending",
    "1 2,     1c,            1 Applied EDITED; 2 Pending",
    "1 2,     1cn,           1 Applied; 2 Pending",
    "1 2,     1dc,           1 Applied FOREIGN; 2 Pending",
    "1 2,     1dcf,          1 Failed FOREIGN; 2 Pending",
    "1 10,    9 10 11,       1 Pending; 9 Missing UNKNOWN; 10 Applied; 11 Future UNKNOWN",
    "2 3,     2b 1,          1 Applied; 2 Applied; 3 Pending",
    "1 R:a,   1,             1 Applied; R Pending",
    "1 R:a,   1 2,           1 Applied; 2 Future UNKNOWN; R Skipped",
  })
  void eachVersionHasALineWithItsState(String names, String rows, String expected)
      throws IOException {
    files.write(names);
    MigrationStatus status = status(files.rows(rows));
    assertEquals(
        expected,
        String.join(
            "; ",
            status.lines().stream()
                .map(
                    line ->
                        line.version()
                            + " "
                            + line.state().label()
                            + line.issue().map(issue -> " " + issue.kind()).orElse(""))
                .toList()));
    assertEquals(
        expected.replace("R Pending", "").contains("Pending") || expected.contains("Failed"),
        status.pending());
    assertEquals(
        expected.contains("R Pending") ? List.of("R__a") : List.of(), status.pendingRepeatables());
  }

  @Test
  void aLineHasTheFilesOfItsVersion() throws IOException {
    files.write("1");
    Line line = status(List.of()).lines().getFirst();
    assertEquals("1_x", line.label());
    assertEquals("SELECT '1';", line.content());
    assertEquals("SELECT 'back';", line.contentDown());
    assertEquals(Optional.of("1_x.up.sql"), line.up().map(MigrationFile::script));
    assertEquals(Optional.of("1_x.down.sql"), line.down().map(MigrationFile::script));
  }

  @Test
  void aLineOfAnUnknownVersionHasNoFile() throws IOException {
    files.write("1");
    Line line = status(files.rows("1 2f")).lines().getLast();
    assertEquals("2_x", line.label());
    assertEquals("", line.content());
    assertEquals("", line.contentDown());
    assertEquals(
        Optional.of(
            new Issue(Issue.Kind.UNKNOWN, "no file has the applied version 2_x (Future, failed)")),
        line.issue());
  }

  @Test
  void aLineWithoutANameIsLabeledWithItsVersion() throws IOException {
    files.write("V3.sql", "SELECT 1;");
    assertEquals("3", status(List.of()).lines().getFirst().label());
  }

  @ParameterizedTest(name = "failure point {0}")
  @CsvSource({
    "0,  migration 1_x is partially applied",
    "-1, 'migration 1_x is partially applied, at statement 1'",
    "-2000003, 'migration 1_x is partially applied, at statement 3'",
  })
  void anIncompleteMigrationNamesItsStatement(int failurePoint, String message) throws IOException {
    files.write("1");
    assertEquals(
        Optional.of(new Issue(Issue.Kind.INCOMPLETE, message)),
        status(List.of(incomplete(1, "1", "1_x.up.sql", failurePoint))).lines().getFirst().issue());
  }

  // ---- the state of the schema

  @ParameterizedTest(name = "files {0}, rows {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2 3 | 1     | BEHIND  | 1 | 2 | 2 of 3 migrations pending: 2_x, 3_x",
        "1 2 3 | 1 4   | BEHIND  | 1 | 2 | 2 of 3 migrations pending: 2_x, 3_x; "
            + "unknown versions in the history: 4_x (Future)",
        "1 2   | 1 2   | CURRENT | 2 | 0 | ''",
        "1 2   | 1 2 3 | FUTURE  | 2 | 0 | unknown versions in the history: 3_x (Future)",
        "1 3   | 1 2 3 | MISSING | 2 | 0 | unknown versions in the history: 2_x (Missing)",
        "1 2 3 | 1f    | BROKEN  | 0 | 3 | migration 1_x is partially applied",
        "1 2 3 | 3b    | CURRENT | 3 | 0 | ''",
      })
  void aSchemaCountsItsMigrations(
      String names, String rows, Verdict verdict, int applied, int pending, String message)
      throws IOException {
    files.write(names);
    MigrationInfo schema = files.info(files.rows(rows));
    assertEquals(new SchemaState(verdict, message, applied, pending), schema.schemaState());
    assertEquals(applied, schema.entries().stream().filter(Entry::applied).count());
  }

  @Test
  void aRetryableMigrationIsPendingAndNotBroken() throws IOException {
    files.write("1 2");
    List<HistoryRow> rows = files.rows("1f");
    assertEquals(Verdict.BEHIND, files.info(rows, _ -> true).schemaState().verdict());
    assertEquals(Verdict.BROKEN, files.info(rows, _ -> false).schemaState().verdict());
  }

  @Test
  void aHistoryOfOtherFilesNamesFiveRowsAndCountsTheOthers() throws IOException {
    files.write("1 2 3 4 5 6 7");
    MigrationStatus status = status(files.rows("1dc 2dc 3dc 4dc 5dc 6dc 7dc"));
    assertEquals(Verdict.FOREIGN, status.schema().verdict());
    String message = status.mismatch().orElseThrow().getMessage();
    assertEquals(7, message.lines().count(), message);
    assertTrue(
        message.startsWith(
            "the history belongs to another set of migration files\n"
                + "version 1 is `1_another` in the history and `1_x` in the files ("
                + folder.resolve("1_x.up.sql")
                + "): description and checksum differ\n"),
        message);
    assertTrue(message.endsWith("\nand 2 more"), message);
    assertTrue(
        status.schema().message().contains("check --path, the DSN, and --table"),
        status.schema().message());
    String five = status(files.rows("1dc 2dc 3dc 4dc 5dc")).mismatch().orElseThrow().getMessage();
    assertEquals(6, five.lines().count(), five);
    assertEquals(Optional.empty(), status(files.rows("1 2")).mismatch());
  }

  @Test
  void theHighestRankCountsRowsOfEveryKind() throws IOException {
    files.write("1 R:a");
    assertEquals(0, files.info(List.of()).rankMax());
    assertEquals(3, files.info(files.rows("1 R:a 5-")).rankMax());
  }

  @ParameterizedTest(name = "rows {0}")
  @CsvSource({
    "'',        false",
    "5,         false",
    "1,         true",
    "1f,        true",
    "1b,        true",
  })
  void aHistoryHasAKnownVersionWhereARowOrABaselineCoversAFile(String rows, boolean known)
      throws IOException {
    files.write("1 2");
    assertEquals(!known, files.info(files.rows(rows)).hasNoKnownVersion());
  }

  @ParameterizedTest(name = "rows {0}")
  @CsvSource({
    "'',      ''",
    "1,       1",
    "2 1,     2",
    "1 2f,    1",
    "1 9,     9",
    "5b,      ''",
  })
  void theNewestAppliedVersionMayHaveNoFile(String rows, String newest) throws IOException {
    files.write("1 2");
    assertEquals(
        newest,
        files.info(files.rows(rows)).newestApplied().map(MigrationVersion::toString).orElse(""));
  }

  @Test
  void aFailedBaselineCoversNothing() throws IOException {
    files.write("1 2");
    assertEquals(2, files.info(files.rows("2bf")).pending().size());
    assertEquals(0, files.info(files.rows("2b 1b")).pending().size());
  }

  @ParameterizedTest(name = "type {0}")
  @CsvSource({"DELETE, 1", "UNDO_SQL, 1", "SQL, 0", "SCHEMA, 0"})
  void anUndoneVersionIsPending(String type, int pending) throws IOException {
    files.write("1");
    List<HistoryRow> rows = new ArrayList<>(files.rows("1"));
    rows.add(
        new HistoryRow(
            2,
            Optional.of(MigrationVersion.of("1")),
            "x",
            type,
            "1_x.up.sql",
            rows.getFirst().checksum(),
            true,
            0));
    assertEquals(pending, files.info(rows).pending().size());
  }

  @ParameterizedTest(name = "row {0}, file edited {1}")
  @CsvSource({"'', false, 1", "R:a, false, 0", "R:a, true, 1", "R:af, false, 1"})
  void aRepeatableMigrationRunsAgainAfterAChangeOrAFailure(String row, boolean edit, int expected)
      throws IOException {
    files.write("1 R:a");
    List<HistoryRow> rows = new ArrayList<>();
    for (HistoryRow each : files.rows(row.replace("af", "a"))) {
      rows.add(
          new HistoryRow(
              each.rank(),
              each.version(),
              each.description(),
              each.type(),
              each.script(),
              each.checksum(),
              !row.endsWith("f"),
              0));
    }
    if (edit) {
      Files.writeString(folder.resolve("R__a.sql"), "SELECT 'edited';");
    }
    assertEquals(expected, files.info(rows).repeatables().size());
  }
}
