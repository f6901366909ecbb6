package dev.slipway.driver.sqlite;

import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;

/** Checks whether a connection can write. */
final class SqliteWriteCheck {
  private SqliteWriteCheck() {}

  /** The exception names the cause: the DSN, or the permissions of the file. */
  static void check(Dsn dsn, Connection connection) throws SQLException {
    if (SqlQueries.string(connection, "PRAGMA query_only").equals("1")) {
      throw SlipwayException.usageError(dsn.target() + " is read-only: the DSN sets query_only")
          .hint("leave it out of the DSN of the migrator");
    }
    try {
      SqlQueries.execute(connection, "BEGIN");
      // BEGIN IMMEDIATE only reads where the file is read-only.
      SqlQueries.execute(connection, "CREATE TABLE main.slipway_write_check (id INT)");
    } catch (SQLException e) {
      rollBackAfterError(connection);
      switch (SQLiteErrorCode.getErrorCode(e.getErrorCode() & 0xff)) {
        case SQLITE_READONLY ->
            throw SlipwayException.usageError(dsn.target() + " is read-only: " + e.getMessage())
                .hint(
                    "the user who runs slipway must be able to write the file and its folder; a DSN"
                        + " with mode=ro or immutable=1 cannot write")
                .cause(e);
        // A database that is busy is waited for later.
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL -> {
          return;
        }
        default -> throw e;
      }
    }
    SqlQueries.execute(connection, "ROLLBACK");
  }

  /** SQLite rolls back by itself after some errors, such as a full disk. */
  private static void rollBackAfterError(Connection connection) {
    try {
      SqlQueries.execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      System.getLogger(SqliteWriteCheck.class.getName())
          .log(System.Logger.Level.DEBUG, "rollback", e);
    }
  }
}
