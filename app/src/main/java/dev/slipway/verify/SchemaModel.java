package dev.slipway.verify;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.migration.MigrationService;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The schema of a database at one moment: every object with its properties, as the database itself
 * prints them, without the history of migrations. Immutable.
 */
final class SchemaModel {
  /** The kinds that come first, the last one first. */
  private static final List<String> LEADING = List.of("column", "table", "schema");

  private final SchemaContents contents;
  private final Map<String, SchemaObject> objects = new TreeMap<>();

  /**
   * A property, or a whole object, in which two schemas differ.
   *
   * @param object the object, as one of the schemas has it
   * @param property the name of the property; empty if one schema lacks the object
   * @param expected the value in the expected schema; empty if it has no value or no object
   * @param found the value in the other schema; empty if it has no value or no object
   */
  record Difference(
      SchemaObject object,
      Optional<String> property,
      Optional<String> expected,
      Optional<String> found) {
    /** Whether the object is only in the other schema. */
    boolean isAdded() {
      return property.isEmpty() && expected.isEmpty();
    }

    /** Whether the object is only in the expected schema. */
    boolean isMissing() {
      return property.isEmpty() && found.isEmpty();
    }

    /**
     * A sentence about the schema that should be as expected.
     *
     * @param missing the predicate for an object that it lacks
     * @param added the predicate for an object that only it has
     */
    String describe(String missing, String added) {
      if (property.isEmpty()) {
        return object.key() + " " + (isAdded() ? added : missing);
      }
      String subject = object.key() + ": " + property.get();
      if (expected.isEmpty()) {
        return subject + " is `" + found.orElseThrow() + "` and should not be set";
      }
      return subject
          + found.map(value -> " is `" + value + "`").orElse(" is not set")
          + " and should be `"
          + expected.get()
          + "`";
    }
  }

  private SchemaModel(SchemaContents contents) {
    this.contents = contents;
    contents.objects().forEach(object -> objects.put(object.key(), object));
  }

  /** The model of what was read. */
  static SchemaModel of(SchemaContents contents) {
    return new SchemaModel(contents);
  }

  /**
   * Reads the schema of a connection's database.
   *
   * @param history the table that is left out, as is the mark of a scratch database
   */
  static SchemaModel read(Connection connection, DatabaseDriver driver, String history)
      throws SQLException {
    return new SchemaModel(
        driver.schemaReader().read(connection, Set.of(history, MigrationService.SCRATCH_MARK)));
  }

  /** The tables whose rows can be counted, each with its columns. */
  Map<String, List<String>> tables() {
    return contents.tables();
  }

  /** What exists and could not be read, with the reason. */
  List<String> unread() {
    return contents.unread();
  }

  /** Whether an object exists and could not be read, so that nothing is known of it. */
  boolean isUnread(String key) {
    return contents.unread().stream().anyMatch(text -> text.startsWith(key + ": "));
  }

  /**
   * The kinds of which the login may see only some or none, each with the statement that lets it.
   */
  Map<String, String> hidden() {
    return contents.hidden();
  }

  /**
   * The statement that lets the login see what this schema seems to lack; empty where it really
   * lacks it.
   */
  Optional<String> hiddenBy(Difference difference) {
    return difference.found().isPresent()
        ? Optional.empty()
        : Optional.ofNullable(
            hidden().get(difference.property().orElse(difference.object().kind())));
  }

  /** What is not read, or not compared, on this database, each with the reason. */
  List<String> omitted() {
    return contents.omitted();
  }

  /**
   * In what the servers of two schemas differ so that the schemas cannot be compared, such as the
   * major version; empty if they can.
   */
  Optional<String> incomparable(SchemaModel expected) {
    TreeSet<String> names = new TreeSet<>(contents.server().keySet());
    names.addAll(expected.contents.server().keySet());
    return names.stream()
        .filter(name -> !value(contents, name).equals(value(expected.contents, name)))
        .map(
            name ->
                "the "
                    + name
                    + " "
                    + value(contents, name)
                    + ", and the expected one has "
                    + value(expected.contents, name))
        .findFirst();
  }

  private static String value(SchemaContents contents, String name) {
    return contents.server().getOrDefault(name, "unknown");
  }

  /** The schema without these objects. */
  SchemaModel without(Set<String> keys) {
    SchemaModel model = new SchemaModel(contents);
    model.objects.keySet().removeAll(keys);
    return model;
  }

  /**
   * The object at the top of those that an object is in, such as its schema; itself without any.
   */
  SchemaObject root(SchemaObject object) {
    SchemaObject root = object;
    while (root.parent().isPresent() && objects.containsKey(root.parent().get())) {
      root = objects.get(root.parent().get());
    }
    return root;
  }

  /** Whether the schema has a table. */
  boolean hasTables() {
    return objects.values().stream().anyMatch(object -> object.kind().equals("table"));
  }

  /** Whether the schema has objects in an object. */
  boolean hasObjectsIn(String key) {
    return objects.values().stream().anyMatch(object -> object.parent().equals(Optional.of(key)));
  }

  /** Whether a schema has an object. */
  boolean contains(String key) {
    return objects.containsKey(key);
  }

  /**
   * In what this schema differs from the expected one, by object. What belongs to an object that
   * one of them lacks is left out.
   */
  List<Difference> differences(SchemaModel expected) {
    TreeSet<String> keys = new TreeSet<>(objects.keySet());
    keys.addAll(expected.objects.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String key : keys) {
      SchemaObject found = objects.get(key);
      SchemaObject wanted = expected.objects.get(key);
      if (found != null && wanted != null) {
        addProperties(differences, found, wanted, expected);
      } else if (found != null && hasParentOf(found, expected)) {
        differences.add(
            new Difference(found, Optional.empty(), Optional.empty(), Optional.of(found.key())));
      } else if (wanted != null && hasParentOf(wanted, this)) {
        differences.add(
            new Difference(wanted, Optional.empty(), Optional.of(wanted.key()), Optional.empty()));
      }
    }
    // Objects that are missing or added say more than properties, and columns more than the rest.
    differences.sort(
        Comparator.<Difference, Boolean>comparing(difference -> difference.property().isPresent())
            .thenComparingInt(difference -> -LEADING.indexOf(difference.object().kind())));
    return differences;
  }

  private static boolean hasParentOf(SchemaObject object, SchemaModel other) {
    return object.parent().filter(parent -> !other.contains(parent)).isEmpty();
  }

  /** Whether a property is not compared, such as a secret that the login cannot read. */
  private boolean omits(String property) {
    return omitted().stream().anyMatch(text -> text.startsWith(property + ", "));
  }

  private void addProperties(
      List<Difference> differences, SchemaObject found, SchemaObject wanted, SchemaModel expected) {
    TreeSet<String> names = new TreeSet<>(found.properties().keySet());
    names.addAll(wanted.properties().keySet());
    for (String name : names) {
      Optional<String> here = Optional.ofNullable(found.properties().get(name));
      Optional<String> there = Optional.ofNullable(wanted.properties().get(name));
      String property = found.key() + ": " + name;
      if (!here.equals(there) && !omits(property) && !expected.omits(property)) {
        differences.add(new Difference(found, Optional.of(name), there, here));
      }
    }
  }
}
