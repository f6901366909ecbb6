package dev.slipway.migrate;

import static dev.slipway.fault.ExitCode.DONE;
import static dev.slipway.fault.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.ServeProcess;
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
    try (ServeProcess serve =
        ServeProcess.start(Map.of("DSN", database.dsn()), "--path", folder.toString())) {
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
  void versionsThatHaveVanishedDoNotTakeItDown() throws Exception {
    tables("1", "2", "3");
    up().exits(DONE);
    remove("2_table.up.sql");
    remove("2_table.down.sql");
    staysReady();
  }
}
