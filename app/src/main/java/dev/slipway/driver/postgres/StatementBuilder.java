package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Builds a {@link PlannedStatement}. Not thread-safe. */
final class StatementBuilder {
  private final String sql;
  private final Set<String> tables = new LinkedHashSet<>();
  private Placement placement = Placement.WITH_NEIGHBORS;
  private Optional<String> loss = Optional.empty();
  private Optional<String> needs = Optional.empty();
  private Optional<String> blocks = Optional.empty();
  private Optional<String> irreversible = Optional.empty();

  /** A statement about tables. */
  StatementBuilder(String sql, String... tables) {
    this.sql = sql;
    this.tables.addAll(List.of(tables));
  }

  /** The same statement, to change it. */
  static StatementBuilder copy(PlannedStatement statement) {
    StatementBuilder copy =
        new StatementBuilder(statement.sql(), statement.tables().toArray(String[]::new));
    copy.placement = statement.placement();
    copy.loss = statement.loss();
    copy.needs = statement.needs();
    copy.blocks = statement.blocks();
    copy.irreversible = statement.irreversible();
    return copy;
  }

  StatementBuilder inNewFile() {
    placement = Placement.NEW_FILE;
    return this;
  }

  StatementBuilder outsideTransaction() {
    placement = Placement.OUTSIDE_TRANSACTION;
    return this;
  }

  StatementBuilder losing(String what) {
    loss = Optional.of(what);
    return this;
  }

  StatementBuilder needing(String query) {
    needs = Optional.of(query);
    return this;
  }

  StatementBuilder blocking(String reason) {
    blocks = Optional.of(reason);
    return this;
  }

  StatementBuilder irreversible(String reason) {
    irreversible = Optional.of(reason);
    return this;
  }

  PlannedStatement build() {
    return new PlannedStatement(sql, placement, tables, loss, needs, blocks, irreversible);
  }
}
