package dev.slipway.driver;

import dev.slipway.dsn.Dsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * What a lock protects, and how to reach it.
 *
 * @param dsn the database
 * @param isolated whether the connection has a session to itself, see {@link MigratorConnection}
 * @param table the history table with its schema, as SQL; Flyway derives its locks from this text
 * @param connections gives the migrator's connection, which may change between two calls
 * @param createTable creates the history table if it does not exist
 */
public record LockTarget(
    Dsn dsn,
    boolean isolated,
    String table,
    ConnectionSource connections,
    TableCreation createTable) {
  /** Gives the migrator's connection. */
  public interface ConnectionSource {
    Connection get() throws SQLException;
  }

  /** Creates the history table. */
  public interface TableCreation {
    void run() throws SQLException;
  }

  /** Runs a query; the first column of its first row. */
  public Optional<String> query(String sql) throws SQLException {
    return SqlQueries.first(connections.get(), sql);
  }

  /** Runs a query for a Boolean; false where there is no row. */
  public boolean queryBoolean(String sql) throws SQLException {
    return query(sql).map(text -> text.equals("t") || text.equals("1")).orElse(false);
  }

  /** Runs a statement; the number of rows that it changed. */
  public int update(String sql) throws SQLException {
    try (Statement statement = connections.get().createStatement()) {
      return statement.executeUpdate(sql);
    }
  }
}
