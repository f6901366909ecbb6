package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** History against files: out of order, edited, Missing, Future, and schemas without a history. */
class HistoryIT extends EveryServer {

  /** Its cause is then the target, and no rollback. */
  @Test
  void saysWhatIsPendingBeyondTheTarget() {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("3_table.up.sql");
    remove("3_table.down.sql");
    up("--to", "2")
        .exits(DONE)
        .tells(
            "3_table (Future); nothing is applied. This is the state "
                + "after a rollback to an older release");
    tables("4");
    up("--to", "2")
        .exits(DONE)
        .tells("nothing is applied; pending beyond --to or --steps: " + "4_table.up.sql")
        .never("rollback");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void aTableWithoutTheColumnsIsNoHistory() {
    table("1");
    database.execute("CREATE TABLE ordinary (id INT)");
    for (String command : List.of("status", "verify", "repair")) {
      slipway()
          .run(words(command, "--table", "ordinary"))
          .exits(USAGE)
          .tells("ordinary", "is not a history table", "name another table with --table");
    }
    up("--table", "ordinary").exits(USAGE).tells("is not a history table");
    assertEquals(List.of("ordinary"), database.tables());
  }

  @Test
  void appliesAnOutOfOrderFileWithAWarning() {
    tables("1", "3");
    up().exits(DONE);
    tables("2");
    up().exits(DONE).tells("warning: 2_table is out of order: version 3 is already applied");
    assertEquals(List.of("1 ok", "3 ok", "2 ok"), history());
  }

  @Test
  void reportsAnEditedFileBeforeAnythingRuns() {
    tables("1");
    up().exits(DONE);
    file("1_table.up.sql", "CREATE TABLE t1 (id INT, more INT);");
    tables("2");
    up().exits(MIGRATION).tells("1_table", "edited", "repair");
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void repairAcceptsAnEditedFileAfterAsking() {
    tables("1");
    up().exits(DONE);
    file("1_table.up.sql", "CREATE TABLE t1 (id INT, more INT);");
    slipway().typing("n\n").run(words("repair")).exits(DONE).says("1_table");
    up().exits(MIGRATION);
    repair().exits(DONE).says("1_table");
    up().exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void releasesFromBeforeAnAcceptedEditStillRunUp() {
    tables("1", "2");
    up().exits(DONE);
    for (String columns : List.of("id INT, more INT", "id INT, more TEXT")) {
      file("1_table.up.sql", "CREATE TABLE t1 (" + columns + ");");
      repair().exits(DONE);
      up().exits(DONE).never("warning");
      status("--exit-code").exits(DONE).never("1_table.up.sql");
    }
    file("1_table.up.sql", "CREATE TABLE t1 (id INT, more INT);");
    up().exits(DONE).tells("1_table.up.sql is as it was before an edit that `repair` has accepted");
    table("1");
    up().exits(DONE).tells("1_table.up.sql is as it was before an edit that `repair` has accepted");
    slipway()
        .run(words("verify"))
        .exits(MIGRATION)
        .says("1_table.up.sql is as it was before an edit");
    tables("3");
    up().exits(DONE).tells("1_table.up.sql is as it was before an edit");
    file("1_table.up.sql", "CREATE TABLE t1 (id BIGINT);");
    up().exits(MIGRATION).tells("1_table.up.sql has been edited since it was applied");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(List.of("t1", "t2", "t3"), tablesMade());
  }

  @Test
  void anEmptyHistoryOverTablesIsNone() {
    tables("1");
    up().exits(DONE);
    down("--to", "0").exits(DONE);
    database.execute("CREATE TABLE made_by_others (id INT)");
    up().exits(MIGRATION).tells("made_by_others", "no history", "baseline", "adopt");
    assertEquals(List.of(), history());
  }

  @Test
  void endsOfLinesAreNoEdit() {
    file("1_lines.up.sql", "CREATE TABLE a (", "id INT", ");");
    up().exits(DONE);
    file("1_lines.up.sql", "CREATE TABLE a (\r", "id INT\r", ");\r");
    up().exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void refusesAnOutOfOrderFileWhenToldAndAppliesNothing() {
    tables("1", "3");
    up().exits(DONE);
    tables("2", "4");
    slipway()
        .with("MIGRATE_OUT_OF_ORDER", "refuse")
        .run(words("up", "--yes"))
        .exits(MIGRATION)
        .tells("version 3 is already applied", "out of order: 2_table.up.sql", "hint:")
        .never("4_table.up.sql");
    assertEquals(List.of("1 ok", "3 ok"), history());
    assertEquals(List.of("t1", "t3"), tablesMade());
    slipway().with("MIGRATE_OUT_OF_ORDER", "apply").run(words("up", "--yes")).exits(DONE);
    slipway().with("MIGRATE_OUT_OF_ORDER", "refuse").run(words("up", "--yes")).exits(DONE);
    slipway()
        .with("MIGRATE_OUT_OF_ORDER", "sometimes")
        .run(words("up", "--yes"))
        .exits(USAGE)
        .tells("apply", "refuse");
  }

  @Test
  void anOlderReleaseWarnsOfFutureVersions() {
    tables("1", "2", "3");
    up().exits(DONE);
    forget("3");
    up().exits(DONE).tells("warning: unknown versions in the history: 3_table (Future)");
    status("--exit-code").exits(DONE).answersWith("3\ttable\tFuture");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void anOlderReleaseWarnsOfMissingVersionsInWhicheverOrderTheyWereInstalled() {
    tables("1", "3");
    up().exits(DONE);
    tables("2");
    up().exits(DONE);
    forget("2");
    up().exits(DONE).tells("warning: unknown versions in the history: 2_table (Missing)");
    status("--exit-code").exits(DONE).answersWith("2\ttable\tMissing");
    assertEquals(List.of("1 ok", "3 ok", "2 ok"), history());
  }

  @Test
  void anOlderReleaseWarnsOfMissingVersionsOfANewerOneThatInstalledTheDatabase() {
    tables("1", "2", "3");
    file("R__view.sql", "CREATE TABLE of_the_newer (id INT);");
    up().exits(DONE);
    forget("2");
    file("R__view.sql", "CREATE TABLE of_the_older (id INT);");
    up().exits(DONE).tells("2_table (Missing)", "R__view is skipped");
    up("--ignore-missing").exits(DONE).tells("2_table (Missing)", "R__view is skipped");
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "view ok"), history());
    assertEquals(List.of("of_the_newer", "t1", "t2", "t3"), tablesMade());
  }

  @Test
  void appliesNothingToAHistoryWithUnknownVersions() {
    tables("1", "2", "4");
    file("R__view.sql", "CREATE TABLE from_repeatable (id INT);");
    up().exits(DONE);
    List<String> before = history();
    forget("2");
    forget("4");
    tables("3");
    for (String[] more : new String[][] {{}, {"--steps", "1"}, {"--to", "3"}, {"--dry-run"}}) {
      up(more)
          .exits(MIGRATION)
          .tells(
              "2_table (Missing), 4_table (Future)",
              "pending: 3_table.up.sql",
              "--ignore-missing",
              "repair");
    }
    assertEquals(before, history());
    assertEquals(List.of("from_repeatable", "t1", "t2", "t4"), tablesMade());
    up("--to", "1").exits(DONE).tells("2_table (Missing)").never("R__view is skipped");
    file("R__view.sql", "CREATE TABLE again_from_repeatable (id INT);");
    up("--ignore-missing")
        .exits(DONE)
        .tells(
            "2_table (Missing), 4_table (Future)",
            "R__view is skipped",
            "3_table is out of order: version 4");
    assertEquals(List.of("from_repeatable", "t1", "t2", "t3", "t4"), tablesMade());
    up().exits(DONE).tells("2_table (Missing), 4_table (Future)", "R__view is skipped");
  }

  @Test
  void repeatableMigrationsDecideNothing() {
    tables("1");
    file("R__gone.sql", "CREATE TABLE gone (id INT);");
    up().exits(DONE);
    remove("R__gone.sql");
    tables("2");
    file("R__new.sql", "CREATE TABLE fresh (id INT);");
    up().exits(DONE).never("unknown versions");
    assertEquals(List.of("fresh", "gone", "t1", "t2"), tablesMade());
  }

  @Test
  void anOlderReleaseIsContentWhenTheNewerOnesMigrationFailed() {
    tables("1", "2");
    file("3_breaks.autocommit.up.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    assertEquals(List.of("1 ok", "2 ok", "3 failed"), history());
    remove("3_breaks.autocommit.up.sql");
    up().exits(DONE).tells("3_breaks (Future, failed)");
    status("--exit-code").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 failed"), history());
  }

  @Test
  void anotherServicesHistoryIsRefusedWithWhatToCheck() {
    tables("1", "2");
    up().exits(DONE);
    forget("1");
    forget("2");
    tables("7");
    up().exits(MIGRATION)
        .tells(
            "1_table (Missing), 2_table (Missing)",
            "7_table.up.sql",
            "check --path, the DSN, and --table");
    assertEquals(List.of("t1", "t2"), tablesMade());
  }

  @Test
  void aBaselineCoversUnknownVersions() {
    tables("1", "2", "3");
    up().exits(DONE);
    database.execute("UPDATE " + HISTORY + " SET type = 'BASELINE' WHERE version = '2'");
    forget("1");
    forget("2");
    tables("4");
    up().exits(DONE).never("unknown");
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok"), history());
  }

  /** Takes the files of a version away, as in a release that does not have it. */
  private void forget(String version) {
    remove(version + "_table.up.sql");
    remove(version + "_table.down.sql");
  }

  @Test
  void aNewerBinaryOnAnOlderSchemaHasSomethingPending() {
    tables("1");
    up().exits(DONE);
    tables("2");
    status("--exit-code").exits(PENDING);
  }

  @Test
  void refusesTablesWithoutAHistory() {
    database.execute("CREATE TABLE somebodys (id INT)");
    tables("1");
    up().exits(MIGRATION).tells("somebodys", "baseline", "adopt");
    assertEquals(List.of("somebodys"), database.tables());
  }

  @Test
  void refusesAnotherToolsHistory() {
    database.execute(
        "CREATE TABLE schema_migrations (version BIGINT NOT NULL, dirty BOOLEAN NOT NULL)",
        "INSERT INTO schema_migrations VALUES (7, FALSE)");
    tables("1");
    up().exits(MIGRATION).tells("schema_migrations", "adopt");
    assertEquals(List.of("schema_migrations"), database.tables());
  }

  @Test
  void aBaselineCountsAsAppliedUpToItsVersion() {
    database.execute("CREATE TABLE t1 (id INT)", "CREATE TABLE t2 (id INT)");
    tables("1", "2", "3");
    slipway().run(words("baseline", "2")).exits(DONE);
    assertEquals(List.of("2 ok"), history());
    assertEquals(List.of("t1", "t2"), tablesMade());
    up().exits(DONE);
    assertEquals(List.of("2 ok", "3 ok"), history());
    assertEquals(List.of("t1", "t2", "t3"), tablesMade());
  }

  @Test
  void refusesABaselineWhereThereIsAHistory() {
    tables("1");
    up().exits(DONE);
    slipway().run(words("baseline", "1")).exits(MIGRATION);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void warnsOfABaselineAboveAllFiles() {
    tables("1", "2");
    slipway().run(words("baseline", "2")).exits(DONE).never("warning");
    database.execute("DROP TABLE " + HISTORY);
    slipway()
        .run(words("baseline", "20"))
        .exits(DONE)
        .tells("warning: no file has the version 20 or a later one");
  }

  @Test
  void refusesABaselineThatIsNoVersion() {
    tables("1");
    slipway().run(words("baseline", "first")).exits(USAGE).tells("first");
  }

  @Test
  void recordsItsHistoryUnderAnotherNameWhenTold() {
    tables("1");
    slipway().with("MIGRATE_TABLE", "our_history").run(words("up", "--yes")).exits(DONE);
    assertEquals(List.of("our_history", "t1"), database.tables());
    slipway().with("MIGRATE_TABLE", "our_history").run(words("status", "--exit-code")).exits(DONE);
  }
}
