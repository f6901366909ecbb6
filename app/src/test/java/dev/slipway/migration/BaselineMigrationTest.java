package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Settings.Migrate.OutOfOrder;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationPlan.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a baseline migration does to the plan of a run, while other releases migrate too. */
class BaselineMigrationTest {
  @TempDir Path folder;
  private MigrationFixture files;

  @BeforeEach
  void write() throws IOException {
    files = new MigrationFixture(folder);
    for (String name : List.of("V1__a", "V2__b", "V3__c", "B2__base")) {
      files.write(name + ".sql", "SELECT 1;");
    }
  }

  private void remove(String... names) throws IOException {
    for (String name : names) {
      Files.delete(folder.resolve(name + ".sql"));
    }
  }

  private static HistoryRow row(int rank, String version, String type, boolean success) {
    return new HistoryRow(
        rank,
        Optional.of(MigrationVersion.of(version)),
        "x",
        type,
        "x.sql",
        Optional.empty(),
        success,
        0);
  }

  private MigrationPlan plan(HistoryRow... rows) {
    return MigrationPlan.up(
        files.info(List.of(rows)), Target.all(), OutOfOrder.APPLY, MigrationFixture.reader());
  }

  private MigrationPlan remaining(MigrationPlan plan, HistoryRow... rows) {
    return MigrationPlan.remaining(
        plan, files.info(List.of(rows)), OutOfOrder.APPLY, MigrationFixture.reader());
  }

  private static String scripts(MigrationPlan plan) {
    return plan.steps().stream().map(step -> step.file().script()).collect(Collectors.joining(" "));
  }

  @Test
  void onlyAnEmptyHistoryStartsWithIt() {
    assertEquals("B2__base.sql V3__c.sql", scripts(plan()));
    assertEquals("B2__base.sql V3__c.sql", scripts(plan(row(1, "0", "SCHEMA", true))));
    assertEquals("V2__b.sql V3__c.sql", scripts(plan(row(1, "1", "SQL", true))));
    assertEquals("V3__c.sql", scripts(plan(row(1, "2", "BASELINE", true))));
    assertEquals("V1__a.sql V2__b.sql V3__c.sql", scripts(plan(row(1, "0", "BASELINE", true))));
    assertEquals("V3__c.sql", scripts(plan(row(1, "2", "SQL_BASELINE", true))));
    assertEquals(
        "V2__b.sql V3__c.sql",
        scripts(plan(row(1, "1", "SQL_BASELINE", true))),
        "a baseline migration of an older release");
  }

  @Test
  void anotherMigratorMayHaveAppliedItMeanwhile() {
    assertEquals("V3__c.sql", scripts(remaining(plan(), row(1, "2", "SQL_BASELINE", true))));
  }

  @Test
  void anotherMigratorMayHaveStartedWithTheVersionsThatItCovers() throws IOException {
    MigrationPlan plan = plan();
    HistoryRow first = row(1, "1", "SQL", true);
    assertEquals(
        ExitCode.RETRY,
        assertThrows(SlipwayException.class, () -> remaining(plan, first)).exitCode());
    remove("V1__a", "V2__b");
    assertEquals(
        "another migrator has started the history meanwhile, and not with 2_base, so nothing was"
            + " applied",
        assertThrows(SlipwayException.class, () -> remaining(plan, first)).getMessage());
  }

  @Test
  void anotherMigratorMayHaveStartedWithANewerOne() {
    MigrationPlan plan = plan();
    HistoryRow newer = row(1, "3", "SQL_BASELINE", true);
    assertEquals(
        ExitCode.RETRY,
        assertThrows(SlipwayException.class, () -> remaining(plan, newer)).exitCode());
    assertEquals("", scripts(plan(newer)));
  }

  @Test
  void aFailedOneIsUnknownWithoutItsFile() throws IOException {
    remove("B2__base");
    HistoryRow failed = row(1, "2", "SQL_BASELINE", false);
    assertEquals(List.of(failed), files.info(List.of(failed)).unknown());
    assertEquals(
        ExitCode.MIGRATION, assertThrows(SlipwayException.class, () -> plan(failed)).exitCode());
  }

  @Test
  void aFailedVersionWithoutAFileIsNotCovered() throws IOException {
    remove("V1__a");
    assertEquals(1, files.info(List.of(row(1, "1", "SQL", false))).unknown().size());
    assertEquals(0, files.info(List.of(row(1, "1", "SQL", true))).unknown().size());
  }

  @Test
  void coveredVersionsCountForTheOrder() throws IOException {
    remove("V2__b");
    MigrationPlan plan = plan(row(1, "2", "SQL", true));
    assertEquals("V1__a.sql V3__c.sql", scripts(plan));
    assertEquals(List.of("1_a is out of order: version 2 is already applied"), plan.warnings());
  }

  // ---- the files that make the schema

  private String applied(HistoryRow... rows) {
    AppliedFiles applied = AppliedFiles.of(files.info(List.of(rows)));
    return applied.files().stream().map(MigrationFile::script).sorted().toList()
        + applied.unavailable().map(e -> " " + e.getMessage()).orElse("");
  }

  @Test
  void itStandsForTheVersionsWhoseFilesWereDeleted() throws IOException {
    HistoryRow[] all = {
      row(1, "1", "SQL", true), row(2, "2", "SQL", true), row(3, "3", "SQL", true)
    };
    assertEquals("[V1__a.sql, V2__b.sql, V3__c.sql]", applied(all));
    assertEquals(
        "[B2__base.sql, V3__c.sql]",
        applied(row(1, "2", "SQL_BASELINE", true), row(2, "3", "SQL", true)));
    remove("V1__a");
    assertEquals("[B2__base.sql, V3__c.sql]", applied(all));
    assertTrue(
        applied(all[0]).contains("no file has the applied version 1, and "), () -> applied(all[0]));
  }
}
