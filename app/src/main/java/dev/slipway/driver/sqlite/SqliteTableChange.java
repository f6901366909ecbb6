package dev.slipway.driver.sqlite;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.sqlite.DdlTokens.DdlToken;
import dev.slipway.driver.sqlite.SqliteSchema.Item;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The change of one table: by ALTER TABLE where SQLite can do it, and otherwise by a new table that
 * takes the rows and the name. For one thread.
 */
final class SqliteTableChange {
  private static final String NEW = "slipway_new_";
  private static final String OLD = "slipway_old_";

  private final Connection copy;
  private final SqliteSchema now;
  private final Item table;
  private final SqliteSchema to;
  private final Item target;
  private final Map<String, List<DdlToken>> before;
  private final Map<String, List<DdlToken>> after;

  /**
   * The change of a table to another of the same name.
   *
   * @param copy a database with the schema {@code now}
   */
  SqliteTableChange(Connection copy, SqliteSchema now, Item table, SqliteSchema to, Item target) {
    this.copy = copy;
    this.now = now;
    this.table = table;
    this.to = to;
    this.target = target;
    this.before = SqliteSchema.columns(table);
    this.after = SqliteSchema.columns(target);
  }

  /** The statements that add and drop columns, which have run; empty if they do not suffice. */
  Optional<List<PlannedStatement>> inPlace() throws SQLException {
    List<PlannedStatement> changes = new ArrayList<>();
    for (Map.Entry<String, List<DdlToken>> column : after.entrySet()) {
      if (before.containsKey(column.getKey())) {
        continue;
      }
      if (!canAdd(column.getValue(), column.getKey())) {
        return Optional.empty();
      }
      changes.add(
          PlannedStatement.of(
              "ALTER TABLE "
                  + table.quoted()
                  + " ADD COLUMN "
                  + SqliteSchema.text(target, column.getValue()),
              table.lowerName()));
    }
    for (Map.Entry<String, List<DdlToken>> column : before.entrySet()) {
      if (!after.containsKey(column.getKey())) {
        changes.add(
            statement(
                "ALTER TABLE "
                    + table.quoted()
                    + " DROP COLUMN "
                    + SqliteSchema.text(table, List.of(column.getValue().getFirst())),
                Optional.of("column " + table.lowerName() + "." + column.getKey()),
                Optional.empty(),
                Optional.empty()));
      }
    }
    return changes.isEmpty() || !reaches(changes) ? Optional.empty() : Optional.of(changes);
  }

  /** Runs statements on the copy, and keeps them there if the table is then as it should be. */
  private boolean reaches(List<PlannedStatement> changes) throws SQLException {
    copy.setAutoCommit(false);
    try {
      for (PlannedStatement change : changes) {
        SqlQueries.execute(copy, change.sql());
      }
      if (SqliteSchema.read(copy, Set.of()).hasSame(table.key(), to)) {
        copy.commit();
        return true;
      }
      copy.rollback();
      return false;
    } catch (SQLException e) {
      // A rebuild does it.
      copy.rollback();
      return false;
    } finally {
      copy.setAutoCommit(true);
    }
  }

  /** Whether ALTER TABLE adds a column to a table that has rows. */
  private boolean canAdd(List<DdlToken> definition, String column) {
    List<DdlToken> rest = definition.subList(1, definition.size());
    for (int i = 0; i < rest.size(); i++) {
      DdlToken token = rest.get(i);
      if (token.is("primary") || token.is("unique") || token.is("stored")) {
        return false;
      }
      if (token.is("default") && !isConstant(rest, i + 1)) {
        return false;
      }
    }
    Map<String, String> properties = to.column(target, column);
    boolean refers = rest.stream().anyMatch(token -> token.is("references"));
    boolean filled = properties.containsKey("default");
    return (!properties.containsKey("not null") || filled || properties.containsKey("generated as"))
        && !(refers && filled)
        && rest.stream().noneMatch(token -> token.is("check"));
  }

  private static boolean isConstant(List<DdlToken> tokens, int at) {
    return at < tokens.size()
        && !tokens.get(at).is("(")
        && !tokens.get(at).is("current_timestamp")
        && !tokens.get(at).is("current_date")
        && !tokens.get(at).is("current_time");
  }

  /**
   * The statements of a rebuild, which have not run.
   *
   * @param needs a query for the rows that the new table does not take
   */
  List<PlannedStatement> rebuild(Optional<String> needs) {
    // A check that names its table does not work under another name, even for a moment.
    boolean asideFirst = namesItself();
    String old = asideFirst ? OLD + table.name() : table.name();
    String name = asideFirst ? target.name() : NEW + target.name();
    List<PlannedStatement> all = new ArrayList<>();
    if (asideFirst) {
      all.add(renamed(table.name(), old));
    }
    all.add(
        statement(
            "CREATE TABLE "
                + SqlQuoting.identifier(name)
                + target.sql().substring(target.tokens().get(2).end())));
    copied(name, old, needs).ifPresent(all::add);
    if (isCounted(now, table) && isCounted(to, target)) {
      String literal = SqlQuoting.literal(name);
      all.add(statement("DELETE FROM sqlite_sequence WHERE name = " + literal));
      all.add(
          statement(
              "INSERT INTO sqlite_sequence (name, seq) SELECT "
                  + literal
                  + ", seq FROM sqlite_sequence WHERE name = "
                  + SqlQuoting.literal(old)));
    }
    all.add(statement("DROP TABLE " + SqlQuoting.identifier(old)));
    if (!asideFirst) {
      all.add(renamed(name, target.name()));
    }
    return all;
  }

  private boolean namesItself() {
    List<DdlToken> tokens = target.tokens();
    for (int i = 3; i + 1 < tokens.size(); i++) {
      if (tokens.get(i + 1).is(".") && tokens.get(i).name().equals(target.lowerName())) {
        return true;
      }
    }
    return false;
  }

  private PlannedStatement renamed(String from, String name) {
    return statement(
        "ALTER TABLE " + SqlQuoting.identifier(from) + " RENAME TO " + SqlQuoting.identifier(name));
  }

  /** The name of a column as it was written. */
  private static String name(Item table, Map<String, List<DdlToken>> columns, String column) {
    List<DdlToken> definition = columns.getOrDefault(column, List.of());
    return SqliteSchema.text(table, definition.subList(0, 1));
  }

  /** The statement that copies the rows; empty if no column is left. */
  private Optional<PlannedStatement> copied(String name, String old, Optional<String> needs) {
    List<String> columns =
        after.keySet().stream()
            .filter(before::containsKey)
            .filter(column -> !to.column(target, column).containsKey("generated as"))
            .toList();
    if (columns.isEmpty()) {
      return Optional.empty();
    }
    String into =
        columns.stream()
            .map(column -> name(target, after, column))
            .collect(Collectors.joining(", "));
    String select =
        columns.stream()
            .map(column -> name(table, before, column))
            .collect(Collectors.joining(", "));
    return Optional.of(
        statement(
            "INSERT INTO "
                + SqlQuoting.identifier(name)
                + " ("
                + into
                + ") SELECT "
                + select
                + " FROM "
                + SqlQuoting.identifier(old),
            losses(),
            needs,
            Optional.of("SQLite copies the table " + table.lowerName())));
  }

  private static boolean isCounted(SqliteSchema schema, Item table) {
    return schema.constraints(table).stream()
        .anyMatch(constraint -> constraint.properties().containsKey("autoincrement"));
  }

  private Optional<String> losses() {
    String lost =
        before.keySet().stream()
            .filter(column -> !after.containsKey(column))
            .map(column -> "column " + table.lowerName() + "." + column)
            .collect(Collectors.joining(", "));
    return lost.isEmpty() ? Optional.empty() : Optional.of(lost);
  }

  private PlannedStatement statement(String sql) {
    return PlannedStatement.of(sql, table.lowerName());
  }

  private PlannedStatement statement(
      String sql, Optional<String> loss, Optional<String> needs, Optional<String> blocks) {
    return new PlannedStatement(
        sql,
        Placement.WITH_NEIGHBORS,
        Set.of(table.lowerName()),
        loss,
        needs,
        blocks,
        Optional.empty());
  }
}
