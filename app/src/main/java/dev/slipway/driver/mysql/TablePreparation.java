package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The tables after the first statements of a plan: those that rename tables and columns, and drop
 * what MySQL does not let stay while it renames or replaces a column. Of one plan.
 */
final class TablePreparation {
  private final Map<String, TableSchema> start;
  private final Map<String, TableSchema> target;
  private final Map<String, String> tableNames = new TreeMap<>();
  private final Map<String, Map<String, String>> columnNames = new TreeMap<>();
  private final Map<String, TableSchema> tables = new TreeMap<>();
  private final List<PlannedStatement> statements = new ArrayList<>();
  private final List<String> rejected = new ArrayList<>();

  /**
   * Prepares the tables that both schemas have.
   *
   * @param renames as a request has them
   */
  TablePreparation(
      Map<String, TableSchema> start,
      Map<String, TableSchema> target,
      Map<String, String> renames) {
    this.start = start;
    this.target = target;
    renames.forEach(this::rename);
    for (TableSchema table : start.values()) {
      String name = name(table.name());
      if (target.containsKey(name)) {
        prepare(table, name);
      }
    }
    renameTables();
    renameColumns();
  }

  /** The tables that both schemas have, by the names that they now have. */
  Map<String, TableSchema> tables() {
    return tables;
  }

  List<PlannedStatement> statements() {
    return statements;
  }

  /** Renames that cannot be made, each as a sentence. */
  List<String> rejected() {
    return rejected;
  }

  /** The name that a table has now. */
  String name(String table) {
    return tableNames.getOrDefault(table, table);
  }

  private void rename(String from, String to) {
    if (start.containsKey(from) && target.containsKey(to)) {
      tableNames.put(from, to);
      return;
    }
    for (TableSchema table : start.values()) {
      String prefix = table.name() + ".";
      if (from.startsWith(prefix) && to.startsWith(prefix)) {
        String old = from.substring(prefix.length());
        if (table.column(old).isPresent()) {
          columnNames
              .computeIfAbsent(table.name(), _ -> new TreeMap<>())
              .put(old, to.substring(prefix.length()));
          return;
        }
      }
    }
    rejected.add("rename " + from + " to " + to + ": one of them does not exist");
  }

  private Map<String, String> columns(String table) {
    return columnNames.getOrDefault(table, Map.of());
  }

  private void prepare(TableSchema table, String name) {
    TableSchema after = target.get(name);
    if (after == null) {
      return;
    }
    Map<String, String> renamed = columns(table.name());
    Set<String> moved = new HashSet<>(renamed.keySet());
    Set<SchemaObject> dropped = new HashSet<>();
    for (SchemaObject column : table.all("column")) {
      String real = table.realName(column);
      Optional<SchemaObject> other = after.column(renamed.getOrDefault(real, real));
      if (other.filter(it -> ColumnChange.isReplaced(column, it)).isPresent()) {
        dropped.add(column);
        moved.add(real);
      }
    }
    boolean more = true;
    while (more) {
      more = false;
      for (SchemaObject column : table.all("column")) {
        String expression = column.properties().getOrDefault("generated always as", "");
        if (!dropped.contains(column) && mentionsAny(expression, moved)) {
          dropped.add(column);
          moved.add(table.realName(column));
          more = true;
        }
      }
    }
    Set<String> gone = dropped.stream().map(table::realName).collect(Collectors.toSet());
    for (SchemaObject index : table.all("index")) {
      String list = index.properties().getOrDefault("columns", "");
      if (mentionsAny(list, TableSchema.isFunctional(index) ? moved : gone)) {
        dropped.add(index);
      }
    }
    for (SchemaObject check : table.all("check")) {
      if (mentionsAny(check.properties().getOrDefault("condition", ""), moved)) {
        dropped.add(check);
      }
    }
    drop(table, dropped);
    tables.put(name, new TableSchema(name, text(table, name, dropped)));
  }

  private static boolean mentionsAny(String text, Set<String> columns) {
    return columns.stream().anyMatch(column -> TableSchema.mentions(text, column));
  }

  private void drop(TableSchema table, Set<SchemaObject> dropped) {
    List<TableAction> keys = new ArrayList<>();
    List<TableAction> virtual = new ArrayList<>();
    List<TableAction> stored = new ArrayList<>();
    ColumnChange columns = new ColumnChange(table, table, true);
    for (SchemaObject object : dropped) {
      String name = MysqlQuoting.name(table.realName(object));
      switch (object.kind()) {
        case "check" -> keys.add(TableAction.of("DROP CHECK " + name, OnlineDdl.INSTANT));
        case "index" -> keys.add(TableAction.of("DROP INDEX " + name, OnlineDdl.METADATA));
        default -> (ColumnChange.isVirtual(object) ? virtual : stored).add(columns.drop(object));
      }
    }
    for (List<TableAction> actions : List.of(keys, virtual, stored)) {
      if (!actions.isEmpty()) {
        statements.add(TableAction.statement(table.name(), actions, Set.of()));
      }
    }
  }

  /** The text of a table with its new name and without what is dropped. */
  private String text(TableSchema table, String name, Set<SchemaObject> dropped) {
    Set<String> lines = dropped.stream().map(table::line).collect(Collectors.toSet());
    List<String> all = CreateText.lines(CreateText.withoutMarks(table.text()));
    List<String> members = new ArrayList<>();
    int at = 1;
    while (at < all.size() && all.get(at).startsWith("  ")) {
      String line = all.get(at).strip();
      line = line.endsWith(",") ? line.substring(0, line.length() - 1) : line;
      if (!lines.contains(line)) {
        members.add("  " + renamedLine(table, name, line));
      }
      at++;
    }
    UnaryOperator<String> columns = each -> columns(table.name()).getOrDefault(each, each);
    String partitioning =
        at + 1 < all.size()
            ? "\n" + CreateText.renamed(String.join("\n", all.subList(at + 1, all.size())), columns)
            : "";
    return "CREATE TABLE "
        + MysqlQuoting.name(name)
        + " (\n"
        + String.join(",\n", members)
        + "\n"
        + (at < all.size() ? all.get(at) : ")")
        + partitioning;
  }

  private String renamedLine(TableSchema table, String name, String line) {
    UnaryOperator<String> columns = each -> columns(table.name()).getOrDefault(each, each);
    List<String> words = CreateText.words(line);
    if (line.startsWith("`")) {
      String first = words.getFirst();
      return CreateText.renamed(first, columns) + line.substring(first.length());
    }
    if (!words.getFirst().equals("CONSTRAINT")) {
      int list = line.indexOf('(', line.indexOf('`') < 0 ? 0 : nameEnd(words));
      return line.substring(0, list) + CreateText.renamed(line.substring(list), columns);
    }
    String constraint = CreateText.unquoted(words.get(1));
    boolean numbered =
        constraint.startsWith(table.name())
            && constraint.substring(table.name().length()).matches("_(chk|ibfk)_\\d+");
    words.set(
        1,
        MysqlQuoting.name(
            numbered ? name + constraint.substring(table.name().length()) : constraint));
    int references = words.indexOf("REFERENCES");
    if (references > 0) {
      String parent = CreateText.unquoted(words.get(references + 1));
      words.set(references - 1, CreateText.renamed(words.get(references - 1), columns));
      words.set(references + 1, MysqlQuoting.name(name(parent)));
      words.set(
          references + 2,
          CreateText.renamed(
              words.get(references + 2), each -> columns(parent).getOrDefault(each, each)));
    }
    return String.join(" ", words);
  }

  /** The index after the name of a key. */
  private static int nameEnd(List<String> words) {
    int end = 0;
    for (String word : words) {
      if (word.startsWith("(")) {
        return end;
      }
      end += word.length() + 1;
    }
    return end;
  }

  private void renameTables() {
    Map<String, String> open = new TreeMap<>(tableNames);
    List<String> steps = new ArrayList<>();
    while (!open.isEmpty()) {
      String next =
          open.keySet().stream()
              .filter(from -> !open.containsKey(open.get(from)))
              .findFirst()
              .orElse(open.keySet().iterator().next());
      String to = Objects.requireNonNull(open.remove(next));
      if (open.containsKey(to)) {
        // Names that are exchanged: one gives way first.
        String free = to + "_renamed";
        steps.add(MysqlQuoting.name(to) + " TO " + MysqlQuoting.name(free));
        open.put(free, open.remove(to));
      }
      steps.add(MysqlQuoting.name(next) + " TO " + MysqlQuoting.name(to));
    }
    if (!steps.isEmpty()) {
      statements.add(
          PlannedStatement.of(
              "RENAME TABLE " + String.join(", ", steps),
              tableNames.keySet().toArray(String[]::new)));
    }
  }

  private void renameColumns() {
    columnNames.forEach(
        (table, columns) -> {
          if (tables.containsKey(name(table))) {
            statements.add(
                TableAction.statement(
                    name(table),
                    columns.entrySet().stream()
                        .map(
                            each ->
                                TableAction.of(
                                    "RENAME COLUMN "
                                        + MysqlQuoting.name(each.getKey())
                                        + " TO "
                                        + MysqlQuoting.name(each.getValue()),
                                    OnlineDdl.INSTANT))
                        .toList(),
                    Set.of()));
          }
        });
  }
}
