package dev.slipway.driver.sqlite;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.sqlite.DdlTokens.DdlToken;
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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The statements that make a schema of SQLite, each with the objects that it creates. Immutable.
 */
final class SqliteSchema {
  private static final Set<String> KINDS = Set.of("table", "index", "view", "trigger");
  private static final Set<String> KINDS_WITH_OWNER = Set.of("index", "trigger");

  /** The query of the dump, with names. */
  private static final String STATEMENTS =
      """
      SELECT type, name, tbl_name, sql FROM main.sqlite_schema
      WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND name NOT IN (SELECT name FROM pragma_table_list
          WHERE schema = 'main' AND type = 'shadow')
      ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END,
        lower(name)\
      """;

  private final Map<String, Item> items;
  private final Map<String, Set<SchemaObject>> objects;
  private final Map<String, String> settings;

  /**
   * A statement.
   *
   * @param type table, index, view, or trigger
   * @param name as it was written
   * @param table the table of an index or trigger, as it was written
   * @param tokens of the statement
   */
  record Item(String type, String name, String table, String sql, List<DdlToken> tokens) {
    String key() {
      return type + " " + DdlTokens.lower(name);
    }

    /** Whether it disappears with a table or view. */
    boolean belongsTo(Item owner) {
      return !KINDS_WITH_OWNER.contains(owner.type)
          && KINDS_WITH_OWNER.contains(type)
          && DdlTokens.lower(table).equals(DdlTokens.lower(owner.name));
    }

    boolean isVirtual() {
      return type.equals("table") && SqliteTable.isVirtual(tokens);
    }

    /** Its name in lower case, as {@link SchemaContents#tables} has it. */
    String lowerName() {
      return DdlTokens.lower(name);
    }

    String quoted() {
      return SqlQuoting.identifier(name);
    }
  }

  private SqliteSchema(
      Map<String, Item> items,
      Map<String, Set<SchemaObject>> objects,
      Map<String, String> settings) {
    this.items = items;
    this.objects = objects;
    this.settings = settings;
  }

  /** Reads the schema of a database without these tables. */
  static SqliteSchema read(Connection connection, Set<String> excluded) throws SQLException {
    Set<String> left = excluded.stream().map(DdlTokens::lower).collect(Collectors.toSet());
    Map<String, Item> items = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(STATEMENTS)) {
      while (row.next()) {
        String sql = row.getString(4);
        Item item =
            new Item(row.getString(1), row.getString(2), row.getString(3), sql, DdlTokens.of(sql));
        if (!left.contains(DdlTokens.lower(item.table()))) {
          items.put(item.key(), item);
        }
      }
    }
    Map<String, Set<SchemaObject>> objects = new TreeMap<>();
    Map<String, String> settings = new TreeMap<>();
    for (SchemaObject object : new SqliteSchemaReader().read(connection, excluded).objects()) {
      if (object.kind().equals("database")) {
        settings.putAll(object.properties());
      } else {
        String key =
            KINDS.contains(object.kind()) ? object.key() : object.parent().orElse(object.key());
        objects.computeIfAbsent(key, _ -> new HashSet<>()).add(object);
      }
    }
    return new SqliteSchema(items, objects, settings);
  }

  /** All statements: tables, indexes, views, triggers. */
  List<Item> items() {
    return List.copyOf(items.values());
  }

  /** The statements of one kind. */
  List<Item> items(String type) {
    return items.values().stream().filter(item -> item.type().equals(type)).toList();
  }

  Optional<Item> item(String key) {
    return Optional.ofNullable(items.get(key));
  }

  /** The settings that the file keeps. */
  Map<String, String> settings() {
    return settings;
  }

  /** What a statement creates: of a table, its columns and constraints too. */
  Set<SchemaObject> objects(String key) {
    return objects.getOrDefault(key, Set.of());
  }

  /** Whether both schemas have an object, and the same one. */
  boolean hasSame(String key, SqliteSchema other) {
    return items.containsKey(key)
        && other.items.containsKey(key)
        && objects(key).equals(other.objects(key));
  }

  /** The keys of everything in which two schemas differ, with the objects that differ. */
  List<String> differences(SqliteSchema expected) {
    Set<String> keys = new TreeSet<>(items.keySet());
    keys.addAll(expected.items.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      if (!hasSame(key, expected)) {
        differences.add(key);
      }
    }
    return differences;
  }

  /** The columns of a table as {@link SchemaContents} names them, each with its definition. */
  static Map<String, List<DdlToken>> columns(Item table) {
    Map<String, List<DdlToken>> columns = new LinkedHashMap<>();
    SqliteTable.definitions(table.tokens())
        .forEach(definition -> columns.put(definition.getFirst().name(), definition));
    return columns;
  }

  /** The text of some tokens of a statement, as it was written. */
  static String text(Item item, List<DdlToken> tokens) {
    return item.sql().substring(tokens.getFirst().start(), tokens.getLast().end());
  }

  /** The properties of a column. */
  Map<String, String> column(Item table, String column) {
    return objects(table.key()).stream()
        .filter(object -> object.key().equals("column " + table.lowerName() + "." + column))
        .findFirst()
        .<Map<String, String>>map(SchemaObject::properties)
        .orElse(Map.of());
  }

  /** The constraints of a table. */
  List<SchemaObject> constraints(Item table) {
    return objects(table.key()).stream()
        .filter(object -> !Set.of("table", "column").contains(object.kind()))
        .toList();
  }
}
