package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The statements that turn one table into another, apart from its foreign keys. They come in three
 * parts, because other objects change in between: what lifts restrictions, what adds and changes,
 * and what drops columns. Of one table.
 */
final class TableChange {
  private static final String NOT_ENFORCED = "not enforced";

  private final TableSchema from;
  private final TableSchema to;
  private final ColumnChange columns;
  private final TableOptions options;
  private final List<TableAction> lifted = new ArrayList<>();
  private final List<TableAction> instant = new ArrayList<>();
  private final List<TableAction> copy = new ArrayList<>();
  private final List<TableAction> inPlace = new ArrayList<>();
  private final List<TableAction> virtual = new ArrayList<>();
  private final List<TableAction> enforced = new ArrayList<>();
  private final List<TableAction> withoutDefault = new ArrayList<>();
  private final List<TableAction> contracted = new ArrayList<>();
  private final List<TableAction> contractedVirtual = new ArrayList<>();
  private final IndexChange indexes;

  /** Compares two states of a table. */
  TableChange(TableSchema from, TableSchema to, boolean strict) {
    this.from = from;
    this.to = to;
    this.columns = new ColumnChange(from, to, strict);
    this.options = new TableOptions(from, to);
    checks();
    Set<String> copied = new TreeSet<>();
    Set<String> counted = counted();
    columns(copied, counted);
    copied.addAll(counted);
    this.indexes = new IndexChange(from, to, copied);
  }

  /** Differences for which there is no statement, each as a sentence. */
  List<String> rejected() {
    return options.rejected();
  }

  /** The names of columns of one state whose type or character set the other has not. */
  static Set<String> retyped(TableSchema from, TableSchema to) {
    Set<String> names = new TreeSet<>();
    for (SchemaObject before : from.all("column")) {
      Optional<SchemaObject> after = to.find(before.key());
      boolean same =
          after.isPresent()
              && before
                  .properties()
                  .getOrDefault("type", "")
                  .equals(after.get().properties().get("type"))
              && before.properties().containsKey("not null")
                  == after.get().properties().containsKey("not null")
              && from.characters(before).equals(to.characters(after.get()));
      if (!same) {
        names.add(from.realName(before));
      }
    }
    return names;
  }

  /**
   * A column that counts must be in a key at each moment: it changes together with its keys, in one
   * statement. Empty if no such column and no key of one changes.
   */
  private Set<String> counted() {
    Set<String> names = new TreeSet<>();
    for (TableSchema table : List.of(from, to)) {
      TableSchema other = table == from ? to : from;
      for (SchemaObject column : table.all("column")) {
        String name = table.realName(column);
        if (column.properties().containsKey("auto increment")) {
          boolean same =
              other.find(column.key()).filter(it -> counts(it)).isPresent()
                  && keys(table, name).stream().anyMatch(keys(other, name)::contains);
          if (!same) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }

  private static boolean counts(SchemaObject column) {
    return column.properties().containsKey("auto increment");
  }

  private static List<SchemaObject> keys(TableSchema table, String column) {
    return table.all("index").stream()
        .filter(index -> TableSchema.columns(index).indexOf(column) == 0)
        .toList();
  }

  private void checks() {
    for (SchemaObject check : from.all("check")) {
      Optional<SchemaObject> after = to.find(check.key());
      if (after.isEmpty()) {
        drop(check);
      } else if (!after.get().properties().equals(check.properties())) {
        changed(check, after.get());
      }
    }
    for (SchemaObject check : to.all("check")) {
      if (from.find(check.key()).isEmpty()) {
        addCheck(check);
      }
    }
  }

  private void drop(SchemaObject check) {
    lifted.add(
        TableAction.of("DROP CHECK " + MysqlQuoting.name(from.realName(check)), OnlineDdl.INSTANT));
  }

  private void changed(SchemaObject before, SchemaObject after) {
    TreeMap<String, String> old = new TreeMap<>(before.properties());
    TreeMap<String, String> its = new TreeMap<>(after.properties());
    old.remove(NOT_ENFORCED);
    its.remove(NOT_ENFORCED);
    if (!old.equals(its)) {
      drop(before);
      addCheck(after);
      return;
    }
    String action = "ALTER CHECK " + MysqlQuoting.name(from.realName(before));
    if (after.properties().containsKey(NOT_ENFORCED)) {
      lifted.add(TableAction.of(action + " NOT ENFORCED", OnlineDdl.INSTANT));
    } else {
      enforced.add(
          TableAction.of(action + " ENFORCED", OnlineDdl.COPY).failingFor(violating(after)));
    }
  }

  private void addCheck(SchemaObject check) {
    String sql = "ADD " + to.addition(check);
    if (check.properties().containsKey(NOT_ENFORCED)) {
      enforced.add(TableAction.of(sql, OnlineDdl.INSTANT));
    } else {
      enforced.add(TableAction.of(sql, OnlineDdl.COPY).failingFor(violating(check)));
    }
  }

  private static String violating(SchemaObject check) {
    return "NOT " + check.properties().getOrDefault("condition", "");
  }

  private void columns(Set<String> copied, Set<String> counted) {
    boolean characters = options.changesCharacters();
    List<TableAction> withDefault = new ArrayList<>();
    for (SchemaObject after : to.all("column")) {
      Optional<SchemaObject> before = from.find(after.key());
      boolean same = before.filter(it -> !columns.differs(it, after)).isPresent();
      if (!same && TableSchema.lacksDefault(after)) {
        withoutDefault.add(to.dropDefault(after));
      }
      if (before.isEmpty()) {
        add(after, counted);
      } else if (columns.differs(before.get(), after)) {
        TableAction action = columns.modify(before.get(), after);
        boolean ofDefault = characters && to.characters(after).isPresent();
        if (ofDefault) {
          withDefault.add(action);
        } else {
          place(action, counted.contains(to.realName(after)));
        }
        if (action.algorithm() == OnlineDdl.COPY) {
          copied.add(to.realName(after));
        }
      }
    }
    if (characters) {
      TableAction action = options.characters();
      boolean copies = withDefault.stream().anyMatch(it -> it.algorithm() == OnlineDdl.COPY);
      List<TableAction> place = copies ? copy : inPlace;
      place.add(action);
      place.addAll(withDefault);
    }
    for (SchemaObject before : from.all("column")) {
      if (to.find(before.key()).isEmpty()) {
        drop(before, counted);
      }
    }
  }

  private void add(SchemaObject column, Set<String> counted) {
    TableAction action = columns.add(column);
    if (ColumnChange.isVirtual(column)) {
      virtual.add(action);
    } else {
      place(action, counted.contains(to.realName(column)));
    }
  }

  private void drop(SchemaObject column, Set<String> counted) {
    TableAction action = columns.drop(column);
    if (counted.contains(from.realName(column))) {
      copy.add(action.atLeast(OnlineDdl.COPY));
    } else {
      (ColumnChange.isVirtual(column) ? contractedVirtual : contracted).add(action);
    }
  }

  private void place(TableAction action, boolean counts) {
    if (counts || action.algorithm() == OnlineDdl.COPY) {
      copy.add(action.atLeast(OnlineDdl.COPY));
    } else {
      (action.algorithm() == OnlineDdl.INSTANT ? instant : inPlace).add(action);
    }
  }

  /** Statements that lift restrictions. */
  List<PlannedStatement> lift() {
    return statements(List.of(lifted));
  }

  /** Statements that add and change. */
  List<PlannedStatement> change() {
    List<TableAction> all = new ArrayList<>(copy);
    all.addAll(indexes.withCopy());
    List<TableAction> rest = new ArrayList<>(indexes.inPlace());
    rest.addAll(inPlace);
    List<TableAction> instantOptions = new ArrayList<>();
    for (TableAction action : options.actions()) {
      switch (action.algorithm()) {
        case COPY -> all.add(action);
        case INSTANT -> instantOptions.add(action);
        default -> rest.add(action);
      }
    }
    List<List<TableAction>> groups = new ArrayList<>();
    if (!from.isInnodb() || !to.isInnodb()) {
      List<TableAction> one = new ArrayList<>();
      one.addAll(instant);
      one.addAll(virtual);
      one.addAll(all);
      indexes.unique().forEach(one::addAll);
      one.addAll(rest);
      indexes.alone().forEach(one::addAll);
      one.addAll(instantOptions);
      groups.add(one);
    } else {
      groups.add(instant);
      groups.add(all);
      groups.add(virtual);
      groups.addAll(indexes.unique());
      groups.add(rest);
      groups.addAll(indexes.alone());
      groups.add(instantOptions);
    }
    groups.add(withoutDefault);
    groups.add(options.partitions());
    enforced.forEach(check -> groups.add(List.of(check)));
    return statements(groups);
  }

  /** Statements that drop columns. */
  List<PlannedStatement> contract() {
    return statements(List.of(contractedVirtual, contracted));
  }

  private List<PlannedStatement> statements(List<List<TableAction>> groups) {
    boolean copies = !from.isInnodb() || !to.isInnodb();
    return groups.stream()
        .filter(group -> !group.isEmpty())
        .map(
            group ->
                copies
                    ? group.stream().map(action -> action.atLeast(OnlineDdl.COPY)).toList()
                    : group)
        .map(group -> TableAction.statement(to.name(), group, Set.of()))
        .toList();
  }
}
