package dev.slipway.driver.postgres;

import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the queries of {@link DumpStatements} and {@link DumpSettings} need to know of a database.
 *
 * @param tables the numbers of the tables that are left out, as an array
 * @param migrator the number of the role that owns the history
 */
record DumpScope(String tables, String migrator) {
  private static final String EXCLUDED =
      """
      SELECT coalesce(array_agg(c.oid), '{}')::text FROM pg_class c
      WHERE c.relkind IN ('r', 'p') AND c.relname IN (%s)""";

  private static final String MIGRATOR =
      """
      SELECT coalesce((SELECT min(c.relowner) FROM pg_class c WHERE c.oid = ANY ('%s'::oid[])),
        (SELECT oid FROM pg_roles WHERE rolname = current_user))::text""";

  /**
   * Who depends on whom, by the catalog and number of the objects that have statements: what the
   * server creates with an object, such as a view's rule or a table's row type, stands for it. The
   * last two numbers are columns, or 0 for whole objects.
   */
  static final String DEPENDENCIES =
      """
      WITH object (class, id, of_class, of_id, of_column) AS (
        SELECT 'pg_rewrite'::regclass::oid, r.oid, 'pg_class'::regclass::oid, r.ev_class, 0
          FROM pg_rewrite r WHERE r.rulename = '_RETURN'
        UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid, 0
          FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind <> 'c'
        UNION ALL SELECT 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype, 0
          FROM pg_class c WHERE c.relkind = 'c'
        UNION ALL SELECT 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid, 0
          FROM pg_type t WHERE t.typarray <> 0 AND t.typrelid = 0
        UNION ALL SELECT 'pg_type'::regclass, t.typarray, 'pg_class'::regclass, c.oid, 0
          FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
          WHERE t.typarray <> 0 AND c.relkind <> 'c'
        UNION ALL SELECT 'pg_type'::regclass, r.rngmultitypid, 'pg_type'::regclass, r.rngtypid, 0
          FROM pg_range r
        UNION ALL SELECT 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid, 0
          FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x')
        UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid,
            d.adnum::int
          FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
          WHERE a.attgenerated <> '')
      SELECT DISTINCT coalesce(a.of_class, d.classid), coalesce(a.of_id, d.objid),
        coalesce(b.of_class, d.refclassid), coalesce(b.of_id, d.refobjid),
        coalesce(a.of_column, d.objsubid), coalesce(b.of_column, d.refobjsubid)
      FROM pg_depend d LEFT JOIN object a ON a.class = d.classid AND a.id = d.objid
        LEFT JOIN object b ON b.class = d.refclassid AND b.id = d.refobjid
      WHERE d.deptype IN ('n', 'a', 'i', 'P', 'S')
      UNION SELECT 'pg_class'::regclass, i.inhrelid, 'pg_class'::regclass, i.inhparent, 0, 0
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind IN ('r', 'p')
      UNION SELECT 'pg_constraint'::regclass, f.oid, 'pg_constraint'::regclass, k.oid, 0, 0
      FROM pg_constraint f JOIN pg_constraint k ON k.conindid = f.conindid
        AND k.contype IN ('p', 'u') WHERE f.contype = 'f'""";

  /** The scope in a connection's database. */
  static DumpScope read(Connection connection, Set<String> excluded) throws SQLException {
    String names =
        Stream.concat(Stream.of("NULL"), excluded.stream().map(SqlQuoting::literal).sorted())
            .collect(Collectors.joining(", "));
    String tables = SqlQueries.string(connection, EXCLUDED.formatted(names));
    return new DumpScope(tables, SqlQueries.string(connection, MIGRATOR.formatted(tables)));
  }

  /** A query with the numbers in place of the words that stand for them. */
  String bind(String query) {
    return query
        .replace(":excluded", "'" + tables + "'::oid[]")
        .replace(":migrator", migrator + "::oid");
  }
}
