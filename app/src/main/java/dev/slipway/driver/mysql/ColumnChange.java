package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which actions add, change, and drop columns, and how MySQL runs them. Of one table. */
final class ColumnChange {
  private static final String GENERATED = "generated always as";

  /** Properties that only the data dictionary has. */
  private static final Set<String> METADATA =
      Set.of("default", "comment", "invisible", "on update", "column format");

  private final TableSchema from;
  private final TableSchema to;
  private final boolean strict;

  /**
   * Compares two states of a table.
   *
   * @param strict whether the session rejects values that do not fit
   */
  ColumnChange(TableSchema from, TableSchema to, boolean strict) {
    this.from = from;
    this.to = to;
    this.strict = strict;
  }

  /** Whether a column is computed when it is read. */
  static boolean isVirtual(SchemaObject column) {
    return column.properties().getOrDefault(GENERATED, "").endsWith(" VIRTUAL");
  }

  static boolean isGenerated(SchemaObject column) {
    return column.properties().containsKey(GENERATED);
  }

  /**
   * Whether MySQL cannot turn one column into the other: what it computes when it reads a row is
   * not stored.
   */
  static boolean isReplaced(SchemaObject before, SchemaObject after) {
    if (!isVirtual(before) && !isVirtual(after)) {
      return false;
    }
    Map<String, String> old = new TreeMap<>(before.properties());
    Map<String, String> its = new TreeMap<>(after.properties());
    old.keySet().removeAll(METADATA);
    its.keySet().removeAll(METADATA);
    return !old.equals(its);
  }

  /** Adds a column at the end. */
  TableAction add(SchemaObject column) {
    Map<String, String> its = column.properties();
    ColumnType type = ColumnType.parse(its.getOrDefault("type", ""));
    OnlineDdl algorithm = OnlineDdl.INSTANT;
    if (its.containsKey("auto increment")) {
      algorithm = OnlineDdl.COPY;
    } else if (isGenerated(column) && !isVirtual(column)) {
      algorithm = OnlineDdl.COPY;
    } else if (its.getOrDefault("default", "").startsWith("(")) {
      algorithm = OnlineDdl.COPY;
    } else if (type.isSpatial() && its.containsKey("not null")) {
      algorithm = OnlineDdl.INPLACE;
    }
    TableAction action = TableAction.of("ADD COLUMN " + to.line(column), rebuild(algorithm));
    boolean needsValue =
        its.containsKey("not null")
            && !its.containsKey("default")
            && !isGenerated(column)
            && (type.isTemporal() || type.isSpatial());
    return needsValue ? action.failingFor("TRUE") : action;
  }

  /** Drops a column. */
  TableAction drop(SchemaObject column) {
    TableAction action =
        TableAction.of(
            "DROP COLUMN " + MysqlQuoting.name(from.realName(column)), rebuild(OnlineDdl.INSTANT));
    return isGenerated(column) ? action : action.deleting(column.key());
  }

  /** A table with a FULLTEXT index, or a compressed one, has no instant columns. */
  private OnlineDdl rebuild(OnlineDdl algorithm) {
    if (from.hasFulltextIndex()) {
      return algorithm.or(OnlineDdl.SHARED);
    }
    return "COMPRESSED".equals(from.options().get("row format"))
        ? algorithm.or(OnlineDdl.INPLACE)
        : algorithm;
  }

  /** Whether a column differs, or gets another character set from its table. */
  boolean differs(SchemaObject before, SchemaObject after) {
    return !before.properties().equals(after.properties())
        || !from.characters(before).equals(to.characters(after));
  }

  /** Turns a column into what it is in the other state. */
  TableAction modify(SchemaObject before, SchemaObject after) {
    OnlineDdl algorithm = OnlineDdl.INSTANT;
    Map<String, String> old = before.properties();
    Map<String, String> its = after.properties();
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(its.keySet());
    names.removeIf(name -> Objects.equals(old.get(name), its.get(name)));
    ColumnType type = ColumnType.parse(old.getOrDefault("type", ""));
    ColumnType newType = ColumnType.parse(its.getOrDefault("type", ""));
    for (String name : names) {
      algorithm =
          algorithm.or(
              switch (name) {
                case "type" -> type.change(newType, from.characterSet(before));
                case "not null" ->
                    strict || !its.containsKey(name)
                        ? (from.hasFulltextIndex() ? OnlineDdl.SHARED : OnlineDdl.INPLACE)
                        : OnlineDdl.COPY;
                case "character set", "collation" -> OnlineDdl.INSTANT;
                default -> METADATA.contains(name) ? OnlineDdl.INSTANT : OnlineDdl.COPY;
              });
    }
    if (!from.characters(before).equals(to.characters(after))) {
      algorithm = OnlineDdl.COPY;
    }
    TableAction action = TableAction.of("MODIFY COLUMN " + to.line(after), algorithm);
    String column = MysqlQuoting.name(from.realName(before));
    Optional<String> offending = offending(names, column, before, after, type, newType);
    if (offending.isPresent()) {
      action = action.failingFor(offending.get());
    }
    boolean computed = isGenerated(after) && !isGenerated(before);
    boolean shortened = names.contains("type") && !isGenerated(after) && type.losesBy(newType);
    return computed || shortened
        ? action.deleting((computed ? "values of " : "digits of ") + before.key())
        : action;
  }

  private Optional<String> offending(
      Set<String> names,
      String column,
      SchemaObject before,
      SchemaObject after,
      ColumnType type,
      ColumnType newType) {
    TreeSet<String> conditions = new TreeSet<>();
    if (names.contains("not null") && after.properties().containsKey("not null")) {
      conditions.add(column + " IS NULL");
    }
    if (isGenerated(after)) {
      return conditions.stream().findFirst();
    }
    if (names.contains("type")) {
      type.unfit(newType, column).ifPresent(conditions::add);
    }
    String set = to.characterSet(after);
    if (type.isText() && newType.isText() && !from.characterSet(before).equals(set)) {
      conditions.add(
          column + " <> CONVERT(CONVERT(" + column + " USING " + set + ") USING utf8mb4)");
    }
    return conditions.isEmpty() ? Optional.empty() : Optional.of(String.join(" OR ", conditions));
  }
}
