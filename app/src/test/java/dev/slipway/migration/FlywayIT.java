package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.RETRY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plain Flyway reads our history, we read Flyway's, and each keeps out of the other's run. */
class FlywayIT extends EveryServer {

  @BeforeEach
  void theRealThing() {
    notOnTheStandIn();
  }

  private FluentConfiguration flyway() {
    return PlainFlyway.on(database, folder);
  }

  private void write() {
    file("V1__first.sql", "CREATE TABLE a (id INT);", "INSERT INTO a VALUES (1);");
    file("V1.1__second_file.sql", "-- ä comment", "CREATE TABLE b (word VARCHAR(20));");
    file("V20260101120000__third.sql", "CREATE TABLE c (id INT);\r");
    file("R__again.sql", "INSERT INTO a VALUES (2);");
  }

  @Test
  void flywayReadsAndValidatesOurHistory() {
    write();
    up().exits(DONE);
    Flyway plain = flyway().load();
    plain.validate();
    List<MigrationState> states =
        Stream.of(plain.info().all()).map(MigrationInfo::getState).distinct().toList();
    assertEquals(List.of(MigrationState.SUCCESS), states);
    assertEquals(4, plain.info().all().length);
    assertEquals(0, plain.migrate().migrationsExecuted);
  }

  @Test
  void flywayGoesOnWhereWeStopped() {
    write();
    up("--steps", "2").exits(DONE);
    assertEquals(2, flyway().load().migrate().migrationsExecuted);
    up().exits(DONE);
    status("--exit-code").exits(DONE);
    assertEquals(List.of("1", "2"), database.query("SELECT id FROM a ORDER BY id"));
  }

  @Test
  void weReadFlywaysHistory() {
    write();
    flyway().load().migrate();
    List<String> before = history();
    status("--exit-code").exits(DONE);
    up().exits(DONE);
    assertEquals(before, history());
    file("V30000101000000__fourth.sql", "CREATE TABLE d (id INT);");
    status("--exit-code").exits(PENDING);
    up().exits(DONE);
    flyway().load().validate();
    assertEquals(List.of("a", "b", "c", "d"), tablesMade());
  }

  @Test
  void weReadABaselineOfFlyway() {
    write();
    database.execute("CREATE TABLE a (id INT)", "CREATE TABLE b (word VARCHAR(20))");
    flyway().baselineVersion("1.1").load().baseline();
    up().exits(DONE);
    assertEquals(List.of("a", "b", "c"), tablesMade());
    flyway().load().validate();
  }

  @Test
  void flywayReadsOurBaseline() {
    write();
    database.execute("CREATE TABLE a (id INT)", "CREATE TABLE b (word VARCHAR(20))");
    slipway().run(words("baseline", "1.1")).exits(DONE);
    Flyway plain = flyway().load();
    assertEquals(2, plain.migrate().migrationsExecuted);
    plain.validate();
  }

  @Test
  void ourTableIsTheOneThatFlywayMakes() {
    tables("1");
    up().exits(DONE);
    List<String> ours = columns();
    database.execute("DROP TABLE " + HISTORY, "DROP TABLE t1");
    write();
    flyway().load().migrate();
    assertEquals(columns(), ours);
  }

  private List<String> columns() {
    return switch (database.family()) {
      case SQLITE ->
          database.query(
              "SELECT name, type, \"notnull\", pk FROM pragma_table_info('" + HISTORY + "')");
      case POSTGRES, MYSQL, COCKROACH ->
          database.query(
              "SELECT column_name, data_type, character_maximum_length, is_nullable FROM"
                  + " information_schema.columns WHERE table_name = '"
                  + HISTORY
                  + "' AND table_schema = "
                  + (database.family() == Family.MYSQL ? "DATABASE()" : "current_schema()")
                  + " ORDER BY ordinal_position");
    };
  }

  @Test
  void weStayOutWhileFlywayRuns() throws InterruptedException {
    only(Family.POSTGRES, Family.MYSQL);
    file("V1__slow.sql", sleep(30));
    Thread flywaysRun =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    flyway().load().migrate();
                  } catch (FlywayException e) {
                    // Its connection is ended below.
                  }
                });
    try {
      Sleeper sleeper = Sleeper.await(database);
      up("--lock-timeout", "1s").exits(RETRY).tells(sleeper.session());
    } finally {
      Sleeper.await(database).end();
      flywaysRun.join();
    }
  }

  @Test
  void flywayStaysOutWhileWeRun() {
    only(Family.POSTGRES);
    file("V1__slow.sql", sleep(30));
    try (Running ours = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database);
      Flyway plain = flyway().lockRetryCount(1).load();
      FlywayException refused = assertThrows(FlywayException.class, plain::migrate);
      assertTrue(refused.getMessage().contains("lock"), refused::getMessage);
      ours.kill();
    }
  }

  @Test
  void aMigrationThatFailedUnderFlywayIsNamedAndRepaired() {
    only(Family.MYSQL);
    file("V1__first.sql", "CREATE TABLE a (id INT);");
    file("V2__breaks.sql", "INSERT INTO nowhere VALUES (1);", "CREATE TABLE b (id INT);");
    assertThrows(FlywayException.class, () -> flyway().load().migrate());
    assertEquals(List.of("1 ok", "2 failed"), history());
    up().exits(MIGRATION).tells("V2__breaks.sql", "repair");
    database.execute("CREATE TABLE nowhere (id INT)");
    repair().exits(DONE).says("V2__breaks.sql");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
    flyway().load().validate();
  }

  private String sleep(int seconds) {
    return Sleeper.statement(database, seconds);
  }

  @Test
  void understandsEveryStateThatFlywayWrites() {
    write();
    flyway().target("1.1").load().migrate();
    flyway().load().migrate();
    file("R__again.sql", "INSERT INTO a VALUES (3);");
    flyway().load().migrate();
    up().exits(DONE);
    assertEquals(List.of("1", "2", "3"), database.query("SELECT id FROM a ORDER BY id"));
  }
}
