package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * A migrator killed at fifty moments of its run: nothing is doubled, and what is half done is
 * named, blocks the next run and can be repaired.
 */
class KillIT extends RealProcesses {
  private static final int MOMENTS = 50;
  private static final int MIGRATIONS = 12;

  /** The last words before the work begins. */
  private static final String PLAN = "The migration plan is as follows";

  /** Every third file runs outside a transaction on every database. */
  private static boolean apart(int version) {
    return version % 3 == 0;
  }

  private void write() {
    file("1_together.up.sql", "CREATE TABLE log (version INT, part INT);");
    for (int version = 2; version <= MIGRATIONS; version++) {
      file(
          version + (apart(version) ? "_apart.autocommit.up.sql" : "_together.up.sql"),
          "CREATE TABLE t" + version + " (id INT);",
          "INSERT INTO log VALUES (" + version + ", 1);",
          pause(version),
          "CREATE INDEX i" + version + " ON t" + version + " (id);",
          "INSERT INTO log VALUES (" + version + ", 2);");
    }
  }

  /** Some time in which a kill can come. */
  private String pause(int version) {
    return switch (database.family()) {
      case POSTGRES, COCKROACH -> "SELECT pg_sleep(0.012);";
      case MYSQL -> "DO SLEEP(0.012);";
      case SQLITE ->
          "INSERT INTO t"
              + version
              + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
              + " SELECT i + 1 FROM n WHERE i < 80000) SELECT max(i) FROM n;";
    };
  }

  @Test
  void aKilledRunIsFinishedByTheNextOneOrNamedAndRepaired() {
    write();
    Duration work = work();
    assertComplete();
    long step = work.toNanos() / MOMENTS;
    int inTheMiddle = 0;
    int named = 0;
    for (int moment = 0; moment < MOMENTS; moment++) {
      database.close();
      database = server.database();
      kill(moment * step);
      List<String> left = history();
      boolean early = left.isEmpty();
      boolean late = left.size() == MIGRATIONS;
      inTheMiddle += early || late ? 0 : 1;
      named += left.stream().anyMatch(row -> row.endsWith("failed")) ? 1 : 0;
      finish(moment);
    }
    int kills = inTheMiddle;
    assertTrue(inTheMiddle >= MOMENTS / 4, () -> "only " + kills + " kills met a run at work");
    System.out.printf(
        "%s: %d of %d kills in the middle, %d left a migration to be repaired%n",
        server, inTheMiddle, MOMENTS, named);
  }

  /** How long a run takes from its plan to its end, on an empty database; warm. */
  private Duration work() {
    Duration work = Duration.ZERO;
    for (int times = 0; times < 2; times++) {
      database.close();
      database = server.database();
      try (Running run = slipway().start(words("up", "--yes"))) {
        run.awaitWords(PLAN);
        long begin = System.nanoTime();
        run.await().exits(DONE);
        work = Duration.ofNanos(System.nanoTime() - begin);
      }
    }
    return work;
  }

  /** Counted from the plan, since how long a process takes to start changes with the machine. */
  private void kill(long nanosAfterPlan) {
    try (Running run = slipway().start(words("up", "--yes"))) {
      run.awaitWords(PLAN);
      LockSupport.parkNanos(nanosAfterPlan);
      run.kill();
      assertTrue(run.ends(Duration.ofSeconds(20)));
    }
    awaitNoSessions(Duration.ofSeconds(20));
  }

  private void finish(int moment) {
    List<String> failed = history().stream().filter(row -> row.endsWith("failed")).toList();
    Ran next = up();
    if (failed.isEmpty()) {
      next.exits(DONE);
    } else {
      int version = Integer.parseInt(failed.getFirst().split(" ")[0]);
      assertEquals(1, failed.size(), () -> "moment " + moment + ": " + failed);
      assertTrue(
          apart(version) || !database.transactionalDdl(),
          () -> "moment " + moment + ": a transaction was left half done: " + failed);
      String file =
          folder
              .relativize(
                  folder.resolve(
                      version + (apart(version) ? "_apart.autocommit.up.sql" : "_together.up.sql")))
              .toString();
      next.exits(MIGRATION).tells(file, "repair");
      repair().exits(DONE).says(file.substring(0, file.indexOf('.')));
      up().exits(DONE);
    }
    assertComplete();
  }

  private void assertComplete() {
    List<String> versions = new ArrayList<>(List.of("1 ok"));
    List<String> log = new ArrayList<>();
    for (int version = 2; version <= MIGRATIONS; version++) {
      versions.add(version + " ok");
      log.add(version + "|1");
      log.add(version + "|2");
    }
    assertEquals(versions, history());
    assertEquals(log, database.query("SELECT version, part FROM log ORDER BY version, part"));
    assertEquals(MIGRATIONS, tablesMade().size());
  }
}
