package dev.slipway.behavior;

import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a command has left in a database: every history with its rows, every other table with how
 * many rows it has, and what is in it where they are few.
 */
final class DatabaseState {
  private static final int ROWS_SHOWN = 5;

  private DatabaseState() {}

  /** The state as text. Asks on a connection of its own, past the recorded traffic. */
  static String of(TestDatabase database) throws IOException {
    boolean sqlite = database.family() == Family.SQLITE;
    Path file = Path.of(database.name());
    List<String> lines = new ArrayList<>();
    if (sqlite) {
      try (Stream<Path> files = Files.list(file.getParent())) {
        lines.add(
            "files: "
                + String.join(
                    ", ",
                    files
                        .map(each -> each.getFileName().toString())
                        // Present while a transaction is under way, such as that of another
                        // session.
                        .filter(name -> !name.endsWith("-journal"))
                        .sorted()
                        .toList()));
      }
      // Opening it would create it.
      if (!Files.exists(file)) {
        return String.join("\n", lines);
      }
    }
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String table : rows(statement, tables(database.family()))) {
        lines.addAll(table(statement, table));
      }
      if (sqlite) {
        lines.addAll(
            rows(
                statement,
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"
                    + " AND tbl_name NOT LIKE '%\\_history' ESCAPE '\\' ORDER BY type, name"));
      }
    } catch (SQLException | IllegalStateException e) {
      lines.add("cannot be read: " + e.getMessage());
    }
    return String.join("\n", lines);
  }

  /** The names of all tables, quoted, with their schemas. */
  private static String tables(Family family) {
    return switch (family) {
      case POSTGRES, COCKROACH ->
          "SELECT format('%I.%I', table_schema, table_name)"
              + " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
              + " AND table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1";
      // A schema of MySQL is a database; those of a case begin with the name of its own.
      case MYSQL ->
          "SELECT CONCAT('`', table_schema, '`.`', table_name, '`')"
              + " FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
              + " AND (table_schema = DATABASE() OR table_schema LIKE CONCAT(DATABASE(), '\\_%'))"
              + " ORDER BY 1";
      case SQLITE ->
          "SELECT '\"' || name || '\"' FROM sqlite_master WHERE type = 'table'"
              + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1";
    };
  }

  private static List<String> table(Statement statement, String table) throws SQLException {
    List<String> lines = new ArrayList<>();
    if (isHistory(statement, table)) {
      lines.add("history " + table);
      // Of a migration that has not ended, its time says at which statement it stands.
      rows(
              statement,
              "SELECT installed_rank, version, description, type, script, checksum,"
                  + " installed_by, success, CASE WHEN success THEN NULL ELSE execution_time END FROM "
                  + table
                  + " ORDER BY installed_rank")
          .forEach(row -> lines.add("  " + row));
      return lines;
    }
    long count = Long.parseLong(rows(statement, "SELECT COUNT(*) FROM " + table).getFirst());
    lines.add("table " + table + " (" + count + ")");
    if (count <= ROWS_SHOWN) {
      rows(statement, "SELECT * FROM " + table + " ORDER BY 1")
          .forEach(row -> lines.add("  " + row));
    }
    return lines;
  }

  private static boolean isHistory(Statement statement, String table) throws SQLException {
    try (ResultSet none = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
      return none.getMetaData().getColumnName(1).equalsIgnoreCase("installed_rank");
    }
  }

  /** A query's rows; a row's columns are joined by {@code |}. */
  static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(sql)) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          values.add(String.valueOf(row.getString(column)));
        }
        rows.add(String.join(" | ", values));
      }
    }
    return rows;
  }
}
