package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The statements for all differences of two schemas. Used once. */
final class SchemaChanges {
  private final SchemaComparison comparison;
  private final List<String> rejected;
  private final PlanSteps steps = new PlanSteps();
  private final ObjectStatements objects;
  private final PropertyStatements properties;

  SchemaChanges(SchemaComparison comparison, boolean privileges, List<String> rejected) {
    this.comparison = comparison;
    this.rejected = rejected;
    this.objects = new ObjectStatements(comparison, steps, privileges);
    this.properties = new PropertyStatements(comparison, steps, objects, rejected);
  }

  List<PlannedStatement> statements() {
    Set<String> again = RecreatedObjects.find(comparison, rejected);
    dropColumns(again);
    for (String key : comparison.gone()) {
      if (!comparison.start().kind(key).equals("column")) {
        dropGone(key);
      }
    }
    again.forEach(key -> dropAgain(key, again));
    for (String key : comparison.target().creates().keySet()) {
      if (again.contains(key)
          || comparison.fresh().contains(key)
          || (key.startsWith(SchemaGraph.DEFAULT) && belongsToNewTable(key))) {
        create(key);
      }
    }
    for (String key : comparison.fresh()) {
      if (!comparison.target().creates().containsKey(key)) {
        createPart(key, again);
      }
    }
    for (String key : again) {
      if (comparison.target().kind(key).equals("column")) {
        properties.addColumn(key);
      } else if (!comparison.target().creates().containsKey(key)) {
        // The sequence of an identity column, which came with the identity.
        objects.complete(key);
      }
    }
    for (String key : comparison.changed().keySet()) {
      if (!comparison.start().derived().contains(key)
          && !comparison.target().derived().contains(key)
          && !again.contains(key)
          && !SchemaComparison.isPartOf(comparison.start(), key, again::contains)
          && !isPartOfConstraint(key)) {
        properties.change(key);
      }
    }
    return afterNewValues(steps.inOrder(comparison.start(), comparison.target()));
  }

  /** A new value of an enum can be used after its transaction. */
  private static List<PlannedStatement> afterNewValues(List<PlannedStatement> statements) {
    List<PlannedStatement> all = new ArrayList<>();
    for (PlannedStatement statement : statements) {
      boolean later =
          !all.isEmpty()
              && isNewValue(all.getLast())
              && !isNewValue(statement)
              && statement.placement() == Placement.WITH_NEIGHBORS;
      all.add(later ? StatementBuilder.copy(statement).inNewFile().build() : statement);
    }
    return all;
  }

  private static boolean isNewValue(PlannedStatement statement) {
    return statement.irreversible().isPresent();
  }

  // ---- DROP

  /** Columns first: indexes and constraints of a column go with it. */
  private void dropColumns(Set<String> again) {
    for (String key : comparison.gone()) {
      String table = comparison.start().parent(key).orElse("");
      if (comparison.start().kind(key).equals("column")
          && table.startsWith("table ")
          && comparison.target().has(table)
          && comparison.before(key, "local").isPresent()) {
        objects.drop(key, false);
      }
    }
    comparison.gone().stream()
        .filter(key -> isAttribute(comparison.start(), key, again))
        .forEach(properties::dropAttribute);
    again.stream()
        .filter(key -> comparison.start().kind(key).equals("column"))
        .forEach(key -> objects.drop(key, true));
  }

  private boolean isAttribute(SchemaGraph graph, String key, Set<String> again) {
    Optional<String> type = graph.parent(key).filter(of -> of.startsWith("type "));
    return graph.kind(key).equals("column")
        && type.filter(comparison::inBoth).isPresent()
        && !again.contains(type.get());
  }

  private void dropGone(String key) {
    SchemaGraph start = comparison.start();
    if (start.derived().contains(key)) {
      return;
    }
    if (comparison.goesWithParent(key) || goesWithColumn(key)) {
      if (isForeignKeyInCircle(key)) {
        objects.drop(key, false);
      }
      return;
    }
    if (start.creates().containsKey(key) || start.kind(key).equals("default privileges")) {
      objects.drop(key, false);
    } else if (!isPart(start, key)) {
      rejected.add(key + " cannot be dropped");
    }
  }

  private void dropAgain(String key, Set<String> again) {
    if (!comparison.start().kind(key).equals("column")
        // The sequence of an identity column goes with the identity.
        && comparison.start().creates().containsKey(key)
        && !SchemaComparison.isPartOf(comparison.start(), key, again::contains)) {
      objects.drop(key, true);
    }
  }

  /** Whether the server drops it with a column. */
  private boolean goesWithColumn(String key) {
    SchemaGraph start = comparison.start();
    String owner = start.sequences().get(key);
    if (owner != null) {
      return comparison.gone().contains(owner);
    }
    SchemaGraph.Constraint constraint = start.constraints().get(key);
    if (constraint != null && constraint.referenced().isPresent()) {
      return false;
    }
    String kind = start.kind(key);
    return (kind.equals("index") || kind.equals("constraint"))
        && start.needs().getOrDefault(key, Set.of()).stream()
            .anyMatch(need -> steps.drops(need) && start.parent(need).equals(start.parent(key)));
  }

  /** Whether two dropped tables refer to each other, so that neither can be dropped first. */
  private boolean isForeignKeyInCircle(String key) {
    SchemaGraph.Constraint constraint = comparison.start().constraints().get(key);
    if (constraint == null
        || constraint.referenced().isEmpty()
        || constraint.referenced().get().equals(constraint.ownerName())) {
      return false;
    }
    Deque<String> open = new ArrayDeque<>(List.of(constraint.referenced().get()));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String table = open.poll();
      if (table.equals(constraint.ownerName())) {
        return true;
      }
      if (seen.add(table)) {
        comparison.start().constraints().values().stream()
            .filter(each -> each.ownerName().equals(table))
            .flatMap(each -> each.referenced().stream())
            .forEach(open::add);
      }
    }
    return false;
  }

  // ---- CREATE

  private boolean belongsToNewTable(String key) {
    Optional<String> column = comparison.target().parent(key);
    return column
        .flatMap(comparison.target()::parent)
        .filter(comparison.fresh()::contains)
        .isPresent();
  }

  private void create(String key) {
    SchemaGraph target = comparison.target();
    if (!target.derived().contains(key)) {
      objects.create(key);
      if (target.constraints().containsKey(key)
          && target.object(key).properties().keySet().stream()
              .anyMatch(name -> name.startsWith("trigger "))) {
        rejected.add(key + ": its triggers cannot be disabled");
      }
    }
  }

  /** What has no statement of its own. */
  private void createPart(String key, Set<String> again) {
    SchemaGraph target = comparison.target();
    if (target.kind(key).equals("default privileges") || target.kind(key).equals("sequence")) {
      objects.complete(key);
    }
    if (target.kind(key).equals("default privileges")) {
      return;
    }
    String parent = target.parent(key).orElse("");
    if (target.kind(key).equals("column")
        && parent.startsWith("table ")
        && comparison.start().has(parent)) {
      if (comparison.after(key, "local").isPresent()) {
        properties.addColumn(key);
      } else if (!comparison.target().creates().containsKey(key)) {
        // The sequence of an identity column, which came with the identity.
        objects.complete(key);
      }
    } else if (isAttribute(target, key, again)) {
      properties.addAttribute(key);
    } else if (!isPart(target, key) && !comparison.fresh().contains(parent)) {
      rejected.add(key + " cannot be created");
    }
  }

  /** Whether the server creates it with another object. */
  private static boolean isPart(SchemaGraph graph, String key) {
    if (graph.derived().contains(key)) {
      return true;
    }
    String parent = graph.parent(key).orElse("");
    return switch (graph.kind(key)) {
      case "column" -> true;
      case "sequence" -> parent.startsWith("table ");
      case "index" -> parent.startsWith("constraint ");
      default -> false;
    };
  }

  private boolean isPartOfConstraint(String key) {
    return comparison.target().kind(key).equals("index")
        && comparison.target().parent(key).filter(of -> of.startsWith("constraint ")).isPresent()
        && comparison.changed(key).stream()
            .noneMatch(name -> name.equals("clustered") || name.equals("replica identity"));
  }
}
