package dev.slipway.driver.postgres;

import java.util.List;

/** Catalog queries that CockroachDB answers. */
public final class PostgresCatalogQueries {
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
          || COALESCE(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') %s
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND %s""";

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

  /** The queries that CockroachDB answers. */
  public static final List<String> SHARED =
      List.of(
          SCHEMAS, TYPES, RELATIONS, COLUMNS.formatted(NAME, "", OWN_TABLE), CONSTRAINTS, INDEXES);

  private PostgresCatalogQueries() {}
}
