package dev.slipway.driver.mysql;

import java.util.List;

/** Catalog queries of MySQL. */
final class MysqlCatalogQueries {
  static final List<String> ALL =
      List.of(
          """
      SELECT CONCAT('table ', table_name), table_name, CONCAT(engine, ' ', table_collation)
      FROM information_schema.tables
      WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'""",
          """
      SELECT CONCAT('column ', c.table_name, '.', c.column_name), c.table_name,
        CONCAT_WS(' ', c.column_type, c.collation_name, IF(c.is_nullable = 'NO', 'NOT NULL', NULL),
          IF(c.column_default IS NULL, NULL,
            CONCAT('DEFAULT ', IF(c.extra LIKE '%DEFAULT_GENERATED%', c.column_default,
              QUOTE(c.column_default)))), c.extra, c.generation_expression)
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

  private MysqlCatalogQueries() {}
}
