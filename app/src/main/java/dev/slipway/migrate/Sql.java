package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.db.Sqlite;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.IntConsumer;

/** Sends a text of one or many statements, and reads all that it answers. */
final class Sql {
  /** A result with this one column is a duration in milliseconds that we have asked for. */
  static final String TIME_COLUMN = "slipway_milliseconds";

  private Sql() {}

  /** Runs every statement of the text; the first that fails ends it. */
  static void run(Statement statement, Dialect dialect, String sql) throws SQLException {
    run(statement, dialect, sql, _ -> {});
  }

  /**
   * The same, telling what is answered on the way.
   *
   * @param times gets each duration asked for
   */
  static void run(Statement statement, Dialect dialect, String sql, IntConsumer times)
      throws SQLException {
    if (dialect instanceof Sqlite) {
      // execute() of this driver runs the first statement of a text and drops the rest.
      statement.executeUpdate(sql);
      return;
    }
    boolean rows = statement.execute(sql);
    while (rows || statement.getUpdateCount() != -1) {
      if (rows) {
        times(statement.getResultSet(), times);
      }
      rows = statement.getMoreResults();
    }
  }

  private static void times(ResultSet result, IntConsumer times) throws SQLException {
    if (result.getMetaData().getColumnCount() == 1
        && result.getMetaData().getColumnLabel(1).equals(TIME_COLUMN)) {
      while (result.next()) {
        times.accept(result.getInt(1));
      }
    }
  }
}
