package dev.slipway.db;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Jobs on connections of the server's pool: one connection, one transaction, given back at its end
 * whatever happens. A job that the database takes back for another's sake (a serialization failure,
 * a deadlock) is run again, so it must not change anything but the database. Thread-safe.
 */
public final class Transactions {
  /** Enough for any honest contention; the time for a request ends it before in any case. */
  private static final int ATTEMPTS = 20;

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

  private final Database database;

  /** Jobs on this database. */
  public Transactions(Database database) {
    this.database = database;
  }

  /** What is done with one connection. */
  @FunctionalInterface
  public interface Job<T> {
    T run(Work work) throws SQLException;
  }

  /** One SELECT, which needs no transaction. Asked once more when its connection was a dead one. */
  public <T> T read(Job<T> job) {
    return repeated(job, Kind.READ);
  }

  /**
   * Statements that take effect together.
   *
   * @throws DuplicateKey when a unique key refuses a row
   * @throws Fault (retry) when the database is away or too busy; after a lost connection it is not
   *     known whether the transaction took effect
   */
  public <T> T write(Job<T> job) {
    return repeated(job, Kind.WRITE);
  }

  private enum Kind {
    READ,
    WRITE
  }

  private <T> T repeated(Job<T> job, Kind kind) {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = borrow()) {
        return once(connection, job, kind);
      } catch (SQLException e) {
        Dialect dialect = database.dialect();
        boolean dead = kind == Kind.READ && attempt == 1 && retryable(e);
        if (!dead && (!dialect.rolledBack(e) || attempt == ATTEMPTS || !pause(attempt))) {
          throw failure(e);
        }
      }
    }
  }

  private Connection borrow() {
    try {
      return database.connection();
    } catch (SQLException e) {
      throw database.fault(e);
    }
  }

  private <T> T once(Connection connection, Job<T> job, Kind kind) throws SQLException {
    var work = new Work(connection, database.dialect());
    if (kind == Kind.READ) {
      return job.run(work);
    }
    connection.setAutoCommit(false);
    boolean committed = false;
    try {
      T result = job.run(work);
      connection.commit();
      committed = true;
      return result;
    } finally {
      if (!committed) {
        rollBack(connection);
      }
      // The pool would do it too, but says so in its log.
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
      }
    }
  }

  /** The failure that led here is the one to tell of. */
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      System.getLogger(Transactions.class.getName())
          .log(System.Logger.Level.DEBUG, "a transaction did not roll back", e);
    }
  }

  private boolean retryable(SQLException e) {
    return database.dialect().exitCode(e) == ExitCode.RETRY;
  }

  private RuntimeException failure(SQLException e) {
    return database
        .dialect()
        .duplicateKey(e)
        .<RuntimeException>map(key -> new DuplicateKey(key, e))
        .orElseGet(
            () ->
                retryable(e)
                    ? database.fault(e)
                    : Fault.of(ExitCode.FAULT, "a statement failed: " + database.why(e)).cause(e));
  }

  /** Longer each time, and not the same for two jobs; false when the thread is interrupted. */
  private static boolean pause(int attempt) {
    long longest = Math.min(LONGEST_PAUSE.toMillis(), 1L << Math.min(attempt, 20));
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(longest) + 1);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
