package dev.slipway.verify;

import dev.slipway.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Random schemas of SQLite, with everything that its tables, indexes, views, and triggers have. */
final class SqliteRandomSchema implements RandomSchema {
  private static final List<String> TYPES =
      List.of("INTEGER", "INT", "TEXT", "REAL", "BLOB", "VARCHAR(40)", "NUMERIC(10, 2)");
  private static final List<String> STRICT = List.of("INTEGER", "TEXT", "REAL", "BLOB", "ANY");

  private final List<Table> tables = new ArrayList<>();
  private final List<Index> indexes = new ArrayList<>();
  private final List<View> views = new ArrayList<>();
  private final List<Trigger> triggers = new ArrayList<>();
  private int names;
  private int version;

  private static final class Column {
    private final String startName;
    private String name;
    private String type;
    private boolean notNull;
    private boolean unique;
    private String rest = "";
    private boolean isNew = true;

    Column(String name, String type) {
      this.startName = name;
      this.name = name;
      this.type = type;
    }

    String definition() {
      return quoted(name)
          + " "
          + type
          + (notNull ? " NOT NULL" : "")
          + (unique ? " UNIQUE" : "")
          + (rest.isEmpty() ? "" : " " + rest.replace("SELF", quoted(name)));
    }
  }

  private static final class Table {
    private final String startName;
    private String name;
    private final List<Column> columns = new ArrayList<>();
    private final List<List<Column>> uniques = new ArrayList<>();
    private boolean autoincrement;
    private boolean withoutRowid;
    private boolean strict;
    private boolean isNew = true;

    /** The table that the second column refers to. */
    private Table parent;

    private String action = "";

    Table(String name) {
      this.startName = name;
      this.name = name;
    }

    String sql() {
      List<String> members = new ArrayList<>();
      members.add(
          "id INTEGER PRIMARY KEY" + (autoincrement && !withoutRowid ? " AUTOINCREMENT" : ""));
      columns.forEach(column -> members.add(column.definition()));
      if (parent != null) {
        members.add("parent INTEGER");
      }
      for (List<Column> unique : uniques) {
        members.add("CONSTRAINT u" + unique.size() + " UNIQUE (" + list(unique) + ")");
      }
      if (parent != null) {
        members.add("FOREIGN KEY (parent) REFERENCES " + quoted(parent.name) + " (id)" + action);
      }
      List<String> options = new ArrayList<>();
      if (withoutRowid) {
        options.add("WITHOUT ROWID");
      }
      if (strict) {
        options.add("STRICT");
      }
      return "CREATE TABLE "
          + quoted(name)
          + " (\n  "
          + String.join(",\n  ", members)
          + "\n)"
          + (options.isEmpty() ? "" : " " + String.join(", ", options));
    }
  }

  private record Index(String name, Table table, List<Column> columns, boolean unique, String end) {
    String sql() {
      return "CREATE "
          + (unique ? "UNIQUE " : "")
          + "INDEX "
          + name
          + " ON "
          + quoted(table.name)
          + " ("
          + (end.startsWith("EXPRESSION")
              ? "length(" + quoted(columns.getFirst().name) + ")"
              : list(columns) + (end.equals("DESC") ? " DESC" : ""))
          + ")"
          + (end.equals("WHERE")
              ? " WHERE " + quoted(columns.getFirst().name) + " IS NOT NULL"
              : "");
    }
  }

  private record View(String name, Table table, List<Column> columns, int variant) {
    String sql() {
      return "CREATE VIEW "
          + name
          + " AS SELECT "
          + (columns.isEmpty() ? "count(*) AS n" : list(columns))
          + " FROM "
          + quoted(table.name)
          + (variant > 0 ? " WHERE id > " + variant : "");
    }
  }

  private record Trigger(String name, Table table, Table other, int variant) {
    String sql() {
      return "CREATE TRIGGER "
          + name
          + " AFTER INSERT ON "
          + quoted(table.name)
          + " BEGIN DELETE FROM "
          + quoted(other.name)
          + " WHERE id = -"
          + variant
          + "; SELECT ';'; END";
    }
  }

  /** A new schema. */
  SqliteRandomSchema(Random random) {
    int count = 2 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      addTable(random);
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      addIndex(random);
      addView(random);
      addTrigger(random);
    }
    tables.forEach(
        table -> {
          table.isNew = false;
          table.columns.forEach(column -> column.isNew = false);
        });
  }

  private static String quoted(String name) {
    return name.matches("[a-z_0-9]+") && !name.equals("order") ? name : '"' + name + '"';
  }

  private static String list(List<Column> columns) {
    return columns.stream().map(column -> quoted(column.name)).collect(Collectors.joining(", "));
  }

  private String next(String start) {
    return start + ++names;
  }

  private static <T> T any(List<T> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private void addTable(Random random) {
    Table table = new Table(random.nextInt(6) == 0 ? next("Odd Name ") : next("t"));
    table.autoincrement = random.nextInt(4) == 0;
    table.withoutRowid = random.nextInt(6) == 0;
    table.strict = random.nextInt(5) == 0;
    for (int i = 2 + random.nextInt(4); i > 0; i--) {
      table.columns.add(column(table, random));
    }
    if (!tables.isEmpty() && random.nextInt(3) == 0) {
      table.parent = any(tables, random);
      table.action = any(List.of("", " ON DELETE CASCADE", " ON UPDATE SET NULL"), random);
    }
    if (random.nextInt(4) == 0) {
      table.uniques.add(List.copyOf(table.columns.subList(0, 2)));
    }
    tables.add(table);
  }

  private Column column(Table table, Random random) {
    String name =
        switch (random.nextInt(8)) {
          case 0 -> next("Camel");
          case 1 -> next("a b");
          default -> next("c");
        };
    Column column = new Column(name, any(table.strict ? STRICT : TYPES, random));
    change(column, table, random);
    return column;
  }

  /** Gives a column other constraints. */
  private static void change(Column column, Table table, Random random) {
    boolean text = column.type.equals("TEXT") || column.type.startsWith("VARCHAR");
    String value = text ? "'x;y'" : column.type.equals("BLOB") ? "x'01'" : "7";
    column.notNull = random.nextInt(4) == 0;
    column.unique = random.nextInt(8) == 0;
    column.rest =
        switch (random.nextInt(9)) {
          case 0 -> "DEFAULT " + value;
          case 1 -> "CHECK (SELF <> " + value + ")";
          case 2 -> text ? "COLLATE NOCASE" : "DEFAULT (1 + 2)";
          case 3 -> "CONSTRAINT positive CHECK (SELF IS NULL OR SELF <> 0)";
          case 4 -> "DEFAULT " + value + " CHECK (SELF <> 99)";
          case 5 -> table.strict ? "" : "DEFAULT CURRENT_TIMESTAMP";
          default -> "";
        };
    if (column.notNull && column.rest.isEmpty() && random.nextBoolean()) {
      column.rest = "DEFAULT " + value;
    }
    if (column.rest.startsWith("DEFAULT (") && table.strict && !column.type.equals("ANY")) {
      column.rest = "";
    }
  }

  private void addIndex(Random random) {
    Table table = any(tables, random);
    if (table.columns.isEmpty()) {
      return;
    }
    List<Column> columns = List.of(any(table.columns, random));
    indexes.add(
        new Index(
            next("i"),
            table,
            columns,
            random.nextInt(4) == 0,
            any(List.of("", "DESC", "WHERE", "EXPRESSION"), random)));
  }

  private void addView(Random random) {
    Table table = any(tables, random);
    List<Column> columns = new ArrayList<>(table.columns);
    columns.removeIf(_ -> random.nextBoolean());
    views.add(new View(next("v"), table, columns, random.nextInt(3)));
  }

  private void addTrigger(Random random) {
    triggers.add(
        new Trigger(next("g"), any(tables, random), any(tables, random), 1 + random.nextInt(5)));
  }

  @Override
  public List<String> statements() {
    List<String> all = new ArrayList<>();
    tables.forEach(table -> all.add(table.sql()));
    indexes.forEach(index -> all.add(index.sql()));
    views.forEach(view -> all.add(view.sql()));
    triggers.forEach(trigger -> all.add(trigger.sql()));
    if (version > 0) {
      all.add("PRAGMA user_version = " + version);
    }
    return all;
  }

  @Override
  public List<String> mutate(Random random) {
    Table table = any(tables, random);
    switch (random.nextInt(20)) {
      case 0, 1 ->
          table.columns.add(random.nextInt(table.columns.size() + 1), column(table, random));
      case 2 -> {
        return dropColumn(table, random);
      }
      case 3 -> {
        return renameColumn(table, random);
      }
      case 4 -> {
        return renameTable(table);
      }
      case 5 -> addTable(random);
      case 6 -> dropTable(table);
      case 7, 8 -> {
        if (!table.columns.isEmpty()) {
          change(any(table.columns, random), table, random);
        }
      }
      case 9 -> {
        if (!table.columns.isEmpty()) {
          Column column = any(table.columns, random);
          column.type = any(table.strict ? STRICT : TYPES, random);
          column.rest = "";
        }
      }
      case 10 -> table.autoincrement = !table.autoincrement;
      case 11 -> table.withoutRowid = !table.withoutRowid;
      case 12 -> {
        if (table.uniques.isEmpty() && table.columns.size() > 1) {
          table.uniques.add(List.copyOf(table.columns.subList(0, 2)));
        } else {
          table.uniques.clear();
        }
      }
      case 13 -> {
        table.parent = table.parent == null ? any(tables, random) : null;
        table.action = random.nextBoolean() ? " ON DELETE CASCADE" : "";
      }
      case 14 -> addIndex(random);
      case 15 -> {
        if (!indexes.isEmpty()) {
          Index old = indexes.remove(random.nextInt(indexes.size()));
          if (random.nextBoolean()) {
            indexes.add(
                new Index(
                    old.name(),
                    old.table(),
                    old.columns(),
                    false,
                    any(List.of("", "DESC"), random)));
          }
        }
      }
      case 16 -> addView(random);
      case 17 -> {
        if (!views.isEmpty()) {
          View old = views.remove(random.nextInt(views.size()));
          if (random.nextBoolean()) {
            views.add(new View(old.name(), old.table(), old.columns(), old.variant() + 1));
          }
        }
      }
      case 18 -> {
        if (triggers.isEmpty() || random.nextBoolean()) {
          addTrigger(random);
        } else {
          Trigger old = triggers.remove(random.nextInt(triggers.size()));
          triggers.add(new Trigger(old.name(), old.table(), old.other(), old.variant() + 1));
        }
      }
      default -> version = random.nextInt(100);
    }
    return List.of();
  }

  private List<String> dropColumn(Table table, Random random) {
    if (table.columns.size() > 1) {
      Column column = any(table.columns, random);
      if (!column.name.equals(column.startName)) {
        return List.of();
      }
      table.columns.remove(column);
      table.uniques.removeIf(unique -> unique.contains(column));
      indexes.removeIf(index -> index.columns().contains(column));
      views.replaceAll(
          view ->
              new View(
                  view.name(),
                  view.table(),
                  view.columns().stream().filter(each -> each != column).toList(),
                  view.variant()));
    }
    return List.of();
  }

  private List<String> renameColumn(Table table, Random random) {
    List<Column> old =
        table.columns.stream()
            .filter(column -> !column.isNew && column.name.equals(column.startName))
            .toList();
    if (table.isNew || old.isEmpty()) {
      return List.of();
    }
    Column column = any(old, random);
    column.name = next("renamed");
    return List.of(
        table.startName + "." + column.startName + "=" + table.startName + "." + column.name);
  }

  private List<String> renameTable(Table table) {
    if (table.isNew || !table.name.equals(table.startName)) {
      return List.of();
    }
    table.name = next("moved");
    return List.of(table.startName + "=" + table.name);
  }

  private void dropTable(Table table) {
    if (tables.size() > 1 && table.name.equals(table.startName) && !isRenamed(table)) {
      tables.remove(table);
      indexes.removeIf(index -> index.table() == table);
      views.removeIf(view -> view.table() == table);
      triggers.removeIf(trigger -> trigger.table() == table || trigger.other() == table);
      tables.forEach(
          each -> {
            if (each.parent == table) {
              each.parent = null;
            }
          });
    }
  }

  private static boolean isRenamed(Table table) {
    return table.columns.stream().anyMatch(column -> !column.name.equals(column.startName));
  }

  @Override
  public List<String> describe(TestDatabase database) {
    String other = " AND m.name NOT IN ('flyway_schema_history') AND m.name NOT LIKE 'sqlite%'";
    return Stream.of(
            // The columns, with their hidden kinds.
            "SELECT 'column', m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden"
                + " FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table'"
                + other,
            "SELECT 'index', m.name, CASE i.origin WHEN 'c' THEN i.name END, i.\"unique\","
                + " i.origin, i.partial, (SELECT group_concat(coalesce(x.name, '-') || x.desc ||"
                + " x.coll) FROM (SELECT * FROM pragma_index_xinfo(i.name) ORDER BY seqno) x WHERE"
                + " x.key) FROM sqlite_schema m, pragma_index_list(m.name) i WHERE m.type = 'table'"
                + other,
            "SELECT 'key', m.name, f.\"from\", f.\"table\", f.\"to\", f.on_update, f.on_delete, ''"
                + " FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
                + other,
            "SELECT 'table', l.name, l.wr, l.strict, m.sql LIKE '%AUTOINCREMENT%',"
                + " length(m.sql) - length(replace(m.sql, 'CHECK', '')), "
                + " length(m.sql) - length(replace(m.sql, 'COLLATE', '')), ''"
                + " FROM pragma_table_list l JOIN sqlite_schema m ON m.name = l.name"
                + " WHERE l.schema = 'main' AND m.type = 'table'"
                + other,
            "SELECT m.type, m.name, replace(m.sql, '\"', ''), '', '', '', '', '' FROM sqlite_schema"
                + " m WHERE m.type IN ('view', 'trigger')"
                + other,
            "SELECT 'version', user_version, '', '', '', '', '', '' FROM pragma_user_version")
        .flatMap(sql -> database.query(sql).stream())
        .sorted()
        .toList();
  }
}
