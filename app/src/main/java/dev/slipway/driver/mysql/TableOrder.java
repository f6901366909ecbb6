package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The order in which tables are created and dropped, as their foreign keys require. */
final class TableOrder {
  private final List<TableSchema> created;
  private final List<TableSchema> removed;

  TableOrder(List<TableSchema> created, List<TableSchema> removed) {
    this.created = created;
    this.removed = removed;
  }

  /**
   * The statements that create the tables, each after those to which it refers. Where tables refer
   * to each other, a foreign key follows later.
   */
  List<PlannedStatement> creates() {
    List<PlannedStatement> statements = new ArrayList<>();
    List<PlannedStatement> later = new ArrayList<>();
    Set<String> open =
        created.stream()
            .map(TableSchema::name)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (TableSchema table : ordered(created)) {
      Set<String> lines = new LinkedHashSet<>();
      for (SchemaObject foreignKey : table.all("foreign key")) {
        String parent = TableSchema.referenced(foreignKey);
        if (open.contains(parent) && !parent.equals(table.name())) {
          lines.add(table.line(foreignKey));
          later.add(ForeignKeyChange.add(table, foreignKey));
        }
      }
      open.remove(table.name());
      statements.add(PlannedStatement.of(create(table, lines), table.name()));
      List<TableAction> defaults =
          table.all("column").stream()
              .filter(TableSchema::lacksDefault)
              .map(table::dropDefault)
              .toList();
      if (!defaults.isEmpty()) {
        statements.add(TableAction.statement(table.name(), defaults, Set.of()));
      }
    }
    // The tables are new, so that no row is checked and nobody waits.
    later.forEach(
        each ->
            statements.add(PlannedStatement.of(each.sql(), each.tables().toArray(String[]::new))));
    return statements;
  }

  private static String create(TableSchema table, Set<String> without) {
    String text = MysqlSchemaDumper.withoutCounter(table.text());
    if (without.isEmpty()) {
      return text;
    }
    List<String> lines = new ArrayList<>(CreateText.lines(text));
    lines.removeIf(
        line -> {
          String member = line.strip();
          return line.startsWith("  ")
              && without.contains(
                  member.endsWith(",") ? member.substring(0, member.length() - 1) : member);
        });
    int last = 0;
    while (last + 1 < lines.size() && lines.get(last + 1).startsWith("  ")) {
      last++;
    }
    if (lines.get(last).endsWith(",")) {
      lines.set(last, lines.get(last).substring(0, lines.get(last).length() - 1));
    }
    return String.join("\n", lines);
  }

  /** The statements that drop tables that a condition selects, each before those it refers to. */
  List<PlannedStatement> drops(Predicate<String> condition) {
    List<TableSchema> tables =
        new ArrayList<>(removed.stream().filter(table -> condition.test(table.name())).toList());
    List<TableSchema> ordered = ordered(tables).reversed();
    List<PlannedStatement> statements = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      String name = ordered.get(i).name();
      List<TableSchema> rest = ordered.subList(i + 1, ordered.size());
      boolean referred = rest.stream().anyMatch(table -> refersTo(table, name));
      if (referred) {
        rest.forEach(
            table ->
                table.all("foreign key").stream()
                    .filter(key -> TableSchema.referenced(key).equals(name))
                    .forEach(key -> statements.add(dropForeignKey(table, key))));
      }
      statements.add(
          new PlannedStatement(
              "DROP TABLE " + MysqlQuoting.name(name),
              PlannedStatement.Placement.WITH_NEIGHBORS,
              Set.of(name),
              Optional.of("table " + name),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    return statements;
  }

  private static PlannedStatement dropForeignKey(TableSchema table, SchemaObject key) {
    return TableAction.statement(
        table.name(),
        List.of(
            TableAction.of(
                "DROP FOREIGN KEY " + MysqlQuoting.name(table.realName(key)), OnlineDdl.METADATA)),
        Set.of());
  }

  private static boolean refersTo(TableSchema table, String parent) {
    return table.all("foreign key").stream()
        .anyMatch(key -> TableSchema.referenced(key).equals(parent));
  }

  /** The tables, each after those to which it refers, as far as possible. */
  private static List<TableSchema> ordered(List<TableSchema> tables) {
    Map<String, TableSchema> byName = new HashMap<>();
    tables.forEach(table -> byName.put(table.name(), table));
    Set<TableSchema> ordered = new LinkedHashSet<>();
    Set<String> visited = new LinkedHashSet<>();
    tables.stream()
        .sorted(Comparator.comparing(TableSchema::name))
        .forEach(table -> visit(table, byName, visited, ordered));
    return new ArrayList<>(ordered);
  }

  private static void visit(
      TableSchema table,
      Map<String, TableSchema> byName,
      Set<String> visited,
      Set<TableSchema> ordered) {
    if (visited.add(table.name())) {
      for (SchemaObject key : table.all("foreign key")) {
        TableSchema parent = byName.get(TableSchema.referenced(key));
        if (parent != null) {
          visit(parent, byName, visited, ordered);
        }
      }
      ordered.add(table);
    }
  }
}
