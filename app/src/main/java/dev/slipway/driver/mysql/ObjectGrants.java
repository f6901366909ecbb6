package dev.slipway.driver.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The grants on single tables, views, columns, and routines of the current database. Those on the
 * whole database belong to its environment.
 */
final class ObjectGrants {
  private static final String TABLES =
      """
      SELECT IF(t.table_type = 'VIEW', 'view', 'table'), g.table_name,
        CONCAT(g.grantee, ': ', g.privilege_type, IF(g.is_grantable = 'YES',
          ' with grant option', ''))
      FROM information_schema.table_privileges g JOIN information_schema.tables t
        ON t.table_schema = g.table_schema AND t.table_name = g.table_name
      WHERE g.table_schema = DATABASE()
      UNION ALL
      SELECT IF(t.table_type = 'VIEW', 'view', 'table'), g.table_name,
        CONCAT(g.grantee, ': ', g.privilege_type, ' (', g.column_name, ')',
          IF(g.is_grantable = 'YES', ' with grant option', ''))
      FROM information_schema.column_privileges g JOIN information_schema.tables t
        ON t.table_schema = g.table_schema AND t.table_name = g.table_name
      WHERE g.table_schema = DATABASE()""";

  /** The server itself grants a routine to the account that creates it. */
  private static final String ROUTINES =
      """
      SELECT LOWER(g.routine_type), g.routine_name,
        CONCAT(QUOTE(g.user), '@', QUOTE(g.host), ': ', UPPER(g.proc_priv))
      FROM mysql.procs_priv g LEFT JOIN information_schema.routines r
        ON r.routine_schema = g.db AND r.routine_name = g.routine_name
        AND r.routine_type = g.routine_type
      WHERE g.db = DATABASE()
        AND CONCAT(g.user, '@', g.host) NOT IN (COALESCE(r.definer, ''), g.grantor)""";

  private ObjectGrants() {}

  /** The grants by the kind and name of the object. */
  static Map<String, String> read(Statement statement) throws SQLException {
    Map<String, TreeSet<String>> grants = new TreeMap<>();
    for (String query : new String[] {TABLES, ROUTINES}) {
      try (ResultSet row = statement.executeQuery(query)) {
        while (row.next()) {
          grants
              .computeIfAbsent(row.getString(1) + " " + row.getString(2), _ -> new TreeSet<>())
              .add(row.getString(3));
        }
      }
    }
    return grants.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, each -> String.join(", ", each.getValue())));
  }
}
