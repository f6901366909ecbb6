package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Baseline migrations ({@code B2__base.sql}) start an empty schema, and do nothing elsewhere. */
class FlywayBaselineIT extends EveryServer {
  private static final String ROWS =
      "SELECT version, description, type, script, checksum, success FROM "
          + HISTORY
          + " WHERE installed_rank > 0 ORDER BY installed_rank";

  @BeforeEach
  void write() {
    file("V1__a.sql", "CREATE TABLE a (id INT);");
    file("V2__b.sql", "CREATE TABLE b (id INT);");
    file("V3__c.sql", "CREATE TABLE c (id INT);");
    file("B1__old.sql", "CREATE TABLE old (id INT);");
    file("B2__base.sql", "CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);");
  }

  private void removeCovered() {
    Stream.of("V1__a.sql", "V2__b.sql", "B1__old.sql").forEach(this::remove);
  }

  private Flyway flyway() {
    return PlainFlyway.on(database, folder).load();
  }

  /** Runs a command; what stands in for a CockroachDB has to be told of its scratch database. */
  private Ran onScratch(String command) {
    if (server != Server.COCKROACH_STAND_IN) {
      return slipway().run(words(command));
    }
    try (TestDatabase other = server.database()) {
      return slipway().run(words(command, "--scratch", other.dsn()));
    }
  }

  @Test
  void theNewestStartsAnEmptySchema() {
    status("--exit-code").exits(PENDING).says("base", "Pending");
    up().exits(DONE).tells("applied 2_base", "applied 3_c");
    assertEquals(List.of("2 ok", "3 ok"), history());
    assertEquals(List.of("a", "b", "c"), tablesMade());
    up().exits(DONE).says("up to date");
    status("--exit-code").exits(DONE);
    onScratch("verify").exits(DONE);
  }

  @Test
  void severalMigratorsStartWithItOnce() {
    List<Running> migrators =
        Stream.generate(() -> slipway().start(words("up", "--yes"))).limit(3).toList();
    try {
      migrators.forEach(migrator -> migrator.await().exits(DONE));
    } finally {
      migrators.forEach(Running::close);
    }
    assertEquals(List.of("2 ok", "3 ok"), history());
    assertEquals(List.of("a", "b", "c"), tablesMade());
  }

  @Test
  void flywayHasNothingToDoAfterSlipway() {
    notOnTheStandIn();
    up().exits(DONE);
    Flyway plain = flyway();
    plain.validate();
    assertEquals(0, plain.migrate().migrationsExecuted);
    assertEquals(
        List.of(MigrationState.BASELINE, MigrationState.SUCCESS),
        Stream.of(plain.info().applied()).map(MigrationInfo::getState).toList());
    assertEquals(List.of("2 ok", "3 ok"), history());
  }

  @Test
  void slipwayHasNothingToDoAfterFlyway() {
    notOnTheStandIn();
    flyway().migrate();
    List<String> rows = database.query(ROWS);
    status("--exit-code").exits(DONE);
    up().exits(DONE).says("up to date");
    onScratch("verify").exits(DONE);
    assertEquals(rows, database.query(ROWS));
    database.execute("DROP TABLE a", "DROP TABLE b", "DROP TABLE c", "DROP TABLE " + HISTORY);
    up().exits(DONE);
    assertEquals(rows, database.query(ROWS));
  }

  @Test
  void aSchemaWithAHistoryIgnoresIt() {
    remove("B1__old.sql");
    remove("B2__base.sql");
    up("--steps", "1").exits(DONE);
    write();
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    status("--exit-code").exits(DONE);
    onScratch("verify").exits(DONE);
  }

  @Test
  void aSchemaWithTablesAndNoHistoryIsRejected() {
    database.execute("CREATE TABLE other (id INT)");
    up().exits(MIGRATION).tells("has tables (other) but no history");
    assertEquals(List.of("other"), tablesMade());
  }

  @Test
  void theVersionsOfDeletedFilesStayKnown() {
    remove("B1__old.sql");
    remove("B2__base.sql");
    up().exits(DONE);
    write();
    removeCovered();
    file("V4__d.sql", "CREATE TABLE d (id INT);");
    status("--exit-code").exits(PENDING).says("Applied");
    repair().exits(DONE).says("nothing");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok", "4 ok"), history());
    onScratch("verify").exits(DONE);
  }

  @Test
  void anotherReleaseKnowsTheVersionsThatItCovers() {
    up().exits(DONE);
    removeCovered();
    status("--exit-code").exits(DONE);
    // A release from before the baseline migration.
    write();
    remove("B1__old.sql");
    remove("B2__base.sql");
    status("--exit-code").exits(DONE);
    up().exits(DONE).says("up to date");
    onScratch("verify").exits(DONE);
  }

  @Test
  void deletedFilesAboveTheHistoryAreNamed() {
    remove("B1__old.sql");
    remove("B2__base.sql");
    up("--to", "1").exits(DONE);
    write();
    removeCovered();
    up().exits(MIGRATION)
        .tells(
            "B2__base.sql starts an empty schema at version 2",
            "the newest version of this one is 1");
  }

  @Test
  void itIsATargetAndCannotBeReverted() {
    up("--to", "1").exits(USAGE).tells("an empty schema starts with B2__base.sql");
    up("--to", "2").exits(DONE);
    assertEquals(List.of("2 ok"), history());
    down().exits(USAGE).tells("2_base is a baseline migration, which cannot be reverted");
  }

  @Test
  void anEditIsNoError() {
    up().exits(DONE);
    file("B2__base.sql", "CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);", "SELECT 1;");
    up().exits(DONE).says("up to date");
  }

  @Test
  void itIsFinishedAfterAFailureOutsideATransaction() {
    only(Family.MYSQL, Family.COCKROACH);
    file("B2__base.sql", "CREATE TABLE a (id INT);", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION).tells("B2__base.sql:2");
    assertEquals(List.of("2 failed"), history());
    up().exits(MIGRATION).tells("repair");
    file("B2__base.sql", "CREATE TABLE a (id INT);", "CREATE TABLE b (id INT);");
    repair().exits(DONE);
    up().exits(DONE);
    assertEquals(List.of("2 ok", "3 ok"), history());
    assertEquals(List.of("a", "b", "c"), tablesMade());
  }

  @Test
  void aFailedOneWithoutItsFileBlocks() {
    only(Family.MYSQL, Family.COCKROACH);
    file("B2__base.sql", "CREATE TABLE a (id INT);", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    remove("B1__old.sql");
    remove("B2__base.sql");
    up().exits(MIGRATION).tells("unknown versions in the history: 2_base (Missing, failed)");
  }

  @Test
  void aFailureLeavesNothingInATransaction() {
    only(Family.POSTGRES, Family.SQLITE);
    file("B2__base.sql", "CREATE TABLE a (id INT);", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION).tells("B2__base.sql:2");
    assertEquals(List.of(), tablesMade());
    write();
    up().exits(DONE);
    assertEquals(List.of("2 ok", "3 ok"), history());
  }

  @Test
  void testRunsIt() {
    file("U3__c.sql", "DROP TABLE c;");
    onScratch("test")
        .exits(DONE)
        .tells("only up: 2_base", "up, down and up: 3_c", "not tested: the versions up to 2");
  }
}
