package dev.slipway.driver.sqlite;

import dev.slipway.driver.QueryCatalogReader;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlSyntax;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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
      SELECT 'column ' || m.name || '.' || c.name, m.name, upper(c.type)
        || iif(c."notnull", ' NOT NULL', '') || coalesce(' DEFAULT ' || c.dflt_value, '')
        || iif(c.pk, ' PRIMARY KEY ' || c.pk, '') || iif(c.hidden > 1, ' GENERATED', '')
      FROM main.sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'""",
          """
      SELECT 'foreign key of ' || m.name || ' (' || group_concat(k."from") || ')', m.name,
        'REFERENCES ' || k."table" || ' (' || coalesce(group_concat(k."to"), '') || ') ON DELETE '
          || k.on_delete || ' ON UPDATE ' || k.on_update
      FROM main.sqlite_master m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table'
      GROUP BY m.name, k.id""",
          """
      SELECT iif(i.origin = 'c', 'index ' || i.name, 'unique key of ' || m.name || ' ('
          || (SELECT group_concat(x.name) FROM pragma_index_xinfo(i.name) x WHERE x.key) || ')'),
        m.name, iif(i."unique", 'UNIQUE ', '') || coalesce((SELECT group_concat(
          coalesce(x.name, 'expression') || iif(x."desc", ' DESC', '') || ' ' || x.coll)
          FROM pragma_index_xinfo(i.name) x WHERE x.key), '') || coalesce((
          SELECT ' ' || substr(s.sql, instr(lower(s.sql), ' where ')) FROM main.sqlite_master s
          WHERE s.name = i.name AND i.partial), '')
      FROM main.sqlite_master m, pragma_index_list(m.name) i
      WHERE m.type = 'table'""",
          """
      SELECT type || ' ' || name, tbl_name, replace(replace(sql, '"', ''), '`', '')
      FROM main.sqlite_master WHERE type IN ('view', 'trigger')""");

  private final SqlSyntax syntax;

  SqliteCatalogReader(SqlSyntax syntax) {
    super(QUERIES);
    this.syntax = syntax;
  }

  @Override
  public void read(Connection connection, ObjectHandler objects) throws SQLException {
    super.read(connection, objects);
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND sql IS NOT NULL")) {
      while (row.next()) {
        String table = row.getString(1);
        for (String check : checks(row.getString(2))) {
          objects.accept("check of " + table + " " + check, table, check);
        }
      }
    }
  }

  private Set<String> checks(String sql) {
    List<String> tokens = new ArrayList<>();
    SqlScript.parse(sql, syntax)
        .scan(
            new SqlScript.TokenListener() {
              @Override
              public void token(int start, int end) {
                tokens.add(sql.substring(start, end).replace("\"", "").replace("`", ""));
              }
            });
    Set<String> checks = new TreeSet<>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).equalsIgnoreCase("CHECK") && tokens.get(i + 1).equals("(")) {
        int depth = 0;
        int at = i + 1;
        do {
          depth += tokens.get(at).equals("(") ? 1 : tokens.get(at).equals(")") ? -1 : 0;
          at++;
        } while (depth > 0 && at < tokens.size());
        checks.add(String.join(" ", tokens.subList(i + 1, at)));
      }
    }
    return checks;
  }
}
