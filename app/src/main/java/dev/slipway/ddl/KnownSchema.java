package dev.slipway.ddl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The schema at a point of the migrations, as far as the statements before that point say. What it
 * does not contain may exist all the same. For one thread.
 */
public final class KnownSchema {
  private final Map<String, List<Table>> tables = new HashMap<>();
  private final Map<String, List<SchemaObject>> objects = new HashMap<>();
  private final Map<String, Table> indexed = new HashMap<>();

  /** The known views that mention a word. */
  private final Map<String, Set<SchemaObject>> viewsByWord = new HashMap<>();

  private final Set<Table> newTables = new HashSet<>();

  /** Tables that an ALTER touched, whose new columns and constraints age with their file. */
  private final Set<Table> touched = new HashSet<>();

  private final Set<SchemaObject> newObjects = new HashSet<>();

  /**
   * Anything but a table.
   *
   * @param kind as the statement calls it: VIEW, TYPE, DOMAIN, FUNCTION …
   * @param definition the statement after the name, in one spelling
   */
  public record SchemaObject(String kind, ObjectName name, String definition) {
    SchemaObject named(ObjectName other) {
      return new SchemaObject(kind, other, definition);
    }
  }

  /** A known table. */
  public Optional<Table> table(ObjectName name) {
    return tables.getOrDefault(name.name(), List.of()).reversed().stream()
        .filter(table -> table.name().matches(name))
        .findFirst();
  }

  /** Whether a table may have rows and traffic: all but those of the files that are read. */
  public boolean mayHaveRows(ObjectName name) {
    return table(name).filter(Table::isNew).isEmpty();
  }

  Table create(ObjectName name, boolean isComplete) {
    Table table = new Table(name, true, isComplete);
    newTables.add(table);
    add(table);
    return table;
  }

  /** A table that no statement creates, and of which one statement says something. */
  Table tableOrStub(ObjectName name) {
    Table table =
        table(name)
            .orElseGet(
                () -> {
                  Table stub = new Table(name, false, false);
                  add(stub);
                  return stub;
                });
    touched.add(table);
    return table;
  }

  private void add(Table table) {
    tables.computeIfAbsent(table.name().name(), _ -> new ArrayList<>()).add(table);
  }

  void dropTable(ObjectName name) {
    table(name).ifPresent(this::remove);
  }

  private void remove(Table table) {
    List<Table> all = tables.getOrDefault(table.name().name(), List.of());
    all.remove(table);
    if (all.isEmpty()) {
      tables.remove(table.name().name());
    }
  }

  void rename(Table table, ObjectName to) {
    remove(table);
    table.rename(to);
    add(table);
  }

  /** The table of a known index. */
  public Optional<Table> tableOfIndex(String index) {
    return Optional.ofNullable(indexed.get(index)).filter(table -> table.index(index).isPresent());
  }

  void add(Table table, Table.Index index) {
    table.add(index);
    if (!index.name().isEmpty()) {
      indexed.put(index.name(), table);
    }
  }

  /** A known object of this kind. */
  public Optional<SchemaObject> object(String kind, ObjectName name) {
    return objects.getOrDefault(name.name(), List.of()).stream()
        .filter(object -> object.kind().equals(kind) && object.name().matches(name))
        .findFirst();
  }

  /** Known objects of any kind with this name. */
  public List<SchemaObject> objects(String name) {
    return List.copyOf(objects.getOrDefault(name, List.of()));
  }

  /** Whether an object comes with the files that are read, so that nothing else uses it. */
  public boolean isNew(SchemaObject object) {
    return newObjects.contains(object);
  }

  /** Whether a known view uses a column, as far as its words say. */
  public boolean isUsedByView(ObjectName table, String column) {
    Set<SchemaObject> all = viewsByWord.getOrDefault(table.name(), Set.of());
    return !Collections.disjoint(all, viewsByWord.getOrDefault(column, Set.of()))
        || !Collections.disjoint(all, viewsByWord.getOrDefault("*", Set.of()));
  }

  void add(SchemaObject object) {
    put(object);
    newObjects.add(object);
  }

  private void put(SchemaObject object) {
    objects.computeIfAbsent(object.name().name(), _ -> new ArrayList<>()).add(object);
    for (String word : viewWords(object)) {
      viewsByWord.computeIfAbsent(word, _ -> new HashSet<>()).add(object);
    }
  }

  private static String[] viewWords(SchemaObject object) {
    return object.kind().endsWith("VIEW") ? object.definition().split(" ") : new String[0];
  }

  void drop(String kind, ObjectName name) {
    object(kind, name).ifPresent(this::remove);
  }

  private void remove(SchemaObject object) {
    List<SchemaObject> all = objects.getOrDefault(object.name().name(), List.of());
    if (all.remove(object)) {
      for (String word : viewWords(object)) {
        viewsByWord.getOrDefault(word, Set.of()).remove(object);
      }
    }
    if (all.isEmpty()) {
      objects.remove(object.name().name());
    }
  }

  void replace(SchemaObject object, SchemaObject by) {
    boolean isNew = newObjects.remove(object);
    remove(object);
    put(by);
    if (isNew) {
      newObjects.add(by);
    }
  }

  /** The files that created something were read: from now on it has rows and traffic. */
  public void age() {
    newTables.forEach(Table::age);
    touched.forEach(Table::age);
    newTables.clear();
    touched.clear();
    newObjects.clear();
  }
}
