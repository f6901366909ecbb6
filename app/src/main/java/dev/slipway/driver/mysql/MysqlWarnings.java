package dev.slipway.driver.mysql;

import dev.slipway.driver.NoticeHandler;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;

/**
 * The warnings of a statement. The server keeps those of the last statement, so a message of
 * several statements asks for them after each.
 */
final class MysqlWarnings {
  private static final int SHOWN_MAX = 20;

  /** Ask for the first warnings of the statement before them, and for the number of all. */
  static final String FIRST = "SHOW WARNINGS LIMIT " + SHOWN_MAX;

  static final String COUNT = "SHOW COUNT(*) WARNINGS";

  private MysqlWarnings() {}

  /** Reads the warnings of a statement that was the whole message. */
  static void read(Statement statement, NoticeHandler notices) throws SQLException {
    // The JDBC driver knows from the server's last response whether there are any.
    if (statement.getWarnings() == null) {
      return;
    }
    for (String sql : List.of(FIRST, COUNT)) {
      try (Statement show = statement.getConnection().createStatement();
          ResultSet result = show.executeQuery(sql)) {
        read(result, notices);
      }
    }
  }

  /** Reads a result of {@link #FIRST} or {@link #COUNT}; false for any other result. */
  static boolean read(ResultSet result, NoticeHandler notices) throws SQLException {
    ResultSetMetaData columns = result.getMetaData();
    if (columns.getColumnCount() == 1
        && columns.getColumnLabel(1).equals("@@session.warning_count")) {
      while (result.next()) {
        notices.more(Math.max(0, result.getLong(1) - SHOWN_MAX));
      }
      return true;
    }
    if (columns.getColumnCount() != 3
        || !columns.getColumnLabel(1).equals("Level")
        || !columns.getColumnLabel(2).equals("Code")
        || !columns.getColumnLabel(3).equals("Message")) {
      return false;
    }
    while (result.next()) {
      notices.accept(
          result.getString(1).toUpperCase(Locale.ROOT)
              + ": "
              + result.getString(3)
              + " (code "
              + result.getInt(2)
              + ")");
    }
    return true;
  }
}
