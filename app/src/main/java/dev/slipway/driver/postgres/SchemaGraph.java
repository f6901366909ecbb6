package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A schema as a planner needs it: the objects with their properties, what creates them, and what
 * they need. The keys are those of {@link SchemaObject#key}; the default of a column that is not
 * generated is an object of its own. Immutable.
 *
 * @param objects all objects
 * @param creates the statements that create an object, by its key; a column, or what the server
 *     creates with another object, has none
 * @param settings the statements that complete an object, by its key
 * @param needs what an object depends on, by its key
 * @param columns the columns of tables and views
 * @param constraints the constraints
 * @param derived the objects that the server derives from those of a parent table
 * @param sequences the sequences that belong to a column, each with the column
 * @param duplicates the queries that find rows which a unique index or constraint excludes
 * @param casts the casts between types, as {@code a AS b}, and whether they apply to an assignment
 */
record SchemaGraph(
    Map<String, SchemaObject> objects,
    Map<String, List<String>> creates,
    Map<String, List<Setting>> settings,
    Map<String, Set<String>> needs,
    Map<String, Column> columns,
    Map<String, Constraint> constraints,
    Set<String> derived,
    Map<String, String> sequences,
    Map<String, String> duplicates,
    Map<String, Boolean> casts) {
  /** Begins the key of a column's default; the column's name follows. */
  static final String DEFAULT = "default value for ";

  /**
   * A statement that completes an object.
   *
   * @param privilege whether it is about owners and grants
   */
  record Setting(String statement, boolean privilege) {}

  /**
   * A column.
   *
   * @param table the name of the table or view
   * @param kind the kind of that relation, as in {@code pg_class}
   * @param name its name, quoted where needed
   * @param definition what ADD COLUMN takes, without a default
   * @param value the default; empty without one, and for a generated column
   * @param number its place
   */
  record Column(
      String table,
      String kind,
      String name,
      String definition,
      Optional<String> value,
      int number) {
    /** The key of its default. */
    String defaultKey() {
      return DEFAULT + table + "." + name;
    }
  }

  /**
   * A constraint.
   *
   * @param owner what has it: {@code TABLE} or {@code DOMAIN}, and the name
   * @param name its name, quoted where needed
   * @param type its type, as in {@code pg_constraint}
   * @param definition what ADD CONSTRAINT takes
   * @param index what creates its index; empty without one
   * @param partitioned whether its table has partitions
   * @param referenced the table that a foreign key refers to
   */
  record Constraint(
      String owner,
      String name,
      String type,
      String definition,
      Optional<String> index,
      boolean partitioned,
      Optional<String> referenced) {
    /** The name of its table or domain. */
    String ownerName() {
      return owner.substring(owner.indexOf(' ') + 1);
    }
  }

  /** The object that an object is in; of a default, its column. */
  Optional<String> parent(String key) {
    return key.startsWith(DEFAULT)
        ? Optional.of("column " + key.substring(DEFAULT.length()))
        : Optional.ofNullable(objects.get(key)).flatMap(SchemaObject::parent);
  }

  /** Whether the schema has an object, or a default. */
  boolean has(String key) {
    return objects.containsKey(key) || (key.startsWith(DEFAULT) && creates.containsKey(key));
  }

  /** An object and all that it is in, without schemas. */
  List<String> path(String key) {
    List<String> path = new ArrayList<>();
    for (Optional<String> at = Optional.of(key);
        at.isPresent() && !at.get().startsWith("schema ");
        at = parent(at.get())) {
      path.add(at.get());
    }
    return path;
  }

  /** The kind of an object. */
  String kind(String key) {
    return Optional.ofNullable(objects.get(key)).map(SchemaObject::kind).orElse("");
  }

  /** An object that exists. */
  SchemaObject object(String key) {
    return Objects.requireNonNull(objects.get(key), key);
  }

  /** A column that exists. */
  Column column(String key) {
    return Objects.requireNonNull(columns.get(key), key);
  }

  /** A constraint that exists. */
  Constraint constraint(String key) {
    return Objects.requireNonNull(constraints.get(key), key);
  }

  /** The columns of a table or view, in their order. */
  List<Column> columnsOf(String relation) {
    return columns.values().stream()
        .filter(column -> column.table().equals(relation))
        .sorted((a, b) -> Integer.compare(a.number(), b.number()))
        .toList();
  }

  /** What depends on an object, or on a part of it, by the key of the needed object. */
  Map<String, Set<String>> dependents() {
    Map<String, Set<String>> dependents = new HashMap<>();
    needs.forEach(
        (key, needed) ->
            needed.forEach(
                each -> dependents.computeIfAbsent(each, _ -> new LinkedHashSet<>()).add(key)));
    return dependents;
  }

  /** This schema with objects of another one, and with what belongs to them. */
  SchemaGraph with(SchemaGraph other, Set<String> keys) {
    Set<String> added = new HashSet<>();
    for (String key : other.objects.keySet()) {
      if (!objects.containsKey(key) && other.path(key).stream().anyMatch(keys::contains)) {
        added.add(key);
      }
    }
    for (String key : other.creates.keySet()) {
      if (key.startsWith(DEFAULT) && other.parent(key).filter(added::contains).isPresent()) {
        added.add(key);
      }
    }
    return new SchemaGraph(
        merged(objects, other.objects, added),
        merged(creates, other.creates, added),
        merged(settings, other.settings, added),
        merged(needs, other.needs, added),
        merged(columns, other.columns, added),
        merged(constraints, other.constraints, added),
        union(derived, other.derived, added),
        merged(sequences, other.sequences, added),
        merged(duplicates, other.duplicates, added),
        casts);
  }

  private static <V> Map<String, V> merged(
      Map<String, V> own, Map<String, V> other, Set<String> keys) {
    Map<String, V> merged = own instanceof LinkedHashMap ? new LinkedHashMap<>() : new TreeMap<>();
    merged.putAll(own);
    other.forEach(
        (key, value) -> {
          if (keys.contains(key)) {
            merged.putIfAbsent(key, value);
          }
        });
    return Collections.unmodifiableMap(merged);
  }

  private static Set<String> union(Set<String> own, Set<String> other, Set<String> keys) {
    Set<String> union = new HashSet<>(own);
    other.stream().filter(keys::contains).forEach(union::add);
    return union;
  }
}
