package dev.slipway.verify;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaContents;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Rows in the tables that generated migrations touch, which have to be the same after them. For one
 * thread.
 */
final class SeededRows implements AutoCloseable {
  private final Connection connection;
  private final DatabaseDriver driver;
  private final SchemaContents start;
  private final Map<String, Snapshot> seeded = new TreeMap<>();

  /** The columns whose type a migration changed: their values are written in another way. */
  private final Set<String> retyped = new HashSet<>();

  private final Map<String, String> unseeded = new TreeMap<>();
  private UnaryOperator<String> oldName = UnaryOperator.identity();
  private final Map<String, RowSeeder> seeders = new LinkedHashMap<>();

  /**
   * The rows of a table.
   *
   * @param types the type of each column
   * @param rows the values of the columns, in the order of the types
   */
  private record Snapshot(Map<String, String> types, List<List<String>> rows) {}

  /**
   * Prepares a scratch database with this schema.
   *
   * @param connection is closed with the rows
   */
  SeededRows(Connection connection, DatabaseDriver driver, SchemaContents start) {
    this.connection = connection;
    this.driver = driver;
    this.start = start;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  /**
   * Inserts rows into the tables that statements touch.
   *
   * @param before gives a table the name that it has before the statements
   */
  void insert(List<PlannedStatement> statements, UnaryOperator<String> before) throws SQLException {
    oldName = before;
    Set<String> touched = new LinkedHashSet<>();
    statements.forEach(
        statement ->
            statement.tables().stream()
                .map(before)
                .filter(start.tables()::containsKey)
                .sorted()
                .forEach(touched::add));
    fill(touched, statements);
    if (!seeders.values().stream().allMatch(RowSeeder::hasRows)) {
      // What they refer to may be in tables that are not touched.
      fill(start.tables().keySet(), statements);
    }
    for (String table : touched) {
      RowSeeder seeder = seeders.get(table);
      if (seeder != null && !seeder.hasRows()) {
        unseeded.put(table, seeder.problem());
      }
    }
    for (String table : touched) {
      seeded.put(table, read(table, columns(table)));
    }
  }

  /** A table with a foreign key is filled after the table that it refers to. */
  private void fill(Set<String> tables, List<PlannedStatement> statements) throws SQLException {
    boolean progress = true;
    while (progress) {
      progress = false;
      for (String table : tables) {
        RowSeeder seeder = seeders.get(table);
        if (seeder == null) {
          List<String> needs =
              statements.stream()
                  .filter(
                      statement -> statement.tables().stream().map(oldName).anyMatch(table::equals))
                  .flatMap(statement -> statement.needs().stream())
                  .toList();
          seeder = new RowSeeder(connection, driver, table, columns(table), needs);
          seeders.put(table, seeder);
        }
        progress |= seeder.insert();
      }
    }
  }

  private List<String> columns(String table) {
    return start.tables().getOrDefault(table, List.of());
  }

  /** The tables into which no row could be inserted, each with the reason. */
  Map<String, String> unseeded() {
    return unseeded;
  }

  /**
   * The tables that do not have their rows any more, each as a sentence.
   *
   * @param now the schema
   * @param renamed gives a table or column its present name
   * @param losses what was deleted on purpose, as {@link PlannedStatement#loss} names it
   */
  List<String> lost(SchemaContents now, UnaryOperator<String> renamed, Set<String> losses)
      throws SQLException {
    List<String> lost = new ArrayList<>();
    for (Map.Entry<String, Snapshot> each : seeded.entrySet()) {
      String table = each.getKey();
      String name = renamed.apply(table);
      if (!now.tables().containsKey(name) || losses.contains("table " + table)) {
        continue;
      }
      List<String> kept = new ArrayList<>();
      List<String> present = new ArrayList<>();
      for (String column : each.getValue().types().keySet()) {
        String moved = renamed.apply(table + "." + column);
        String its = moved.substring(Math.min(moved.length(), name.length() + 1));
        if (now.tables().get(name).contains(its)
            && losses.stream().noneMatch(loss -> loss.contains(table + "." + column))) {
          kept.add(column);
          present.add(its);
        }
      }
      Snapshot after = read(name, present);
      for (int i = 0; i < kept.size(); i++) {
        if (!String.valueOf(each.getValue().types().get(kept.get(i)))
            .equals(after.types().get(present.get(i)))) {
          retyped.add(table + "." + kept.get(i));
        }
      }
      List<Boolean> same =
          kept.stream().map(column -> !retyped.contains(table + "." + column)).toList();
      if (!values(each.getValue(), kept, same).equals(values(after, present, same))) {
        lost.add(
            "table "
                + name
                + " had "
                + each.getValue().rows().size()
                + " rows, and "
                + (after.rows().size() == each.getValue().rows().size()
                    ? "their values are not the same"
                    : "now has " + after.rows().size()));
      }
    }
    return lost;
  }

  /** The rows in one order; of a column that had another type, only what is NULL. */
  private static List<String> values(Snapshot snapshot, List<String> columns, List<Boolean> same) {
    List<String> names = List.copyOf(snapshot.types().keySet());
    return snapshot.rows().stream()
        .map(
            row -> {
              StringBuilder text = new StringBuilder();
              for (int i = 0; i < columns.size(); i++) {
                String value = row.get(names.indexOf(columns.get(i)));
                text.append(same.get(i) || value.equals("null") ? value : "?").append('\u0001');
              }
              return text.toString();
            })
        .sorted()
        .toList();
  }

  private Snapshot read(String table, List<String> columns) throws SQLException {
    String list =
        columns.isEmpty()
            ? "1"
            : columns.stream().map(driver::quote).collect(Collectors.joining(", "));
    Map<String, String> types = new LinkedHashMap<>();
    List<List<String>> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT " + list + " FROM " + driver.quoteTable(table))) {
      ResultSetMetaData data = row.getMetaData();
      for (int i = 0; i < columns.size(); i++) {
        types.put(
            columns.get(i),
            data.getColumnTypeName(i + 1) + data.getPrecision(i + 1) + "," + data.getScale(i + 1));
      }
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns.size(); i++) {
          values.add(String.valueOf(row.getString(i)));
        }
        rows.add(values);
      }
    }
    return new Snapshot(types, rows);
  }
}
