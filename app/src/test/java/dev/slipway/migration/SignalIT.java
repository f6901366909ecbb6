package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** SIGTERM during a run: what it cancels, what the run waits for, and what it logs. */
class SignalIT extends RealProcesses {

  @Test
  void aTransactionIsCancelledAndWhatWasAppliedIsSaid() {
    only(Family.SQLITE, Family.POSTGRES);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    tables("3");
    long begin;
    Ran end;
    try (Running run = slipway().start(words("up", "--yes"))) {
      if (database.family() == Family.POSTGRES) {
        Sleeper.await(database);
      } else {
        run.awaitWords("applied 1_table");
      }
      begin = System.nanoTime();
      end = run.terminate().await();
    }
    end.exits(RETRY).tells("1_table").never("SUCCESS");
    assertTrue(System.nanoTime() - begin < Duration.ofSeconds(8).toNanos(), end::toString);
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());

    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void aStatementOutsideTransactionsIsWaitedFor() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    tables("1");
    file("2_slow.autocommit.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 3));
    tables("3");
    try (Running run = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database);
      // Only SIGKILL ends the wait.
      run.terminate();
      LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      run.terminate().await().exits(RETRY).tells("1_table", "2_slow").never("SUCCESS");
    }
    assertEquals(List.of("1 ok", "2 ok"), history());
    assertEquals(List.of("t1", "t2"), tablesMade());
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
  }

  @Test
  void noFurtherStatementFollowsTheOneThatIsWaitedFor() {
    only(Family.POSTGRES, Family.COCKROACH);
    file("1_slow.autocommit.up.sql", Sleeper.statement(database, 2), "CREATE TABLE t1 (id INT);");
    try (Running run = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database);
      run.terminate().await().exits(MIGRATION).tells("1_slow is incomplete: 1 of 2 statements");
    }
    assertEquals(List.of(), tablesMade());
    up().exits(DONE);
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void theTimeoutCancelsAStatementOutsideTransactions() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    // A canceled SLEEP of MySQL succeeds.
    String slow =
        database.family() == Family.MYSQL
            ? "SELECT COUNT(*) FROM information_schema.collations a, information_schema.collations b,"
                + " information_schema.collations c, information_schema.collations d;"
            : Sleeper.statement(database, 60);
    file("1_slow.autocommit.up.sql", slow, "CREATE TABLE t1 (id INT);");
    up("--timeout", "2s").exits(RETRY).tells("timed out after 2s (--timeout)");
    assertEquals(List.of(), history());
    file("1_slow.autocommit.up.sql", "CREATE TABLE t1 (id INT);", slow);
    up("--timeout", "2s").exits(MIGRATION).tells("1_slow is incomplete: 1 of 2 statements");
    assertEquals(List.of("1 failed"), history());
  }

  @Test
  void whoWaitsForTheLockStopsAtOnce() {
    only(Family.POSTGRES, Family.MYSQL);
    file("1_slow.up.sql", Sleeper.statement(database, 30));
    try (Running first = slipway().start(words("up", "--yes"))) {
      Sleeper sleeper = Sleeper.await(database);
      try (Running second = slipway().start(words("up", "--yes"))) {
        second.awaitWords(sleeper.session());
        second.terminate().await().exits(RETRY);
      }
      first.kill();
      sleeper.end();
    }
    assertTrue(tablesMade().isEmpty());
  }
}
