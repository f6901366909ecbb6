package dev.slipway.migration;

import static dev.slipway.migration.MigrationFixture.reader;
import static dev.slipway.migration.MigrationFixture.steps;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.config.Settings.Migrate.OutOfOrder;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.SchemaState.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files held against rows, in the notation of {@link MigrationFixture}. */
class MigrationInfoTest {
  @TempDir Path folder;

  @ParameterizedTest(name = "files {0}, rows {1}")
  @CsvSource({
    "1 2,        ,              '',    '',    BEHIND",
    "1 2,        1 2,           '',    '',    CURRENT",
    "1 2,        1 2 3,         '',    3,     FUTURE",
    "1 3,        1 2 3,         2,     '',    MISSING",
    "1 3,        1 3 2,         2,     '',    MISSING",
    "1 3,        3 2 1 4,       2,     4,     MISSING",
    "1 3 5,      1 2 3,         2,     '',    BEHIND",
    "1 10,       1 9 10 11,     9,     11,    MISSING",
    "1 1.5,      1 1.5 1.4 2,   1.4,   2,     MISSING",
    "1.0 2,      1 2,           '',    '',    CURRENT",
    "1 2,        1 2f 3f,       '',    3,     BROKEN",
    "1 2,        1 2 3f,        '',    3,     FUTURE",
    "2 3,        1 2 3 2b,      '',    '',    CURRENT",
    "3,          1 2b 3,        '',    '',    CURRENT",
    "1 2,        5b 4 6,        '',    6,     FUTURE",
    "1 2,        5b 6 3,        '',    6,     FUTURE",
    "7,          5b 6 3,        6,     '',    BEHIND",
    "3,          1 3b,          '',    '',    CURRENT",
    "1 2,        1 2 3 3-,      '',    '',    CURRENT",
    "1 2,        1 2 2-,        '',    '',    BEHIND",
    "1 R:a,      1 R:b,         '',    '',    CURRENT",
    "1 R:a,      1 2 R:b,       '',    2,     FUTURE",
    "R:a,        1 R:a,         '',    1,     FUTURE",
    "1 2,        1 2c,          '',    '',    CURRENT",
    "1 2,        1 2d,          '',    '',    CURRENT",
    "1 2,        1 2dn,         '',    '',    CURRENT",
    "1 2,        1 2dc,         '',    '',    FOREIGN",
    "1 2,        1 2dcf,        '',    '',    FOREIGN",
    "1 2,        1dc,           '',    '',    FOREIGN",
  })
  void classifiesByVersion(
      String files, String rows, String missing, String future, Verdict verdict) throws Exception {
    write(files);
    List<HistoryRow> all = rows(rows == null ? "" : rows);
    MigrationInfo schema = of(all);
    assertEquals(missing, versions(schema.missing()));
    assertEquals(future, versions(schema.future()));
    assertEquals(verdict, schema.schemaState().verdict());
    assertEquals(
        !List.of(Verdict.BEHIND, Verdict.BROKEN, Verdict.FOREIGN).contains(verdict),
        schema.schemaState().ready());
  }

  @Test
  void theOrderOfRowsDoesNotCount() throws Exception {
    write("1 3 5 R:a");
    List<HistoryRow> rows = new ArrayList<>(rows("1 2 3 4 5 6 R:a 2.5f"));
    for (int seed = 0; seed < 200; seed++) {
      Collections.shuffle(rows, new Random(seed));
      List<HistoryRow> ranked = new ArrayList<>();
      for (HistoryRow row : rows) {
        ranked.add(
            new HistoryRow(
                ranked.size() + 1,
                row.version(),
                row.description(),
                row.type(),
                row.script(),
                row.checksum(),
                row.success(),
                row.executionTime()));
      }
      MigrationInfo schema = of(ranked);
      assertEquals("2 2.5 4", versions(schema.missing()), () -> ranked.toString());
      assertEquals("6", versions(schema.future()), () -> ranked.toString());
    }
  }

  @ParameterizedTest(name = "files {0}, rows {1}, target {2}")
  @CsvSource({
    // files,   rows,     target,               steps or the exit code
    "1 2,       1 3,      '',                   4",
    "1 2,       1 3,      --to 1,               ''",
    "1 2,       1 3,      --steps 1,            4",
    "1 2,       1 3,      --ignore-missing,     2",
    "1 3 4,     1 2 3,    --steps 1,            4",
    "1 3 4,     1 2 3,    --to 3,               ''",
    "1 3,       1 2 3,    '',                   ''",
    "1 3,       1 2 3c,   '',                   ''",
    "1 3,       1 3c,     '',                   4",
    "1 3 4,     1 2 3c,   --ignore-missing,     4",
    "1 3,       1 2 3dc,  '',                   4",
    "1 3,       1 2 3f,   '',                   4",
    "1 3,       1 2 3,    --to 9,               2!",
    "1 2 3,     1 3,      '',                   2",
    "1 2 3,     1 3,      refuse,               4",
    "1 2 3,     1 2,      refuse,               3",
    "1 2 3 4,   1 3,      refuse --to 3,        4",
    "1 2 3,     1 3,      refuse --to 1,        ''",
    "1 2,       1 3,      refuse --ignore-missing, 4",
    "1 R:a,     '',       '',                   1 R:a",
    "1 R:a,     1,        '',                   R:a",
    "1 R:a,     1 2,      '',                   ''",
    "1 3 R:a,   1 2,      --ignore-missing,     3",
    "1 R:a,     1 R:b,    '',                   R:a",
    "3 4,       3b,       '',                   4",
    "3 4,       3b 1,     '',                   4",
  })
  void plansAnUpgrade(String files, String rows, String words, String expected) throws Exception {
    write(files);
    assertEquals(expected, outcome(words, rows(rows)));
  }

  @Test
  void namesUnknownVersionsPendingFilesAndSkippedRepeatables() throws Exception {
    write("1 3 5 R:a R:b");
    SlipwayException refusal =
        assertThrows(SlipwayException.class, () -> plan("", rows("1 2 4f 6")));
    assertEquals(
        "the history contains unknown versions while migrations are pending, so nothing "
            + "was applied\nunknown versions in the history: 2_x (Missing), 4_x (Missing, failed), "
            + "6_x (Future)\npending: 3_x.up.sql, 5_x.up.sql",
        refusal.getMessage());
    List<String> warnings = plan("--ignore-missing", rows("1 2 6")).warnings();
    assertEquals(
        List.of("R__a", "R__b"),
        warnings.stream()
            .filter(warning -> warning.contains(" is skipped:"))
            .map(warning -> warning.substring(0, warning.indexOf(' ')))
            .toList());
  }

  @Test
  void checksAgainUnderTheLock() throws Exception {
    write("1 3 R:a");
    MigrationPlan plan = plan("", rows("1"));
    assertEquals("3 R:a", steps(left(plan, "1")));
    assertEquals("R:a", steps(left(plan, "1 3")));
    assertEquals("", steps(left(plan, "1 2 3")));
    assertEquals(3, left(plan, "1 2 3").warnings().size());
    for (String rows : List.of("1 2", "1 4", "1 3dc", "1 3c", "1 3f")) {
      assertEquals(ExitCode.MIGRATION, code(() -> left(plan, rows)), rows);
    }
    write("2");
    MigrationPlan late = plan("", rows("1"));
    assertEquals(
        ExitCode.MIGRATION,
        code(() -> MigrationPlan.remaining(late, of(rows("1 3")), OutOfOrder.REFUSE, reader())));
  }

  @ParameterizedTest(name = "files {0}, rows {1}, target {2}")
  @CsvSource({
    "1 2 3,   1 2 3,      1,    3",
    "1 3,     1 2 3,      1,    3",
    "1 3,     1 2 3,      2,    4!",
    "1 3,     1 3 2,      1,    4!",
    "1 2,     3 1 2,      2,    2 1",
    "3 4,     1 3 4 2b,   1,    4",
    "3 4,     3 1 4 2b,   2,    4!",
    "1 2,     1 2dc,      1,    4!",
    "1 2,     1 2 R:gone, 2,    2 1",
  })
  void plansARevert(String files, String rows, int steps, String expected) throws Exception {
    write(files);
    String outcome;
    try {
      outcome =
          steps(
              MigrationPlan.down(
                  of(rows(rows)), new Target(Optional.empty(), OptionalInt.of(steps)), reader()));
    } catch (SlipwayException e) {
      outcome = e.exitCode().number() + "!";
    }
    assertEquals(expected, outcome);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "add_words,   add words,              true",
    "add_words,   Add-Words,              true",
    "1.7.0_words, 1 7 0 words,            true",
    "add_words,   add word,               false",
    "gro\u0308sse, gr\u00f6sse,           true",
    "add_words,   << no description >>,   false",
  })
  void ignoresHowADescriptionIsWritten(String name, String recorded, boolean same)
      throws Exception {
    Files.writeString(folder.resolve("V1__" + name + ".sql"), "SELECT 1;");
    HistoryRow row =
        new HistoryRow(
            1, Optional.of(MigrationVersion.of("1")), recorded, "SQL", "", Optional.of(7), true, 0);
    assertEquals(same, of(List.of(row)).foreign().isEmpty());
    assertEquals(same ? 1 : 0, of(List.of(row)).edited().size());
  }

  @Test
  void aFileWithoutADescriptionIsTheOneThatFlywayRecorded() throws Exception {
    Files.writeString(folder.resolve("V1.sql"), "SELECT 1;");
    assertEquals(
        List.of(),
        of(List.of(
                new HistoryRow(
                    1,
                    Optional.of(MigrationVersion.of("1")),
                    "<< no description >>",
                    "SQL",
                    "",
                    Optional.of(7),
                    true,
                    0)))
            .foreign());
  }

  // ---- files, rows, and plans from words

  private void write(String files) throws IOException {
    fixture().write(files);
  }

  private MigrationFixture fixture() {
    return new MigrationFixture(folder);
  }

  private MigrationInfo of(List<HistoryRow> rows) {
    return fixture().info(rows);
  }

  private List<HistoryRow> rows(String words) throws IOException {
    return fixture().rows(words);
  }

  private static String versions(List<HistoryRow> rows) {
    return String.join(
        " ", rows.stream().map(row -> row.version().orElseThrow().toString()).toList());
  }

  private MigrationPlan plan(String words, List<HistoryRow> rows) {
    List<String> all = List.of(words.split(" "));
    int to = all.indexOf("--to");
    int steps = all.indexOf("--steps");
    return MigrationPlan.up(
        of(rows),
        new Target(
            to < 0 ? Optional.empty() : Optional.of(MigrationVersion.of(all.get(to + 1))),
            steps < 0 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(all.get(steps + 1))),
            all.contains("--ignore-missing")),
        all.contains("refuse") ? OutOfOrder.REFUSE : OutOfOrder.APPLY,
        reader());
  }

  private MigrationPlan left(MigrationPlan plan, String rows) throws IOException {
    return MigrationPlan.remaining(plan, of(rows(rows)), OutOfOrder.APPLY, reader());
  }

  private String outcome(String words, List<HistoryRow> rows) {
    try {
      return steps(plan(words, rows));
    } catch (SlipwayException e) {
      return e.exitCode() == ExitCode.MIGRATION ? "4" : e.exitCode().number() + "!";
    }
  }

  /** What is expected to fail. */
  private interface Refused {
    Object run() throws Exception;
  }

  private static ExitCode code(Refused refused) throws Exception {
    try {
      refused.run();
      return ExitCode.DONE;
    } catch (SlipwayException e) {
      return e.exitCode();
    }
  }
}
