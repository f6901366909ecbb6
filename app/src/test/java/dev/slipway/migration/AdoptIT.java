package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Databases that another tool has migrated: its history is taken over, and nothing is run. */
class AdoptIT extends EveryServer {

  private Ran adopt(String... more) {
    return slipway()
        .run(
            words(
                "adopt",
                Stream.concat(Stream.of("--yes"), Stream.of(more)).toArray(String[]::new)));
  }

  private void golangMigrate(String row) {
    database.execute(
        "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY,"
            + " dirty BOOLEAN NOT NULL)",
        "INSERT INTO schema_migrations VALUES (" + row + ")");
  }

  private void dbmate(String... versions) {
    database.execute("CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY)");
    for (String version : versions) {
      database.execute("INSERT INTO schema_migrations VALUES ('" + version + "')");
    }
  }

  private void goose(String... rows) {
    database.execute(
        "CREATE TABLE goose_db_version (id INT NOT NULL PRIMARY KEY,"
            + " version_id BIGINT NOT NULL, is_applied BOOLEAN NOT NULL,"
            + " tstamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP)");
    for (String row : rows) {
      database.execute(
          "INSERT INTO goose_db_version (id, version_id, is_applied) VALUES (" + row + ")");
    }
  }

  private void ory(String... versions) {
    database.execute(
        "CREATE TABLE schema_migration (version VARCHAR(48) NOT NULL,"
            + " version_self INT NOT NULL DEFAULT 0)",
        "CREATE UNIQUE INDEX schema_migration_version_idx ON schema_migration (version)");
    for (String version : versions) {
      database.execute("INSERT INTO schema_migration (version) VALUES ('" + version + "')");
    }
  }

  /** The tables that these versions make, as the other tool has left them. */
  private void made(String... versions) {
    for (String version : versions) {
      database.execute("CREATE TABLE t" + version + " (id INT)");
    }
  }

  private List<String> states() {
    return status()
        .exits(DONE)
        .out()
        .lines()
        .skip(1)
        .map(line -> line.strip().split("\\s+"))
        .map(words -> words[0] + " " + words[words.length - 1])
        .toList();
  }

  @Test
  void golangMigrateHasAppliedAllUpToItsVersion() {
    golangMigrate("2, FALSE");
    made("1", "2");
    tables("1", "2", "3");
    adopt()
        .exits(DONE)
        .answersWith("golang-migrate", "schema_migrations", "1_table", "2_table", "2 of 3");
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(List.of("1 Applied", "2 Applied", "3 Pending"), states());
    assertEquals(List.of("schema_migrations", "t1", "t2"), tablesMade());
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(List.of("schema_migrations", "t1", "t2", "t3"), tablesMade());
    assertEquals(List.of("2"), database.query("SELECT version FROM schema_migrations"));
  }

  @Test
  void dbmateHasARowForEachVersion() {
    dbmate("20240101000000", "20240103000000");
    made("20240101000000", "20240103000000");
    tables("20240101000000", "20240102000000", "20240103000000");
    adopt().exits(DONE).answersWith("dbmate", "2 of 3");
    assertEquals(
        List.of("20240101000000 Applied", "20240102000000 Pending", "20240103000000 Applied"),
        states());
    up().exits(DONE).says("out of order");
    assertEquals(List.of("20240101000000 ok", "20240103000000 ok", "20240102000000 ok"), history());
  }

  @Test
  void theNewestRowOfAGooseVersionCounts() {
    goose(
        "1, 0, TRUE",
        "2, 1, TRUE",
        "3, 2, TRUE",
        "4, 2, FALSE",
        "5, 3, TRUE",
        "6, 3, FALSE",
        "7, 3, TRUE");
    made("00001", "00003");
    tables("00001", "00002", "00003");
    adopt().exits(DONE).answersWith("goose", "2 of 3");
    assertEquals(List.of("00001 Applied", "00002 Pending", "00003 Applied"), states());
    up().exits(DONE);
    assertEquals(List.of("00001 ok", "00003 ok", "00002 ok"), history());
  }

  @Test
  void orysShorterVersionsCountForLongerOnes() {
    ory("20150101000001", "20220101000000000000");
    made("20150101000001000000", "20220101000000000000");
    tables("20150101000001000000", "20220101000000000000", "20230101000000000000");
    adopt().exits(DONE).answersWith("Ory", "2 of 3");
    assertEquals(
        List.of(
            "20150101000001000000 Applied",
            "20220101000000000000 Applied",
            "20230101000000000000 Pending"),
        states());
    up().exits(DONE);
    status("--exit-code").exits(DONE);
    assertEquals(3, history().size());
  }

  @Test
  void theHistoryHoldsTheRealChecksums() {
    golangMigrate("1, FALSE");
    made("1");
    tables("1");
    adopt().exits(DONE);
    up().exits(DONE);
    file("1_table.up.sql", "CREATE TABLE t1 (id INT, more INT);");
    up().exits(MIGRATION).tells("1_table", "edited");
  }

  @Test
  void anAdoptedVersionCanBeUndone() {
    golangMigrate("2, FALSE");
    made("1", "2");
    tables("1", "2");
    adopt().exits(DONE);
    down().exits(DONE);
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("schema_migrations", "t1"), tablesMade());
  }

  @Test
  void recordsNothingWithoutAYes() {
    golangMigrate("1, FALSE");
    tables("1");
    slipway().typing("n\n").run(words("adopt")).exits(DONE).answersWith("1_table");
    assertEquals(List.of("schema_migrations"), database.tables());
    slipway().typing("y\n").run(words("adopt")).exits(DONE);
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void anEmptyTableLeavesAllPending() {
    dbmate();
    tables("1");
    adopt().exits(DONE).answersWith("0 of 1");
    status("--exit-code").exits(PENDING);
    up().exits(DONE);
    assertEquals(List.of("0 ok", "1 ok"), history());
  }

  @Test
  void refusesADirtyVersion() {
    golangMigrate("2, TRUE");
    tables("1", "2");
    adopt().exits(MIGRATION).tells("version 2 is dirty in schema_migrations", "by hand");
    assertEquals(List.of("schema_migrations"), database.tables());
  }

  @Test
  void refusesVersionsThatNoFileHas() {
    dbmate("1", "7", "name");
    tables("1");
    adopt()
        .exits(MIGRATION)
        .tells("dbmate has applied versions that no file has: 7, name", "--path");
    assertEquals(List.of("schema_migrations"), database.tables());
  }

  @Test
  void refusesALatestVersionThatNoFileHas() {
    golangMigrate("2, FALSE");
    tables("1", "3");
    adopt().exits(MIGRATION).tells("no file has: 2");
    assertEquals(List.of("schema_migrations"), database.tables());
  }

  @Test
  void refusesWhereThereIsAHistory() {
    tables("1");
    up().exits(DONE);
    golangMigrate("1, FALSE");
    adopt().exits(MIGRATION).tells("there is a history already", "status");
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void refusesASecondAdoption() {
    goose("1, 0, TRUE", "2, 1, TRUE");
    made("1");
    tables("1", "2");
    adopt().exits(DONE);
    adopt().exits(MIGRATION).tells("there is a history already");
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void refusesWhereNoToolHasBeen() {
    database.execute("CREATE TABLE somebodys (id INT)");
    tables("1");
    Ran refused = adopt().exits(MIGRATION);
    refused.tells(
        "schema_migration (Ory (popx))",
        "schema_migrations (golang-migrate)",
        "goose_db_version (goose)",
        "baseline");
    assertEquals(List.of("somebodys"), database.tables());
  }

  @Test
  void refusesATableThatOnlyBearsTheName() {
    database.execute("CREATE TABLE schema_migrations (id INT)");
    tables("1");
    adopt().exits(MIGRATION).tells("baseline");
  }

  @Test
  void refusesTheHistoriesOfTwoTools() {
    ory("1");
    goose("1, 1, TRUE");
    tables("1");
    Ran refused = adopt().exits(MIGRATION).tells("schema_migration", "goose_db_version");
    assertTrue(history().isEmpty(), refused::toString);
  }
}
