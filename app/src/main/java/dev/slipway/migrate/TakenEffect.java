package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the error of a statement that may have run before a crash: whether it says that what the
 * statement should do has been done already.
 */
final class TakenEffect {
  private static final Pattern REMOVES = Pattern.compile("(?i)\\b(drop|rename)\\b");
  private static final Pattern SQLITE_THERE =
      Pattern.compile("already exists|duplicate column name");
  private static final Pattern SQLITE_GONE = Pattern.compile("no such (table|column|index)");

  private TakenEffect() {}

  static boolean shows(SQLException e, String sql, Dialect dialect) {
    return there(e, dialect) || REMOVES.matcher(sql).find() && gone(e, dialect);
  }

  /** What it makes is there. */
  private static boolean there(SQLException e, Dialect dialect) {
    return switch (dialect.kind()) {
      // table or index, column, other object, schema, function
      case POSTGRES, COCKROACH ->
          List.of("42P07", "42701", "42710", "42P06", "42723").contains(state(e));
      // database, table, column, index, primary key, routine, trigger, foreign key, its index
      case MYSQL ->
          List.of(1007, 1050, 1060, 1061, 1068, 1304, 1359, 1826, 1022).contains(e.getErrorCode());
      case SQLITE -> SQLITE_THERE.matcher(String.valueOf(e.getMessage())).find();
    };
  }

  /** What it removes or renames is not there any more. */
  private static boolean gone(SQLException e, Dialect dialect) {
    return switch (dialect.kind()) {
      // table, column, other object, schema
      case POSTGRES, COCKROACH -> List.of("42P01", "42703", "42704", "3F000").contains(state(e));
      // database, table to drop, column, key or column to drop, table, procedure, trigger
      case MYSQL -> List.of(1008, 1051, 1054, 1091, 1146, 1305, 1360).contains(e.getErrorCode());
      case SQLITE -> SQLITE_GONE.matcher(String.valueOf(e.getMessage())).find();
    };
  }

  private static String state(SQLException e) {
    return String.valueOf(e.getSQLState());
  }
}
