package dev.slipway.driver.postgres;

import dev.slipway.driver.DumpSections;
import dev.slipway.driver.SchemaDumper;
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

/**
 * Writes the schema of a PostgreSQL database as statements, most of which the server itself prints.
 * They follow the dependencies that the server records, and among independent objects the kind and
 * the text.
 */
final class PostgresSchemaDumper implements SchemaDumper {
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
    DumpScope scope = DumpScope.read(connection, excluded);
    Map<Key, Node> nodes = new HashMap<>();
    for (int group = 0; group < DumpStatements.OBJECTS.size(); group++) {
      String query = scope.bind(DumpStatements.OBJECTS.get(group));
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
      List<String> ofQuery = new ArrayList<>();
      try (ResultSet row = statement.executeQuery(scope.bind(query))) {
        while (row.next()) {
          ofQuery.add(row.getString(3));
        }
      }
      ofQuery.stream().sorted().forEach(settings::add);
    }
    return new Schema(inOrder(nodes, needs), needs, settings);
  }

  /** For each object those that it needs. */
  private static Map<Key, Set<Key>> dependencies(Statement statement, Map<Key, Node> nodes)
      throws SQLException {
    Map<Key, Set<Key>> needs = new HashMap<>();
    try (ResultSet row = statement.executeQuery(DumpScope.DEPENDENCIES)) {
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
