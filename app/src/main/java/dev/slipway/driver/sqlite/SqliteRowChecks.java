package dev.slipway.driver.sqlite;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.sqlite.DdlTokens.DdlToken;
import dev.slipway.driver.sqlite.DdlTokens.Kind;
import dev.slipway.driver.sqlite.SqliteSchema.Item;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Queries for the rows of a table that the constraints of its target reject. They name tables and
 * columns as they are before the plan. For one thread.
 */
final class SqliteRowChecks {
  /** For a new column without a default. */
  private static final String NULL = "NULL";

  private final Connection start;
  private final SqliteSchema from;
  private final Item table;
  private final SqliteSchema to;
  private final Item target;

  /** What stands for each column of the target in the rows of the table. */
  private final Map<String, String> values = new HashMap<>();

  /** The columns that have no NULL. */
  private final Set<String> notNull = new HashSet<>();

  /** The columns whose values are the same in all rows. */
  private final Map<String, String> constants = new HashMap<>();

  /**
   * The checks of a table.
   *
   * @param start a database with the table
   * @param table as it is there
   * @param columns the new names of its columns by the old ones, where they differ
   */
  SqliteRowChecks(
      Connection start,
      SqliteSchema from,
      Item table,
      SqliteSchema to,
      Item target,
      Map<String, String> columns) {
    this.start = start;
    this.from = from;
    this.table = table;
    this.to = to;
    this.target = target;
    SqliteSchema.columns(table)
        .forEach(
            (column, definition) -> {
              String name = columns.getOrDefault(column, column);
              values.put(name, SqliteSchema.text(table, List.of(definition.getFirst())));
              if (from.column(table, column).containsKey("not null")) {
                notNull.add(name);
              }
            });
    for (String column : SqliteSchema.columns(target).keySet()) {
      if (!values.containsKey(column)) {
        constants.put(column, to.column(target, column).getOrDefault("default", NULL));
      }
    }
  }

  /** A query for all rows that the target's columns and constraints reject. */
  Optional<String> ofTable() {
    List<String> queries = new ArrayList<>();
    for (String column : SqliteSchema.columns(target).keySet()) {
      Map<String, String> properties = to.column(target, column);
      if (!properties.containsKey("not null") || properties.containsKey("generated as")) {
        continue;
      }
      if (values.containsKey(column)) {
        if (!notNull.contains(column)) {
          queries.add(rows(values.get(column) + " IS NULL"));
        }
      } else if (!properties.containsKey("default")) {
        queries.add(rows(""));
      }
    }
    Set<SchemaObject> before = from.objects(table.key());
    for (SchemaObject constraint : to.constraints(target)) {
      if (before.stream().anyMatch(other -> isSame(constraint, other))) {
        continue;
      }
      String content =
          constraint
              .name()
              .substring(Math.min(constraint.name().length(), target.lowerName().length()))
              .replaceFirst(" #\\d+$", "")
              .strip();
      switch (constraint.kind()) {
        case "check" -> queries.add(rows("NOT " + inRows(content)));
        case "unique key" -> duplicates(content, "").ifPresent(queries::add);
        case "primary key" ->
            duplicates(constraint.properties().getOrDefault("columns", ""), "")
                .ifPresent(queries::add);
        default -> {}
      }
    }
    return valid(queries);
  }

  private boolean isSame(SchemaObject constraint, SchemaObject other) {
    return constraint.equals(other)
        || (constraint.kind().equals("primary key")
            && other.kind().equals("primary key")
            && Objects.equals(
                constraint.properties().get("columns"), other.properties().get("columns")));
  }

  /** A query for the rows that keep an index of the target from being created. */
  Optional<String> ofIndex(SchemaObject index) {
    return index.properties().containsKey("unique")
        ? valid(
            duplicates(
                    index.properties().getOrDefault("columns", ""),
                    index.properties().getOrDefault("where", ""))
                .stream()
                .toList())
        : Optional.empty();
  }

  private String rows(String condition) {
    return "SELECT 1 FROM " + table.quoted() + (condition.isEmpty() ? "" : " WHERE " + condition);
  }

  /** A query for rows with equal values; empty if a value is NULL in all rows. */
  private Optional<String> duplicates(String list, String where) {
    List<DdlToken> tokens = DdlTokens.of(list);
    List<String> distinct = new ArrayList<>();
    for (List<DdlToken> part : DdlTokens.split(tokens.subList(1, tokens.size() - 1))) {
      List<DdlToken> expression =
          part.getLast().is("desc") ? part.subList(0, part.size() - 1) : part;
      String name = expression.getFirst().name();
      if (expression.size() == 1 && constants.containsKey(name)) {
        if (constants.get(name).equals(NULL)) {
          return Optional.empty();
        }
        continue;
      }
      distinct.add(
          inRows(list.substring(expression.getFirst().start(), expression.getLast().end())));
    }
    List<String> conditions = new ArrayList<>();
    if (!where.isEmpty()) {
      conditions.add("(" + inRows(where) + ")");
    }
    distinct.forEach(expression -> conditions.add(expression + " IS NOT NULL"));
    return Optional.of(
        rows(String.join(" AND ", conditions))
            + " GROUP BY "
            + (distinct.isEmpty() ? "'all'" : String.join(", ", distinct))
            + " HAVING count(*) > 1");
  }

  /** An expression of the target with what stands for its columns in the rows. */
  private String inRows(String expression) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (DdlToken token : DdlTokens.of(expression)) {
      boolean named = token.kind() == Kind.WORD || token.kind() == Kind.NAME;
      String value = named ? values.getOrDefault(token.name(), constants.get(token.name())) : null;
      text.append(expression, at, token.start())
          .append(value == null ? expression.substring(token.start(), token.end()) : value);
      at = token.end();
    }
    return text.append(expression.substring(at)).toString();
  }

  private Optional<String> valid(List<String> queries) {
    String all =
        queries.stream()
            .distinct()
            .filter(this::isValid)
            .collect(Collectors.joining("\nUNION ALL\n"));
    return all.isEmpty() ? Optional.empty() : Optional.of(all);
  }

  private boolean isValid(String query) {
    try {
      SqlQueries.execute(start, "EXPLAIN " + query);
      return true;
    } catch (SQLException e) {
      // It is about more than the rows of this table, which no query before the plan can find.
      return false;
    }
  }
}
