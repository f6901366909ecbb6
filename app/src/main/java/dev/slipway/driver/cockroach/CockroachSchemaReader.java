package dev.slipway.driver.cockroach;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SchemaReader;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.postgres.CanonicalExpressions;
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

/**
 * Reads the part of PostgreSQL's catalogs that CockroachDB has too, by queries whose rows are an
 * object, its table, and its definition.
 */
final class CockroachSchemaReader implements SchemaReader {
  private static final String NAME =
      "CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END || c.relname";

  private static final String OURS =
      """
       n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')
      """;

  private static final String OWN_TABLE =
      OURS
          + """
       AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
         AND d.objid = c.oid AND d.deptype = 'e')
      """;

  private static final String RELATIONS =
      """
      SELECT CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'view ' WHEN 'S' THEN 'sequence '
          ELSE 'table ' END || %s, c.relname,
        CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) ELSE '' END
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND %s"""
          .formatted(NAME, OWN_TABLE);

  private static final String COLUMNS =
      """
      SELECT 'column ' || %s || '.' || a.attname, c.relname,
        format_type(a.atttypid, a.atttypmod)
          || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
          || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND %s"""
          .formatted(NAME, OWN_TABLE);

  private static final String CONSTRAINTS =
      """
      SELECT 'constraint ' || %s || '.' || k.conname, c.relname,
        replace(pg_get_constraintdef(k.oid), ' NOT VALID', '')
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND %s"""
          .formatted(NAME, OWN_TABLE);

  private static final String INDEXES =
      """
      SELECT 'index ' || i.relname, c.relname, pg_get_indexdef(i.oid)
        || CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END
      FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
        JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE %s"""
          .formatted(OWN_TABLE);

  private static final String TYPES =
      """
      SELECT 'type ' || CASE WHEN n.nspname = current_schema() THEN '' ELSE n.nspname || '.' END
          || t.typname, '', (SELECT string_agg(e.enumlabel, ', ' ORDER BY e.enumsortorder)
          FROM pg_enum e WHERE e.enumtypid = t.oid)
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype IN ('e', 'd') AND
      """
          + OURS;

  private static final String SCHEMAS =
      "SELECT 'schema ' || n.nspname, '', '' FROM pg_namespace n WHERE " + OURS;

  private static final List<String> QUERIES =
      List.of(SCHEMAS, TYPES, RELATIONS, COLUMNS, CONSTRAINTS, INDEXES);

  private static final List<String> OMITTED =
      List.of(
          "functions, triggers, grants, comments, and settings of tables, which Slipway does not read"
              + " on CockroachDB");

  @Override
  public SchemaContents read(Connection connection, Set<String> excluded) throws SQLException {
    // The definitions of two databases are compared, whatever their settings are.
    SqlQueries.execute(connection, "SET DateStyle TO ISO");
    Reading reading = new Reading();
    try (Statement statement = connection.createStatement()) {
      for (String query : QUERIES) {
        try (ResultSet row = statement.executeQuery(query)) {
          while (row.next()) {
            String table = String.valueOf(row.getString(2));
            if (!excluded.contains(table)) {
              reading.add(row.getString(1), table, String.valueOf(row.getString(3)));
            }
          }
        }
      }
    }
    return new SchemaContents(Map.of(), reading.objects, reading.tables, List.of(), OMITTED);
  }

  /** What has been read. */
  private static final class Reading {
    private final List<SchemaObject> objects = new ArrayList<>();
    private final Map<String, List<String>> tables = new LinkedHashMap<>();
    private final Set<String> keys = new HashSet<>();

    void add(String object, String table, String definition) {
      // Two keys of a table may be the same by their columns, which are their only name.
      String unique = object;
      for (int i = 2; !keys.add(unique); i++) {
        unique = object + " #" + i;
      }
      int space = unique.indexOf(' ');
      String kind = unique.substring(0, space);
      String name = unique.substring(space + 1);
      String canonical = CanonicalExpressions.canonical(definition);
      if (kind.equals("table")) {
        tables.putIfAbsent(name, new ArrayList<>());
      } else if (kind.equals("column")) {
        int dot = name.lastIndexOf('.');
        tables
            .computeIfAbsent(name.substring(0, dot), _ -> new ArrayList<>())
            .add(name.substring(dot + 1));
        canonical = CanonicalExpressions.withoutNullDefault(canonical);
      }
      objects.add(
          new SchemaObject(
              kind,
              name,
              table.isEmpty() || kind.equals("table") || kind.equals("view")
                  ? Optional.empty()
                  : Optional.of("table " + table),
              Map.of("definition", canonical.replaceAll("\\s+", " ").strip())));
    }
  }
}
