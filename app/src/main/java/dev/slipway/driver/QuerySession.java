package dev.slipway.driver;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** A migrator's session, for the queries of a driver. For one thread. */
public interface QuerySession {
  /** Reads the row of a query's result under the cursor. */
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /**
   * Runs a query that a signal or the run's deadline cancels.
   *
   * @param parameters bound as text, in order
   * @throws dev.slipway.error.SlipwayException (retry) if the run has to end; the query is not sent
   *     then
   */
  <T> List<T> query(String sql, RowReader<T> reader, String... parameters) throws SQLException;

  /** Logs a message for the user. */
  void log(String message);

  /** The server's message with its code, without secrets of the DSN. */
  String errorMessage(SQLException e);
}
