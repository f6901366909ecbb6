package dev.slipway.driver;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The lock by which one migrator at a time works on a history. It is the lock of plain Flyway where
 * Flyway has one, so that the two exclude each other. Used by one thread, except {@link #renew}.
 */
public interface MigrationLock {
  /**
   * Tries to take the lock. Never waits inside a statement: such a wait deadlocks with another
   * session's CREATE INDEX CONCURRENTLY.
   */
  boolean tryAcquire() throws SQLException, IOException;

  /** The session or process that holds the lock; empty if it has just been released. */
  Optional<String> holder() throws SQLException;

  /**
   * SQL, ending in a semicolon, with which a message starts: it fails when this session does not
   * hold the lock, and then the rest of the message does not run. Empty where the lock cannot be
   * lost without the process.
   */
  String guard();

  /** Whether an error is that of {@link #guard}. */
  boolean isLost(SQLException e);

  /**
   * Whether a transaction holds the lock, and not the session: {@link #tryAcquire} only checks
   * whether it is free, {@link #guard} takes it until the end of the transaction that the message
   * starts, and other migrators may run between two transactions.
   */
  default boolean perTransaction() {
    return false;
  }

  /**
   * Reads the history as it is now, in the current transaction, if any. A lock of a transaction
   * then rejects a later one when another migrator has changed the history.
   */
  default void rememberHistory() throws SQLException {}

  /** Whether an error is that of {@link #guard} for a history that has changed. */
  default boolean isHistoryChanged(SQLException e) {
    return false;
  }

  /** Whether a lock that expires is due for renewal. */
  default boolean renewalDue() {
    return false;
  }

  /** Renews the lock, on another connection than the one that is busy. */
  default void renew(Connection connection) throws SQLException {}

  /** Releases the lock. Where the session holds it, closing the session is enough. */
  void release() throws SQLException, IOException;
}
