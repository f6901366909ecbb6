package dev.slipway.pool;

import dev.slipway.driver.SqlExceptions;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Runs callbacks in transactions on pooled connections. Each connection returns to the pool when
 * its transaction ends. A callback runs again after a serialization failure or a deadlock, so it
 * must not change anything but the database. Thread-safe.
 */
public final class TransactionTemplate {
  private static final System.Logger LOG = System.getLogger(TransactionTemplate.class.getName());

  /** Enough for any honest contention; the time for a request ends it before in any case. */
  private static final int ATTEMPTS = 20;

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);

  private final ConnectionPool database;

  /** Jobs on this database. */
  public TransactionTemplate(ConnectionPool database) {
    this.database = database;
  }

  /** What is done with one connection. */
  @FunctionalInterface
  public interface TransactionCallback<T> {
    T execute(Transaction work) throws SQLException;
  }

  /** One SELECT, which needs no transaction. Runs again when its connection is lost. */
  public <T> T read(TransactionCallback<T> job) {
    return executeWithRetry(job, AccessMode.READ);
  }

  /**
   * Statements that take effect together. They run again when their connection is lost before the
   * COMMIT is sent: the server has rolled them back then.
   *
   * @throws DuplicateKeyException when a unique key refuses a row
   * @throws SlipwayException (retry) when the database is unavailable or too busy; when a COMMIT
   *     was not answered, it is not known whether the transaction took effect
   */
  public <T> T write(TransactionCallback<T> job) {
    return executeWithRetry(job, AccessMode.WRITE);
  }

  private enum AccessMode {
    READ,
    WRITE
  }

  private <T> T executeWithRetry(TransactionCallback<T> job, AccessMode kind) {
    for (int attempt = 1; ; attempt++) {
      try (Connection connection = acquire()) {
        return executeOnce(connection, job, kind);
      } catch (SQLException e) {
        database.recordError(e);
        if (!mayRetry(e, kind, attempt)) {
          throw translate(e);
        }
      }
    }
  }

  private boolean mayRetry(SQLException e, AccessMode kind, int attempt) {
    if (e instanceof CommitOutcomeUnknownException || Thread.currentThread().isInterrupted()) {
      return false;
    }
    if (SqlExceptions.isConnectionLost(e)) {
      // When a server or a pooler restarts, every idle connection is a dead one.
      return attempt <= database.statistics().max();
    }
    return (kind == AccessMode.READ && attempt == 1 && retryable(e))
        || (database.driver().isSerializationFailure(e) && attempt < ATTEMPTS && backOff(attempt));
  }

  private Connection acquire() {
    try {
      return database.connection();
    } catch (SQLException e) {
      throw database.describeFailure(e);
    }
  }

  private <T> T executeOnce(Connection connection, TransactionCallback<T> job, AccessMode kind)
      throws SQLException {
    var work = new Transaction(connection, database.driver());
    Optional<String> settings = database.transactionSettings();
    if (kind == AccessMode.READ && settings.isEmpty()) {
      return job.execute(work);
    }
    connection.setAutoCommit(false);
    boolean committed = false;
    try {
      if (settings.isPresent()) {
        ConnectionPool.apply(settings.get(), connection);
      }
      T result = job.execute(work);
      commit(connection, kind);
      committed = true;
      return result;
    } finally {
      if (!committed) {
        rollBack(connection);
      }
      restoreAutoCommit(connection, committed);
    }
  }

  /** The pool would do it too, but logs it. A failure must not hide the one that led here. */
  private static void restoreAutoCommit(Connection connection, boolean committed)
      throws SQLException {
    try {
      if (!connection.isClosed()) {
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      if (committed) {
        throw e;
      }
      LOG.log(Level.DEBUG, "cannot return to autocommit", e);
    }
  }

  private static void commit(Connection connection, AccessMode kind) throws SQLException {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw kind == AccessMode.WRITE && SqlExceptions.isConnectionLost(e)
          ? new CommitOutcomeUnknownException(e)
          : e;
    }
  }

  /** A COMMIT that was sent and not answered. */
  private static final class CommitOutcomeUnknownException extends SQLException {
    private static final long serialVersionUID = 1;

    CommitOutcomeUnknownException(SQLException why) {
      super(why.getMessage(), why.getSQLState(), why.getErrorCode(), why);
    }
  }

  /** The failure that led here is the one to tell of. */
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "a transaction did not roll back", e);
    }
  }

  private boolean retryable(SQLException e) {
    return database.driver().exitCode(e) == ExitCode.RETRY;
  }

  private RuntimeException translate(SQLException e) {
    return database
        .driver()
        .duplicateKey(e)
        .<RuntimeException>map(key -> new DuplicateKeyException(key, e))
        .orElseGet(() -> describe(e));
  }

  private SlipwayException describe(SQLException e) {
    if (SqlExceptions.isConnectionLost(e)
        || SqlExceptions.isSilence(e)
        || database.driver().isDiskFull(e)) {
      return database.describeFailure(e);
    }
    return SlipwayException.of(
            retryable(e) ? ExitCode.RETRY : ExitCode.FAULT,
            "a statement failed: " + database.errorMessage(e))
        .cause(e);
  }

  /** Longer each time, and not the same for two jobs; false when the thread is interrupted. */
  private static boolean backOff(int attempt) {
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
