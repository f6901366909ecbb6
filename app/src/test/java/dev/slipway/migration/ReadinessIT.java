package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server.Family;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether a server of these files can work on a schema: only versions that it knows decide. */
class ReadinessIT extends RealProcesses {
  private static final Duration SOON = Duration.ofSeconds(20);

  private void staysReady() throws Exception {
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", database.dsn()), "--path", folder.toString())) {
      serve.awaitReadiness(200, SOON);
    }
  }

  private void isNotReady(String... words) throws Exception {
    isNotReady(Map.of("DSN", database.dsn()), words);
  }

  private void isNotReady(Map<String, String> environment, String... words) throws Exception {
    try (ServeProcess serve = ServeProcess.start(environment, "--path", folder.toString())) {
      HttpResponse<String> answer = serve.get("/health/ready");
      long deadline = System.nanoTime() + SOON.toNanos();
      while (!says(answer, words) && System.nanoTime() < deadline) {
        answer = serve.get("/health/ready");
      }
      assertEquals(503, answer.statusCode());
      assertTrue(says(answer, words), answer.body());
    }
  }

  private static boolean says(HttpResponse<String> answer, String... words) {
    return List.of(words).stream().allMatch(answer.body()::contains);
  }

  @Test
  void itIsReadyWhereEverythingIsApplied() throws Exception {
    tables("1", "2");
    up().exits(DONE);
    staysReady();
  }

  @Test
  void itFollowsTheHistoryOnItsSearchPath() throws Exception {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1");
    up().exits(DONE);
    database.execute("CREATE SCHEMA slipway");
    up().exits(MIGRATION);
    staysReady();
    tables("2");
    isNotReady("2_table");
  }

  @Test
  void itIsNotReadyInASchemaThatDoesNotExist() throws Exception {
    only(Family.POSTGRES, Family.COCKROACH);
    tables("1");
    up().exits(DONE);
    isNotReady(
        Map.of("DSN", database.dsn(), "MIGRATE_SCHEMA", "nowhere"),
        "the schema `nowhere` does not exist");
  }

  @Test
  void itIsNotReadyWhereSomethingIsPendingAndSaysWhat() throws Exception {
    tables("1", "2");
    up("--steps", "1").exits(DONE);
    isNotReady("2_table");
  }

  @Test
  void itIsNotReadyWhereItsOwnMigrationStoppedHalfWay() throws Exception {
    tables("1");
    file("2_breaks.autocommit.up.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    isNotReady("2_breaks");
  }

  @Test
  void aNewerReleaseDoesNotTakeItDown() throws Exception {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("3_table.up.sql");
    remove("3_table.down.sql");
    staysReady();
  }

  @Test
  void aNewerReleaseWhoseMigrationFailedDoesNotTakeItDown() throws Exception {
    tables("1", "2");
    file("3_breaks.autocommit.up.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    remove("3_breaks.autocommit.up.sql");
    assertEquals(List.of("1 ok", "2 ok", "3 failed"), history());
    staysReady();
  }

  @Test
  void aLateMigrationOfANewerReleaseDoesNotTakeItDown() throws Exception {
    tables("1", "3");
    up().exits(DONE);
    file("2_late.autocommit.up.sql", "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    remove("2_late.autocommit.up.sql");
    assertEquals(List.of("1 ok", "3 ok", "2 failed"), history());
    staysReady();
  }

  @Test
  void missingVersionsDoNotTakeItDown() throws Exception {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    staysReady();
  }

  @Test
  void anEditThatANewerReleaseHasAcceptedDoesNotTakeItDown() throws Exception {
    tables("1", "2");
    up().exits(DONE);
    file("2_table.up.sql", "CREATE TABLE t2 (id INT, more INT);");
    repair().exits(DONE);
    table("2");
    status("--block", "--timeout", "20s")
        .exits(DONE)
        .tells("2_table.up.sql is as it was before an edit");
    staysReady();
  }

  @Test
  void anotherServicesHistoryTakesItDown() throws Exception {
    tables("1", "2");
    up().exits(DONE);
    file("2_orders.up.sql", "CREATE TABLE orders (id INT);");
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    isNotReady("another set of migration files", "`2_table`", "`2_orders`", "--table");
  }
}
