package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads MySQL's schema. The texts of SHOW CREATE have every property of tables, views, and
 * routines; information_schema has those of triggers and events, each column of its rows, and names
 * the objects.
 */
final class MysqlSchemaReader implements SchemaReader {
  /** Settings of the session that change what the server prints. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "sql_mode", "''",
          "time_zone", "'+00:00'",
          "sql_quote_show_create", "1",
          "show_create_table_verbosity", "0");

  @Override
  public SchemaContents read(Connection connection, Set<String> excluded) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      return inSettings(
          statement, () -> new MysqlSchemaReading(connection, statement, excluded).read());
    }
  }

  /** What reads the schema. */
  interface Reading<T> {
    T read() throws SQLException;
  }

  /** Reads in a session whose settings are the same for every login. */
  static <T> T inSettings(Statement statement, Reading<T> reading) throws SQLException {
    Map<String, String> before = settings(statement);
    set(statement, SETTINGS);
    try {
      return reading.read();
    } finally {
      set(statement, before);
    }
  }

  private static Map<String, String> settings(Statement statement) throws SQLException {
    Map<String, String> values = new LinkedHashMap<>();
    try (ResultSet row =
        statement.executeQuery(
            SETTINGS.keySet().stream()
                .map(name -> "@@SESSION." + name + " AS " + name)
                .collect(Collectors.joining(", ", "SELECT ", "")))) {
      row.next();
      for (String name : SETTINGS.keySet()) {
        values.put(
            name,
            SETTINGS.get(name).startsWith("'")
                ? MysqlQuoting.value(row.getString(name))
                : row.getString(name));
      }
    }
    return values;
  }

  private static void set(Statement statement, Map<String, String> values) throws SQLException {
    statement.execute(
        values.entrySet().stream()
            .map(each -> "SESSION " + each.getKey() + " = " + each.getValue())
            .collect(Collectors.joining(", ", "SET ", "")));
  }
}
