package dev.slipway.driver.mysql;

import dev.slipway.driver.DataContents;
import dev.slipway.driver.DataContents.Rows;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the rows of a MySQL database. The server writes each value as a literal that gives the same
 * value in the session of {@link MysqlSchemaDumper}: bytes in hexadecimal, floating-point numbers
 * with all their digits, and timestamps with their offset.
 */
final class MysqlDataDumper implements DataDumper {
  private static final String COLUMNS =
      """
      SELECT c.table_name, c.column_name, c.data_type FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema
          AND t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
      WHERE c.table_schema = DATABASE() AND coalesce(c.generation_expression, '') = ''
      ORDER BY c.table_name, c.ordinal_position""";

  private static final String KEYS =
      """
      SELECT table_name, column_name FROM information_schema.key_column_usage
      WHERE table_schema = DATABASE() AND constraint_name = 'PRIMARY'
      ORDER BY table_name, ordinal_position""";

  private static final String TABLES =
      "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
          + " AND table_type = 'BASE TABLE' ORDER BY table_name";

  /** A negative zero is one only as a floating-point literal. */
  private static final String REAL = "IF(CAST(%1$s AS CHAR) = '-0', '-0e0', CAST(%1$s AS CHAR))";

  /** A text in one line: files may lose a carriage return. */
  private static final String QUOTED =
      "REPLACE(REPLACE(QUOTE(CONVERT(%1$s USING utf8mb4)), '\\r', '\\\\r'), '\\n', '\\\\n')";

  private static final Pattern COUNTER =
      Pattern.compile("\\n\\) ENGINE=\\w+[^\\n]*? AUTO_INCREMENT=(\\d+)");

  @Override
  public DataContents read(Connection connection, Set<String> excluded) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      return MysqlSchemaReader.inSettings(statement, () -> read(connection, statement, excluded));
    }
  }

  private static DataContents read(Connection connection, Statement statement, Set<String> excluded)
      throws SQLException {
    Map<String, Map<String, String>> columns = new LinkedHashMap<>();
    try (ResultSet row = statement.executeQuery(COLUMNS)) {
      while (row.next()) {
        columns
            .computeIfAbsent(row.getString(1), _ -> new LinkedHashMap<>())
            .put(row.getString(2), row.getString(3));
      }
    }
    Map<String, List<String>> keys = new TreeMap<>();
    try (ResultSet row = statement.executeQuery(KEYS)) {
      while (row.next()) {
        keys.computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
            .add(MysqlQuoting.name(row.getString(2)));
      }
    }
    Map<String, Rows> tables = new TreeMap<>();
    Map<String, String> counters = new TreeMap<>();
    for (String table : SqlQueries.strings(connection, TABLES)) {
      if (!excluded.contains(table)) {
        Map<String, String> of = columns.getOrDefault(table, Map.of());
        tables.put(
            "table " + table, rows(statement, table, of, keys.getOrDefault(table, List.of())));
        counter(statement, table)
            .ifPresent(sql -> counters.put("AUTO_INCREMENT of table " + table, sql));
      }
    }
    return new DataContents(tables, counters, List.of());
  }

  private static Rows rows(
      Statement statement, String table, Map<String, String> columns, List<String> key)
      throws SQLException {
    String values =
        columns.entrySet().stream()
            .map(column -> literal(MysqlQuoting.name(column.getKey()), column.getValue()))
            .collect(Collectors.joining(", ', ', ", "CONCAT('(', ", ", ')')"));
    List<String> rows = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT "
                + (columns.isEmpty() ? "'()'" : values)
                + " FROM "
                + MysqlQuoting.name(table)
                + " ORDER BY "
                + (key.isEmpty() ? "1" : String.join(", ", key)))) {
      while (row.next()) {
        String text = row.getString(1);
        if (text == null) {
          throw new SQLException("a row of " + table + " is larger than max_allowed_packet");
        }
        rows.add(text);
      }
    }
    return new Rows(
        Optional.of(
            columns.keySet().stream()
                .map(MysqlQuoting::name)
                .collect(
                    Collectors.joining(
                        ", ", "INSERT INTO " + MysqlQuoting.name(table) + " (", ") VALUES"))),
        rows);
  }

  /** An expression for the literal of a column's value. */
  private static String literal(String column, String type) {
    String value =
        switch (type) {
          case "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year" ->
              "CAST(%s AS CHAR)";
          case "double" -> REAL;
          // MySQL shows six digits of a FLOAT.
          case "float" -> REAL.replace("%1$s", "CAST(%1$s AS DOUBLE)");
          case "bit" -> "CAST(%s + 0 AS CHAR)";
          case "date", "time", "datetime" -> "QUOTE(CAST(%s AS CHAR))";
          case "timestamp" ->
              "QUOTE(CONCAT(CAST(%1$s AS CHAR), IF(CAST(%1$s AS CHAR) LIKE '0000%%', '', '+00:00')))";
          // The value of a wrong label has the number 0, and an empty text for a name.
          case "enum" -> "IF(%1$s + 0 = 0, '0', " + QUOTED + ")";
          case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "set", "json" ->
              QUOTED;
          default -> "CONCAT('X''', HEX(%s), '''')";
        };
    return "COALESCE(" + value.formatted(column) + ", 'NULL')";
  }

  private static Optional<String> counter(Statement statement, String table) throws SQLException {
    String name = MysqlQuoting.name(table);
    try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + name)) {
      row.next();
      Matcher counter = COUNTER.matcher(row.getString(2));
      return counter.find()
          ? Optional.of("ALTER TABLE " + name + " AUTO_INCREMENT = " + counter.group(1))
          : Optional.empty();
    }
  }
}
