package dev.slipway.driver.postgres;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Checks whether a session can write. */
final class PostgresWriteCheck {
  private static final String SETTING = "default_transaction_read_only";

  private PostgresWriteCheck() {}

  /** The exception names the cause: a standby, or where the setting for read-only sessions is. */
  static void check(Dsn dsn, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_is_in_recovery(), current_setting('transaction_read_only'),"
                    + " (SELECT source FROM pg_catalog.pg_settings WHERE name = '"
                    + SETTING
                    + "'), current_user")) {
      row.next();
      if (row.getBoolean(1)) {
        throw SlipwayException.of(
                ExitCode.RETRY, dsn.target() + " is a standby, which is read-only")
            .hint("name the primary in the DSN, or all hosts; after a failover, run it again");
      }
      if ("on".equals(row.getString(2))) {
        throw readOnly(dsn, String.valueOf(row.getString(3)), row.getString(4));
      }
    }
  }

  private static SlipwayException readOnly(Dsn dsn, String source, String user) {
    String sessions = "sessions on " + dsn.target() + " are read-only: ";
    return switch (source) {
      case "user" ->
          SlipwayException.usageError(sessions + "the role " + user + " sets " + SETTING)
              .hint("use another role for migrations, or ALTER ROLE … RESET " + SETTING);
      case "database" ->
          SlipwayException.usageError(sessions + "the database sets " + SETTING)
              .hint("ALTER DATABASE … RESET " + SETTING + " makes it writable");
      case "database user" ->
          SlipwayException.usageError(
                  sessions + "the role " + user + " sets " + SETTING + " in this database")
              .hint(
                  "use another role for migrations, or ALTER ROLE … IN DATABASE … RESET "
                      + SETTING);
      case "configuration file", "command line", "environment variable", "global" ->
          SlipwayException.of(
                  ExitCode.RETRY, sessions + "the configuration of the server sets " + SETTING)
              .hint("run it again when the server accepts writes");
      default ->
          SlipwayException.usageError(sessions + "the DSN sets " + SETTING)
              .hint("leave it out of the DSN of the migrator");
    };
  }
}
