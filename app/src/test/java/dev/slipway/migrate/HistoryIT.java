package dev.slipway.migrate;

import static dev.slipway.fault.ExitCode.DONE;
import static dev.slipway.fault.ExitCode.MIGRATION;
import static dev.slipway.fault.ExitCode.PENDING;
import static dev.slipway.fault.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** History against files: late, edited, unknown, ahead, vanished, and schemas without a history. */
class HistoryIT extends EveryServer {

  @Test
  void appliesALateFileAndSaysSo() {
    tables("1", "3");
    up().exits(DONE);
    tables("2");
    up().exits(DONE).says("2_table", "late");
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
  void anOlderBinaryIsContentWithASchemaAhead() {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("3_table.up.sql");
    remove("3_table.down.sql");
    up().exits(DONE).says("ahead", "3");
    status("--exit-code").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void anOlderBinaryAppliesNothingToASchemaAhead() {
    tables("1", "3");
    file("R__view.sql", "CREATE TABLE from_repeatable (id INT);");
    up("--to", "3").exits(DONE);
    String before = database.query("SELECT COUNT(*) FROM " + HISTORY).getFirst();
    remove("3_table.up.sql");
    remove("3_table.down.sql");
    tables("2");
    file("R__view.sql", "CREATE TABLE again_from_repeatable (id INT);");
    up().exits(DONE).says("ahead");
    assertEquals(before, database.query("SELECT COUNT(*) FROM " + HISTORY).getFirst());
    assertEquals(false, tablesMade().contains("t2"));
    assertEquals(false, tablesMade().contains("again_from_repeatable"));
  }

  @Test
  void anOlderBinaryIsContentWhenTheNewerOnesMigrationFailed() {
    tables("1", "2");
    file("3_breaks.autocommit.up.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    assertEquals(List.of("1 ok", "2 ok", "3 failed"), history());
    remove("3_breaks.autocommit.up.sql");
    up().exits(DONE).says("ahead");
    status("--exit-code").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 failed"), history());
  }

  @Test
  void anOlderBinaryIsContentWhenTheNewerOnesMigrationIsNumberedBelow() {
    tables("1", "3");
    up().exits(DONE);
    tables("2");
    up().exits(DONE);
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    up().exits(DONE).says("ahead", "2");
    status("--exit-code").exits(DONE);
    assertEquals(List.of("1 ok", "3 ok", "2 ok"), history());
  }

  @Test
  void refusesWhenAppliedVersionsHaveVanished() {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    tables("4");
    up().exits(MIGRATION).tells("2");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
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
