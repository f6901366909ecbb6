package dev.slipway.driver.sqlite;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SchemaReader;
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
import java.util.stream.Collectors;

/**
 * Reads SQLite's schema: the statements of sqlite_schema, which are the schema, and the settings
 * that the file keeps.
 */
final class SqliteSchemaReader implements SchemaReader {
  /** One statement, so that it reads one state of the file. */
  private static final String QUERY =
      """
      SELECT 'setting' AS source, 'user version' AS name, '' AS tbl_name, user_version AS value
      FROM pragma_user_version
      UNION ALL SELECT 'setting', 'application id', '', application_id FROM pragma_application_id
      UNION ALL SELECT 'setting', 'encoding', '', encoding FROM pragma_encoding
      UNION ALL SELECT 'setting', 'auto vacuum', '', auto_vacuum FROM pragma_auto_vacuum
      UNION ALL SELECT 'setting', 'page size', '', page_size FROM pragma_page_size
      UNION ALL SELECT 'shadow', name, '', '' FROM pragma_table_list
        WHERE schema = 'main' AND type = 'shadow'
      UNION ALL SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL""";

  private record Row(String type, String name, String table, List<DdlToken> tokens) {}

  @Override
  public SchemaContents read(Connection connection, Set<String> excluded) throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    Set<String> left = excluded.stream().map(DdlTokens::lower).collect(Collectors.toSet());
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      while (row.next()) {
        String name = row.getString(2);
        String value = String.valueOf(row.getString(4));
        switch (row.getString(1)) {
          case "setting" -> {
            if (!value.equals("0")) {
              settings.put(name, value);
            }
          }
          case "shadow" -> left.add(DdlTokens.lower(name));
          default ->
              rows.add(
                  new Row(
                      row.getString(1),
                      DdlTokens.lower(name),
                      DdlTokens.lower(row.getString(3)),
                      DdlTokens.of(value)));
        }
      }
    }
    rows.removeIf(row -> row.name().startsWith("sqlite_") || left.contains(row.table()));
    return contents(settings, rows);
  }

  private static SchemaContents contents(Map<String, String> settings, List<Row> rows) {
    Map<String, List<String>> tables = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    Set<String> views = new HashSet<>();
    for (Row row : rows) {
      names.add(row.name());
      names.addAll(DdlTokens.aliases(row.tokens()));
      if (row.type().equals("view")) {
        views.add(row.name());
      }
      if (row.type().equals("table") && !SqliteTable.isVirtual(row.tokens())) {
        List<String> columns = SqliteTable.columns(row.tokens());
        tables.put(row.name(), columns);
        names.addAll(columns);
      }
    }
    List<SchemaObject> objects = new ArrayList<>();
    objects.add(new SchemaObject("database", "file", Optional.empty(), settings));
    for (Row row : rows) {
      switch (row.type()) {
        case "table" -> objects.addAll(SqliteTable.objects(row.name(), row.tokens(), names));
        case "index" -> objects.add(index(row, names));
        default ->
            objects.add(
                new SchemaObject(
                    row.type(),
                    row.name(),
                    row.type().equals("trigger")
                        ? Optional.of(
                            (views.contains(row.table()) ? "view " : "table ") + row.table())
                        : Optional.empty(),
                    // CREATE, the kind, and the name
                    Map.of("definition", DdlTokens.text(rest(row.tokens(), 3), names))));
      }
    }
    return new SchemaContents(Map.of(), objects, tables, List.of(), List.of());
  }

  private static List<DdlToken> rest(List<DdlToken> tokens, int from) {
    return tokens.subList(Math.min(from, tokens.size()), tokens.size());
  }

  private static SchemaObject index(Row row, Set<String> names) {
    Map<String, String> properties = new TreeMap<>();
    List<DdlToken> tokens = new ArrayList<>(row.tokens());
    if (tokens.size() > 1 && tokens.get(1).is("unique")) {
      properties.put("unique", "yes");
    }
    int open = 0;
    while (open < tokens.size() && !tokens.get(open).is("(")) {
      open++;
    }
    int end = open < tokens.size() ? DdlTokens.closing(tokens, open) + 1 : tokens.size();
    List<DdlToken> columns = new ArrayList<>(tokens.subList(Math.min(open, end), end));
    // The order is ascending by itself.
    columns.removeIf(token -> token.is("asc"));
    properties.put("columns", DdlTokens.text(columns, names));
    List<DdlToken> where = rest(tokens, end + 1);
    if (!where.isEmpty()) {
      properties.put("where", DdlTokens.text(where, names));
    }
    return new SchemaObject("index", row.name(), Optional.of("table " + row.table()), properties);
  }
}
