package dev.slipway.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A random schema of MySQL, which random changes turn into others: over all kinds of objects that a
 * plan changes in place. One seed gives one schema.
 */
final class MysqlRandomSchema {
  private static final List<String> TYPES =
      List.of(
          "int",
          "bigint",
          "int unsigned",
          "smallint",
          "tinyint(1)",
          "decimal(10,2)",
          "decimal(12,4)",
          "double",
          "varchar(20)",
          "varchar(40)",
          "varchar(300)",
          "varchar(20) CHARACTER SET latin1",
          "varchar(20) COLLATE utf8mb4_bin",
          "char(5)",
          "text",
          "mediumtext",
          "enum('a','b')",
          "enum('a','b','c, d')",
          "set('x','y')",
          "set('x','y','z')",
          "date",
          "datetime",
          "datetime(3)",
          "timestamp NULL",
          "json",
          "varbinary(16)",
          "blob",
          "point");

  private static final List<String> OPTIONS =
      List.of(
          "COMMENT='it''s (one)'",
          "COMMENT='two'",
          "ROW_FORMAT=COMPACT",
          "ROW_FORMAT=DYNAMIC",
          "STATS_PERSISTENT=1",
          "STATS_SAMPLE_PAGES=30",
          "CHARSET=latin1",
          "COLLATE=utf8mb4_bin",
          "ENGINE=MyISAM");

  private static final class Column {
    private String type = "int";
    private boolean required;
    private String value = "";
    private String more = "";
    private String generated = "";

    private Column copy() {
      Column copy = new Column();
      copy.type = type;
      copy.required = required;
      copy.value = value;
      copy.more = more;
      copy.generated = generated;
      return copy;
    }

    private String sql() {
      boolean nullable = type.endsWith(" NULL");
      return type.replace(" NULL", "")
          + generated
          + (required ? " NOT NULL" : nullable ? " NULL" : "")
          + (generated.isEmpty() ? value : "")
          + more;
    }

    private boolean isNumber() {
      return type.matches("(int|bigint|smallint|tinyint|decimal).*");
    }

    private boolean isText() {
      return type.matches("(varchar|char).*");
    }
  }

  /** A table; keys, checks, and foreign keys are lines by their names. */
  private static final class Table {
    private final Map<String, Column> columns = new LinkedHashMap<>();
    private final Map<String, String> keys = new TreeMap<>();
    private final Map<String, String> checks = new TreeMap<>();
    private final Map<String, String> foreignKeys = new TreeMap<>();
    private String option = "";
    private String partitions = "";

    private Table copy() {
      Table copy = new Table();
      columns.forEach((name, column) -> copy.columns.put(name, column.copy()));
      copy.keys.putAll(keys);
      copy.checks.putAll(checks);
      copy.foreignKeys.putAll(foreignKeys);
      copy.option = option;
      copy.partitions = partitions;
      return copy;
    }

    private void without(String column) {
      String quoted = "`" + column + "`";
      columns.remove(column);
      keys.values().removeIf(line -> line.contains(quoted));
      checks.values().removeIf(line -> line.contains(quoted));
      foreignKeys.values().removeIf(line -> line.contains("(" + quoted + ") REF"));
      List.copyOf(columns.keySet()).stream()
          .filter(other -> columns.containsKey(other))
          .filter(other -> columns.get(other).generated.contains(quoted))
          .forEach(this::without);
    }
  }

  private final Random random;
  private final Map<String, Table> tables = new TreeMap<>();
  private final Map<String, String> views = new TreeMap<>();
  private final Map<String, String> programs = new TreeMap<>();
  private final Map<String, List<String>> triggers = new TreeMap<>();
  private int names;

  /** A schema with a few objects of each kind. */
  MysqlRandomSchema(long seed) {
    random = new Random(seed);
    for (int i = 0; i < 4; i++) {
      addTable();
    }
    for (int i = 0; i < 12; i++) {
      change();
    }
  }

  private MysqlRandomSchema(MysqlRandomSchema other) {
    random = other.random;
    other.tables.forEach((name, table) -> tables.put(name, table.copy()));
    views.putAll(other.views);
    programs.putAll(other.programs);
    other.triggers.forEach((name, list) -> triggers.put(name, new ArrayList<>(list)));
    names = other.names;
  }

  /** Another schema, from which this one differs by some changes. */
  MysqlRandomSchema changed(int changes) {
    MysqlRandomSchema other = new MysqlRandomSchema(this);
    for (int i = 0; i < changes; i++) {
      other.change();
    }
    return other;
  }

  /** The statements that create it. */
  List<String> statements() {
    List<String> statements = new ArrayList<>();
    tables.forEach(
        (name, table) -> {
          Stream<String> columns =
              table.columns.entrySet().stream()
                  .map(each -> "`" + each.getKey() + "` " + each.getValue().sql());
          statements.add(
              Stream.of(columns, table.keys.values().stream(), table.checks.values().stream())
                      .flatMap(lines -> lines)
                      .collect(Collectors.joining(", ", "CREATE TABLE `" + name + "` (", ")"))
                  + " "
                  + table.option
                  + " "
                  + table.partitions);
        });
    tables.forEach(
        (name, table) ->
            table
                .foreignKeys
                .values()
                .forEach(line -> statements.add("ALTER TABLE `" + name + "` ADD " + line)));
    statements.addAll(programs.values());
    views.keySet().stream()
        .sorted(Comparator.comparingInt(view -> Integer.parseInt(view.substring(1))))
        .forEach(view -> statements.add(views.get(view)));
    triggers.values().forEach(statements::addAll);
    return statements;
  }

  private String name(String prefix) {
    names++;
    return prefix + names;
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private String anyTable() {
    return any(List.copyOf(tables.keySet()));
  }

  private void addTable() {
    Table table = new Table();
    Column id = new Column();
    id.type = random.nextInt(4) == 0 ? "int" : "bigint";
    id.required = true;
    id.more = random.nextInt(3) == 0 ? " AUTO_INCREMENT" : "";
    table.columns.put("id", id);
    table.keys.put("PRIMARY", "PRIMARY KEY (`id`)");
    String name = name("t");
    tables.put(name, table);
    for (int i = 0; i < 3; i++) {
      addColumn(table);
    }
  }

  private void addColumn(Table table) {
    Column column = new Column();
    column.type = any(TYPES);
    refine(column);
    table.columns.put(name("c"), column);
  }

  private void refine(Column column) {
    column.required = column.type.equals("point") || random.nextInt(3) == 0;
    if (column.type.equals("point")) {
      column.type = "point";
      column.more = " SRID 4326";
      return;
    }
    column.required &= !column.type.startsWith("timestamp");
    column.value = value(column);
    column.more =
        switch (random.nextInt(6)) {
          case 0 -> " COMMENT 'a `note`, (''quoted'')'";
          case 1 -> " INVISIBLE";
          default -> "";
        };
  }

  private String value(Column column) {
    if (random.nextBoolean()) {
      return "";
    }
    String type = column.type;
    if (type.startsWith("datetime(3)")) {
      return " DEFAULT CURRENT_TIMESTAMP(3)";
    }
    if (type.startsWith("datetime") || type.startsWith("timestamp")) {
      return " DEFAULT CURRENT_TIMESTAMP"
          + (random.nextBoolean() ? " ON UPDATE CURRENT_TIMESTAMP" : "");
    }
    if (type.startsWith("date")) {
      return random.nextBoolean() ? " DEFAULT '2020-01-01'" : " DEFAULT (curdate())";
    }
    if (column.isNumber()) {
      return " DEFAULT " + random.nextInt(2);
    }
    if (column.isText()) {
      return random.nextBoolean() ? " DEFAULT 'it''s'" : " DEFAULT (concat('a','b'))";
    }
    return type.startsWith("enum") ? " DEFAULT 'b'" : "";
  }

  private void change() {
    String name = anyTable();
    Table table = tables.get(name);
    switch (random.nextInt(24)) {
      case 0 -> addTable();
      case 1 -> dropTable(name);
      case 2, 3 -> addColumn(table);
      case 4 -> anyColumn(table).ifPresent(table::without);
      case 5, 6, 7 -> anyColumn(table).ifPresent(column -> changeColumn(table, column));
      case 8, 9, 10 -> changeKeys(table);
      case 11 -> changeChecks(name, table);
      case 12, 13 -> changeForeignKeys(name, table);
      case 14 -> changeOption(table);
      case 15 -> changePartitions(name, table);
      case 16 -> changeGenerated(table);
      case 17, 18 -> changeViews(name, table);
      case 19 -> changePrograms(name);
      case 20, 21 -> changeTriggers(name, table);
      case 22 -> changeEvents(name);
      default -> changePrimaryKey(name, table);
    }
  }

  private void dropTable(String name) {
    if (tables.size() < 3) {
      return;
    }
    tables.remove(name);
    triggers.remove(name);
    String quoted = "`" + name + "`";
    removeViews("FROM " + quoted);
    programs.values().removeIf(program -> program.contains(quoted));
    tables
        .values()
        .forEach(table -> table.foreignKeys.values().removeIf(line -> line.contains(quoted)));
  }

  /** A column that nothing refers to from another object. */
  private Optional<String> anyColumn(Table table) {
    List<String> free =
        table.columns.keySet().stream().filter(column -> column.startsWith("c")).toList();
    String column = free.isEmpty() ? "" : any(free);
    boolean used =
        views.values().stream().anyMatch(view -> view.contains("`" + column + "`"))
            || triggers.values().stream()
                .flatMap(List::stream)
                .anyMatch(trigger -> trigger.contains("`" + column + "`"));
    return free.isEmpty() || used ? Optional.empty() : Optional.of(column);
  }

  private void changeColumn(Table table, String name) {
    Column column = table.columns.get(name);
    if (!column.generated.isEmpty() || column.type.equals("point")) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> {
        String quoted = "`" + name + "`";
        table.keys.values().removeIf(line -> line.contains(quoted));
        table.checks.values().removeIf(line -> line.contains(quoted));
        table.foreignKeys.values().removeIf(line -> line.contains("(" + quoted + ") REF"));
        if (table.columns.values().stream().noneMatch(it -> it.generated.contains(quoted))) {
          column.type = any(TYPES.subList(0, TYPES.size() - 1));
          column.more = "";
          refine(column);
        }
      }
      case 1 -> column.required = !column.required && !column.type.startsWith("timestamp");
      case 2 -> column.value = value(column);
      default -> {
        String required = column.more;
        refine(column);
        column.more = required.isEmpty() ? column.more : "";
      }
    }
  }

  private void changeKeys(Table table) {
    List<String> named = table.keys.keySet().stream().filter(key -> key.startsWith("k")).toList();
    int what = random.nextInt(4);
    if (!named.isEmpty() && what < 3) {
      String key = any(named);
      String line = table.keys.remove(key);
      if (what == 1) {
        String renamed = name("k");
        table.keys.put(renamed, line.replace("`" + key + "`", "`" + renamed + "`"));
      } else if (what == 2) {
        boolean hidden = line.endsWith(" INVISIBLE");
        table.keys.put(key, hidden ? line.replace(" INVISIBLE", "") : line + " INVISIBLE");
      }
      return;
    }
    String key = name("k");
    List<String> all = new ArrayList<>(table.columns.keySet());
    String column = any(all);
    Column its = table.columns.get(column);
    String quoted = "`" + column + "`";
    boolean plain = its.isNumber() || its.isText() || its.type.startsWith("date");
    boolean virtual = its.generated.endsWith("VIRTUAL");
    if (its.type.equals("point")) {
      table.keys.put(key, "SPATIAL KEY `" + key + "` (" + quoted + ")");
    } else if (its.isText() && random.nextInt(3) == 0) {
      table.keys.put(
          key,
          random.nextBoolean()
              ? "KEY `" + key + "` ((lower(" + quoted + ")))"
              : "KEY `" + key + "` (" + quoted + "(3))");
    } else if (its.type.endsWith("text") && table.partitions.isEmpty()) {
      table.keys.put(key, "FULLTEXT KEY `" + key + "` (" + quoted + ")");
    } else if (plain) {
      boolean unique = random.nextInt(4) == 0 && table.partitions.isEmpty() && !virtual;
      String second = random.nextBoolean() && !column.equals("id") ? ", `id` DESC" : "";
      table.keys.put(
          key,
          (unique ? "UNIQUE " : "")
              + "KEY `"
              + key
              + "` ("
              + quoted
              + second
              + ")"
              + (random.nextInt(4) == 0 ? " COMMENT 'a key'" : ""));
    }
  }

  private void changeChecks(String name, Table table) {
    if (!table.checks.isEmpty() && random.nextBoolean()) {
      String key = any(List.copyOf(table.checks.keySet()));
      String line = table.checks.remove(key);
      if (random.nextBoolean()) {
        boolean off = line.endsWith(" NOT ENFORCED");
        table.checks.put(key, off ? line.replace(" NOT ENFORCED", "") : line + " NOT ENFORCED");
      }
      return;
    }
    List<String> numbers =
        table.columns.entrySet().stream()
            .filter(each -> each.getValue().isNumber() && !each.getKey().equals("id"))
            .filter(
                each ->
                    table.foreignKeys.values().stream()
                        .noneMatch(line -> line.contains("`" + each.getKey() + "`")))
            .map(Map.Entry::getKey)
            .toList();
    if (!numbers.isEmpty()) {
      String key = name("check_");
      table.checks.put(
          key,
          (random.nextBoolean() ? "CONSTRAINT `" + key + "` " : "")
              + "CHECK (`"
              + any(numbers)
              + "` > "
              + -names
              + ")");
    }
  }

  private void changeForeignKeys(String name, Table table) {
    if (!table.foreignKeys.isEmpty() && random.nextBoolean()) {
      String key = any(List.copyOf(table.foreignKeys.keySet()));
      String line = table.foreignKeys.remove(key);
      if (random.nextBoolean()) {
        boolean cascades = line.endsWith(" ON DELETE CASCADE");
        table.foreignKeys.put(
            key, cascades ? line.replace(" ON DELETE CASCADE", "") : line + " ON DELETE CASCADE");
      }
      return;
    }
    String parent = anyTable();
    Table other = tables.get(parent);
    boolean fits =
        table.partitions.isEmpty()
            && other.partitions.isEmpty()
            && !table.option.contains("MyISAM")
            && !other.option.contains("MyISAM")
            && other.keys.getOrDefault("PRIMARY", "").equals("PRIMARY KEY (`id`)");
    if (fits) {
      String column = name("c");
      Column its = new Column();
      its.type = other.columns.get("id").type;
      table.columns.put(column, its);
      String key = name("f");
      table.foreignKeys.put(
          key,
          (random.nextBoolean() ? "CONSTRAINT `" + key + "` " : "")
              + "FOREIGN KEY (`"
              + column
              + "`) REFERENCES `"
              + parent
              + "` (`id`)");
    }
  }

  private boolean isReferred(String name) {
    return tables.values().stream()
        .flatMap(table -> table.foreignKeys.values().stream())
        .anyMatch(line -> line.contains("REFERENCES `" + name + "`"));
  }

  private void changeOption(Table table) {
    String option = random.nextInt(3) == 0 ? "" : any(OPTIONS);
    boolean bound =
        !table.foreignKeys.isEmpty()
            || !table.partitions.isEmpty()
            || tables.entrySet().stream()
                .anyMatch(each -> each.getValue() == table && isReferred(each.getKey()));
    bound |= table.columns.values().stream().anyMatch(it -> it.type.equals("point"));
    if (!(option.contains("MyISAM") && bound)) {
      table.option = option;
    }
  }

  private void changePartitions(String name, Table table) {
    boolean fits =
        table.foreignKeys.isEmpty()
            && !isReferred(name)
            && !table.option.contains("MyISAM")
            && table.keys.getOrDefault("PRIMARY", "").equals("PRIMARY KEY (`id`)")
            && table.keys.values().stream()
                .noneMatch(
                    key ->
                        key.startsWith("UNIQUE")
                            || key.startsWith("FULLTEXT")
                            || key.startsWith("SPATIAL"))
            && table.columns.values().stream().noneMatch(it -> it.type.equals("point"));
    if (!fits) {
      return;
    }
    String ranges =
        "PARTITION BY RANGE (`id`) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN"
            + " (20)";
    table.partitions =
        switch (random.nextInt(5)) {
          case 0 -> "";
          case 1 -> "PARTITION BY HASH (`id`) PARTITIONS " + (2 + random.nextInt(3));
          case 2 -> ranges + ")";
          case 3 -> ranges + ", PARTITION p2 VALUES LESS THAN MAXVALUE)";
          default -> "PARTITION BY LIST (`id`) (PARTITION p0 VALUES IN (1, 2))";
        };
  }

  private void changeGenerated(Table table) {
    List<String> generated =
        table.columns.entrySet().stream()
            .filter(each -> !each.getValue().generated.isEmpty())
            .map(Map.Entry::getKey)
            .toList();
    if (!generated.isEmpty() && random.nextBoolean()) {
      Column column = table.columns.get(any(generated));
      column.generated =
          random.nextBoolean()
              ? column.generated.replaceFirst("\\+ \\d+", "+ " + names)
              : column.generated.endsWith("VIRTUAL")
                  ? column.generated.replace("VIRTUAL", "STORED")
                  : column.generated.replace("STORED", "VIRTUAL");
      return;
    }
    List<String> numbers =
        table.columns.entrySet().stream()
            .filter(each -> each.getValue().isNumber() && each.getValue().generated.isEmpty())
            .filter(each -> !each.getValue().more.contains("AUTO_INCREMENT"))
            .filter(
                each ->
                    table.foreignKeys.values().stream()
                        .noneMatch(line -> line.contains("`" + each.getKey() + "`")))
            .map(Map.Entry::getKey)
            .toList();
    if (!numbers.isEmpty()) {
      Column column = new Column();
      column.type = "bigint";
      column.generated =
          " GENERATED ALWAYS AS (`"
              + any(numbers)
              + "` + "
              + random.nextInt(9)
              + ") "
              + (random.nextBoolean() ? "VIRTUAL" : "STORED");
      table.columns.put(name("c"), column);
    }
  }

  private void changeViews(String name, Table table) {
    if (!views.isEmpty() && random.nextInt(3) == 0) {
      removeViews("VIEW `" + any(List.copyOf(views.keySet())) + "`");
      return;
    }
    String view =
        views.isEmpty() || random.nextBoolean() ? name("v") : any(List.copyOf(views.keySet()));
    List<String> columns = List.copyOf(table.columns.keySet());
    String on =
        random.nextInt(4) == 0 && !views.isEmpty() && !views.containsKey(view)
            ? "1 AS `one` FROM `" + any(List.copyOf(views.keySet())) + "`"
            : "`id`, `" + any(columns) + "` AS `other` FROM `" + name + "`";
    views.put(
        view,
        "CREATE "
            + (random.nextInt(4) == 0 ? "ALGORITHM=MERGE " : "")
            + (random.nextInt(4) == 0 ? "SQL SECURITY INVOKER " : "")
            + "VIEW `"
            + view
            + "` AS SELECT "
            + on);
  }

  /** Removes the views whose text contains another, and those that use them. */
  private void removeViews(String text) {
    for (String view : List.copyOf(views.keySet())) {
      if (views.getOrDefault(view, "").contains(text)) {
        views.remove(view);
        removeViews("FROM `" + view + "`");
      }
    }
  }

  private void changePrograms(String table) {
    List<String> routines =
        programs.keySet().stream().filter(name -> name.startsWith("r")).toList();
    if (!routines.isEmpty() && random.nextInt(3) == 0) {
      programs.remove(any(routines));
      return;
    }
    String name = routines.isEmpty() || random.nextBoolean() ? name("r") : any(routines);
    boolean function = Math.floorMod(name.hashCode(), 2) == 0;
    String comment = random.nextBoolean() ? " COMMENT 'it''s'" : "";
    programs.put(
        name,
        function
            ? "CREATE FUNCTION `"
                + name
                + "`(`a` INT) RETURNS INT DETERMINISTIC"
                + comment
                + " RETURN `a` + "
                + names
            : "CREATE PROCEDURE `"
                + name
                + "`(IN `a` INT)"
                + comment
                + " BEGIN DELETE FROM `"
                + table
                + "` WHERE `id` = `a`; SELECT "
                + names
                + "; END");
  }

  private void changeTriggers(String name, Table table) {
    List<String> its = triggers.computeIfAbsent(name, _ -> new ArrayList<>());
    if (!its.isEmpty() && random.nextInt(3) == 0) {
      its.remove(random.nextInt(its.size()));
      return;
    }
    String trigger = name("g");
    String sql =
        "CREATE TRIGGER `"
            + trigger
            + "` "
            + (random.nextBoolean() ? "BEFORE" : "AFTER")
            + (random.nextBoolean() ? " INSERT" : " UPDATE")
            + " ON `"
            + name
            + "` FOR EACH ROW BEGIN SET @a = NEW.`id`; SET @b = "
            + names
            + "; END";
    its.add(random.nextInt(its.size() + 1), sql);
  }

  private void changeEvents(String table) {
    List<String> events = programs.keySet().stream().filter(name -> name.startsWith("e")).toList();
    if (!events.isEmpty() && random.nextInt(3) == 0) {
      programs.remove(any(events));
      return;
    }
    String name = events.isEmpty() || random.nextBoolean() ? name("e") : any(events);
    programs.put(
        name,
        "CREATE EVENT `"
            + name
            + "` ON SCHEDULE EVERY "
            + (1 + random.nextInt(3))
            + " DAY"
            + (random.nextBoolean() ? " STARTS '2031-01-01 03:00:00'" : "")
            + (random.nextBoolean() ? " DISABLE" : "")
            + (random.nextBoolean() ? " COMMENT 'at night'" : "")
            + " DO DELETE FROM `"
            + table
            + "` WHERE `id` < 0");
  }

  private void changePrimaryKey(String name, Table table) {
    if (isReferred(name) || !table.partitions.isEmpty()) {
      return;
    }
    Column id = table.columns.get("id");
    String key = table.keys.remove("PRIMARY");
    List<String> required =
        table.columns.entrySet().stream()
            .filter(each -> each.getValue().required && each.getValue().isNumber())
            .filter(each -> !each.getKey().equals("id"))
            .map(Map.Entry::getKey)
            .toList();
    if (key == null || (!required.isEmpty() && random.nextBoolean())) {
      String more = required.isEmpty() ? "" : ", `" + any(required) + "`";
      table.keys.put("PRIMARY", "PRIMARY KEY (`id`" + more + ")");
    } else {
      id.more = "";
    }
  }
}
