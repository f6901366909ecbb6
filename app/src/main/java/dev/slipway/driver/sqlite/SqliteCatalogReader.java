package dev.slipway.driver.sqlite;

import dev.slipway.driver.QueryCatalogReader;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlSyntax;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads SQLite's catalog, which has CHECK constraints only in the text of CREATE TABLE. */
final class SqliteCatalogReader extends QueryCatalogReader {
  private static final List<String> QUERIES =
      List.of(
          """
      SELECT 'table ' || t.name, t.name, iif(t.wr, 'WITHOUT ROWID ', '')
        || iif(t.strict, 'STRICT', '')
      FROM pragma_table_list t
      WHERE t.schema = 'main' AND t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_'""",
          """
      SELECT 'foreign key of ' || m.name || ' (' || group_concat(k."from") || ')', m.name,
        'REFERENCES ' || k."table" || ' (' || coalesce(group_concat(k."to"), '') || ') ON DELETE '
          || k.on_delete || ' ON UPDATE ' || k.on_update
      FROM main.sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
        AND substr(m.name, 1, 7) <> 'sqlite_'
      GROUP BY m.name, k.id""",
          """
      SELECT iif(i.origin = 'c', 'index ' || i.name, 'unique key of ' || m.name || ' ('
          || (SELECT group_concat(x.name) FROM pragma_index_xinfo(i.name) x WHERE x.key) || ')'),
        m.name, iif(i."unique", 'UNIQUE ', '') || coalesce((SELECT group_concat(
          coalesce(x.name, 'expression') || iif(x."desc", ' DESC', '') || ' ' || x.coll)
          FROM pragma_index_xinfo(i.name) x WHERE x.key), '')
      FROM main.sqlite_master m, pragma_index_list(m.name) i
      WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_'""");

  private static final String COLUMNS =
      """
      SELECT m.name, c.name, upper(c.type), c."notnull", c.dflt_value, c.pk, c.hidden
      FROM main.sqlite_master m, pragma_table_xinfo(m.name) c
      WHERE m.type = 'table' AND substr(m.name, 1, 7) <> 'sqlite_'""";

  /** SQLite keeps these as they were written. */
  private static final String TEXTS =
      """
      SELECT type, name, tbl_name, sql FROM main.sqlite_master
      WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_'""";

  /** Functions that, of the present, are the standard's values. */
  private static final Map<String, String> PRESENT =
      Map.of("datetime", "current_timestamp", "date", "current_date", "time", "current_time");

  private static final List<List<String>> PRESENT_ARGUMENTS =
      List.of(List.of("(", ")"), List.of("(", "'now'", ")"));

  private final SqlSyntax syntax;

  SqliteCatalogReader(SqlSyntax syntax) {
    super(QUERIES);
    this.syntax = syntax;
  }

  @Override
  protected void read(Connection connection, ObjectHandler objects) throws SQLException {
    Map<String, String> conditions = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TEXTS)) {
      while (row.next()) {
        String name = row.getString(2);
        String table = row.getString(3);
        List<String> tokens = tokens(row.getString(4));
        switch (row.getString(1)) {
          case "table" ->
              checks(tokens)
                  .forEach(check -> objects.accept("check of " + name + " " + check, table, check));
          case "index" -> {
            int where = tokens.indexOf("where");
            conditions.put(
                "index " + name,
                where < 0 ? "" : " " + joined(tokens.subList(where, tokens.size())));
          }
          default -> objects.accept(row.getString(1) + " " + name, table, joined(tokens));
        }
      }
    }
    super.read(
        connection,
        (object, table, definition) ->
            objects.accept(object, table, definition + conditions.getOrDefault(object, "")));
    readColumns(connection, objects);
  }

  private void readColumns(Connection connection, ObjectHandler objects) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COLUMNS)) {
      while (row.next()) {
        String value = canonicalDefault(String.valueOf(row.getString(5)));
        objects.accept(
            "column " + row.getString(1) + "." + row.getString(2),
            row.getString(1),
            row.getString(3)
                + (row.getBoolean(4) ? " NOT NULL" : "")
                + (value.equals("null") ? "" : " DEFAULT " + value)
                + (row.getInt(6) > 0 ? " PRIMARY KEY " + row.getInt(6) : "")
                + (row.getInt(7) > 1 ? " GENERATED" : ""));
      }
    }
  }

  private static Set<String> checks(List<String> tokens) {
    Set<String> checks = new TreeSet<>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).equals("check") && tokens.get(i + 1).equals("(")) {
        int depth = 0;
        int at = i + 1;
        do {
          depth += tokens.get(at).equals("(") ? 1 : tokens.get(at).equals(")") ? -1 : 0;
          at++;
        } while (depth > 0 && at < tokens.size());
        checks.add(joined(tokens.subList(i + 1, at)));
      }
    }
    return checks;
  }

  /** A default with one spelling, {@code null} for none. */
  private String canonicalDefault(String text) {
    List<String> tokens = tokens(text);
    while (tokens.size() > 2 && enclosed(tokens)) {
      tokens = tokens.subList(1, tokens.size() - 1);
    }
    String value = joined(tokens);
    return switch (value) {
      case "true" -> "1";
      case "false" -> "0";
      default ->
          // What is quoted as a name is a string here.
          text.startsWith("\"") && text.endsWith("\"") && text.length() > 1
              ? "'" + text.substring(1, text.length() - 1) + "'"
              : value;
    };
  }

  /** Whether the first parenthesis closes at the end. */
  private static boolean enclosed(List<String> tokens) {
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      depth += tokens.get(i).equals("(") ? 1 : tokens.get(i).equals(")") ? -1 : 0;
      if (depth == 0) {
        return i > 0 && i == tokens.size() - 1;
      }
    }
    return false;
  }

  private static String joined(List<String> tokens) {
    return String.join(" ", tokens);
  }

  /** The tokens: strings as they are, all else in lower case and without quotes and comments. */
  private List<String> tokens(String sql) {
    List<String> tokens = new ArrayList<>();
    SqlScript.parse(sql, syntax)
        .scan(
            new SqlScript.TokenListener() {
              @Override
              public void token(int start, int end) {
                String token = sql.substring(start, end);
                tokens.add(
                    token.indexOf('\'') >= 0
                        ? token
                        : token.replaceAll("[\"`\\[\\]]", "").toLowerCase(Locale.ROOT));
                if (token.equals(")")) {
                  replacePresent(tokens);
                }
              }
            });
    return tokens;
  }

  /** Replaces a function of the present at the end of the tokens. */
  private static void replacePresent(List<String> tokens) {
    int name = tokens.lastIndexOf("(") - 1;
    String value = name < 0 ? null : PRESENT.get(tokens.get(name));
    if (value != null && PRESENT_ARGUMENTS.contains(tokens.subList(name + 1, tokens.size()))) {
      tokens.subList(name, tokens.size()).clear();
      tokens.add(value);
    }
  }
}
