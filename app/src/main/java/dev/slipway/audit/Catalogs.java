package dev.slipway.audit;

import java.util.List;

/**
 * What is asked of each database's catalog: rows of an object's kind and name, the table that it
 * belongs to, and its definition.
 */
final class Catalogs {
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

  static final List<String> POSTGRES =
      List.of(
          SCHEMAS,
          "SELECT 'extension ' || extname, '', '' FROM pg_extension",
          TYPES,
          RELATIONS,
          COLUMNS.formatted(
              NAME,
              """
          || CASE a.attidentity WHEN '' THEN '' ELSE ' IDENTITY' END
          || CASE a.attgenerated WHEN '' THEN '' ELSE ' GENERATED' END
          """,
              OWN_TABLE),
          CONSTRAINTS,
          INDEXES,
          """
      SELECT 'function ' || CASE WHEN n.nspname = current_schema() THEN ''
          ELSE n.nspname || '.' END || p.proname || '('
          || pg_get_function_identity_arguments(p.oid) || ')', '', pg_get_functiondef(p.oid)
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE p.prokind IN ('f', 'p') AND NOT EXISTS (SELECT 1 FROM pg_depend d
          WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
        AND
      """
              + OURS,
          """
      SELECT 'trigger ' || %s || '.' || t.tgname, c.relname, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT t.tgisinternal AND %s"""
              .formatted(NAME, OWN_TABLE));

  static final List<String> COCKROACH =
      List.of(
          SCHEMAS, TYPES, RELATIONS, COLUMNS.formatted(NAME, "", OWN_TABLE), CONSTRAINTS, INDEXES);

  static final List<String> MYSQL =
      List.of(
          """
      SELECT CONCAT('table ', table_name), table_name, CONCAT(engine, ' ', table_collation)
      FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'""",
          """
      SELECT CONCAT('column ', c.table_name, '.', c.column_name), c.table_name,
        CONCAT_WS(' ', c.column_type, c.collation_name, IF(c.is_nullable = 'NO', 'NOT NULL', NULL),
          CONCAT('DEFAULT ', c.column_default), c.extra, c.generation_expression)
      FROM information_schema.columns c JOIN information_schema.tables t
        ON t.table_schema = c.table_schema AND t.table_name = c.table_name
      WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'""",
          """
      SELECT CONCAT('index ', table_name, '.', index_name), table_name,
        CONCAT(IF(non_unique, '', 'UNIQUE '), index_type, ' (', GROUP_CONCAT(
          CONCAT_WS(' ', column_name, expression, sub_part, collation)
          ORDER BY seq_in_index), ')', IF(is_visible = 'YES', '', ' INVISIBLE'))
      FROM information_schema.statistics WHERE table_schema = DATABASE()
      GROUP BY table_name, index_name, non_unique, index_type, is_visible""",
          """
      SELECT CONCAT('constraint ', k.table_name, '.', k.constraint_name), k.table_name,
        CONCAT('FOREIGN KEY (', GROUP_CONCAT(k.column_name ORDER BY k.ordinal_position),
          ') REFERENCES ', r.referenced_table_name, ' (',
          GROUP_CONCAT(k.referenced_column_name ORDER BY k.ordinal_position), ') ON DELETE ',
          r.delete_rule, ' ON UPDATE ', r.update_rule)
      FROM information_schema.key_column_usage k
        JOIN information_schema.referential_constraints r
          ON r.constraint_schema = k.constraint_schema
          AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
      WHERE k.table_schema = DATABASE()
      GROUP BY k.table_name, k.constraint_name, r.referenced_table_name, r.delete_rule,
        r.update_rule""",
          """
      SELECT CONCAT('check ', t.table_name, '.', t.constraint_name), t.table_name,
        CONCAT(c.check_clause, IF(t.enforced = 'YES', '', ' NOT ENFORCED'))
      FROM information_schema.table_constraints t JOIN information_schema.check_constraints c
        ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
      WHERE t.table_schema = DATABASE() AND t.constraint_type = 'CHECK'""",
          """
      SELECT CONCAT('view ', table_name), table_name,
        REPLACE(view_definition, CONCAT('`', DATABASE(), '`.'), '')
      FROM information_schema.views WHERE table_schema = DATABASE()""",
          """
      SELECT CONCAT('trigger ', trigger_name), event_object_table,
        CONCAT_WS(' ', action_timing, event_manipulation, action_statement)
      FROM information_schema.triggers WHERE trigger_schema = DATABASE()""",
          """
      SELECT CONCAT('function ', routine_name), '', CONCAT_WS(' ', routine_type, dtd_identifier,
        routine_definition)
      FROM information_schema.routines WHERE routine_schema = DATABASE()""");

  static final List<String> SQLITE =
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

  private Catalogs() {}
}
