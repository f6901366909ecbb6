package dev.slipway.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Finds schemas that no evaluation can finish: they apply themselves to the same value again, or
 * apply more schemas in a row than an evaluation may nest. Subschemas that apply under a condition
 * ({@code then}, {@code dependentSchemas}) are left to the evaluation, since the condition may
 * never hold. Not thread-safe, and without recursion of its own.
 */
final class SchemaRecursion {
  private final Function<String, Object> resolve;
  private final Map<Map<?, ?>, Node> nodes = new IdentityHashMap<>();

  /** Reachable schemas in the order of a breadth-first search. */
  private final List<Node> reachable = new ArrayList<>();

  SchemaRecursion(Map<?, ?> root, Function<String, Object> resolve) {
    this.resolve = resolve;
    reach(root);
    for (int i = 0; i < reachable.size(); i++) {
      Node node = reachable.get(i);
      subschemas(node.schema, SubschemaKeywords::isApplicator).forEach(this::reach);
    }
    for (Node node : reachable) {
      for (Map<?, ?> each : subschemas(node.schema, SubschemaKeywords::appliesToSameValue)) {
        node.applied.add(nodes.get(each));
        nodes.get(each).appliers.add(node);
      }
      node.unmeasured = node.applied.size();
    }
  }

  /**
   * The reason why a document cannot be evaluated.
   *
   * @param schema the schema to report
   */
  record Violation(Map<?, ?> schema, String message) {}

  /** A schema with those that it applies to its own value. */
  private static final class Node {
    private final Map<?, ?> schema;
    private final List<Node> applied = new ArrayList<>();
    private final List<Node> appliers = new ArrayList<>();
    private int unmeasured;
    private int height = 1;

    Node(Map<?, ?> schema) {
      this.schema = schema;
    }
  }

  /** The first reachable schema that no evaluation can finish. */
  Optional<Violation> find(int depthMax) {
    measureHeights();
    for (Node node : reachable) {
      if (node.unmeasured > 0) {
        return Optional.of(
            new Violation(
                repeated(node),
                "applies itself to the same value again and again: a reference leads back to it"));
      }
      if (node.height > depthMax) {
        return Optional.of(
            new Violation(
                node.schema,
                "applies %d schemas in a row to the same value; at most %d can be evaluated"
                    .formatted(node.height, depthMax)));
      }
    }
    return Optional.empty();
  }

  /** Sorts topologically (Kahn's algorithm): only schemas that lead to a cycle stay unmeasured. */
  private void measureHeights() {
    Deque<Node> measured = new ArrayDeque<>();
    reachable.stream().filter(node -> node.unmeasured == 0).forEach(measured::add);
    while (!measured.isEmpty()) {
      Node node = measured.remove();
      for (Node applier : node.appliers) {
        applier.height = Math.max(applier.height, 1 + node.height);
        if (--applier.unmeasured == 0) {
          measured.add(applier);
        }
      }
    }
  }

  /** The first schema on the cycle that a schema leads to. */
  private static Map<?, ?> repeated(Node start) {
    Set<Node> path = Collections.newSetFromMap(new HashMap<>());
    Node node = start;
    while (path.add(node)) {
      node = node.applied.stream().filter(each -> each.unmeasured > 0).findFirst().orElseThrow();
    }
    return node.schema;
  }

  private void reach(Map<?, ?> schema) {
    nodes.computeIfAbsent(
        schema,
        _ -> {
          reachable.add(new Node(schema));
          return reachable.getLast();
        });
  }

  private List<Map<?, ?>> subschemas(Map<?, ?> schema, Predicate<String> followed) {
    List<Map<?, ?>> subschemas = new ArrayList<>();
    if (schema.get("$ref") instanceof String reference
        && resolve.apply(reference) instanceof Map<?, ?> target) {
      subschemas.add(target);
    }
    SubschemaKeywords.forEach(
        schema,
        (keyword, _, subschema) -> {
          if (followed.test(keyword)) {
            subschemas.add(subschema);
          }
        });
    return subschemas;
  }
}
