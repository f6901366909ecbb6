package dev.slipway.ddl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A table or a materialized view, as far as the statements say. For one thread. */
public final class Table {
  private ObjectName name;
  private boolean isNew;
  private boolean isComplete;
  private boolean unlogged;
  private boolean rowSecurity;
  private boolean defaultPartition;
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<Index> indexes = new ArrayList<>();
  private final Map<String, Check> checks = new HashMap<>();

  /**
   * An index or a key.
   *
   * @param name empty where the database chooses it
   * @param columns in order; empty where an expression takes part
   * @param partial whether it has a condition
   * @param mentioned the names in its expressions and its condition
   */
  public record Index(
      String name,
      List<String> columns,
      boolean unique,
      boolean primary,
      boolean partial,
      Set<String> mentioned) {
    /** A key. */
    static Index key(String name, List<String> columns, boolean unique, boolean primary) {
      return new Index(name, columns, unique, primary, false, Set.of());
    }

    Index withName(String to) {
      return new Index(to, columns, unique, primary, partial, mentioned);
    }
  }

  /**
   * A check constraint.
   *
   * @param columns every name in the condition
   * @param notNull the columns that the condition declares not NULL
   * @param valid whether all rows are known to fulfill it
   * @param isNew whether it comes with the file that is being read
   */
  public record Check(Set<String> columns, List<String> notNull, boolean valid, boolean isNew) {
    Check validated() {
      return new Check(columns, notNull, true, isNew);
    }

    Check asOld() {
      return new Check(columns, notNull, valid, false);
    }
  }

  Table(ObjectName name, boolean isNew, boolean isComplete) {
    this.name = name;
    this.isNew = isNew;
    this.isComplete = isComplete;
  }

  /** The name by which the last statement called it. */
  public ObjectName name() {
    return name;
  }

  void rename(ObjectName to) {
    name = to;
  }

  /** Whether it comes with the file that is being read, so that nothing else uses it. */
  public boolean isNew() {
    return isNew;
  }

  /** Whether all its columns are known. */
  public boolean isComplete() {
    return isComplete;
  }

  void setIncomplete() {
    isComplete = false;
  }

  /** Whether it is known to be unlogged. */
  public boolean isUnlogged() {
    return unlogged;
  }

  void setUnlogged(boolean to) {
    unlogged = to;
  }

  /** Whether row level security is known to be on. */
  public boolean hasRowSecurity() {
    return rowSecurity;
  }

  void setRowSecurity(boolean to) {
    rowSecurity = to;
  }

  /** Whether it is known to have a default partition. */
  public boolean hasDefaultPartition() {
    return defaultPartition;
  }

  void setDefaultPartition() {
    defaultPartition = true;
  }

  /** A column; absent if the statements do not define it. */
  public Optional<Column> column(String column) {
    return Optional.ofNullable(columns.get(column));
  }

  /** The names of its known columns, in order. */
  public List<String> columnNames() {
    return List.copyOf(columns.keySet());
  }

  void put(Column column) {
    columns.put(column.name(), column);
  }

  void removeColumn(String column) {
    columns.remove(column);
    indexes.removeIf(index -> index.columns().contains(column));
    checks.values().removeIf(check -> check.columns().contains(column));
  }

  void renameColumn(String from, String to) {
    Column column = columns.remove(from);
    if (column != null) {
      put(column.withName(to));
    }
    indexes.replaceAll(
        index ->
            new Index(
                index.name(),
                index.columns().stream().map(each -> each.equals(from) ? to : each).toList(),
                index.unique(),
                index.primary(),
                index.partial(),
                index.mentioned().stream()
                    .map(each -> each.equals(from) ? to : each)
                    .collect(Collectors.toSet())));
    checks.replaceAll(
        (_, check) ->
            new Check(
                check.columns().stream()
                    .map(each -> each.equals(from) ? to : each)
                    .collect(Collectors.toSet()),
                check.notNull().stream().map(each -> each.equals(from) ? to : each).toList(),
                check.valid(),
                check.isNew()));
  }

  /** Its known indexes and keys. */
  public List<Index> indexes() {
    return List.copyOf(indexes);
  }

  /** The index or key with a name. */
  public Optional<Index> index(String index) {
    return indexes.stream().filter(each -> each.name().equals(index)).findFirst();
  }

  void add(Index index) {
    indexes.add(index);
    if (index.primary()) {
      index
          .columns()
          .forEach(
              column ->
                  put(columns.getOrDefault(column, Column.unknown(column)).withNotNull(true)));
    }
  }

  boolean removeIndex(String index) {
    return indexes.removeIf(each -> each.name().equals(index));
  }

  void removePrimaryKey() {
    indexes.removeIf(Index::primary);
  }

  /** Whether values of these columns identify a row: they contain all columns of a known key. */
  public boolean identifies(Set<String> values) {
    return indexes.stream()
        .anyMatch(
            index ->
                index.unique()
                    && !index.partial()
                    && !index.columns().isEmpty()
                    && values.containsAll(index.columns()));
  }

  /** A check constraint; absent if the statements do not define it. */
  public Optional<Check> check(String constraint) {
    return Optional.ofNullable(checks.get(constraint));
  }

  /** Its known check constraints. */
  public List<Check> checks() {
    return List.copyOf(checks.values());
  }

  void put(String constraint, Check check) {
    checks.put(constraint, check);
  }

  void removeConstraint(String constraint) {
    checks.remove(constraint);
    removeIndex(constraint);
  }

  /** Whether a valid check constraint, or the column itself, forbids NULL. */
  public boolean isKnownNotNull(String column) {
    return column(column).filter(Column::notNull).isPresent()
        || checks.values().stream()
            .anyMatch(check -> check.valid() && check.notNull().contains(column));
  }

  /** Its file was read: whatever it created has rows and traffic from now on. */
  void age() {
    isNew = false;
    columns.replaceAll((_, column) -> column.asOld());
    checks.replaceAll((_, check) -> check.asOld());
  }
}
