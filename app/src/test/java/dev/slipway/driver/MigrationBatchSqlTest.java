package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.sql.SqlScript;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of statements and history rows in the messages that the drivers compose. */
class MigrationBatchSqlTest {
  private static final ServerInfo SERVER =
      new ServerInfo("db", "app", "app", "app", "me", "8", 1, "SET @a = 1", "", 1_000_000);

  private static MigrationBatchSql sql(String database) {
    return Drivers.require(database)
        .batchSql(new MigrationBatchSql.Context(SERVER, "history", "SETTINGS;", "RESET"))
        .orElseThrow();
  }

  /** A step whose history SQL is a word and its rank. */
  private record Step(String database, int rank, String sql, boolean transactional, boolean isUp)
      implements MigrationBatchSql.Step {
    @Override
    public SqlScript script() {
      return SqlScript.parse(sql, Drivers.require(database).syntax());
    }

    @Override
    public boolean autocommit() {
      return false;
    }

    @Override
    public boolean insertsRow() {
      return isUp;
    }

    @Override
    public String record(String milliseconds) {
      return "RECORD" + rank;
    }

    @Override
    public String startedValues() {
      return "STARTED" + rank;
    }

    @Override
    public String completedValues(String milliseconds) {
      return "DONE" + rank;
    }

    @Override
    public String insertRows(String... values) {
      return "INSERT " + String.join(" ", values);
    }

    @Override
    public String recordProgress(int statement) {
      return "PROGRESS" + rank + "." + statement;
    }

    @Override
    public String complete(String milliseconds) {
      return "COMPLETE" + rank;
    }

    @Override
    public String recordedAt() {
      return "AT" + rank;
    }
  }

  private static Step up(String database, int rank, String sql) {
    return new Step(database, rank, sql, Drivers.require(database).transactionalDdl(), true);
  }

  /** The words of a message that matter, in order. */
  private static String order(String message) {
    Matcher words =
        Pattern.compile(
                "BEGIN|SETTINGS|RESET|START TRANSACTION|COMMIT|t\\d|r\\d"
                    + "|(?:RECORD|COMPLETE)\\d|PROGRESS[\\d.]+|(?:STARTED|DONE)\\d|synchronous_commit")
            .matcher(message);
    StringBuilder order = new StringBuilder();
    while (words.find()) {
      order.append(order.isEmpty() ? "" : " ").append(words.group());
    }
    return order.toString();
  }

  @Test
  void postgresMakesATransactionOfEachMigration() {
    assertEquals(
        "BEGIN SETTINGS t1 RESET synchronous_commit RECORD1 COMMIT"
            + " BEGIN SETTINGS t2 RESET RECORD2 COMMIT",
        order(
            sql("postgres")
                .message(
                    List.of(
                        up("postgres", 1, "SELECT set_config('a', 't1', false)"),
                        up("postgres", 2, "SELECT set_config('a', 't2', false)")))));
  }

  @Test
  void postgresResetsNothingAfterPureDefinitions() {
    assertEquals(
        "BEGIN SETTINGS t1 RECORD1 COMMIT",
        order(sql("postgres").message(List.of(up("postgres", 1, "CREATE TABLE t1 (i INT)")))));
  }

  @Test
  void mysqlRecordsEachStatementBeforeItRuns() {
    assertEquals(
        "STARTED1 t1 PROGRESS1.2 t2 DONE1 STARTED2 t3 COMPLETE2",
        order(
            sql("mysql")
                .message(
                    List.of(
                        up("mysql", 1, "CREATE TABLE t1 (i INT); CREATE TABLE t2 (i INT)"),
                        up("mysql", 2, "CREATE TABLE t3 (i INT)")))));
  }

  @Test
  void mysqlWritesRowsTogetherWithTheNextNumber() {
    assertEquals(
        "STARTED1 t1 PROGRESS1.2 START TRANSACTION r1 r2 PROGRESS1.4 COMMIT t2 COMPLETE1",
        order(
            sql("mysql")
                .message(
                    List.of(
                        up(
                            "mysql",
                            1,
                            "CREATE TABLE t1 (i INT); INSERT INTO r1 VALUES (1);"
                                + " INSERT INTO r2 VALUES (1); CREATE TABLE t2 (i INT)")))));
    assertEquals(
        "STARTED1 START TRANSACTION r1 COMPLETE1 COMMIT",
        order(sql("mysql").message(List.of(up("mysql", 1, "INSERT INTO r1 VALUES (1)")))));
  }

  @Test
  void sqliteEnclosesNothing() {
    assertEquals(
        "t1 RECORD1 t2 RECORD2",
        order(
            sql("sqlite3")
                .message(
                    List.of(
                        up("sqlite3", 1, "CREATE TABLE t1 (i INT)"),
                        up("sqlite3", 2, "CREATE TABLE t2 (i INT)")))));
    assertTrue(sql("sqlite3").isOneTransaction());
    assertEquals(1, sql("sqlite3").firstSteps());
  }

  @Test
  void cockroachHasNoBatches() {
    assertEquals(
        Optional.empty(),
        Drivers.require("cockroach")
            .batchSql(new MigrationBatchSql.Context(SERVER, "history", "", "")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres | CREATE TABLE t1 (i INT) | true",
        "postgres | COPY t1 FROM STDIN; | false",
        "postgres | SELECT 'open | false",
        "mysql | CREATE TABLE t1 (i INT) | true",
        "mysql | CALL p() | false",
        "mysql | LOCK TABLES t1 WRITE | false",
        "mysql | SELECT 'open | false",
        "sqlite3 | CREATE TABLE t1 (i INT) | true",
        "sqlite3 | ATTACH 'other.db' AS other | false",
        "sqlite3 | SELECT 'open | false",
      })
  void whatMayLeaveItsMarksRunsAlone(String database, String statements, boolean accepted) {
    assertEquals(accepted, sql(database).accepts(up(database, 1, statements)));
  }

  @Test
  void aStepOutsideATransactionIsNotPartOfOne() {
    for (String database : List.of("postgres", "sqlite3")) {
      Step step = new Step(database, 1, "CREATE TABLE t1 (i INT)", false, true);
      assertFalse(sql(database).accepts(step), database);
    }
    assertFalse(
        sql("mysql").accepts(new Step("mysql", 1, "DROP TABLE t1", false, false)),
        "a down migration changes its row");
  }

  @Test
  void aMessageFitsIntoTheServersPacket() {
    assertEquals(250_000, sql("mysql").charsMax());
    String large = "SELECT '" + "x".repeat(130_000) + "'";
    assertFalse(sql("mysql").accepts(up("mysql", 1, large)));
    assertTrue(sql("postgres").accepts(up("postgres", 1, large)));
  }
}
