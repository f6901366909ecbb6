package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which foreign keys a plan drops and adds: those that differ, and those of columns that change,
 * which MySQL does not allow otherwise. Of one plan.
 */
final class ForeignKeyChange {
  private final Map<String, TableSchema> before;
  private final Map<String, TableSchema> after;
  private final Map<String, Set<String>> retyped = new TreeMap<>();
  private final List<PlannedStatement> dropped = new ArrayList<>();
  private final List<PlannedStatement> added = new ArrayList<>();

  /**
   * Compares the foreign keys of the tables that both schemas have.
   *
   * @param before the tables that stay, as they are before they change
   * @param after all tables of the target
   */
  ForeignKeyChange(Map<String, TableSchema> before, Map<String, TableSchema> after) {
    this.before = before;
    this.after = after;
    before.forEach(
        (name, table) -> {
          TableSchema other = after.get(name);
          if (other != null) {
            retyped.put(name, TableChange.retyped(table, other));
          }
        });
    before.forEach(this::compare);
  }

  List<PlannedStatement> dropped() {
    return dropped;
  }

  List<PlannedStatement> added() {
    return added;
  }

  /** Whether a foreign key is of columns that change. */
  boolean isDisturbed(String table, SchemaObject foreignKey) {
    String parent = TableSchema.referenced(foreignKey);
    return changesEngine(table)
        || changesEngine(parent)
        || intersects(TableSchema.columns(foreignKey), retyped.get(table))
        || intersects(TableSchema.referencedColumns(foreignKey), retyped.get(parent))
        || losesKey(parent, TableSchema.referencedColumns(foreignKey));
  }

  private boolean changesEngine(String table) {
    TableSchema old = before.get(table);
    TableSchema its = after.get(table);
    return old != null && its != null && old.isInnodb() != its.isInnodb();
  }

  private static boolean intersects(List<String> columns, @Nullable Set<String> changed) {
    return changed != null && columns.stream().anyMatch(changed::contains);
  }

  /** Whether an index of the referenced columns changes. */
  private boolean losesKey(String parent, List<String> columns) {
    TableSchema old = before.get(parent);
    TableSchema its = after.get(parent);
    return old != null
        && its != null
        && !old.equals(its)
        && !keys(old, columns).equals(keys(its, columns));
  }

  private static Set<String> keys(TableSchema table, List<String> columns) {
    return table.all("index").stream()
        .filter(
            index -> {
              List<String> all = TableSchema.columns(index);
              return all.size() >= columns.size() && all.subList(0, columns.size()).equals(columns);
            })
        .map(index -> index.name() + " " + index.properties())
        .collect(Collectors.toSet());
  }

  private void compare(String name, TableSchema table) {
    TableSchema other = after.get(name);
    if (other == null) {
      return;
    }
    List<TableAction> drops = new ArrayList<>();
    Set<String> again = new HashSet<>();
    for (SchemaObject foreignKey : table.all("foreign key")) {
      Optional<SchemaObject> its = other.find(foreignKey.key());
      boolean same =
          its.filter(it -> it.properties().equals(foreignKey.properties())).isPresent()
              && !isDisturbed(name, foreignKey);
      if (!same) {
        drops.add(
            TableAction.of(
                "DROP FOREIGN KEY " + MysqlQuoting.name(table.realName(foreignKey)),
                OnlineDdl.METADATA));
        again.add(foreignKey.key());
      }
    }
    if (!drops.isEmpty()) {
      dropped.add(TableAction.statement(name, drops, Set.of()));
    }
    for (SchemaObject foreignKey : other.all("foreign key")) {
      if (table.find(foreignKey.key()).isEmpty() || again.contains(foreignKey.key())) {
        added.add(add(other, foreignKey));
      }
    }
  }

  /** Adds a foreign key; MySQL checks the rows only in a copy of the table. */
  static PlannedStatement add(TableSchema table, SchemaObject foreignKey) {
    return TableAction.statement(
        table.name(),
        List.of(
            TableAction.of("ADD " + table.addition(foreignKey), OnlineDdl.COPY)
                .failingIfAny(orphans(table.name(), foreignKey))),
        Set.of(TableSchema.referenced(foreignKey)));
  }

  private static String orphans(String table, SchemaObject foreignKey) {
    List<String> columns = TableSchema.columns(foreignKey);
    List<String> parents = TableSchema.referencedColumns(foreignKey);
    String present =
        columns.stream()
            .map(column -> "c." + MysqlQuoting.name(column) + " IS NOT NULL")
            .collect(Collectors.joining(" AND "));
    String same =
        IntStream.range(0, Math.min(columns.size(), parents.size()))
            .mapToObj(
                i ->
                    "p."
                        + MysqlQuoting.name(parents.get(i))
                        + " = c."
                        + MysqlQuoting.name(columns.get(i)))
            .collect(Collectors.joining(" AND "));
    return "SELECT c.* FROM "
        + MysqlQuoting.name(table)
        + " c WHERE "
        + present
        + " AND NOT EXISTS (SELECT 1 FROM "
        + MysqlQuoting.name(TableSchema.referenced(foreignKey))
        + " p WHERE "
        + same
        + ")";
  }
}
