package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** `slipway migrate sql repair`: renumbered files, versions to forget, and other sets of files. */
class RepairIT extends EveryServer {

  private void rename(String from, String to) {
    table(to);
    file(to + "_table.up.sql", "CREATE TABLE t" + from + " (id INT);");
    file(to + "_table.down.sql", "DROP TABLE t" + from + ";");
    remove(from + "_table.up.sql");
    remove(from + "_table.down.sql");
  }

  @Test
  void renumbersTheRowOfARenumberedFile() {
    tables("1", "2", "3");
    up().exits(DONE);
    rename("2", "4");
    up().exits(MIGRATION).tells("2_table (Missing)", "4_table.up.sql");
    slipway()
        .typing("n\n")
        .run(words("repair"))
        .exits(DONE)
        .answersWith("2_table (Missing)", "4_table.up.sql has its checksum");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    repair().exits(DONE).answersWith("Repaired.");
    assertEquals(List.of("1 ok", "4 ok", "3 ok"), history());
    up().exits(DONE).answersWith("The schema is up to date");
    repair().exits(DONE).answersWith("There is nothing to repair.");
    down("--steps", "2").exits(DONE);
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void renumbersNothingWhereTwoRowsOrTwoFilesHaveTheChecksum() {
    file("1_a.up.sql", "SELECT 1;");
    file("2_b.up.sql", "SELECT 1;");
    file("3_c.up.sql", "SELECT 2;");
    up().exits(DONE);
    List<String> before = history();
    remove("1_a.up.sql");
    remove("2_b.up.sql");
    remove("3_c.up.sql");
    file("5_d.up.sql", "SELECT 1;");
    file("6_e.up.sql", "SELECT 2;");
    file("7_f.up.sql", "SELECT 2;");
    repair().exits(DONE).answersWith("There is nothing to repair.");
    assertEquals(before, history());
    remove("7_f.up.sql");
    repair("--forget", "1").exits(DONE).answersWith("1_a (Missing)", "5_d.up.sql", "6_e.up.sql");
    assertEquals(List.of("5 ok", "6 ok"), history());
  }

  @Test
  void forgetsOnlyUnknownVersions() {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    tables("4");
    repair().exits(DONE).answersWith("There is nothing to repair.");
    for (String version : List.of("1", "4", "9")) {
      repair("--forget", version)
          .exits(USAGE)
          .tells("--forget " + version, "no unknown version " + version, "Missing or Future");
    }
    repair("--forget", "two").exits(USAGE).tells("--forget two");
    repair("--forget", "2", "--forget", "1").exits(USAGE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    slipway()
        .typing("n\n")
        .run(words("repair", "--forget", "2"))
        .exits(DONE)
        .answersWith("2_table (Missing)", "--forget");
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    repair("--forget", "2").exits(DONE);
    assertEquals(List.of("1 ok", "3 ok"), history());
    up().exits(DONE);
    assertEquals(List.of("t1", "t2", "t3", "t4"), tablesMade());
  }

  @Test
  void neverAcceptsARowOfAnotherSetOfFiles() {
    tables("1", "2");
    up().exits(DONE);
    for (String version : List.of("1", "2")) {
      remove(version + "_table.up.sql");
      remove(version + "_table.down.sql");
    }
    file("1_orders.up.sql", "CREATE TABLE orders (id INT);");
    // The same description, as two services have it by chance: it looks like an edit.
    file("2_table.up.sql", "CREATE TABLE parcels (id INT);");
    List<String> checksums = database.query("SELECT checksum FROM " + HISTORY);
    for (String command : List.of("up", "status", "repair", "verify")) {
      slipway()
          .run(
              words(
                  command,
                  command.equals("up") || command.equals("repair")
                      ? new String[] {"--yes"}
                      : new String[0]))
          .exits(MIGRATION)
          .says(
              "version 1 is `1_table` in the history and `1_orders` in the files",
              "1_orders.up.sql")
          .never("1_orders.up.sql has been edited", "accept");
    }
    status("--exit-code").exits(MIGRATION).tells("check --path, the DSN, and --table");
    status("--block").exits(MIGRATION).tells("check --path, the DSN, and --table");
    repair("--forget", "1").exits(MIGRATION);
    assertEquals(checksums, database.query("SELECT checksum FROM " + HISTORY));
    assertEquals(List.of("t1", "t2"), tablesMade());
  }

  @Test
  void aRenamedFileIsNoOtherSetOfFilesNorIsARowWithoutChecksum() {
    tables("1", "2");
    file("3_add_words.up.sql", "CREATE TABLE t3 (id INT);");
    up().exits(DONE);
    remove("1_table.up.sql");
    remove("1_table.down.sql");
    file("1_renamed.up.sql", "CREATE TABLE t1 (id INT);");
    database.execute(
        "UPDATE "
            + HISTORY
            + " SET checksum = NULL, description = 'by another tool'"
            + " WHERE version = '2'",
        "UPDATE " + HISTORY + " SET description = 'Add-Words', checksum = 1 WHERE version = '3'");
    up().exits(MIGRATION).tells("3_add_words.up.sql has been edited").never("1_renamed", "2_table");
    repair().exits(DONE);
    up().exits(DONE);
    status("--exit-code").exits(DONE);
  }
}
