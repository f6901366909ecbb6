package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** Opens and checks the connections of a pool that use one DSN. Thread-safe. */
public interface PooledConnector {
  /** After this long without an answer, a pooled connection is closed. */
  Duration SOCKET_TIMEOUT = Duration.ofMinutes(1);

  /** Opens a connection, in autocommit. */
  Connection open() throws SQLException;

  /**
   * Whether a connection in use answers, in one round trip.
   *
   * @throws SQLException when a statement fails
   */
  default boolean isAlive(Connection connection, Duration timeout) throws SQLException {
    return connection.isValid((int) timeout.toSeconds());
  }

  /** Learns from a statement that failed. */
  default void recordError(SQLException e) {}

  /** SQL for the start of each transaction, where a session does not keep its settings. */
  default Optional<String> transactionSettings() {
    return Optional.empty();
  }
}
