package dev.slipway.verify;

import dev.slipway.driver.DataContents;
import dev.slipway.driver.DataContents.Rows;
import dev.slipway.driver.DumpSections;
import dev.slipway.driver.SchemaContents;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The schema and the rows of a database at one moment. Immutable.
 *
 * @param schema the statements that create the schema
 */
record DatabaseState(SchemaContents contents, DumpSections schema, DataContents data) {
  /** A difference between two states, about one object. */
  record Difference(String key, String detail) {
    String describe() {
      return key + ": " + detail;
    }
  }

  /** What a database has in addition to an earlier state of it, as statements. */
  record Addition(DumpSections schema, DataContents data) {}

  /** What this database has in addition to what it had before. */
  Addition since(DatabaseState before) {
    Map<String, Rows> tables = new TreeMap<>();
    data.tables()
        .forEach(
            (key, rows) ->
                tables.put(
                    key, new Rows(rows.insert(), without(rows.rows(), rowsOf(before.data, key)))));
    Map<String, String> counters = new TreeMap<>(data.counters());
    counters.entrySet().removeAll(before.data.counters().entrySet());
    return new Addition(
        new DumpSections(
            added(schema.preData(), before.schema.preData()),
            added(schema.postData(), before.schema.postData())),
        new DataContents(tables, counters, data.unsupported()));
  }

  /** Settings of the session stay: the statements after them need them. */
  private static List<String> added(List<String> statements, List<String> before) {
    return statements.stream()
        .filter(each -> each.startsWith("SET ") || !before.contains(each))
        .toList();
  }

  private static List<String> without(List<String> rows, List<String> before) {
    if (before.isEmpty()) {
      return rows;
    }
    Map<String, Integer> left = new HashMap<>();
    before.forEach(row -> left.merge(row, 1, Integer::sum));
    List<String> added = new ArrayList<>();
    for (String row : rows) {
      if (left.getOrDefault(row, 0) > 0) {
        left.merge(row, -1, Integer::sum);
      } else {
        added.add(row);
      }
    }
    return added;
  }

  private static List<String> rowsOf(DataContents data, String key) {
    return Optional.ofNullable(data.tables().get(key)).map(Rows::rows).orElse(List.of());
  }

  /**
   * In what the rows and counters of two databases differ. The order of rows does not count.
   *
   * @param other the database that should be the same
   */
  List<Difference> dataDifferences(DatabaseState other) {
    List<Difference> differences = new ArrayList<>();
    for (String key : keys(data.tables(), other.data.tables())) {
      List<String> here = rowsOf(data, key);
      List<String> there = rowsOf(other.data, key);
      List<String> onlyHere = without(here, there);
      List<String> onlyThere = without(there, here);
      if (!onlyHere.isEmpty() || !onlyThere.isEmpty()) {
        differences.add(
            new Difference(
                key,
                "rows differ: "
                    + first(onlyHere)
                    + " and "
                    + first(onlyThere)
                    + more(Math.max(onlyHere.size(), onlyThere.size()))));
      }
    }
    for (String key : keys(data.counters(), other.data.counters())) {
      Optional<String> here = Optional.ofNullable(data.counters().get(key));
      Optional<String> there = Optional.ofNullable(other.data.counters().get(key));
      if (!here.equals(there)) {
        differences.add(
            new Difference(
                key,
                "values differ: "
                    + first(here.stream().toList())
                    + " and "
                    + first(there.stream().toList())));
      }
    }
    return differences;
  }

  private static TreeSet<String> keys(Map<String, ?> one, Map<String, ?> other) {
    TreeSet<String> keys = new TreeSet<>(one.keySet());
    keys.addAll(other.keySet());
    return keys;
  }

  private static String first(List<String> texts) {
    return texts.stream()
        .findFirst()
        .map(text -> "`" + (text.length() > 100 ? text.substring(0, 97) + "..." : text) + "`")
        .orElse("nothing");
  }

  private static String more(int differing) {
    return differing > 1 ? ", and " + (differing - 1) + " more" : "";
  }

  /** The number of rows that statements insert. */
  static int inserted(DataContents data) {
    return data.tables().values().stream()
        .filter(rows -> rows.insert().isPresent())
        .mapToInt(rows -> rows.rows().size())
        .sum();
  }

  /** The texts of all rows. */
  Stream<Map.Entry<String, String>> rows() {
    return data.tables().entrySet().stream()
        .flatMap(
            table -> table.getValue().rows().stream().map(row -> Map.entry(table.getKey(), row)));
  }
}
