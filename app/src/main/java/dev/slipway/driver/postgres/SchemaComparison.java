package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * In what two schemas differ: the objects that only one has, and the properties of the others.
 * Immutable.
 *
 * @param start the schema to begin with
 * @param target the schema to reach; with what the start keeps
 * @param gone the objects that only the start has
 * @param fresh the objects that only the target has
 * @param changed the names of the properties that differ, by the object's key
 */
record SchemaComparison(
    SchemaGraph start,
    SchemaGraph target,
    Set<String> gone,
    Set<String> fresh,
    Map<String, Set<String>> changed) {
  private static final Pattern VALUE = Pattern.compile("'(?:[^']|'')*'");

  /** What is no matter of an ORM. */
  private static final Set<String> UNMANAGED =
      Set.of(
          SchemaObject.OWNER,
          SchemaObject.GRANTS,
          "row level security",
          "row level security of the owner",
          "replica identity",
          "clustered",
          "options",
          "TOAST options",
          "persistence",
          "statistics target",
          "storage",
          "compression",
          "enabled",
          "partition strategy",
          "partition key",
          "partition key expressions",
          "relkind",
          "belongs to",
          "validated");

  /** Compares two schemas; of what an ORM manages, if so asked. */
  static SchemaComparison of(SchemaGraph start, SchemaGraph target, boolean managedOnly) {
    Map<String, Set<String>> changed = new TreeMap<>();
    start
        .objects()
        .forEach(
            (key, before) -> {
              SchemaObject after = target.objects().get(key);
              if (after != null) {
                Set<String> names = properties(before, after, managedOnly);
                if (!names.isEmpty()) {
                  changed.put(key, names);
                }
              }
            });
    return new SchemaComparison(
        start, target, without(start, target), without(target, start), changed);
  }

  private static Set<String> without(SchemaGraph graph, SchemaGraph other) {
    Set<String> keys = new TreeSet<>(graph.objects().keySet());
    keys.removeAll(other.objects().keySet());
    return keys;
  }

  private static Set<String> properties(
      SchemaObject before, SchemaObject after, boolean managedOnly) {
    Set<String> names = new TreeSet<>(before.properties().keySet());
    names.addAll(after.properties().keySet());
    names.removeIf(name -> value(before, name).equals(value(after, name)));
    if (managedOnly) {
      names.removeIf(
          name ->
              UNMANAGED.contains(name) || (name.equals("comment") && value(after, name).isEmpty()));
    }
    return names;
  }

  private static Optional<String> value(SchemaObject object, String name) {
    return Optional.ofNullable(object.properties().get(name));
  }

  /** The value of a property at the start. */
  Optional<String> before(String key, String property) {
    return Optional.ofNullable(start.objects().get(key)).flatMap(object -> value(object, property));
  }

  /** The value of a property in the target. */
  Optional<String> after(String key, String property) {
    return Optional.ofNullable(target.objects().get(key))
        .flatMap(object -> value(object, property));
  }

  /** The properties in which an object differs that both schemas have. */
  Set<String> changed(String key) {
    return changed.getOrDefault(key, Set.of());
  }

  /** Whether an object needs another one in both schemas. */
  boolean needsInBoth(String key, String need) {
    return start.needs().getOrDefault(key, Set.of()).contains(need)
        && target.needs().getOrDefault(key, Set.of()).contains(need);
  }

  /** Whether an enum has another type in its place, because a value goes or moves. */
  boolean isRebuilt(String key) {
    List<String> before = values(before(key, "values"));
    List<String> after = values(after(key, "values"));
    return !before.isEmpty() && !after.stream().filter(before::contains).toList().equals(before);
  }

  /** The values of an enum, as literals. */
  static List<String> values(Optional<String> list) {
    return VALUE.matcher(list.orElse("")).results().map(MatchResult::group).toList();
  }

  /** Whether both schemas have an object. */
  boolean inBoth(String key) {
    return start.has(key) && target.has(key);
  }

  /** Whether an object goes with another one that it is in. */
  boolean goesWithParent(String key) {
    return isPartOf(start, key, gone::contains);
  }

  /** Whether an object is in another one of which something holds. */
  static boolean isPartOf(SchemaGraph graph, String key, Predicate<String> what) {
    return graph.path(key).stream().skip(1).anyMatch(what);
  }
}
