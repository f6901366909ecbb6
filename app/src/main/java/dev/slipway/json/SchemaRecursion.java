package dev.slipway.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures how many schemas in a row apply to the same value. Subschemas that apply under a
 * condition ({@code then}, {@code dependentSchemas}) are left to the evaluation, since the
 * condition may never hold. Without recursion of its own, since chains of references are long.
 */
final class SchemaRecursion {
  private final List<Subschema> reachable;

  /** The number of schemas that a schema applies to its own value and that are not measured yet. */
  private final Map<Subschema, Integer> unmeasured = new HashMap<>();

  private final Map<Subschema, Integer> heights = new HashMap<>();

  /** Sorts topologically (Kahn's algorithm): only schemas that lead to a cycle stay unmeasured. */
  SchemaRecursion(Subschema root) {
    Set<Subschema> found = new LinkedHashSet<>(List.of(root));
    Deque<Subschema> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      open.remove().applied.stream().filter(found::add).forEach(open::add);
    }
    this.reachable = List.copyOf(found);
    Map<Subschema, List<Subschema>> appliers = new HashMap<>();
    for (Subschema schema : reachable) {
      unmeasured.put(schema, schema.appliedToSameValue.size());
      for (Subschema each : schema.appliedToSameValue) {
        appliers.computeIfAbsent(each, _ -> new ArrayList<>()).add(schema);
      }
    }
    reachable.stream().filter(each -> !isEndless(each)).forEach(open::add);
    while (!open.isEmpty()) {
      Subschema schema = open.remove();
      for (Subschema applier : appliers.getOrDefault(schema, List.of())) {
        heights.merge(applier, 1 + height(schema), Math::max);
        if (unmeasured.merge(applier, -1, Integer::sum) == 0) {
          open.add(applier);
        }
      }
    }
  }

  /** The schemas that evaluations can reach, the root first. */
  List<Subschema> reachable() {
    return reachable;
  }

  /** Whether a schema leads to one that applies itself to the same value again. */
  boolean isEndless(Subschema schema) {
    return unmeasured.getOrDefault(schema, 0) > 0;
  }

  /** The number of schemas in a row that apply to the value of a schema, itself included. */
  int height(Subschema schema) {
    return heights.getOrDefault(schema, 1);
  }

  /** The first schema on the cycle that an endless schema leads to. */
  Subschema repeated(Subschema endless) {
    Set<Subschema> path = new HashSet<>();
    Subschema schema = endless;
    while (path.add(schema)) {
      schema = schema.appliedToSameValue.stream().filter(this::isEndless).findFirst().orElseThrow();
    }
    return schema;
  }
}
