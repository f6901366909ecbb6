package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.postgres.CatalogValues.Reference;
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
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One reading of all system catalogs, in a transaction that is open. Used once. */
final class CatalogReading {
  private static final String BUILT_IN = "schema" + CatalogSql.SEPARATOR + "pg_catalog";

  private static final Set<String> ROW_SECURITY =
      Set.of("pg_class.relrowsecurity", "pg_class.relforcerowsecurity");

  private static final String COLUMNS =
      """
      SELECT c.relname, a.attname, format_type(a.atttypid, -1),
        has_column_privilege(c.oid, a.attnum, 'SELECT')
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND c.oid < 16384
        AND NOT a.attisdropped
      ORDER BY c.relname, a.attnum""";

  private final Statement statement;
  private final Set<String> excluded;
  private final Map<String, SchemaObjectBuilder> objects = new LinkedHashMap<>();
  private final Set<String> unread = new LinkedHashSet<>();
  private final Set<String> omitted = new TreeSet<>();
  private final Map<String, List<CatalogColumn>> catalogs = new LinkedHashMap<>();
  private final Set<String> excludedKeys = new HashSet<>();

  /** An object of which not everything has been read. */
  private static final class SchemaObjectBuilder {
    private @Nullable String parent;
    private final Map<String, TreeSet<String>> properties = new HashMap<>();

    void add(String property, String value) {
      properties.computeIfAbsent(property, _ -> new TreeSet<>()).add(value);
    }
  }

  /** A reading in the transaction of a statement. */
  CatalogReading(Statement statement, Set<String> excluded) {
    this.statement = statement;
    this.excluded = excluded;
  }

  SchemaContents read() throws SQLException {
    // Before the search path changes: the history is in the first schema of it.
    String migrator = migrator();
    statement.execute("SET LOCAL search_path TO pg_catalog");
    Map<String, String> server = server();
    query(
        COLUMNS,
        row ->
            catalogs
                .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
                .add(
                    new CatalogColumn(
                        row.getString(1), row.getString(2), row.getString(3), row.getBoolean(4))));
    Map<String, Reference> references = references();
    CatalogSql sql = new CatalogSql(migrator);
    CatalogValues values =
        new CatalogValues(
            sql, references, Integer.parseInt(server.getOrDefault("major version", "0")));
    object(BUILT_IN);
    for (String catalog : catalogs.keySet()) {
      if (IgnoredCatalogs.reason(catalog).isEmpty()) {
        read(catalog, sql, values, references);
      }
    }
    for (Map.Entry<String, String> list : CatalogValues.LISTS.entrySet()) {
      query(
          "SELECT %s, x.v FROM (%s) x (a, b, v) WHERE %s"
              .formatted(
                  CatalogSql.key("x.a", "x.b", "0"),
                  list.getValue(),
                  CatalogSql.isOwn("x.a", "x.b")),
          row -> object(row.getString(1)).add(list.getKey(), row.getString(2)));
    }
    return new SchemaContents(
        server, contents(), tables(), List.copyOf(unread), List.copyOf(omitted));
  }

  /** The owner of the first excluded table; without one, the login. */
  private String migrator() throws SQLException {
    List<String> owners = new ArrayList<>();
    if (!excluded.isEmpty()) {
      query(
          """
          SELECT c.relowner, pg_catalog.quote_ident(n.nspname) || '.'
            || pg_catalog.quote_ident(c.relname)
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND c.relname IN (%s)
          ORDER BY (n.nspname = pg_catalog.current_schema()) DESC, c.relname"""
              .formatted(
                  excluded.stream().map(SqlQuoting::literal).collect(Collectors.joining(", "))),
          row -> {
            owners.add(row.getString(1));
            excludedKeys.add("table" + CatalogSql.SEPARATOR + row.getString(2));
          });
    }
    if (owners.isEmpty()) {
      query(
          "SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user",
          row -> owners.add(row.getString(1)));
    }
    return owners.getFirst();
  }

  private Map<String, String> server() throws SQLException {
    Map<String, String> server = new LinkedHashMap<>();
    query(
        """
        SELECT current_setting('server_version_num')::int / 10000, d.e, d.j ->> 'datcollate',
          d.j ->> 'datctype', d.j ->> 'datlocprovider',
          coalesce(d.j ->> 'datlocale', d.j ->> 'daticulocale'), d.j ->> 'daticurules'
        FROM (SELECT pg_encoding_to_char(encoding), to_jsonb(p) FROM pg_database p
          WHERE datname = current_database()) d (e, j)""",
        row -> {
          String[] names = {
            "major version",
            "encoding",
            "collation",
            "character type",
            "locale provider",
            "locale",
            "ICU rules"
          };
          for (int i = 0; i < names.length; i++) {
            String value = row.getString(i + 1);
            if (value != null) {
              // One system writes en_US.utf8, another one en_US.UTF-8.
              server.put(names[i], value.replaceAll("(?i)\\.utf-?8$", ".UTF-8"));
            }
          }
        });
    return server;
  }

  /** What the columns of the catalogs refer to, as the server declares it. */
  private Map<String, Reference> references() throws SQLException {
    Map<String, Reference> references = new HashMap<>();
    query(
        """
        SELECT fktable::text, fkcols[cardinality(fkcols)],
          CASE WHEN cardinality(fkcols) > 1 THEN fkcols[1] END, pktable::text, is_array
        FROM pg_get_catalog_foreign_keys()""",
        row ->
            references.put(
                row.getString(1) + "." + row.getString(2),
                new Reference(
                    Optional.ofNullable(row.getString(3)), row.getString(4), row.getBoolean(5))));
    return references;
  }

  private void read(
      String catalog, CatalogSql sql, CatalogValues values, Map<String, Reference> references)
      throws SQLException {
    List<CatalogColumn> all = catalogs.getOrDefault(catalog, List.of());
    Optional<String> namespace =
        all.stream()
            .filter(
                column ->
                    Optional.ofNullable(references.get(column.key()))
                        .filter(reference -> reference.catalog().equals("pg_namespace"))
                        .isPresent())
            .map(CatalogColumn::name)
            .findFirst();
    CatalogRows rows = CatalogRows.of(catalog, namespace, sql);
    List<CatalogColumn> columns = new ArrayList<>();
    List<String> printed = new ArrayList<>();
    for (CatalogColumn column : all) {
      if (IgnoredCatalogs.reason(column).isPresent()) {
        continue;
      }
      Optional<String> value = values.print(column);
      if (CatalogValues.isSecret(column)) {
        readSecrets(rows, column);
      } else if (!column.readable()) {
        unread.add(column.key() + ": the login may not read it");
        continue;
      } else if (value.isEmpty()) {
        unread.add(column.key() + ": this version of Slipway does not know what its numbers mean");
        continue;
      }
      if (column.readable() || catalog.equals("pg_user_mapping")) {
        columns.add(column);
        printed.add(value.orElseThrow());
      }
    }
    if (columns.isEmpty()) {
      return;
    }
    // Of what is built in, or an extension's, only what users have set is part of the schema.
    Set<CatalogColumn> exposed =
        columns.stream()
            .filter(
                column ->
                    (column.isGrants() && !catalog.equals("pg_default_acl"))
                        || ROW_SECURITY.contains(column.key()))
            .collect(Collectors.toSet());
    String exposing =
        exposed.stream()
            .map(column -> "(" + printed.get(columns.indexOf(column)) + ") IS NOT NULL")
            .collect(Collectors.joining(" OR "));
    query(
        """
        SELECT %s, CASE WHEN w.own THEN %s END, %s, CASE WHEN NOT w.own THEN %s END, %s
        FROM %s CROSS JOIN LATERAL (SELECT %s) w (own) WHERE %s AND (w.own%s)"""
            .formatted(
                rows.object(),
                rows.parent(),
                rows.prefix(),
                rows.holder(),
                String.join(", ", printed),
                rows.from(),
                rows.own(),
                rows.condition(),
                exposing.isEmpty() ? "" : " OR " + exposing),
        row -> take(row, columns, exposed));
  }

  private void take(ResultSet row, List<CatalogColumn> columns, Set<CatalogColumn> exposed)
      throws SQLException {
    String key = row.getString(1);
    if (key == null) {
      // Dropped by another session since the transaction began.
      return;
    }
    String holder = row.getString(4);
    SchemaObjectBuilder object = object(holder == null ? key : holder);
    String parent = row.getString(2);
    if (parent != null) {
      object.parent = parent;
    }
    Map<CatalogColumn, String> values = new LinkedHashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      String value = row.getString(i + 5);
      if (value != null
          && !value.isEmpty()
          && (holder == null || exposed.contains(columns.get(i)))) {
        values.put(columns.get(i), value);
      }
    }
    if (NotNullConstraint.is(values)) {
      NotNullConstraint.unusual(values, columns)
          .ifPresent(text -> object.add("not null constraint", text));
      return;
    }
    String prefix = row.getString(3);
    values.forEach(
        (column, value) -> {
          String name = prefix + CatalogWords.name(column);
          String text = value(column, value);
          if (!text.isEmpty()) {
            object.add(
                holder == null ? name : name + " of " + key.replace(CatalogSql.SEPARATOR, ' '),
                text);
          }
        });
  }

  private static String value(CatalogColumn column, String value) {
    if (!CatalogValues.isExpression(column)) {
      return CatalogWords.value(column, value);
    }
    String canonical = CanonicalExpressions.canonical(value);
    return column.key().equals("pg_attrdef.adbin")
        ? CanonicalExpressions.withoutNullDefault(canonical)
        : canonical;
  }

  /** Lists the objects of which a secret cannot be compared, not even by its hash. */
  private void readSecrets(CatalogRows rows, CatalogColumn column) throws SQLException {
    String hidden =
        column.catalog().equals("pg_user_mapping")
            ? "t.umoptions IS NULL AND NOT (SELECT r.rolsuper FROM pg_roles r"
                + " WHERE r.rolname = current_user)"
            : String.valueOf(!column.readable());
    query(
        "SELECT %s FROM %s WHERE %s AND %s"
            .formatted(rows.object(), rows.from(), rows.condition(), hidden),
        row ->
            omitted.add(
                row.getString(1).replace(CatalogSql.SEPARATOR, ' ')
                    + ": "
                    + CatalogWords.name(column)
                    + ", because it is secret"));
  }

  private SchemaObjectBuilder object(String key) {
    return objects.computeIfAbsent(key, _ -> new SchemaObjectBuilder());
  }

  private List<SchemaObject> contents() {
    return objects.entrySet().stream()
        .filter(entry -> !isExcluded(entry.getKey()))
        .map(
            entry -> {
              String key = entry.getKey();
              int end = key.indexOf(CatalogSql.SEPARATOR);
              Map<String, String> properties = new HashMap<>();
              entry
                  .getValue()
                  .properties
                  .forEach((name, values) -> properties.put(name, String.join(", ", values)));
              return new SchemaObject(
                  key.substring(0, end),
                  key.substring(end + 1),
                  // What is in an extension's table stands alone.
                  Optional.ofNullable(entry.getValue().parent)
                      .filter(objects::containsKey)
                      .map(parent -> parent.replace(CatalogSql.SEPARATOR, ' ')),
                  properties);
            })
        .toList();
  }

  /** Whether an object is an excluded table, or belongs to one. */
  private boolean isExcluded(String key) {
    return Stream.iterate(
            Optional.of(key),
            Optional::isPresent,
            each -> each.map(objects::get).map(object -> object.parent))
        .flatMap(Optional::stream)
        .anyMatch(excludedKeys::contains);
  }

  private Map<String, List<String>> tables() throws SQLException {
    Map<String, List<String>> tables = new LinkedHashMap<>();
    query(
        """
        SELECT 'table' || chr(9) || quote_ident(n.nspname) || '.' || quote_ident(c.relname),
          a.attname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND %s
        ORDER BY 1, a.attnum"""
            .formatted(CatalogSql.isOwn(CatalogSql.catalog("pg_class"), "c.oid")),
        row -> {
          String key = row.getString(1);
          if (!isExcluded(key)) {
            List<String> columns =
                tables.computeIfAbsent(
                    key.substring(key.indexOf(CatalogSql.SEPARATOR) + 1), _ -> new ArrayList<>());
            Optional.ofNullable(row.getString(2)).ifPresent(columns::add);
          }
        });
    return tables;
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
