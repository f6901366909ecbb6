package dev.slipway.json;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds schemas that no value can be evaluated by: they apply themselves to the same value again,
 * or more schemas in a row than an evaluation goes deep. Schemas that apply under a condition
 * ({@code then}, {@code dependentSchemas}) are left to the evaluation, as the condition may never
 * hold. Of one thread, and without recursion of its own.
 */
final class SchemaRecursion {
  private final Map<?, ?> root;
  private final Function<String, Object> resolve;
  private final Map<Map<?, ?>, Integer> heights = new IdentityHashMap<>();

  SchemaRecursion(Map<?, ?> root, Function<String, Object> resolve) {
    this.root = root;
    this.resolve = resolve;
  }

  /**
   * What is wrong with a document.
   *
   * @param schema where
   */
  record Violation(Map<?, ?> schema, String message) {}

  /** A schema whose schemas are being looked at. */
  private static final class Visit {
    private final Map<?, ?> schema;
    private final Iterator<Map<?, ?>> rest;
    private int height = 1;

    Visit(Map<?, ?> schema, List<Map<?, ?>> children) {
      this.schema = schema;
      this.rest = children.iterator();
    }
  }

  /** The first schema that can be reached and not be evaluated. */
  Optional<Violation> find(int depthMax) {
    Set<Map<?, ?>> reached = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Map<?, ?>> open = new ArrayDeque<>(List.of(root));
    reached.add(root);
    while (!open.isEmpty()) {
      Map<?, ?> schema = open.remove();
      Optional<Violation> violation = measure(schema, depthMax);
      if (violation.isPresent()) {
        return violation;
      }
      for (Map<?, ?> child : children(schema, true)) {
        if (reached.add(child)) {
          open.add(child);
        }
      }
    }
    return Optional.empty();
  }

  /** Measures how many schemas one schema applies to its own value in a row, itself included. */
  private Optional<Violation> measure(Map<?, ?> start, int depthMax) {
    Set<Map<?, ?>> entered = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> visits = new ArrayDeque<>();
    Map<?, ?> next = heights.containsKey(start) ? null : start;
    while (next != null || !visits.isEmpty()) {
      if (next != null) {
        if (!entered.add(next)) {
          return Optional.of(
              new Violation(
                  next,
                  "applies itself to the same value again and again: a reference leads back to it"));
        }
        visits.push(new Visit(next, children(next, false)));
        next = null;
      }
      Visit visit = visits.peek();
      if (visit.rest.hasNext()) {
        Map<?, ?> child = visit.rest.next();
        Integer height = heights.get(child);
        if (height == null) {
          next = child;
        } else {
          visit.height = Math.max(visit.height, 1 + height);
        }
        continue;
      }
      visits.pop();
      entered.remove(visit.schema);
      heights.put(visit.schema, visit.height);
      if (visits.isEmpty()) {
        if (visit.height > depthMax) {
          return Optional.of(
              new Violation(
                  visit.schema,
                  "applies "
                      + visit.height
                      + " schemas in a row to the same value; at most "
                      + depthMax
                      + " can be evaluated"));
        }
      } else {
        visits.peek().height = Math.max(visits.peek().height, 1 + visit.height);
      }
    }
    return Optional.empty();
  }

  private List<Map<?, ?>> children(Map<?, ?> schema, boolean all) {
    List<Map<?, ?>> children = new ArrayList<>();
    if (schema.get("$ref") instanceof String reference
        && resolve.apply(reference) instanceof Map<?, ?> target) {
      children.add(target);
    }
    SchemaDocument.children(
        schema,
        (keyword, _, child) -> {
          if (all ? keyword.applicator() : keyword.sameValue()) {
            children.add(child);
          }
        });
    return children;
  }
}
