package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** `slipway migrate sql down`: newest first, file and history row together. */
class DownIT extends EveryServer {

  @Test
  void undoesSoManySteps() {
    tables("1", "2", "3");
    up().exits(DONE);
    down("--steps", "2").exits(DONE).answersWith("Rollback\t15 B", "SUCCESS");
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void undoesDownToAVersionWhichStays() {
    tables("1", "2", "3");
    up().exits(DONE);
    down("--to", "1").exits(DONE);
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void appliesAgainWhatWasUndone() {
    tables("1", "2");
    up().exits(DONE);
    down("--steps", "2").exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(List.of("t1", "t2"), tablesMade());
  }

  @Test
  void goesInTheReverseOrderOfApplication() {
    tables("1", "3");
    up().exits(DONE);
    tables("2");
    up().exits(DONE);
    down("--steps", "1").exits(DONE);
    assertEquals(List.of("1 ok", "3 ok"), history());
    assertEquals(List.of("t1", "t3"), tablesMade());
  }

  @Test
  void asksFirst() {
    tables("1");
    up().exits(DONE);
    slipway()
        .typing("n\n")
        .run(words("down", "--steps", "1"))
        .exits(DONE)
        .says("[y/n]", "Migration aborted.");
    assertEquals(List.of("1 ok"), history());
    slipway().typing("y\n").run(words("down", "--steps", "1")).exits(DONE);
    assertEquals(List.of(), history());
  }

  @Test
  void undoesTheLastOneWhenItIsNotToldHowMany() {
    tables("1", "2");
    up().exits(DONE);
    down().exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void refusesTwoAnswersToHowFar() {
    tables("1", "2");
    up().exits(DONE);
    down("--steps", "1", "--to", "1").exits(USAGE).tells("--steps", "--to");
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void saysWhenThereIsNothingToUndo() {
    tables("1");
    down("--steps", "1").says("There are apparently no migrations to roll back.");
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void refusesBeforeAnythingRunsWhenADownFileIsMissing() {
    tables("1", "2", "3");
    remove("2_table.down.sql");
    up().exits(DONE);
    down("--steps", "2").exits(USAGE).tells("2_table", "down");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(List.of("t1", "t2", "t3"), tablesMade());
    down("--steps", "1").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void stopsAtAnUnknownVersionThatWasInstalledLater() {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    down("--steps", "2").exits(MIGRATION).tells("cannot revert 1_table", "2_table", "hint:");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    down("--steps", "1").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    down("--steps", "1").exits(MIGRATION).tells("cannot revert 1_table", "2_table");
    assertEquals(List.of("t1", "t2"), tablesMade());
  }

  @Test
  void revertsNothingOfAnotherSetOfFiles() {
    tables("1");
    up().exits(DONE);
    file("1_orders.up.sql", "CREATE TABLE orders (id INT);");
    file("1_orders.down.sql", "DROP TABLE t1;");
    remove("1_table.up.sql");
    remove("1_table.down.sql");
    down().exits(MIGRATION).tells("another set of migration files", "`1_table`", "`1_orders`");
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void runsTheUndoFilesOfFlyway() {
    file("V1__first.sql", "CREATE TABLE a (id INT);");
    file("U1__first.sql", "DROP TABLE a;");
    up().exits(DONE);
    assertEquals(List.of("a"), tablesMade());
    down("--steps", "1").exits(DONE);
    assertEquals(List.of(), history());
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void leavesWhatTheContractSaysWhenAStatementFails() {
    tables("1");
    file("2_pair.up.sql", "CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);");
    file("2_pair.down.sql", "DROP TABLE a;", "DROP TABLE nowhere;", "DROP TABLE b;");
    up().exits(DONE);
    down("--steps", "1")
        .exits(MIGRATION)
        .tells("2_pair.down.sql:2", "DROP TABLE nowhere", "nowhere");
    if (database.transactionalDdl()) {
      assertEquals(List.of("1 ok", "2 ok"), history());
      assertEquals(List.of("a", "b", "t1"), tablesMade());
    } else {
      assertEquals(List.of("1 ok", "2 failed"), history());
      assertEquals(List.of("b", "t1"), tablesMade());
      down("--steps", "1").exits(MIGRATION).tells("2_pair", "repair");
      up().exits(MIGRATION).tells("2_pair", "repair");
      repair().exits(DONE).says("2_pair");
    }
    database.execute("CREATE TABLE nowhere (id INT)");
    down("--steps", "1").exits(DONE);
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void changesNothingInADryRun() {
    tables("1");
    up().exits(DONE);
    down("--steps", "1", "--dry-run").exits(DONE).answersWith("DROP TABLE t1");
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }
}
