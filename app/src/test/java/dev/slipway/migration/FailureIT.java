package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file that fails in the middle: the error, the remains, and the repair. */
class FailureIT extends EveryServer {

  @BeforeEach
  void threeFilesOfWhichTheSecondFails() {
    table("1");
    file(
        "2_breaks.up.sql",
        "-- the table comes first",
        "CREATE TABLE t2 (id INT);",
        "",
        "INSERT INTO t2 VALUES (1);",
        "INSERT INTO nowhere",
        "  VALUES (1);",
        "CREATE TABLE after_it (id INT);");
    file("2_breaks.down.sql", "DROP TABLE t2;");
    table("3");
  }

  @Test
  void saysFileLineStatementAndTheServersWords() {
    Ran ran =
        up().exits(MIGRATION)
            .tells("2_breaks.up.sql:5", "INSERT INTO nowhere")
            .never("\tat ", "Exception", "SUCCESS");
    String words =
        switch (database.family()) {
          case SQLITE -> "no such table: nowhere";
          case POSTGRES, COCKROACH -> "relation \"nowhere\" does not exist";
          case MYSQL -> "nowhere' doesn't exist";
        };
    ran.tells(words, "hint: ");
  }

  @Test
  void saysWhatWasAppliedAndWhatWasNotTried() {
    Ran ran = up().exits(MIGRATION).tells("1_table", "3_table");
    assertTrue(!ran.err().contains("applied 3_table"), ran::toString);
  }

  @Test
  void leavesWhatTheContractSays() {
    up().exits(MIGRATION);
    if (database.transactionalDdl()) {
      assertEquals(List.of("1 ok"), history());
      assertEquals(List.of("t1"), tablesMade());
    } else {
      assertEquals(List.of("1 ok", "2 failed"), history());
      assertEquals(List.of("t1", "t2"), tablesMade());
    }
  }

  @Test
  void convergesByItselfAfterATransactionAndOtherwiseBlocksUntilRepaired() {
    up().exits(MIGRATION);
    database.execute("CREATE TABLE nowhere (id INT)");
    if (!database.transactionalDdl()) {
      up().exits(MIGRATION).tells("2_breaks", "INSERT INTO nowhere", "repair");
      assertEquals(List.of("1 ok", "2 failed"), history());
      repair().exits(DONE).says("2_breaks");
    }
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(List.of("after_it", "nowhere", "t1", "t2", "t3"), tablesMade());
    assertEquals(List.of("1"), database.query("SELECT id FROM t2"));
    assertEquals(List.of("1"), database.query("SELECT id FROM nowhere"));
    status("--exit-code").exits(DONE);
  }

  @Test
  void runsACorrectedFileAfterATransaction() {
    up().exits(MIGRATION);
    file("2_breaks.up.sql", "CREATE TABLE t2 (id INT);");
    if (database.transactionalDdl()) {
      up().exits(DONE);
      assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    }
  }

  @Test
  void marksAFileOutsideTransactionsOnEveryDatabase() {
    remove("2_breaks.up.sql");
    remove("2_breaks.down.sql");
    file(
        "2_apart.autocommit.up.sql",
        "CREATE TABLE t2 (id INT);",
        "INSERT INTO nowhere VALUES (1);",
        "CREATE TABLE after_it (id INT);");
    up().exits(MIGRATION).tells("2_apart.autocommit.up.sql:2", "INSERT INTO nowhere", "repair");
    assertEquals(List.of("1 ok", "2 failed"), history());
    assertEquals(List.of("t1", "t2"), tablesMade());

    up().exits(MIGRATION).tells("2_apart", "INSERT INTO nowhere", "repair");
    assertEquals(List.of("1 ok", "2 failed"), history());

    database.execute("CREATE TABLE nowhere (id INT)");
    repair().exits(DONE).says("2_apart");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(List.of("1"), database.query("SELECT id FROM nowhere"));
  }

  @Test
  void isFoundAmongManyFilesThatWereSentTogether() {
    remove("1_table.up.sql");
    remove("2_breaks.up.sql");
    remove("3_table.up.sql");
    List<String> expected = new ArrayList<>();
    for (int version = 1001; version <= 1060; version++) {
      file(
          version + "_table.up.sql",
          "CREATE TABLE t" + version + " (id INT);",
          version == 1041
              ? "INSERT INTO nowhere VALUES (1);"
              : "INSERT INTO t" + version + " VALUES (1);");
      if (version < 1041) {
        expected.add(version + " ok");
      }
    }
    up().exits(MIGRATION).tells("1041_table.up.sql:2", "INSERT INTO nowhere", "40 of 60");
    if (!database.transactionalDdl()) {
      expected.add("1041 failed");
    }
    assertEquals(expected, history());
    assertEquals(expected.size(), tablesMade().size());
    database.execute("CREATE TABLE nowhere (id INT)");
    if (!database.transactionalDdl()) {
      repair().exits(DONE);
    }
    up().exits(DONE);
    assertEquals(60, history().size());
    assertEquals(List.of("1"), database.query("SELECT COUNT(*) FROM nowhere"));
    assertEquals(List.of("1"), database.query("SELECT COUNT(*) FROM t1060"));
  }

  @Test
  void aRepeatableFileThatFailsIsTriedAgain() {
    remove("2_breaks.up.sql");
    remove("2_breaks.down.sql");
    file("R__rows.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION).tells("R__rows.sql:1", "INSERT INTO nowhere");
    database.execute("CREATE TABLE nowhere (id INT)");
    if (!database.transactionalDdl()) {
      repair().exits(DONE);
    }
    up().exits(DONE);
    assertEquals(List.of("1"), database.query("SELECT COUNT(*) FROM nowhere"));
    up().exits(DONE);
    assertEquals(List.of("1"), database.query("SELECT COUNT(*) FROM nowhere"));
  }

  @Test
  void showsNoStackTraceUnlessAsked() {
    up().exits(MIGRATION).never("\tat ");
    up("--debug").exits(MIGRATION).tells("\tat ");
  }

  @Test
  void repairAsksAndNamesWhatItClears() {
    remove("2_breaks.up.sql");
    remove("2_breaks.down.sql");
    file("2_apart.autocommit.up.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    slipway().typing("n\n").run(words("repair")).exits(DONE).says("2_apart", "[y/n]");
    assertEquals(List.of("1 ok", "2 failed"), history());
    slipway().typing("y\n").run(words("repair")).exits(DONE);
    database.execute("CREATE TABLE nowhere (id INT)");
    up().exits(DONE);
  }

  @Test
  void repairSaysWhenThereIsNothingToDo() {
    remove("2_breaks.up.sql");
    remove("2_breaks.down.sql");
    up().exits(DONE);
    repair().exits(DONE).never("[y/n]");
    assertEquals(List.of("1 ok", "3 ok"), history());
  }
}
