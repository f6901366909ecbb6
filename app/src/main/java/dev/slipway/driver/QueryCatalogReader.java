package dev.slipway.driver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a catalog with queries whose rows are an object, its table, and its definition. */
public class QueryCatalogReader implements SchemaReader {
  private final List<String> queries;
  private final List<String> omitted;

  /** Receives the objects. */
  protected interface ObjectHandler {
    /**
     * Receives an object.
     *
     * @param object its kind and name, such as {@code table t}
     * @param table the table that it belongs to; empty where it belongs to none
     * @param definition its definition as the database has it
     */
    void accept(String object, String table, String definition);
  }

  /**
   * A reader with these queries.
   *
   * @param omitted what they do not read
   */
  public QueryCatalogReader(List<String> queries, List<String> omitted) {
    this.queries = List.copyOf(queries);
    this.omitted = List.copyOf(omitted);
  }

  @Override
  public final SchemaContents read(Connection connection, Set<String> excluded)
      throws SQLException {
    List<SchemaObject> objects = new ArrayList<>();
    Map<String, List<String>> tables = new LinkedHashMap<>();
    Set<String> keys = new HashSet<>();
    read(
        connection,
        (object, table, definition) -> {
          if (excluded.contains(table)) {
            return;
          }
          // Two keys of a table may be the same by their columns, which are their only name.
          String unique = object;
          for (int i = 2; !keys.add(unique); i++) {
            unique = object + " #" + i;
          }
          int space = unique.indexOf(' ');
          String kind = unique.substring(0, space);
          String name = unique.substring(space + 1);
          if (kind.equals("table")) {
            tables.putIfAbsent(name, new ArrayList<>());
          } else if (kind.equals("column") && name.contains(".")) {
            int dot = name.lastIndexOf('.');
            tables
                .computeIfAbsent(name.substring(0, dot), _ -> new ArrayList<>())
                .add(name.substring(dot + 1));
          }
          objects.add(
              new SchemaObject(
                  kind,
                  name,
                  table.isEmpty() || kind.equals("table") || kind.equals("view")
                      ? Optional.empty()
                      : Optional.of("table " + table),
                  Map.of("definition", definition.replaceAll("\\s+", " ").strip())));
        });
    return new SchemaContents(Map.of(), objects, tables, List.of(), omitted);
  }

  /** Reads all objects of the connection's schema, in no order. */
  protected void read(Connection connection, ObjectHandler objects) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String query : queries) {
        try (ResultSet row = statement.executeQuery(query)) {
          while (row.next()) {
            objects.accept(
                row.getString(1),
                String.valueOf(row.getString(2)),
                String.valueOf(row.getString(3)));
          }
        }
      }
    }
  }
}
