package dev.slipway.audit;

import dev.slipway.db.Dialect;
import dev.slipway.migrate.SqlScript;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
final class Snapshot {
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

  private final Map<String, Part> parts;

  /** Something in a schema: the table that it belongs to, and what the database says of it. */
  private record Part(String table, String definition) {}

  /**
   * Something in which two schemas differ.
   *
   * @param object its kind and name
   * @param expected its definition there; empty if it is not there
   * @param found its definition here; empty if it is not here
   */
  record Difference(String object, Optional<String> expected, Optional<String> found) {
    /** In words, about the schema here. */
    String words(String missing, String added) {
      if (found.isEmpty()) {
        return object + " " + missing;
      }
      return expected.isEmpty()
          ? object + " " + added
          : object + " is `" + found.get() + "` and should be `" + expected.get() + "`";
    }
  }

  private Snapshot(Map<String, Part> parts) {
    this.parts = parts;
  }

  /**
   * Looks.
   *
   * @param history the table that does not count
   */
  static Snapshot take(Connection connection, Dialect dialect, String history) throws SQLException {
    Map<String, Part> parts = new TreeMap<>();
    List<String> queries =
        switch (dialect.kind()) {
          case POSTGRES -> Catalogs.POSTGRES;
          case COCKROACH -> Catalogs.COCKROACH;
          case MYSQL -> Catalogs.MYSQL;
          case SQLITE -> Catalogs.SQLITE;
        };
    try (Statement statement = connection.createStatement()) {
      for (String query : queries) {
        try (ResultSet row = statement.executeQuery(query)) {
          while (row.next()) {
            String table = String.valueOf(row.getString(2));
            if (!table.equals(history)) {
              put(parts, row.getString(1), table, plain(String.valueOf(row.getString(3))));
            }
          }
        }
      }
      if (dialect.kind() == Dialect.Kind.SQLITE) {
        checks(statement, dialect, history, parts);
      }
    }
    return new Snapshot(parts);
  }

  /** Two keys of a table may be the same by their columns, which are their only name. */
  private static void put(Map<String, Part> parts, String object, String table, String definition) {
    String key = object;
    for (int i = 2; parts.containsKey(key); i++) {
      key = object + " #" + i;
    }
    parts.put(key, new Part(table, definition));
  }

  private static String plain(String definition) {
    return definition.replaceAll("\\s+", " ").strip();
  }

  /** SQLite keeps CHECK constraints in the text of CREATE TABLE alone. */
  private static void checks(
      Statement statement, Dialect dialect, String history, Map<String, Part> parts)
      throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND sql IS NOT NULL")) {
      while (row.next()) {
        String table = row.getString(1);
        if (!table.equals(history)) {
          for (String check : checks(row.getString(2), dialect)) {
            put(parts, "check of " + table + " " + check, table, check);
          }
        }
      }
    }
  }

  private static TreeSet<String> checks(String sql, Dialect dialect) {
    List<String> tokens = new ArrayList<>();
    SqlScript.parse(sql, dialect)
        .tell(
            dialect,
            new SqlScript.Listener() {
              @Override
              public void token(int start, int end) {
                tokens.add(sql.substring(start, end).replace("\"", "").replace("`", ""));
              }

              @Override
              public void comment(int start, int end) {
                // says nothing to the database
              }
            });
    TreeSet<String> checks = new TreeSet<>();
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (tokens.get(i).equalsIgnoreCase("CHECK") && tokens.get(i + 1).equals("(")) {
        int depth = 0;
        int at = i + 1;
        do {
          depth += tokens.get(at).equals("(") ? 1 : tokens.get(at).equals(")") ? -1 : 0;
          at++;
        } while (depth > 0 && at < tokens.size());
        checks.add(String.join(" ", tokens.subList(i + 1, at)));
      }
    }
    return checks;
  }

  /** The tables, by their names. */
  List<String> tables() {
    return parts.keySet().stream()
        .filter(object -> object.startsWith("table "))
        .map(object -> object.substring("table ".length()))
        .toList();
  }

  /** How many objects there are. */
  int size() {
    return parts.size();
  }

  /** In what this schema differs from one that it should be, the most telling first. */
  List<Difference> differences(Snapshot expected) {
    TreeSet<String> objects = new TreeSet<>(parts.keySet());
    objects.addAll(expected.parts.keySet());
    Set<String> here = owners();
    Set<String> there = expected.owners();
    List<Difference> all = new ArrayList<>();
    for (String object : objects) {
      Optional<Part> found = Optional.ofNullable(parts.get(object));
      Optional<Part> wanted = Optional.ofNullable(expected.parts.get(object));
      String table = found.or(() -> wanted).orElseThrow().table();
      // What belongs to a missing table is missing with it.
      boolean told = !owner(object) && here.contains(table) != there.contains(table);
      if (!found.equals(wanted) && !told) {
        all.add(new Difference(object, wanted.map(Part::definition), found.map(Part::definition)));
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
