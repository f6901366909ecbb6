package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.postgres.SchemaGraph.Column;
import dev.slipway.driver.postgres.SchemaGraph.Constraint;
import dev.slipway.driver.postgres.SchemaGraph.Setting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a {@link SchemaGraph} in a transaction that is open. Used once. */
final class SchemaGraphReader {
  private static final String KEYS =
      """
      SELECT o.class, o.id, CASE WHEN o.class = 'pg_default_acl'::regclass
        THEN (SELECT %s FROM pg_default_acl t WHERE t.oid = o.id) ELSE %s END
      FROM (SELECT classid, objid FROM pg_depend UNION SELECT refclassid, refobjid FROM pg_depend
        UNION SELECT 'pg_namespace'::regclass, oid FROM pg_namespace
        UNION SELECT 'pg_default_acl'::regclass, oid FROM pg_default_acl
        UNION SELECT 'pg_extension'::regclass, oid FROM pg_extension) o (class, id)
      WHERE o.id >= 16384 OR o.class = 'pg_namespace'::regclass""";

  private static final String COLUMNS =
      """
      SELECT 'pg_class'::regclass::oid, c.oid, a.attnum, %s, c.oid::regclass::text, c.relkind,
        quote_ident(a.attname), %s,
        CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        JOIN pg_type b ON b.oid = a.atttypid
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND NOT a.attisdropped AND %s"""
          .formatted(
              CatalogSql.key(CatalogSql.catalog("pg_class"), "c.oid", "a.attnum"),
              DumpStatements.COLUMN,
              DumpStatements.ownTable());

  private static final String CONSTRAINTS =
      """
      SELECT %s, coalesce('TABLE ' || c.oid::regclass, 'DOMAIN ' || t.oid::regtype),
        quote_ident(k.conname), k.contype, pg_get_constraintdef(k.oid),
        CASE WHEN k.contype IN ('p', 'u') THEN pg_get_indexdef(k.conindid) END,
        coalesce(c.relkind = 'p', false), nullif(k.confrelid, 0)::regclass::text
      FROM pg_constraint k LEFT JOIN pg_class c ON c.oid = k.conrelid
        LEFT JOIN pg_type t ON t.oid = k.contypid
      WHERE k.oid >= 16384 AND k.contype IN ('p', 'u', 'x', 'c', 'f')"""
          .formatted(CatalogSql.key("pg_constraint", "k.oid"));

  private static final String DERIVED =
      """
      SELECT %s FROM pg_constraint k
      WHERE k.conparentid <> 0 OR k.conrelid <> 0 AND NOT k.conislocal
      UNION ALL SELECT %s FROM pg_class i WHERE i.relkind IN ('i', 'I') AND i.relispartition
      UNION ALL SELECT %s FROM pg_trigger g WHERE g.tgparentid <> 0"""
          .formatted(
              CatalogSql.key("pg_constraint", "k.oid"),
              CatalogSql.key("pg_class", "i.oid"),
              CatalogSql.key("pg_trigger", "g.oid"));

  private static final String DUPLICATES =
      """
      SELECT coalesce((SELECT %s FROM pg_constraint k WHERE k.conindid = x.indexrelid
          AND k.contype IN ('p', 'u')), %s),
        format('SELECT %%s FROM %%s%%s GROUP BY %%1$s HAVING count(*) > 1', y.columns,
          x.indrelid::regclass, coalesce(' WHERE ' || concat_ws(' AND ',
            CASE WHEN NOT coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
              THEN y.present END,
            pg_get_expr(x.indpred, x.indrelid)), ''))
      FROM pg_index x CROSS JOIN LATERAL (
        SELECT string_agg(pg_get_indexdef(x.indexrelid, n, true), ', ' ORDER BY n),
          string_agg(format('(%%s) IS NOT NULL', pg_get_indexdef(x.indexrelid, n, true)), ' AND '
            ORDER BY n)
        FROM generate_series(1, x.indnkeyatts) n) y (columns, present)
      WHERE x.indisunique AND x.indrelid >= 16384"""
          .formatted(
              CatalogSql.key("pg_constraint", "k.oid"), CatalogSql.key("pg_class", "x.indexrelid"));

  private static final String CASTS =
      """
      SELECT format_type(castsource, NULL) || ' AS ' || format_type(casttarget, NULL),
        castcontext IN ('a', 'i') FROM pg_cast""";

  /** An object or a column, by the numbers of its catalog, its own, and that of the column. */
  private record ObjectNumber(long catalog, long object, int column) {}

  private final Connection connection;
  private final Statement statement;
  private final Set<String> excluded;
  private final Map<ObjectNumber, String> keys = new HashMap<>();
  private final Map<String, SchemaObject> objects = new TreeMap<>();
  private final Map<String, List<String>> creates = new LinkedHashMap<>();
  private final Map<String, List<Setting>> settings = new TreeMap<>();
  private final Map<String, Set<String>> needs = new TreeMap<>();
  private final Map<String, Column> columns = new TreeMap<>();
  private final Map<String, Constraint> constraints = new TreeMap<>();
  private final Set<String> derived = new HashSet<>();
  private final Map<String, String> sequences = new TreeMap<>();
  private final Map<String, String> duplicates = new TreeMap<>();
  private final Map<String, Boolean> casts = new HashMap<>();

  private SchemaGraphReader(Connection connection, Statement statement, Set<String> excluded) {
    this.connection = connection;
    this.statement = statement;
    this.excluded = excluded;
  }

  /** The schema that the transaction of a statement sees. */
  static SchemaGraph read(Connection connection, Statement statement, Set<String> excluded)
      throws SQLException {
    return new SchemaGraphReader(connection, statement, excluded).read();
  }

  private SchemaGraph read() throws SQLException {
    DumpScope scope = DumpScope.read(connection, excluded);
    new CatalogReading(statement, excluded)
        .read()
        .objects()
        .forEach(object -> objects.put(object.key(), object));
    statement.execute("SET LOCAL search_path TO ''");
    query(
        KEYS.formatted(
            CatalogRows.defaultPrivilegesKey(new CatalogSql(scope.migrator())),
            CatalogSql.key("o.class", "o.id", "0")),
        row -> {
          String key = row.getString(3);
          if (key != null) {
            keys.put(new ObjectNumber(row.getLong(1), row.getLong(2), 0), text(key));
          }
        });
    query(scope.bind(COLUMNS), this::column);
    for (String query : DumpStatements.OBJECTS) {
      query(
          scope.bind(query),
          row -> {
            String key = keys.get(new ObjectNumber(row.getLong(1), row.getLong(2), 0));
            if (key != null) {
              creates.computeIfAbsent(key, _ -> new ArrayList<>()).add(row.getString(3));
            }
          });
    }
    for (String query : DumpSettings.ALL) {
      boolean privilege = DumpSettings.PRIVILEGES_ONLY.contains(query);
      query(scope.bind(query), row -> setting(row, privilege));
    }
    query(DumpScope.DEPENDENCIES, this::dependency);
    query(CONSTRAINTS, this::constraint);
    query(DERIVED, row -> derived.add(text(row.getString(1))));
    query(DUPLICATES, row -> duplicates.put(text(row.getString(1)), row.getString(2)));
    query(CASTS, row -> casts.put(row.getString(1), row.getBoolean(2)));
    objects.forEach(
        (key, object) ->
            Optional.ofNullable(object.properties().get("belongs to"))
                .filter(_ -> object.kind().equals("sequence"))
                .ifPresent(column -> sequences.put(key, "column " + column)));
    return new SchemaGraph(
        objects,
        creates,
        settings,
        needs,
        columns,
        constraints,
        derived,
        sequences,
        duplicates,
        casts);
  }

  private static String text(String key) {
    return key.replace(CatalogSql.SEPARATOR, ' ');
  }

  private void column(ResultSet row) throws SQLException {
    String key = text(row.getString(4));
    keys.put(new ObjectNumber(row.getLong(1), row.getLong(2), row.getInt(3)), key);
    columns.put(
        key,
        new Column(
            row.getString(5),
            row.getString(6),
            row.getString(7),
            row.getString(8),
            Optional.ofNullable(row.getString(9)),
            row.getInt(3)));
  }

  private void constraint(ResultSet row) throws SQLException {
    constraints.put(
        text(row.getString(1)),
        new Constraint(
            row.getString(2),
            row.getString(3),
            row.getString(4),
            row.getString(5),
            Optional.ofNullable(row.getString(6)),
            row.getBoolean(7),
            Optional.ofNullable(row.getString(8))));
  }

  private void setting(ResultSet row, boolean privilege) throws SQLException {
    String key = keys.get(new ObjectNumber(row.getLong(1), row.getLong(2), row.getInt(4)));
    if (key != null) {
      settings
          .computeIfAbsent(key, _ -> new ArrayList<>())
          .add(new Setting(row.getString(3), privilege));
    }
  }

  private void dependency(ResultSet row) throws SQLException {
    String key = keys.get(new ObjectNumber(row.getLong(1), row.getLong(2), row.getInt(5)));
    String needed = keys.get(new ObjectNumber(row.getLong(3), row.getLong(4), row.getInt(6)));
    if (key != null && needed != null && !key.equals(needed)) {
      needs.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(needed);
    }
  }

  /** Receives the rows of a query. */
  private interface RowHandler {
    void accept(ResultSet row) throws SQLException;
  }

  private void query(String sql, RowHandler handler) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        handler.accept(row);
      }
    }
  }
}
