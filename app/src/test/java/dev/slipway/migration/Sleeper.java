package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.fail;

import dev.slipway.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A session that runs a migration which takes its time, as the server sees it.
 *
 * @param database where it is
 * @param session the number by which the server knows it
 */
record Sleeper(TestDatabase database, String session) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A statement that takes so long. */
  static String statement(TestDatabase database, int seconds) {
    return switch (database.family()) {
      case POSTGRES, COCKROACH -> "SELECT pg_sleep(" + seconds + ");";
      case MYSQL -> "DO SLEEP(" + seconds + ");";
      // SQLite cannot sleep, so it counts: some tens of millions in a second.
      case SQLITE ->
          "CREATE TABLE counted AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
              + " SELECT i + 1 FROM n WHERE i < "
              + seconds * 10_000_000L
              + ") SELECT max(i) FROM n;";
    };
  }

  /** Waits until the statement runs. */
  static Sleeper await(TestDatabase database) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      List<String> sessions = sessions(database);
      if (!sessions.isEmpty()) {
        return new Sleeper(database, sessions.getFirst());
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return fail("nobody sleeps in " + database);
  }

  /** Waits until a command has opened a session in a PostgreSQL database. */
  static void awaitSession(TestDatabase database) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (database
        .query(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'slipway%'")
        .isEmpty()) {
      if (System.nanoTime() > deadline) {
        fail("no command has opened a session in " + database);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** Waits until no such statement runs any more. */
  static void awaitNone(TestDatabase database) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!sessions(database).isEmpty()) {
      if (System.nanoTime() > deadline) {
        fail("a session still sleeps in " + database);
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private static List<String> sessions(TestDatabase database) {
    return switch (database.family()) {
      case POSTGRES, COCKROACH ->
          database.query(
              "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                  + " AND state = 'active' AND wait_event = 'PgSleep'");
      case MYSQL ->
          database.query(
              "SELECT id FROM information_schema.processlist WHERE db = DATABASE()"
                  + " AND state = 'User sleep'");
      case SQLITE -> throw new IllegalArgumentException("SQLite has no sessions");
    };
  }

  /** Ends the session, as an administrator would. */
  void end() {
    switch (database.family()) {
      case POSTGRES, COCKROACH -> database.query("SELECT pg_terminate_backend(" + session + ")");
      case MYSQL -> database.execute("KILL " + session);
      case SQLITE -> throw new IllegalArgumentException("SQLite has no sessions");
    }
  }
}
