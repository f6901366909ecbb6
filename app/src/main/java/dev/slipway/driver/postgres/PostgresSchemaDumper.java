package dev.slipway.driver.postgres;

import dev.slipway.driver.DumpSections;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Writes the schema of a PostgreSQL database as statements, most of which the server itself prints.
 * They follow the dependencies that the server records, and among independent objects the kind and
 * the text.
 */
final class PostgresSchemaDumper implements SchemaDumper {
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
   * server creates with an object, such as a view's rule or a table's row type, stands for it.
   */
  private static final String DEPENDENCIES =
      """
      WITH object (class, id, of_class, of_id) AS (
        SELECT 'pg_rewrite'::regclass::oid, r.oid, 'pg_class'::regclass::oid, r.ev_class
          FROM pg_rewrite r WHERE r.rulename = '_RETURN'
        UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid
          FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE c.relkind <> 'c'
        UNION ALL SELECT 'pg_class'::regclass, c.oid, 'pg_type'::regclass, c.reltype
          FROM pg_class c WHERE c.relkind = 'c'
        UNION ALL SELECT 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid
          FROM pg_type t WHERE t.typarray <> 0 AND t.typrelid = 0
        UNION ALL SELECT 'pg_type'::regclass, t.typarray, 'pg_class'::regclass, c.oid
          FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid
          WHERE t.typarray <> 0 AND c.relkind <> 'c'
        UNION ALL SELECT 'pg_type'::regclass, r.rngmultitypid, 'pg_type'::regclass, r.rngtypid
          FROM pg_range r
        UNION ALL SELECT 'pg_class'::regclass, k.conindid, 'pg_constraint'::regclass, k.oid
          FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x')
        UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid
          FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
          WHERE a.attgenerated <> '')
      SELECT DISTINCT coalesce(a.of_class, d.classid), coalesce(a.of_id, d.objid),
        coalesce(b.of_class, d.refclassid), coalesce(b.of_id, d.refobjid)
      FROM pg_depend d LEFT JOIN object a ON a.class = d.classid AND a.id = d.objid
        LEFT JOIN object b ON b.class = d.refclassid AND b.id = d.refobjid
      WHERE d.deptype IN ('n', 'a', 'i', 'P', 'S')
      UNION SELECT 'pg_class'::regclass, i.inhrelid, 'pg_class'::regclass, i.inhparent
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind IN ('r', 'p')
      UNION SELECT 'pg_constraint'::regclass, f.oid, 'pg_constraint'::regclass, k.oid
      FROM pg_constraint f JOIN pg_constraint k ON k.conindid = f.conindid
        AND k.contype IN ('p', 'u') WHERE f.contype = 'f'""";

  /** An object, by the number of its catalog and its own. */
  private record Key(long catalog, long number) {}

  /** What creates an object. */
  private record Node(Key key, int group, List<String> statements) {
    String first() {
      return statements.getFirst();
    }

    /** Whether rows come first: a materialized view is filled from them. */
    boolean isPostData() {
      return group >= DumpStatements.POST_DATA || first().startsWith("CREATE MATERIALIZED VIEW ");
    }
  }

  @Override
  public List<String> statements(Connection connection, Set<String> excluded) throws SQLException {
    Schema schema = read(connection, excluded);
    List<String> all = new ArrayList<>(List.of("SET check_function_bodies TO off"));
    schema.objects().forEach(node -> all.addAll(node.statements()));
    all.addAll(schema.settings());
    return all;
  }

  @Override
  public DumpSections sections(Connection connection, Set<String> excluded) throws SQLException {
    Schema schema = read(connection, excluded);
    List<String> before = new ArrayList<>(List.of("SET LOCAL check_function_bodies TO off"));
    List<String> after = new ArrayList<>();
    Set<Key> later = new HashSet<>();
    for (Node node : schema.objects()) {
      boolean waits =
          node.isPostData()
              || schema.needs().getOrDefault(node.key(), Set.of()).stream()
                  .anyMatch(later::contains);
      if (waits) {
        later.add(node.key());
      }
      (waits ? after : before).addAll(node.statements());
    }
    after.addAll(schema.settings());
    return new DumpSections(before, after);
  }

  /** All that has statements: the objects in order, and what completes them. */
  private record Schema(List<Node> objects, Map<Key, Set<Key>> needs, List<String> settings) {}

  private static Schema read(Connection connection, Set<String> excluded) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      try {
        statement.execute(PostgresSchemaReader.SETTINGS + "; SET LOCAL search_path TO ''");
        return read(connection, statement, excluded);
      } finally {
        statement.execute("ROLLBACK");
      }
    }
  }

  private static Schema read(Connection connection, Statement statement, Set<String> excluded)
      throws SQLException {
    String names =
        excluded.stream().map(SqlQuoting::literal).sorted().collect(Collectors.joining(", "));
    String tables = SqlQueries.string(connection, EXCLUDED.formatted(names));
    String migrator = SqlQueries.string(connection, MIGRATOR.formatted(tables));
    Map<Key, Node> nodes = new HashMap<>();
    for (int group = 0; group < DumpStatements.OBJECTS.size(); group++) {
      String query = bound(DumpStatements.OBJECTS.get(group), tables, migrator);
      try (ResultSet row = statement.executeQuery(query)) {
        while (row.next()) {
          Key key = new Key(row.getLong(1), row.getLong(2));
          int place = group;
          nodes
              .computeIfAbsent(key, _ -> new Node(key, place, new ArrayList<>()))
              .statements()
              .add(row.getString(3));
        }
      }
    }
    Map<Key, Set<Key>> needs = dependencies(statement, nodes);
    List<String> settings = new ArrayList<>();
    for (String query : DumpSettings.ALL) {
      SqlQueries.strings(connection, bound(query, tables, migrator)).stream()
          .sorted()
          .forEach(settings::add);
    }
    return new Schema(inOrder(nodes, needs), needs, settings);
  }

  private static String bound(String query, String tables, String migrator) {
    return query
        .replace(":excluded", "'" + tables + "'::oid[]")
        .replace(":migrator", migrator + "::oid");
  }

  /** For each object those that it needs. */
  private static Map<Key, Set<Key>> dependencies(Statement statement, Map<Key, Node> nodes)
      throws SQLException {
    Map<Key, Set<Key>> needs = new HashMap<>();
    try (ResultSet row = statement.executeQuery(DEPENDENCIES)) {
      while (row.next()) {
        Key key = new Key(row.getLong(1), row.getLong(2));
        Key needed = new Key(row.getLong(3), row.getLong(4));
        if (!key.equals(needed) && nodes.containsKey(key) && nodes.containsKey(needed)) {
          needs.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(needed);
        }
      }
    }
    return needs;
  }

  /** Each object after those that it needs; where these form a circle, the first one anyway. */
  private static List<Node> inOrder(Map<Key, Node> nodes, Map<Key, Set<Key>> needs) {
    Map<Key, Set<Key>> needed = new HashMap<>();
    Map<Key, Integer> open = new HashMap<>();
    needs.forEach(
        (key, others) -> {
          open.put(key, others.size());
          others.forEach(other -> needed.computeIfAbsent(other, _ -> new HashSet<>()).add(key));
        });
    Comparator<Node> order =
        Comparator.comparingInt(Node::group)
            .thenComparing(Node::first)
            .thenComparingLong(node -> node.key().number());
    TreeSet<Node> ready = new TreeSet<>(order);
    TreeSet<Node> waiting = new TreeSet<>(order);
    nodes.values().forEach(node -> (open.containsKey(node.key()) ? waiting : ready).add(node));
    List<Node> ordered = new ArrayList<>();
    while (!ready.isEmpty() || !waiting.isEmpty()) {
      Node next = Optional.ofNullable(ready.pollFirst()).orElseGet(waiting::pollFirst);
      ordered.add(next);
      for (Key each : needed.getOrDefault(next.key(), Set.of())) {
        Node node = nodes.get(each);
        if (open.merge(each, -1, Integer::sum) == 0 && waiting.remove(node)) {
          ready.add(node);
        }
      }
    }
    return ordered;
  }
}
