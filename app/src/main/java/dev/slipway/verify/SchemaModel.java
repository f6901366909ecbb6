package dev.slipway.verify;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.migration.MigrationService;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a schema consists of, at one moment: each object with its definition, as the database itself
 * has it. The order of a table's columns does not count, nor whether a constraint has been checked
 * against rows, nor the history of migrations. Immutable.
 */
final class SchemaModel {
  /** Who is missing a table is told that, and not which of its columns are missing. */
  private static final List<String> KINDS =
      List.of(
          "schema",
          "extension",
          "type",
          "table",
          "view",
          "sequence",
          "column",
          "constraint",
          "check",
          "foreign",
          "unique",
          "index",
          "function",
          "trigger");

  private final Map<String, SchemaObject> parts;

  /** Something in a schema: the table that it belongs to, and what the database says of it. */
  private record SchemaObject(String table, String definition) {}

  /**
   * Something in which two schemas differ.
   *
   * @param object its kind and name
   * @param expected its definition there; empty if it is not there
   * @param found its definition here; empty if it is not here
   */
  record Difference(String object, Optional<String> expected, Optional<String> found) {
    /** In words, about the schema here. */
    String describe(String missing, String added) {
      if (found.isEmpty()) {
        return object + " " + missing;
      }
      return expected.isEmpty()
          ? object + " " + added
          : object + " is `" + found.get() + "` and should be `" + expected.get() + "`";
    }
  }

  private SchemaModel(Map<String, SchemaObject> parts) {
    this.parts = parts;
  }

  /**
   * Looks.
   *
   * @param history the table that does not count
   */
  static SchemaModel read(Connection connection, DatabaseDriver dialect, String history)
      throws SQLException {
    Map<String, SchemaObject> parts = new TreeMap<>();
    dialect
        .catalogReader()
        .read(
            connection,
            (object, table, definition) -> {
              if (!table.equals(history) && !table.equals(MigrationService.SCRATCH_MARK)) {
                put(parts, object, table, plain(definition));
              }
            });
    return new SchemaModel(parts);
  }

  /** Two keys of a table may be the same by their columns, which are their only name. */
  private static void put(
      Map<String, SchemaObject> parts, String object, String table, String definition) {
    String key = object;
    for (int i = 2; parts.containsKey(key); i++) {
      key = object + " #" + i;
    }
    parts.put(key, new SchemaObject(table, definition));
  }

  private static String plain(String definition) {
    return definition.replaceAll("\\s+", " ").strip();
  }

  /** The tables, by their names. */
  List<String> tables() {
    return parts.keySet().stream()
        .filter(object -> object.startsWith("table "))
        .map(object -> object.substring("table ".length()))
        .toList();
  }

  /** The names of a table's columns, in lower case. */
  Set<String> columns(String table) {
    String prefix = "column " + table + ".";
    return parts.keySet().stream()
        .filter(object -> object.startsWith(prefix))
        .map(object -> object.substring(prefix.length()).toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** How many objects there are. */
  int size() {
    return parts.size();
  }

  /** In what this schema differs from one that it should be, the most telling first. */
  List<Difference> differences(SchemaModel expected) {
    TreeSet<String> objects = new TreeSet<>(parts.keySet());
    objects.addAll(expected.parts.keySet());
    Set<String> here = owners();
    Set<String> there = expected.owners();
    List<Difference> all = new ArrayList<>();
    for (String object : objects) {
      Optional<SchemaObject> found = Optional.ofNullable(parts.get(object));
      Optional<SchemaObject> wanted = Optional.ofNullable(expected.parts.get(object));
      String table = found.or(() -> wanted).orElseThrow().table();
      // What belongs to a missing table is missing with it.
      boolean told = !owner(object) && here.contains(table) != there.contains(table);
      if (!found.equals(wanted) && !told) {
        all.add(
            new Difference(
                object, wanted.map(SchemaObject::definition), found.map(SchemaObject::definition)));
      }
    }
    all.sort(
        Comparator.comparingInt(
            difference ->
                KINDS.indexOf(difference.object().substring(0, difference.object().indexOf(' ')))));
    return all;
  }

  private Set<String> owners() {
    return parts.entrySet().stream()
        .filter(each -> owner(each.getKey()))
        .map(each -> each.getValue().table())
        .collect(Collectors.toSet());
  }

  private static boolean owner(String object) {
    return object.startsWith("table ") || object.startsWith("view ");
  }
}
