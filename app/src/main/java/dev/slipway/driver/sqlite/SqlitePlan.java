package dev.slipway.driver.sqlite;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlan.PossibleRename;
import dev.slipway.driver.SchemaPlanner.Request;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.sqlite.DdlTokens.DdlToken;
import dev.slipway.driver.sqlite.SqliteSchema.Item;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The statements of one plan, which have run on a copy of the schema. Used once, by one thread. */
final class SqlitePlan {
  private static final String LEGACY = "PRAGMA legacy_alter_table = ";

  private final Connection start;
  private final Connection copy;
  private final SqliteSchema from;
  private final SqliteSchema to;
  private final Request request;
  private final List<PlannedStatement> statements = new ArrayList<>();
  private final List<String> rejected = new ArrayList<>();
  private final List<PossibleRename> renames = new ArrayList<>();
  private final Set<String> kept = new TreeSet<>();

  /** The old names of tables by their new ones, in lower case. */
  private final Map<String, String> renamedTables = new HashMap<>();

  /** The new names of columns by their old ones, by the old names of their tables. */
  private final Map<String, Map<String, String>> renamedColumns = new HashMap<>();

  /** The statements of what is kept, by key. */
  private final Map<String, Item> restored = new TreeMap<>();

  /**
   * A plan.
   *
   * @param start the database with the schema {@code from}
   * @param copy an empty database
   */
  SqlitePlan(
      Connection start, Connection copy, SqliteSchema from, SqliteSchema to, Request request) {
    this.start = start;
    this.copy = copy;
    this.from = from;
    this.to = to;
    this.request = request;
  }

  SchemaPlan plan() throws SQLException {
    SqlQueries.execute(copy, "PRAGMA foreign_keys = OFF");
    for (Item item : from.items()) {
      SqlQueries.execute(copy, item.sql());
    }
    Set<String> broken = brokenViews();
    rename();
    findRenames(current());
    dropChanged();
    changeTables();
    create();
    changeSettings();
    check(broken);
    return new SchemaPlan(statements, rejected, renames, List.copyOf(kept));
  }

  private SqliteSchema current() throws SQLException {
    return SqliteSchema.read(copy, Set.of());
  }

  /** Adds a statement that has to work on the copy. */
  private boolean run(PlannedStatement statement, String key) {
    try {
      SqlQueries.execute(copy, statement.sql());
    } catch (SQLException e) {
      rejected.add(key + ": " + statement.sql() + ": " + e.getMessage());
      return false;
    }
    statements.add(statement);
    return true;
  }

  // ---- renames

  private void rename() throws SQLException {
    Map<String, String> tables = new HashMap<>();
    for (Map.Entry<String, String> each : new TreeMap<>(request.renames()).entrySet()) {
      Optional<Item> table = current().item("table " + DdlTokens.lower(each.getKey()));
      Optional<Item> named = to.item("table " + DdlTokens.lower(each.getValue()));
      if (table.isPresent() && named.isPresent()) {
        tables.put(table.get().lowerName(), named.get().name());
        renamedTables.put(named.get().lowerName(), table.get().lowerName());
        run(
            PlannedStatement.of(
                "ALTER TABLE " + table.get().quoted() + " RENAME TO " + named.get().quoted(),
                table.get().lowerName()),
            table.get().key());
      }
    }
    for (Map.Entry<String, String> each : new TreeMap<>(request.renames()).entrySet()) {
      for (Item old : from.items("table")) {
        String prefix = old.lowerName() + ".";
        if (!DdlTokens.lower(each.getKey()).startsWith(prefix)) {
          continue;
        }
        String column = DdlTokens.lower(each.getKey()).substring(prefix.length());
        String next = DdlTokens.lower(each.getValue()).substring(prefix.length());
        String table = tables.getOrDefault(old.lowerName(), old.name());
        Optional<Item> now = current().item("table " + DdlTokens.lower(table));
        Optional<Item> then = to.item("table " + DdlTokens.lower(table));
        if (now.isPresent() && then.isPresent()) {
          renameColumn(now.get(), then.get(), column, next, old.lowerName());
        }
      }
    }
  }

  private void renameColumn(Item now, Item then, String column, String next, String table) {
    List<DdlToken> before = SqliteSchema.columns(now).get(column);
    List<DdlToken> after = SqliteSchema.columns(then).get(next);
    if (before != null && after != null) {
      renamedColumns.computeIfAbsent(table, _ -> new HashMap<>()).put(column, next);
      run(
          PlannedStatement.of(
              "ALTER TABLE "
                  + now.quoted()
                  + " RENAME COLUMN "
                  + SqlQuoting.identifier(before.getFirst().text())
                  + " TO "
                  + SqliteSchema.text(then, List.of(after.getFirst())),
              table),
          now.key());
    }
  }

  /** Finds pairs of a table, or a column, that is only here, and one that is only in the target. */
  private void findRenames(SqliteSchema now) {
    Set<String> used = new HashSet<>();
    for (Item table : now.items("table")) {
      Optional<Item> same = to.item(table.key());
      if (same.isPresent()) {
        findColumnRenames(now, table, same.get());
        continue;
      }
      to.items("table").stream()
          .filter(other -> now.item(other.key()).isEmpty() && !used.contains(other.key()))
          .filter(other -> shape(now, table).equals(shape(to, other)))
          .findFirst()
          .ifPresent(
              other -> {
                used.add(other.key());
                renames.add(new PossibleRename(table.lowerName(), other.lowerName()));
              });
    }
  }

  private static Map<String, String> shape(SqliteSchema schema, Item table) {
    Map<String, String> shape = new TreeMap<>();
    SqliteSchema.columns(table)
        .keySet()
        .forEach(
            column -> shape.put(column, schema.column(table, column).getOrDefault("type", "")));
    return shape;
  }

  private void findColumnRenames(SqliteSchema now, Item table, Item other) {
    Map<String, String> before = shape(now, table);
    Map<String, String> after = shape(to, other);
    Set<String> added = new LinkedHashSet<>(after.keySet());
    added.removeAll(before.keySet());
    before.forEach(
        (column, type) -> {
          if (!after.containsKey(column)) {
            added.stream()
                .filter(name -> type.equals(after.get(name)))
                .findFirst()
                .ifPresent(
                    name -> {
                      added.remove(name);
                      renames.add(
                          new PossibleRename(
                              table.lowerName() + "." + column, table.lowerName() + "." + name));
                    });
          }
        });
  }

  // ---- what goes

  /** Drops views, triggers, and indexes before the tables that they name change. */
  private void dropChanged() throws SQLException {
    SqliteSchema now = current();
    for (String type : List.of("trigger", "view", "index")) {
      for (Item item : now.items(type)) {
        if (now.hasSame(item.key(), to)) {
          continue;
        }
        boolean missing = to.item(item.key()).isEmpty();
        if (missing && request.managedOnly() && !type.equals("index")) {
          keep(item);
        } else if (now.items().stream()
            .noneMatch(owner -> item.belongsTo(owner) && isDropped(owner, now))) {
          run(
              PlannedStatement.of(
                  "DROP " + type.toUpperCase(Locale.ROOT) + " " + item.quoted(),
                  item.table().equals(item.name())
                      ? new String[0]
                      : new String[] {DdlTokens.lower(item.table())}),
              item.key());
        }
      }
    }
    for (Item table : now.items("table")) {
      boolean same = now.hasSame(table.key(), to);
      boolean missing = to.item(table.key()).isEmpty();
      if (missing && request.managedOnly() && table.isVirtual()) {
        keep(table);
      } else if (missing || (!same && isDropped(table, now))) {
        run(
            new PlannedStatement(
                "DROP TABLE " + table.quoted(),
                PlannedStatement.Placement.WITH_NEIGHBORS,
                Set.of(table.lowerName()),
                Optional.of(table.key()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            table.key());
      }
    }
  }

  private void keep(Item item) {
    kept.add(item.key());
    restored.put(item.key(), item);
  }

  /** Whether a table or view is dropped, so that all that belongs to it disappears. */
  private boolean isDropped(Item owner, SqliteSchema now) {
    Optional<Item> same = to.item(owner.key());
    boolean isTable = owner.type().equals("table");
    if (same.isEmpty()) {
      return !request.managedOnly() || (isTable && !owner.isVirtual());
    }
    return !now.hasSame(owner.key(), to)
        && (!isTable || owner.isVirtual() || same.get().isVirtual());
  }

  // ---- what changes

  private void changeTables() throws SQLException {
    boolean rebuilds = false;
    SqliteSchema now = current();
    for (Item table : now.items("table")) {
      Optional<Item> same = to.item(table.key());
      if (same.isEmpty() || now.hasSame(table.key(), to)) {
        continue;
      }
      SqliteTableChange change = new SqliteTableChange(copy, now, table, to, same.get());
      Optional<List<PlannedStatement>> inPlace = change.inPlace();
      if (inPlace.isPresent()) {
        statements.addAll(inPlace.get());
        continue;
      }
      if (!rebuilds) {
        // Otherwise the last step of a rebuild rewrites, or rejects, what names the table.
        run(PlannedStatement.of(LEGACY + "ON"), table.key());
        rebuilds = true;
      }
      for (PlannedStatement statement :
          change.rebuild(checks(table.key()).flatMap(SqliteRowChecks::ofTable))) {
        if (!run(statement, table.key())) {
          break;
        }
      }
    }
    if (rebuilds) {
      run(PlannedStatement.of(LEGACY + "OFF"), "database file");
    }
  }

  // ---- what comes

  private void create() throws SQLException {
    SqliteSchema before = current();
    for (Item item : to.items("table")) {
      if (before.item(item.key()).isEmpty()) {
        run(PlannedStatement.of(item.sql(), item.lowerName()), item.key());
      }
    }
    List<Item> others = new ArrayList<>(to.items());
    restored.values().stream().filter(item -> !item.type().equals("table")).forEach(others::add);
    SqliteSchema now = current();
    for (String type : List.of("index", "view", "trigger")) {
      for (Item item : others) {
        if (item.type().equals(type) && now.item(item.key()).isEmpty()) {
          run(created(item, before), item.key());
        }
      }
    }
  }

  private PlannedStatement created(Item item, SqliteSchema before) {
    String table = DdlTokens.lower(item.table());
    boolean exists = before.item("table " + table).isPresent();
    Optional<String> needs =
        item.type().equals("index") && exists
            ? checks("table " + table)
                .flatMap(
                    checks -> to.objects(item.key()).stream().findFirst().flatMap(checks::ofIndex))
            : Optional.empty();
    return new PlannedStatement(
        item.sql(),
        PlannedStatement.Placement.WITH_NEIGHBORS,
        exists ? Set.of(table) : Set.of(),
        Optional.empty(),
        needs,
        Optional.empty(),
        Optional.empty());
  }

  /** The checks of the rows of a table of the target; empty if the start has no such table. */
  private Optional<SqliteRowChecks> checks(String key) {
    Optional<Item> target = to.item(key);
    String name = key.substring("table ".length());
    String old = renamedTables.getOrDefault(name, name);
    Map<String, String> columns = renamedColumns.getOrDefault(old, Map.of());
    return from.item("table " + old)
        .flatMap(
            table ->
                target.map(same -> new SqliteRowChecks(start, from, table, to, same, columns)));
  }

  private void changeSettings() {
    if (request.managedOnly()) {
      return;
    }
    Set<String> names = new TreeSet<>(from.settings().keySet());
    names.addAll(to.settings().keySet());
    for (String name : names) {
      String value = to.settings().getOrDefault(name, "0");
      String old = from.settings().getOrDefault(name, "0");
      if (value.equals(old)) {
        continue;
      }
      if (Set.of("user version", "application id").contains(name)) {
        run(
            PlannedStatement.of("PRAGMA " + name.replace(' ', '_') + " = " + value),
            "database file");
      } else {
        rejected.add(
            "database file: "
                + name
                + " is "
                + old
                + " and should be "
                + value
                + ", which only VACUUM, or a new file, can change");
      }
    }
  }

  // ---- what is left

  /** Names what the statements have not reached. */
  private void check(Set<String> broken) throws SQLException {
    SqliteSchema now = current();
    for (String key : now.differences(to)) {
      if (!kept.contains(key) && rejected.stream().noneMatch(each -> each.startsWith(key + ": "))) {
        rejected.add(key + ": no statement of SQLite leads to the target; " + difference(now, key));
      }
    }
    for (String view : brokenViews()) {
      if (!broken.contains(view) && kept.contains("view " + view)) {
        rejected.add("view " + view + ": it is kept, and would no longer work");
      }
    }
  }

  private String difference(SqliteSchema now, String key) {
    Set<SchemaObject> here = new HashSet<>(now.objects(key));
    Set<SchemaObject> there = new HashSet<>(to.objects(key));
    here.removeAll(to.objects(key));
    there.removeAll(now.objects(key));
    return "it has " + here + " and should have " + there;
  }

  private Set<String> brokenViews() throws SQLException {
    Set<String> broken = new HashSet<>();
    for (Item view : current().items("view")) {
      try {
        SqlQueries.execute(copy, "SELECT 1 FROM " + view.quoted() + " LIMIT 0");
      } catch (SQLException e) {
        // A view may name what does not exist yet.
        broken.add(view.lowerName());
      }
    }
    return broken;
  }
}
