package dev.slipway.verify;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Inserts rows into one table, and tries other values until its constraints accept them. Rows with
 * the same number in two tables have the same values, so that one can refer to the other. For one
 * thread.
 */
final class RowSeeder {
  private static final int ROWS = 3;
  private static final int ATTEMPTS_MAX = 60;

  /** SQL for the value of a row, in which {@code #} is the number of the row. */
  private static final List<String> VALUES =
      List.of(
          "#",
          "'#'",
          "'2020-01-0#'",
          "'2020-01-0# 01:02:03'",
          "'01:02:0#'",
          "X'0#'",
          "'a#'",
          "1#",
          "100#",
          "0.#",
          "-#",
          "'user#@example.com'",
          "'00000000-0000-0000-0000-00000000000#'",
          "'{\"a\": #}'",
          "'[#]'",
          "'{#}'",
          "'[#,9]'",
          "'10.0.0.#'",
          "'(#,#)'",
          "'\\x0#'",
          "'1010'",
          "'1'");

  private final Connection connection;
  private final DatabaseDriver driver;
  private final String table;
  private final List<String> columns;
  private final List<String> needs;
  private final Random random;
  private Map<String, List<String>> candidates = Map.of();
  private final Set<String> nullable = new HashSet<>();
  private Optional<String> problem = Optional.empty();
  private int rows;

  /**
   * A seeder of a table.
   *
   * @param needs queries that must find no row afterwards
   */
  RowSeeder(
      Connection connection,
      DatabaseDriver driver,
      String table,
      List<String> columns,
      List<String> needs) {
    this.connection = connection;
    this.driver = driver;
    this.table = table;
    this.columns = columns;
    this.needs = needs;
    this.random = new Random(table.hashCode());
  }

  /** Whether a row was inserted. */
  boolean hasRows() {
    return rows > 0;
  }

  /** Why the last row could not be inserted. */
  String problem() {
    return problem.orElse("");
  }

  /** Inserts the rows that are missing, as far as it can; whether it inserted one. */
  boolean insert() throws SQLException {
    int before = rows;
    connection.setAutoCommit(false);
    try {
      if (candidates.isEmpty()) {
        candidates = candidates();
      }
      while (rows < ROWS && insert(rows + 1)) {
        rows++;
      }
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
    return rows > before;
  }

  private boolean insert(int number) throws SQLException {
    Map<String, String> row = new LinkedHashMap<>();
    candidates.forEach((column, values) -> row.put(column, values.getFirst()));
    if (number == ROWS) {
      Map<String, String> empty = new LinkedHashMap<>(row);
      empty.replaceAll((column, value) -> nullable.contains(column) ? "NULL" : value);
      if (attempt(empty, number).isEmpty()) {
        connection.commit();
        return true;
      }
      connection.rollback();
    }
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      problem = attempt(row, number);
      if (problem.isEmpty()) {
        connection.commit();
        return true;
      }
      connection.rollback();
      change(row, problem.get());
    }
    return false;
  }

  private Optional<String> attempt(Map<String, String> row, int number) {
    String sql =
        row.isEmpty()
            ? "INSERT INTO " + driver.quoteTable(table) + " DEFAULT VALUES"
            : "INSERT INTO "
                + driver.quoteTable(table)
                + " ("
                + row.keySet().stream().map(driver::quote).collect(Collectors.joining(", "))
                + ") VALUES ("
                + String.join(", ", row.values()).replace("#", String.valueOf(number))
                + ")";
    try {
      SqlQueries.execute(connection, sql);
    } catch (SQLException e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
    for (String query : needs) {
      try {
        if (SqlQueries.first(connection, "SELECT 1 FROM (" + query + ") AS offending")
            .isPresent()) {
          return Optional.of("every row would violate: " + query);
        }
      } catch (SQLException e) {
        // The query is about what a statement before it creates.
        return rolledBack(sql);
      }
    }
    return Optional.empty();
  }

  /** Inserts the row again after a query that has ended the transaction. */
  private Optional<String> rolledBack(String sql) {
    try {
      connection.rollback();
      SqlQueries.execute(connection, sql);
      return Optional.empty();
    } catch (SQLException e) {
      return Optional.of(String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    }
  }

  /** Changes the column that an error names, or any. */
  private void change(Map<String, String> row, String error) {
    if (row.isEmpty()) {
      return;
    }
    List<String> named =
        row.keySet().stream()
            .filter(
                column ->
                    Pattern.compile("(?<![\\w])" + Pattern.quote(column) + "(?![\\w])")
                        .matcher(error)
                        .find())
            .toList();
    List<String> from =
        named.isEmpty() || random.nextInt(4) == 0 ? List.copyOf(row.keySet()) : named;
    String column = from.get(random.nextInt(from.size()));
    List<String> values = candidates.getOrDefault(column, List.of("NULL"));
    row.put(column, values.get(random.nextInt(values.size())));
  }

  /** The values that the database takes for each column, the likeliest first. */
  private Map<String, List<String>> candidates() throws SQLException {
    Map<String, List<String>> all = new LinkedHashMap<>();
    Map<String, Integer> types = new HashMap<>();
    describe(types);
    for (String column : columns) {
      List<String> values = new ArrayList<>();
      String likely = likely(types.getOrDefault(column, Types.OTHER));
      if (accepts(column, likely)) {
        values.add(likely);
      }
      VALUES.stream()
          .filter(value -> !value.equals(likely) && accepts(column, value))
          .forEach(values::add);
      if (values.isEmpty() && !accepts(column, "NULL")) {
        // The database computes it.
        continue;
      }
      if (values.isEmpty() || nullable.contains(column)) {
        values.add("NULL");
      }
      all.put(column, values);
    }
    connection.rollback();
    return all;
  }

  private void describe(Map<String, Integer> types) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet none =
            statement.executeQuery("SELECT * FROM " + driver.quoteTable(table) + " WHERE 1 = 0")) {
      ResultSetMetaData data = none.getMetaData();
      for (int i = 1; i <= data.getColumnCount(); i++) {
        String name =
            columns.stream()
                .filter(data.getColumnName(i)::equalsIgnoreCase)
                .findFirst()
                .orElse(data.getColumnName(i));
        types.put(name, data.getColumnType(i));
        if (data.isNullable(i) != ResultSetMetaData.columnNoNulls) {
          nullable.add(name);
        }
      }
    }
  }

  /** Whether a value has the column's type, as a statement that changes no row shows. */
  private boolean accepts(String column, String value) {
    try {
      SqlQueries.execute(
          connection,
          "UPDATE "
              + driver.quoteTable(table)
              + " SET "
              + driver.quote(column)
              + " = "
              + value.replace("#", "1")
              + " WHERE 1 = 0");
      return true;
    } catch (SQLException e) {
      try {
        connection.rollback();
      } catch (SQLException failed) {
        e.addSuppressed(failed);
      }
      return false;
    }
  }

  private static String likely(int type) {
    return switch (type) {
      case Types.DATE -> "'2020-01-0#'";
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> "'2020-01-0# 01:02:03'";
      case Types.TIME, Types.TIME_WITH_TIMEZONE -> "'01:02:0#'";
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> "X'0#'";
      case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.CLOB -> "'#'";
      default -> "#";
    };
  }
}
