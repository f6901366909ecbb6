package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which actions drop, add, and rename the indexes of a table. Of one table. */
final class IndexChange {
  private static final String INVISIBLE = "invisible";

  private final TableSchema from;
  private final TableSchema to;
  private final Set<String> copied;
  private final List<TableAction> withCopy = new ArrayList<>();
  private final List<List<TableAction>> unique = new ArrayList<>();
  private final List<TableAction> inPlace = new ArrayList<>();
  private final List<List<TableAction>> alone = new ArrayList<>();

  /** The statements of the indexes that are added. */
  private final Map<SchemaObject, List<TableAction>> statements = new LinkedHashMap<>();

  /**
   * Compares the indexes of two states of a table.
   *
   * @param copied the columns that change in a copy of the table, in which their indexes change too
   */
  IndexChange(TableSchema from, TableSchema to, Set<String> copied) {
    this.from = from;
    this.to = to;
    this.copied = copied;
    List<SchemaObject> removed = missing(from, to);
    List<SchemaObject> added = missing(to, from);
    rename(removed, added);
    added.forEach(index -> add(index, Optional.empty()));
    for (SchemaObject index : from.all("index")) {
      Optional<SchemaObject> after = to.find(index.key());
      boolean differs = after.filter(it -> !it.properties().equals(index.properties())).isPresent();
      if (differs && !changesVisibility(index, after.get())) {
        add(after.get(), Optional.of(drop(index, false)));
      }
    }
    removed.forEach(this::remove);
    restateGenerated();
    if (!withCopy.isEmpty()) {
      // The copy builds all indexes at once.
      withCopy.addAll(inPlace);
      inPlace.clear();
    }
  }

  /** Actions that belong into the statement that copies the table. */
  List<TableAction> withCopy() {
    return withCopy;
  }

  /** Statements that run before the others: those of unique indexes, which may fail. */
  List<List<TableAction>> unique() {
    return unique;
  }

  /** Actions that share a statement. */
  List<TableAction> inPlace() {
    return inPlace;
  }

  /** Statements that follow. */
  List<List<TableAction>> alone() {
    return alone;
  }

  private static List<SchemaObject> missing(TableSchema in, TableSchema other) {
    return new ArrayList<>(
        in.all("index").stream().filter(index -> other.find(index.key()).isEmpty()).toList());
  }

  private void rename(List<SchemaObject> removed, List<SchemaObject> added) {
    for (SchemaObject old : List.copyOf(removed)) {
      Optional<SchemaObject> same =
          added.stream()
              .filter(index -> index.properties().equals(old.properties()))
              .filter(index -> !isPrimary(index) && !isPrimary(old))
              .findFirst();
      if (same.isPresent() && !touchesCopy(old)) {
        inPlace.add(
            TableAction.of(
                "RENAME INDEX " + name(from, old) + " TO " + name(to, same.get()),
                OnlineDdl.METADATA));
        removed.remove(old);
        added.remove(same.get());
      }
    }
  }

  private boolean changesVisibility(SchemaObject before, SchemaObject after) {
    Map<String, String> old = new TreeMap<>(before.properties());
    Map<String, String> its = new TreeMap<>(after.properties());
    old.remove(INVISIBLE);
    its.remove(INVISIBLE);
    if (!old.equals(its)) {
      return false;
    }
    inPlace.add(
        TableAction.of(
            "ALTER INDEX "
                + name(from, before)
                + (after.properties().containsKey(INVISIBLE) ? " INVISIBLE" : " VISIBLE"),
            OnlineDdl.METADATA));
    return true;
  }

  private static boolean isPrimary(SchemaObject index) {
    return index.name().endsWith(".PRIMARY");
  }

  private static String name(TableSchema table, SchemaObject index) {
    return MysqlQuoting.name(table.realName(index));
  }

  private boolean touchesCopy(SchemaObject index) {
    return copied.stream()
        .anyMatch(
            column -> TableSchema.mentions(index.properties().getOrDefault("columns", ""), column));
  }

  private TableAction drop(SchemaObject index, boolean forGood) {
    boolean primary = isPrimary(index);
    return TableAction.of(
        primary ? "DROP PRIMARY KEY" : "DROP INDEX " + name(from, index),
        (primary && forGood) || identifiesRows(index) ? OnlineDdl.COPY : OnlineDdl.METADATA);
  }

  private void remove(SchemaObject index) {
    TableAction action = drop(index, true);
    boolean copies = touchesCopy(index) || action.algorithm() == OnlineDdl.COPY;
    (copies ? withCopy : withCovering(index)).add(action);
  }

  private void add(SchemaObject index, Optional<TableAction> drop) {
    Map<String, String> its = index.properties();
    boolean primary = isPrimary(index);
    boolean special = its.containsKey("type");
    OnlineDdl algorithm =
        special || TableSchema.isFunctional(index) ? OnlineDdl.SHARED : OnlineDdl.INPLACE;
    if (primary && from.hasFulltextIndex()) {
      algorithm = OnlineDdl.SHARED;
    }
    TableAction action = TableAction.of("ADD " + to.line(index), algorithm);
    boolean distinct = primary || its.containsKey("unique");
    if (distinct) {
      action = action.failingIfAny(duplicates(index));
    }
    boolean copies =
        touchesCopy(index) || drop.filter(it -> it.algorithm() == OnlineDdl.COPY).isPresent();
    List<TableAction> statement;
    if (copies) {
      statement = withCopy;
    } else if (algorithm == OnlineDdl.SHARED && !primary) {
      drop.ifPresent(inPlace::add);
      alone.add(List.of(action));
      return;
    } else if (distinct) {
      statement = new ArrayList<>();
      unique.add(statement);
    } else {
      statement = inPlace;
    }
    drop.ifPresent(statement::add);
    statement.add(action);
    statements.put(index, statement);
  }

  /**
   * The statement that adds an index that begins with the columns of this one; otherwise the common
   * one. MySQL silently drops the index that it has created for a foreign key when another one
   * takes its place.
   */
  private List<TableAction> withCovering(SchemaObject index) {
    return covering(index).map(statements::get).orElse(inPlace);
  }

  private Optional<SchemaObject> covering(SchemaObject index) {
    List<String> columns = TableSchema.columns(index);
    return statements.keySet().stream()
        .filter(
            other -> {
              List<String> all = TableSchema.columns(other);
              return all.size() >= columns.size() && all.subList(0, columns.size()).equals(columns);
            })
        .findFirst();
  }

  /** Whether InnoDB may store the rows in the order of a unique key, for lack of a primary key. */
  private boolean identifiesRows(SchemaObject index) {
    return index.properties().containsKey("unique")
        && from.find("index " + from.name() + ".PRIMARY").isEmpty()
        && TableSchema.columns(index).stream()
            .allMatch(
                column ->
                    from.column(column)
                        .filter(it -> it.properties().containsKey("not null"))
                        .isPresent());
  }

  /** A query for values of an index that occur more than once. */
  private String duplicates(SchemaObject index) {
    String list = index.properties().getOrDefault("columns", "");
    List<String> parts =
        CreateText.split(list.substring(1, list.length() - 1), ',').stream()
            .map(part -> part.strip().replaceFirst(" DESC$", ""))
            .map(
                part ->
                    part.matches("(?s)`(?:[^`]|``)*`\\(\\d+\\)")
                        ? "LEFT(" + part.replaceFirst("\\((\\d+)\\)$", ", $1)")
                        : part)
            .toList();
    String present =
        parts.stream().map(part -> part + " IS NOT NULL").collect(Collectors.joining(" AND "));
    return "SELECT "
        + String.join(", ", parts)
        + ", COUNT(*) FROM "
        + MysqlQuoting.name(to.name())
        + " WHERE "
        + present
        + " GROUP BY "
        + String.join(", ", parts)
        + " HAVING COUNT(*) > 1";
  }

  /**
   * An index that both states have, and that MySQL may have created for a foreign key, is stated
   * once more next to one that takes its place: then it is one of the table's own, and stays.
   */
  private void restateGenerated() {
    Set<List<String>> referring =
        from.all("foreign key").stream().map(TableSchema::columns).collect(Collectors.toSet());
    for (SchemaObject index : from.all("index")) {
      boolean kept =
          to.find(index.key()).filter(it -> it.properties().equals(index.properties())).isPresent();
      boolean maybeGenerated =
          referring.contains(TableSchema.columns(index))
              && !index.properties().containsKey("unique")
              && !isPrimary(index);
      if (kept && maybeGenerated && covering(index).isPresent()) {
        List<TableAction> statement = withCovering(index);
        statement.add(TableAction.of("DROP INDEX " + name(from, index), OnlineDdl.METADATA));
        statement.add(TableAction.of("ADD " + to.line(index), OnlineDdl.METADATA));
      }
    }
  }
}
