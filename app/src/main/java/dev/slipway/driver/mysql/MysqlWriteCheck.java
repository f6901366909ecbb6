package dev.slipway.driver.mysql;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Checks whether a session can write. */
final class MysqlWriteCheck {
  /** ER_OPTION_PREVENTS_STATEMENT. */
  private static final int OPTION_PREVENTS_STATEMENT = 1290;

  /**
   * Changes nothing, and fails where {@code read_only} applies: some logins are exempt from it, by
   * privileges that roles may contain.
   */
  private static final String HARMLESS_WRITE = "DROP TABLE IF EXISTS slipway_write_check";

  private MysqlWriteCheck() {}

  /** The exception names the variable that makes the session read-only. */
  static void check(Dsn dsn, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT @@global.super_read_only, @@innodb_read_only, @@global.read_only,"
                    + " @@session.transaction_read_only, @@global.transaction_read_only")) {
      row.next();
      if (row.getBoolean(1)) {
        throw server(dsn, "super_read_only");
      }
      if (row.getBoolean(2)) {
        throw server(dsn, "innodb_read_only");
      }
      if (row.getBoolean(4)) {
        if (row.getBoolean(5)) {
          throw server(dsn, "transaction_read_only");
        }
        throw SlipwayException.usageError(
                "sessions on "
                    + dsn.target()
                    + " are read-only: the DSN sets transaction_read_only")
            .hint("leave it out of the DSN of the migrator");
      }
      if (row.getBoolean(3) && isRejected(connection)) {
        throw server(dsn, "read_only");
      }
    }
  }

  private static boolean isRejected(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(HARMLESS_WRITE);
      return false;
    } catch (SQLException e) {
      return e.getErrorCode() == OPTION_PREVENTS_STATEMENT;
    }
  }

  private static SlipwayException server(Dsn dsn, String variable) {
    return SlipwayException.of(
            ExitCode.RETRY, dsn.target() + " is read-only: the server has " + variable + " = ON")
        .hint("name the server that accepts writes in the DSN; after a failover, run it again");
  }
}
