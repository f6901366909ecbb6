package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.postgres.SchemaGraph.Column;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the objects of both schemas that have to be dropped and created again: those that
 * PostgreSQL cannot change in place, and what depends on them. Used once.
 */
final class RecreatedObjects {
  /** What belongs to the object but is changed by a statement of its own. */
  private static final Set<String> COMPLETING =
      Set.of(
          SchemaObject.OWNER,
          SchemaObject.GRANTS,
          "comment",
          "enabled",
          "belongs to",
          "options",
          "clustered",
          "replica identity",
          "valid",
          "stxstattarget",
          SchemaObject.VALIDATED);

  /** Kinds of which all rows are in other objects. */
  private static final Set<String> WITHOUT_DATA =
      Set.of(
          "view",
          "materialized view",
          "rule",
          "trigger",
          "policy",
          "function",
          "procedure",
          "aggregate",
          "statistics object",
          "index",
          "constraint",
          "event trigger",
          "type");

  private static final Set<String> FIXED_IN_FUNCTIONS =
      Set.of("result", "argument names", "proargmodes", "proallargtypes", "prokind", "proretset");

  private static final Pattern CHECKED_LATER =
      Pattern.compile("( NOT DEFERRABLE| DEFERRABLE| INITIALLY DEFERRED| NOT ENFORCED)+$");

  private final SchemaComparison comparison;
  private final List<String> rejected;
  private final Set<String> keys = new LinkedHashSet<>();

  private RecreatedObjects(SchemaComparison comparison, List<String> rejected) {
    this.comparison = comparison;
    this.rejected = rejected;
  }

  /**
   * The keys of the objects.
   *
   * @param rejected receives the objects that would have to be, and hold data
   */
  static Set<String> find(SchemaComparison comparison, List<String> rejected) {
    RecreatedObjects found = new RecreatedObjects(comparison, rejected);
    found.find();
    return found.keys;
  }

  private void find() {
    Map<String, Set<String>> dependents = comparison.start().dependents();
    Deque<String> open = new ArrayDeque<>();
    comparison.changed().keySet().stream()
        .filter(key -> !comparison.start().derived().contains(key))
        .filter(this::cannotChange)
        .forEach(open::add);
    comparison.changed().keySet().stream()
        .filter(this::hasNewType)
        .forEach(key -> addReaders(key, dependents, open));
    comparison.changed().keySet().stream()
        .filter(comparison::isRebuilt)
        .forEach(key -> addUsersOfEnum(key, dependents, open));
    while (!open.isEmpty()) {
      String key = open.poll();
      if (keys.add(key)) {
        for (String part : withParts(key)) {
          dependents.getOrDefault(part, Set.of()).stream()
              .filter(comparison::inBoth)
              .filter(each -> !comparison.start().derived().contains(each))
              .forEach(each -> addDependent(key, each, open));
        }
      }
    }
  }

  private void addDependent(String key, String dependent, Deque<String> open) {
    String kind = comparison.start().kind(dependent);
    boolean isPart = comparison.start().path(dependent).contains(key);
    if (isPart && !kind.equals("constraint") && !kind.equals("index")) {
      return;
    }
    if (dependent.startsWith(SchemaGraph.DEFAULT)
        || isGenerated(dependent)
        || (kind.equals("type") ? canRecreateType(dependent) : WITHOUT_DATA.contains(kind))) {
      open.add(dependent);
    } else if (!kind.equals("column") || !isOf(dependent, "view")) {
      rejected.add(dependent + " needs " + key + ", which cannot be changed in place");
    }
  }

  /** An object and its columns, on which others may depend. */
  private List<String> withParts(String key) {
    List<String> parts = new ArrayList<>(List.of(key));
    if (comparison.start().kind(key).endsWith("view")) {
      comparison.start().columns().entrySet().stream()
          .filter(entry -> key.endsWith(" " + entry.getValue().table()))
          .map(Map.Entry::getKey)
          .forEach(parts::add);
    }
    return parts;
  }

  private boolean hasNewType(String key) {
    return comparison.start().kind(key).equals("column")
        && comparison.changed(key).stream()
            .anyMatch(name -> name.equals("type") || name.equals("collation"));
  }

  /** What uses an enum that another type replaces; its columns stay. */
  private void addUsersOfEnum(String key, Map<String, Set<String>> dependents, Deque<String> open) {
    for (String each : dependents.getOrDefault(key, Set.of())) {
      if (!comparison.inBoth(each) || comparison.start().derived().contains(each)) {
        continue;
      }
      if (comparison.start().kind(each).equals("column")
          && !isGenerated(each)
          && isOf(each, "table")) {
        addReaders(each, dependents, open);
      } else {
        addDependent(key, each, open);
      }
    }
  }

  /** What reads a column keeps it from changing its type. */
  private void addReaders(String key, Map<String, Set<String>> dependents, Deque<String> open) {
    for (String each : dependents.getOrDefault(key, Set.of())) {
      String kind = comparison.start().kind(each);
      if (comparison.inBoth(each)
          && (isGenerated(each)
              || (WITHOUT_DATA.contains(kind)
                  && !kind.equals("index")
                  && !kind.equals("constraint")))) {
        open.add(each);
      }
    }
  }

  private boolean isOf(String column, String kind) {
    return comparison.start().parent(column).filter(of -> of.contains(kind)).isPresent();
  }

  private boolean isGenerated(String key) {
    return comparison.start().kind(key).equals("column")
        && comparison.before(key, "generated").isPresent();
  }

  private boolean canRecreateType(String key) {
    return comparison.start().dependents().getOrDefault(key, Set.of()).stream()
        .noneMatch(each -> comparison.inBoth(each) && isOf(each, "table"));
  }

  private boolean cannotChange(String key) {
    Set<String> names = comparison.changed(key);
    return switch (comparison.start().kind(key)) {
      case "index" -> !isIndexOfConstraint(key) && !COMPLETING.containsAll(usual(names));
      case "statistics object", "trigger", "rule", "event trigger", "aggregate" ->
          !COMPLETING.containsAll(usual(names));
      case "constraint" -> cannotChangeConstraint(key, names);
      case "policy" ->
          names.contains("command")
              || names.contains("permissive")
              || isRemoved(key, "using")
              || isRemoved(key, "with check");
      case "function", "procedure" ->
          names.stream().anyMatch(FIXED_IN_FUNCTIONS::contains)
              || number(comparison.before(key, "pronargdefaults"))
                  > number(comparison.after(key, "pronargdefaults"));
      case "view" -> names.contains("definition") && !isReplaceable(key);
      case "materialized view" -> names.contains("definition") || names.contains("access method");
      case "column" -> isTable(key) && isGeneratedAnew(key, names);
      case "type" -> cannotChangeType(key, names);
      // One is that of an identity column, and the other one is not.
      case "sequence" ->
          comparison.start().creates().containsKey(key)
              != comparison.target().creates().containsKey(key);
      default -> false;
    };
  }

  private static int number(Optional<String> text) {
    return text.map(Integer::parseInt).orElse(0);
  }

  private boolean isTable(String column) {
    return isOf(column, "table");
  }

  private boolean isIndexOfConstraint(String key) {
    return comparison.start().parent(key).filter(of -> of.startsWith("constraint ")).isPresent();
  }

  /** Statistics targets of the keys of an index change in place. */
  private static Set<String> usual(Set<String> names) {
    Set<String> others = new LinkedHashSet<>(names);
    others.removeIf(name -> name.startsWith("key ") && name.endsWith(" statistics target"));
    return others;
  }

  private boolean cannotChangeConstraint(String key, Set<String> names) {
    boolean sameText =
        CHECKED_LATER
            .matcher(comparison.before(key, "definition").orElse(""))
            .replaceFirst("")
            .equals(
                CHECKED_LATER
                    .matcher(comparison.after(key, "definition").orElse(""))
                    .replaceFirst(""));
    boolean foreign =
        comparison.after(key, "contype").filter("f"::equals).isPresent()
            && comparison.before(key, "contype").filter("f"::equals).isPresent();
    boolean becomesInvalid =
        names.contains(SchemaObject.VALIDATED)
            && comparison.after(key, SchemaObject.VALIDATED).isEmpty();
    return becomesInvalid
        || !sameText
        || (names.contains("definition") && !foreign)
        || (names.contains("enforced") && !foreign)
        || names.contains("local");
  }

  private boolean isRemoved(String key, String property) {
    return comparison.changed(key).contains(property) && comparison.after(key, property).isEmpty();
  }

  /** CREATE OR REPLACE VIEW keeps the columns, and adds others at the end. */
  private boolean isReplaceable(String key) {
    List<String> before = shapes(comparison.start(), key);
    List<String> after = shapes(comparison.target(), key);
    return before.size() <= after.size() && before.equals(after.subList(0, before.size()));
  }

  private static List<String> shapes(SchemaGraph graph, String view) {
    return graph.columnsOf(view.substring("view ".length())).stream()
        .map(Column::definition)
        .toList();
  }

  private boolean isGeneratedAnew(String key, Set<String> names) {
    Optional<String> after = comparison.after(key, "generated");
    return (names.contains("generated") && (after.isPresent() || isVirtual(key)))
        || (after.isPresent() && names.contains("default"))
        || (after.isPresent() && (names.contains("type") || names.contains("collation")));
  }

  private boolean isVirtual(String key) {
    return comparison.before(key, "generated").filter("virtual"::equals).isPresent();
  }

  /** ADD ATTRIBUTE adds at the end. */
  private static boolean isAppended(String before, String after) {
    List<String> wanted = List.of(after.split(", "));
    List<String> kept = new ArrayList<>(List.of(before.split(", ")));
    kept.retainAll(wanted);
    return kept.size() <= wanted.size() && kept.equals(wanted.subList(0, kept.size()));
  }

  private boolean cannotChangeType(String key, Set<String> names) {
    boolean isDomain = comparison.before(key, "typtype").filter("d"::equals).isPresent();
    boolean isEnum = comparison.before(key, "values").isPresent();
    if (isEnum) {
      return names.contains("typtype");
    }
    if (names.contains("attributes")) {
      return !isAppended(
          comparison.before(key, "attributes").orElse(""),
          comparison.after(key, "attributes").orElse(""));
    }
    return isDomain
        ? names.contains("type") || names.contains("collation")
        : !COMPLETING.containsAll(names);
  }
}
