package dev.slipway.migration;

import static dev.slipway.migration.MigrationFixture.incomplete;
import static dev.slipway.migration.MigrationFixture.reader;
import static dev.slipway.migration.MigrationFixture.steps;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Settings.Migrate.OutOfOrder;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationStep.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans: which steps run in which order, warnings, and rejections. */
class MigrationPlanTest {
  private static final String THREE = "SELECT 1;\nSELECT 2;\n\nSELECT 3;\n";

  @TempDir Path folder;
  private MigrationFixture files;

  @BeforeEach
  void setUp() {
    files = new MigrationFixture(folder);
  }

  private MigrationPlan up(List<HistoryRow> rows, Target target, OutOfOrder order) {
    return MigrationPlan.up(files.info(rows), target, order, reader());
  }

  private MigrationPlan up(List<HistoryRow> rows) {
    return up(rows, Target.all(), OutOfOrder.APPLY);
  }

  private MigrationPlan down(List<HistoryRow> rows, String to) {
    return MigrationPlan.down(files.info(rows), to(to), reader());
  }

  private static Target to(String version) {
    return new Target(Optional.of(MigrationVersion.of(version)), OptionalInt.empty());
  }

  private static Target atMost(int number) {
    return new Target(Optional.empty(), OptionalInt.of(number));
  }

  private static SlipwayException rejection(Executable plan) {
    return assertThrows(SlipwayException.class, plan);
  }

  // ---- up

  @Test
  void aPlanHasTheDirectionTargetAndWarningsOfItsRun() throws IOException {
    files.write("1 2 3");
    MigrationPlan plan = up(files.rows("1 3"), atMost(1), OutOfOrder.APPLY);
    assertEquals(Direction.UP, plan.direction());
    assertEquals(atMost(1), plan.target());
    assertEquals(List.of("2_x is out of order: version 3 is already applied"), plan.warnings());
    assertEquals("2", steps(plan));
  }

  @Test
  void outOfOrderMigrationsAreRejectedWithTheNewestVersion() throws IOException {
    files.write("1 2 3");
    SlipwayException e = rejection(() -> up(files.rows("3"), Target.all(), OutOfOrder.REFUSE));
    assertEquals(ExitCode.MIGRATION, e.exitCode());
    assertEquals(
        "out-of-order migrations are refused (migrate.out_of_order): version 3 is already applied, "
            + "so nothing was applied\nout of order: 1_x.up.sql, 2_x.up.sql",
        e.getMessage());
    assertTrue(e.hint().orElseThrow().contains("versions above 3"), e.hint()::toString);
  }

  @Test
  void anIncompleteMigrationIsNotOutOfOrder() throws IOException {
    files.write("1 2");
    List<HistoryRow> rows =
        List.of(incomplete(1, "1", "1_x.up.sql", -1), files.rows("2").getFirst());
    MigrationPlan plan =
        MigrationPlan.up(files.info(rows, _ -> true), Target.all(), OutOfOrder.REFUSE, reader());
    assertEquals("1", steps(plan));
    assertEquals(List.of(), plan.warnings());
  }

  @Test
  void aFileWithoutAStatementIsAppliedWithAWarning() throws IOException {
    files.write("1_x.up.sql", "-- nothing\n");
    MigrationPlan plan = up(List.of());
    assertEquals("1", steps(plan));
    assertEquals(
        List.of("1_x.up.sql holds no statement: it is recorded, and nothing runs"),
        plan.warnings());
    assertEquals("", sql(plan.steps().getFirst()));
  }

  @Test
  void theTextOfAStepEndsWithItsLastStatement() throws IOException {
    files.write("1_x.up.sql", "-- first\n" + THREE + "-- last\n");
    MigrationStep step = up(List.of()).steps().getFirst();
    assertEquals("SELECT 1;\nSELECT 2;\n\nSELECT 3", sql(step));
    assertEquals("1_x", step.label());
    assertFalse(step.concurrentIndex());
  }

  @Test
  void anEditedFileIsRejectedAndAFormerChecksumIsAWarning() throws IOException {
    files.write("1");
    Path file = folder.resolve("1_x.up.sql");
    HistoryRow applied = files.rows("1").getFirst();
    Files.writeString(file, "SELECT 'edited';");
    SlipwayException e = rejection(() -> up(List.of(applied)));
    assertEquals(ExitCode.MIGRATION, e.exitCode());
    assertTrue(
        e.getMessage().startsWith(file + " has been edited since it was applied: its checksum is "),
        e.getMessage());
    assertTrue(e.hint().orElseThrow().contains("slipway migrate sql repair"));
    int edited = files.load().versioned().getFirst().up().read().checksum();
    HistoryRow accepted =
        new HistoryRow(
            1,
            applied.version(),
            "x",
            "SQL",
            "1_x.up.sql (accepted in place of checksum " + edited + ")",
            applied.checksum(),
            true,
            0);
    List<String> warnings = up(List.of(accepted)).warnings();
    assertEquals(1, warnings.size());
    assertTrue(
        warnings
            .getFirst()
            .endsWith(
                "its checksum is " + edited + ", the history has " + applied.checksum().get()),
        warnings::toString);
    assertTrue(warnings.getFirst().contains("before an edit"), warnings::toString);
  }

  @ParameterizedTest(name = "files {0}, rows {1}, steps {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "1 2   | 1 2 4   | 9 | unknown versions in the history: 4_x (Future); nothing is applied. "
            + "This is the state after a rollback to an older release",
        "1 2   | 1 4     | 0 | unknown versions in the history: 4_x (Future); nothing is applied; "
            + "pending beyond --to or --steps: 2_x.up.sql",
      })
  void unknownVersionsAreAWarningWhileNothingIsApplied(
      String names, String rows, int steps, String warning) throws IOException {
    files.write(names);
    MigrationPlan plan = up(files.rows(rows), atMost(steps), OutOfOrder.APPLY);
    assertEquals("", steps(plan));
    assertEquals(List.of(warning), plan.warnings());
  }

  @ParameterizedTest(name = "files {0}, rows {1}")
  @CsvSource({
    "1 2, 1 4, --ignore-missing",
    "1 2, 4,   need a history or a schema of their own",
  })
  void unknownVersionsWithPendingMigrationsAreRejectedWithAHint(
      String names, String rows, String hint) throws IOException {
    files.write(names);
    SlipwayException e = rejection(() -> up(files.rows(rows)));
    assertEquals(ExitCode.MIGRATION, e.exitCode());
    assertTrue(e.hint().orElseThrow().contains(hint), e.hint()::toString);
  }

  @Test
  void pendingMigrationsAreAppliedNextToUnknownVersionsOnRequest() throws IOException {
    files.write("1 2");
    MigrationPlan plan =
        up(
            files.rows("1 4"),
            new Target(Optional.empty(), OptionalInt.empty(), true),
            OutOfOrder.APPLY);
    assertEquals("2", steps(plan));
    assertEquals(
        "unknown versions in the history: 4_x (Future); pending migrations are applied "
            + "nevertheless (--ignore-missing)",
        plan.warnings().getFirst());
  }

  @Test
  void aMessageNamesTwentyMigrationsAndCountsTheOthers() throws IOException {
    for (int version = 10; version < 32; version++) {
      files.write(String.valueOf(version));
    }
    SlipwayException e = rejection(() -> up(files.rows("99")));
    assertTrue(e.getMessage().endsWith("28_x.up.sql, 29_x.up.sql and 2 more"), e.getMessage());
    Files.delete(folder.resolve("31_x.up.sql"));
    Files.delete(folder.resolve("30_x.up.sql"));
    SlipwayException all = rejection(() -> up(files.rows("99")));
    assertTrue(all.getMessage().endsWith("28_x.up.sql, 29_x.up.sql"), all.getMessage());
  }

  @ParameterizedTest(name = "steps {0}, to {1}")
  @CsvSource({", , 1 2 R:a", "9, , 1 2", ", 2, 1 2", "1, 2, 1"})
  void repeatableMigrationsRunOnlyWithoutATarget(Integer steps, String to, String expected)
      throws IOException {
    files.write("1 2 R:a");
    Target target =
        new Target(
            Optional.ofNullable(to).map(MigrationVersion::of),
            steps == null ? OptionalInt.empty() : OptionalInt.of(steps));
    assertEquals(expected, steps(up(List.of(), target, OutOfOrder.APPLY)));
  }

  @Test
  void anUnknownTargetIsAUsageError() throws IOException {
    files.write("1 2");
    SlipwayException e = rejection(() -> up(List.of(), to("3"), OutOfOrder.APPLY));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertEquals("there is no migration 3", e.getMessage());
    assertEquals(
        "there is no migration 4", rejection(() -> down(files.rows("1 2"), "4")).getMessage());
  }

  // ---- down

  @ParameterizedTest(name = "rows {0}, down to {1}")
  @CsvSource({
    "1 2 3,   1,  3 2",
    "1 3 2,   1,  2 3",
    "1 2 3,   3,  ''",
    "1 2 3,   0,  3 2 1",
    "1 2 3,   00, 3 2 1",
    "'',      0,  ''",
  })
  void aRevertKeepsItsTargetAndReversesTheOrderOfApplication(
      String rows, String to, String expected) throws IOException {
    files.write("1 2 3");
    MigrationPlan plan = down(files.rows(rows), to);
    assertEquals(expected, steps(plan));
    assertEquals(Direction.DOWN, plan.direction());
    assertTrue(
        plan.steps().stream().allMatch(step -> step.direction() == Direction.DOWN), plan::toString);
  }

  @Test
  void aRevertWithoutATargetIsOneStep() throws IOException {
    files.write("1 2 3");
    MigrationInfo schema = files.info(files.rows("1 2 3"));
    assertEquals("3", steps(MigrationPlan.down(schema, Target.all(), reader())));
    assertEquals("3 2 1", steps(MigrationPlan.down(schema, atMost(9), reader())));
    assertEquals("", steps(MigrationPlan.down(schema, atMost(0), reader())));
  }

  @Test
  void aRevertNeedsTheDownFile() throws IOException {
    files.write("1");
    Files.delete(folder.resolve("1_x.down.sql"));
    SlipwayException e = rejection(() -> down(files.rows("1"), "0"));
    assertEquals(ExitCode.USAGE, e.exitCode());
    assertTrue(
        e.getMessage().contains("there is no down file for " + folder.resolve("1_x.up.sql")),
        e.getMessage());
  }

  @Test
  void aRevertIsRejectedBelowMigrationsWithoutAFile() throws IOException {
    files.write("1 2");
    SlipwayException e = rejection(() -> down(files.rows("1 5 2 6"), "0"));
    assertEquals(ExitCode.MIGRATION, e.exitCode());
    assertEquals(
        "cannot revert 2_x: migrations that no file has were installed later: 6_x", e.getMessage());
  }

  // ---- incomplete migrations

  @ParameterizedTest(name = "failure point {0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "0        | , at a statement that the history does not name",
        "-1       | :1, statement 1 of 3: SELECT 1\\nit was under way when its process ended, so it "
            + "may or may not have taken effect",
        "-2       | :2, statement 2 of 3: SELECT 2\\nit was under way when its process ended, so it "
            + "may or may not have taken effect",
        "-1000003 | :4, statement 3 of 3: SELECT 3\\nit failed, and what came before it in the file "
            + "stays",
        "-4       | : all of its statements have run, only its history row was not completed",
      })
  void anIncompleteMigrationIsRejectedWithItsStatement(int failurePoint, String message)
      throws IOException {
    Path file = files.write("2_x.up.sql", THREE);
    SlipwayException e =
        rejection(() -> up(List.of(incomplete(1, "2", "2_x.up.sql", failurePoint))));
    assertEquals(ExitCode.MIGRATION, e.exitCode());
    assertEquals(
        "migration 2_x is partially applied\nat " + file + message.replace("\\n", "\n"),
        e.getMessage());
    assertTrue(e.hint().orElseThrow().endsWith("then `slipway migrate sql repair`"));
  }

  @Test
  void anIncompleteFileWithoutAStatementHasNoStatementToName() throws IOException {
    Path file = files.write("2_x.up.sql", "-- nothing\n");
    assertEquals(
        "migration 2_x is partially applied\nat "
            + file
            + ", at a statement that the history does not name",
        rejection(() -> up(List.of(incomplete(1, "2", "2_x.up.sql", -1)))).getMessage());
  }

  @ParameterizedTest(name = "{0} of {1} at {2}")
  @CsvSource({
    // run, script in the history, failure point, steps or the hint of the rejection
    "up,   2_x.up.sql,   -2,       'look at the statement'",
    "up,   2_x.up.sql,   -2000002, 2",
    "up,   2_x.down.sql, -1,       'look at the statement'",
    "up,   2_x.down.sql, -2000001, '`slipway migrate sql down` finishes it'",
    "down, 2_x.up.sql,   -2000002, '`slipway migrate sql up` finishes it'",
    "down, 2_x.down.sql, -1,       'look at the statement'",
    "down, 2_x.down.sql, -2000001, 2",
  })
  void aReleasedMigrationIsFinishedByItsOwnCommand(
      String run, String script, int failurePoint, String expected) throws IOException {
    files.write("2_x.up.sql", THREE);
    files.write("2_x.down.sql", "SELECT 'back';");
    List<HistoryRow> rows = List.of(incomplete(1, "2", script, failurePoint));
    if (expected.equals("2")) {
      MigrationPlan plan = run.equals("up") ? up(rows) : down(rows, "0");
      assertEquals("2", steps(plan));
      MigrationStep step = plan.steps().getFirst();
      assertEquals(Optional.of(rows.getFirst()), step.row());
      assertEquals(run.equals("up") ? 2 : 1, step.firstStatement());
      assertTrue(step.firstMayBeApplied());
    } else {
      SlipwayException e = rejection(() -> (run.equals("up") ? up(rows) : down(rows, "0")).steps());
      assertTrue(e.hint().orElseThrow().startsWith(expected), e.hint()::toString);
      assertEquals(
          script.equals("2_x.down.sql"),
          e.getMessage().startsWith("migration 2_x is partially reverted\nat "),
          e.getMessage());
    }
  }

  // ---- under the lock

  @ParameterizedTest(name = "planned down from {0}, then rows {1}")
  @CsvSource({
    "1 2 3,  1 2 3,  3 2 1,  ''",
    "1 2 3,  1 2,    2 1,    1 of 3 were done by another migrator meanwhile",
    "1 2 3,  '',     '',     3 of 3 were done by another migrator meanwhile",
  })
  void aRevertUnderTheLockOmitsWhatAnotherMigratorReverted(
      String planned, String rows, String expected, String warning) throws IOException {
    files.write("1 2 3");
    MigrationPlan left = remaining(down(files.rows(planned), "0"), files.rows(rows));
    assertEquals(expected, steps(left));
    assertEquals(warning.isEmpty() ? List.of() : List.of(warning), left.warnings());
    assertEquals(Direction.DOWN, left.direction());
  }

  @Test
  void aRevertUnderTheLockContinuesAReleasedRevert() throws IOException {
    files.write("1");
    MigrationPlan plan = down(files.rows("1"), "0");
    HistoryRow released = incomplete(1, "1", "1_x.down.sql", -2000001);
    assertEquals(
        Optional.of(released), remaining(plan, List.of(released)).steps().getFirst().row());
    assertFalse(remaining(plan, files.rows("1")).steps().getFirst().firstMayBeApplied());
  }

  @Test
  void aRevertUnderTheLockIsRejectedWhereTheHistoryDoesNotFit() throws IOException {
    files.write("1");
    MigrationPlan plan = down(files.rows("1"), "0");
    for (String rows : List.of("1 2", "1dc", "1f")) {
      assertEquals(
          ExitCode.MIGRATION, rejection(() -> remaining(plan, files.rows(rows))).exitCode(), rows);
    }
  }

  @Test
  void anUpgradeUnderTheLockCountsWhatAnotherMigratorApplied() throws IOException {
    files.write("1 2 R:a R:b");
    MigrationPlan plan = up(List.of());
    assertEquals("1 2 R:a R:b", steps(plan));
    MigrationPlan left = remaining(plan, files.rows("1 R:a"));
    assertEquals("2 R:b", steps(left));
    assertEquals(List.of("2 of 4 were done by another migrator meanwhile"), left.warnings());
    assertEquals(List.of(), remaining(plan, List.of()).warnings());
    assertEquals(
        List.of(
            "unknown versions in the history: 9_x (Future); nothing is applied. This is the state "
                + "after a rollback to an older release",
            "R__a is skipped: repeatable migrations do not run while the history contains unknown "
                + "versions",
            "R__b is skipped: repeatable migrations do not run while the history contains unknown "
                + "versions",
            "2 of 4 were done by another migrator meanwhile"),
        remaining(plan, files.rows("1 2 9")).warnings());
  }

  @Test
  void anUpgradeUnderTheLockAddsOnlyNewWarnings() throws IOException {
    files.write("1 2 4");
    MigrationPlan planned = up(files.rows("4"));
    assertEquals(2, planned.warnings().size());
    assertEquals(List.of(), remaining(planned, files.rows("4")).warnings());
    MigrationPlan plan = up(files.rows("1"), to("2"), OutOfOrder.APPLY);
    assertEquals(
        List.of("2_x is out of order: version 4 is already applied"),
        remaining(plan, files.rows("1 4")).warnings());
  }

  @Test
  void anUpgradeUnderTheLockRejectsAnotherChecksum() throws IOException {
    files.write("1 2");
    MigrationPlan plan = up(files.rows("1"));
    assertEquals(
        ExitCode.MIGRATION, rejection(() -> remaining(plan, files.rows("1 2c"))).exitCode());
    assertEquals("", steps(remaining(plan, files.rows("1 2n"))));
  }

  private MigrationPlan remaining(MigrationPlan plan, List<HistoryRow> rows) {
    return MigrationPlan.remaining(plan, files.info(rows), OutOfOrder.APPLY, reader());
  }

  private static String sql(MigrationStep step) {
    StringBuilder sql = new StringBuilder();
    try {
      step.writeSql(sql);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return sql.toString();
  }
}
