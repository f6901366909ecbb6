package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** `slipway migrate sql up`: the plan, the question, and what is applied. */
class UpIT extends EveryServer {

  @Test
  void appliesEverythingPendingInTheOrderOfNumbers() {
    tables("10", "9", "1");
    up().exits(DONE).answersWith("SUCCESS", "Successfully applied migrations!");
    assertEquals(List.of("1 ok", "9 ok", "10 ok"), history());
    assertEquals(List.of("t1", "t10", "t9"), tablesMade());
  }

  @Test
  void appliesOnlyWhatIsNew() {
    tables("1");
    up().exits(DONE);
    tables("2");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void hasNothingToDoTheSecondTime() {
    tables("1", "2");
    up().exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void showsThePlanInOrysWords() {
    tables("20260101000000000001", "20260101000000000002");
    up("--dry-run")
        .exits(DONE)
        .answersWith(
            "The migration plan is as follows:",
            "The SQL statements to be executed from top to bottom are:",
            "------------ 20260101000000000001 - table ------------",
            "CREATE TABLE t20260101000000000001 (id INT)",
            "------------ 20260101000000000002 - table ------------");
    up().exits(DONE)
        .answersWith(
            "Version\t\t\tName\tStatus\tSize\t\n20260101000000000001\ttable\tPending\t45 B\t\n",
            "------------ SUCCESS ------------")
        .never("CREATE TABLE");
  }

  @Test
  void asksAndAppliesAfterYes() {
    tables("1");
    slipway()
        .typing("y\n")
        .run(words("up"))
        .exits(DONE)
        .says(
            "To skip the next question use flag --yes (at your own risk).",
            "The target is " + database.dialect(),
            "Do you wish to execute this migration plan on " + database.dialect(),
            database.family() == Family.POSTGRES ? ", schema public? [y/n]: " : "? [y/n]: ");
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void asksAndDoesNothingAfterNo() {
    tables("1");
    slipway()
        .typing("no\n")
        .run(words("up"))
        .exits(DONE)
        .says("------------ WARNING ------------", "Migration aborted.");
    assertEquals(List.of(), history());
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void asksAgainWhenTheAnswerIsNeither() {
    tables("1");
    Ran ran = slipway().typing("perhaps\nYES\n").run(words("up")).exits(DONE);
    assertEquals(3, (ran.out() + ran.err()).split("\\[y/n]", -1).length, ran::toString);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void doesNothingWhenNobodyAnswers() {
    tables("1");
    Ran ran = slipway().run(words("up"));
    assertNotEquals(DONE.number(), ran.code(), ran::toString);
    ran.says("--yes");
    assertEquals(List.of(), history());
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void asksNothingWhenToldYes() {
    tables("1");
    up().exits(DONE).never("[y/n]");
  }

  @Test
  void isWhatMigrateSqlDoesByItself() {
    tables("1");
    slipway().run("migrate", "sql", "-e", "--yes", "--path", folder.toString()).exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void takesTheDsnAsAnArgument() {
    tables("1");
    Slipway.bare()
        .run("migrate", "sql", "up", "--yes", "--path", folder.toString(), database.dsn())
        .exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void takesDsnAndPathFromTheConfigurationBeforeAndAfterTheCommand(@TempDir Path elsewhere)
      throws IOException {
    tables("1");
    Path config =
        Files.writeString(
            elsewhere.resolve("slipway.yml"),
            "dsn: " + database.dsn() + "\nmigrate:\n  path:\n    - " + folder + "\n");
    Slipway.bare().run("-c", config.toString(), "migrate", "sql", "-e", "--yes").exits(DONE);
    assertEquals(List.of("1 ok"), history());
    tables("2");
    Slipway.bare().run("migrate", "sql", "-e", "--yes", "--config", config.toString()).exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void stopsAfterSoManySteps() {
    tables("1", "2", "3");
    up("--steps", "2").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    up("--steps", "5").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void stopsAtAVersion() {
    tables("1", "2", "3");
    up("--to", "2").exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void refusesToGoToAVersionThatNoFileHas() {
    tables("1", "2");
    up("--to", "7").exits(USAGE).tells("7");
    assertEquals(List.of(), history());
  }

  @Test
  void refusesStepsThatAreNoNumberOfSteps() {
    tables("1");
    up("--steps", "-1").exits(USAGE).tells("--steps");
    up("--steps", "many").exits(USAGE).tells("--steps");
    assertEquals(List.of(), history());
  }

  @Test
  void changesNothingInADryRun() {
    tables("1", "2");
    up("--dry-run")
        .exits(DONE)
        .answersWith("The migration plan is as follows:", "CREATE TABLE t2 (id INT)")
        .never("Successfully applied", "[y/n]");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void tellsEachMigrationWhenItIsDone() {
    tables("1", "2");
    up().exits(DONE).tells("1_table", "2_table");
  }

  @Test
  void appliesAllOrNothingWhenAtomicWhereTheDatabaseCan() {
    tables("1", "2");
    file("3_breaks.up.sql", "INSERT INTO nowhere VALUES (1);");
    Ran ran = up("--atomic");
    if (database.transactionalDdl()) {
      ran.exits(MIGRATION).tells("3_breaks.up.sql:1");
      assertEquals(List.of(), history());
      assertEquals(List.of(), tablesMade());
      remove("3_breaks.up.sql");
      up("--atomic").exits(DONE);
      assertEquals(List.of("1 ok", "2 ok"), history());
    } else {
      ran.exits(USAGE).tells("--atomic");
      assertEquals(List.of(), database.tables());
    }
  }

  @Test
  void refusesToBeAtomicWithAFileOutsideTransactions() {
    tables("1");
    file("2_apart.autocommit.up.sql", "CREATE TABLE t2 (id INT);");
    up("--atomic").exits(USAGE).tells("--atomic");
    assertEquals(List.of(), tablesMade());
  }

  @Test
  void runsSeveralStatementsOfOneFile() {
    file(
        "1_rows.up.sql",
        "CREATE TABLE words (id INT, word VARCHAR(20));",
        "INSERT INTO words VALUES (1, 'a;b'), (2, 'it''s');",
        "-- a comment; with a semicolon",
        "INSERT INTO words VALUES (3, '-- no comment')");
    up().exits(DONE);
    assertEquals(
        List.of("1|a;b", "2|it's", "3|-- no comment"),
        database.query("SELECT id, word FROM words ORDER BY id"));
  }

  @Test
  void writesAHistoryThatNamesFileAndTime() {
    file("1_first_words.up.sql", "CREATE TABLE t1 (id INT);");
    up().exits(DONE);
    String row =
        database
            .query(
                "SELECT description, type, script, execution_time, installed_by"
                    + " FROM "
                    + HISTORY)
            .getFirst();
    assertTrue(row.matches("first words\\|SQL\\|1_first_words\\.up\\.sql\\|\\d+\\|.*"), row);
  }

  @Test
  void refusesAFlagThatItDoesNotKnowAndNamesTheNearest() {
    tables("1");
    up("--stepz", "1").exits(USAGE).tells("--stepz", "--steps");
    assertEquals(List.of(), history());
  }
}
