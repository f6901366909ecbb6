package dev.slipway.driver.mysql;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An action of ALTER TABLE. Immutable.
 *
 * @param sql the action
 * @param algorithm how MySQL runs it
 * @param loss the data that it deletes, as a noun phrase; empty if none
 * @param offending a condition on the rows of the table for which it fails; may be empty
 * @param query the query that finds such rows, where no condition on one row does
 */
record TableAction(
    String sql,
    OnlineDdl algorithm,
    Optional<String> loss,
    Optional<String> offending,
    Optional<String> query) {

  /** An action that deletes nothing and succeeds for all rows. */
  static TableAction of(String sql, OnlineDdl algorithm) {
    return new TableAction(sql, algorithm, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same action, which deletes data. */
  TableAction deleting(String what) {
    return new TableAction(sql, algorithm, Optional.of(what), offending, query);
  }

  /** The same action, which fails for rows with this condition. */
  TableAction failingFor(String condition) {
    return new TableAction(sql, algorithm, loss, Optional.of(condition), query);
  }

  /** The same action, which fails if the query finds rows. */
  TableAction failingIfAny(String found) {
    return new TableAction(sql, algorithm, loss, offending, Optional.of(found));
  }

  /** The same action, where another algorithm may block more. */
  TableAction atLeast(OnlineDdl other) {
    return new TableAction(sql, algorithm.or(other), loss, offending, query);
  }

  /**
   * One statement with all these actions, which runs in the way of the action that blocks most.
   *
   * @param others the other tables whose rows it reads
   */
  static PlannedStatement statement(String table, List<TableAction> actions, Set<String> others) {
    OnlineDdl algorithm =
        actions.stream().map(TableAction::algorithm).reduce(OnlineDdl.INSTANT, OnlineDdl::or);
    String losses =
        actions.stream().flatMap(each -> each.loss().stream()).collect(Collectors.joining(", "));
    Optional<String> needs = needs(table, actions);
    String first = actions.getFirst().sql();
    // MySQL's grammar has no comma in front of these.
    boolean partitioning =
        first.startsWith("PARTITION BY") || first.startsWith("REMOVE PARTITIONING");
    String separator = (partitioning ? "" : ",") + (actions.size() == 1 ? " " : "\n  ");
    return new PlannedStatement(
        actions.stream()
            .map(TableAction::sql)
            .collect(
                Collectors.joining(
                    ",\n  ",
                    "ALTER TABLE "
                        + MysqlQuoting.name(table)
                        + " "
                        + algorithm.clause()
                        + separator,
                    "")),
        // What depends on the rows may fail or take long: a file of its own is never half applied.
        algorithm.readsRows() || needs.isPresent() ? Placement.NEW_FILE : Placement.WITH_NEIGHBORS,
        Stream.concat(Stream.of(table), others.stream()).collect(Collectors.toSet()),
        Optional.of(losses).filter(text -> !text.isEmpty()),
        needs,
        algorithm.blocks(),
        Optional.empty());
  }

  private static Optional<String> needs(String table, List<TableAction> actions) {
    List<String> queries = actions.stream().flatMap(each -> each.query().stream()).toList();
    String conditions =
        actions.stream()
            .flatMap(each -> each.offending().stream())
            .distinct()
            .collect(Collectors.joining(" OR "));
    if (conditions.isEmpty()) {
      return queries.stream().findFirst();
    }
    return Optional.of("SELECT * FROM " + MysqlQuoting.name(table) + " WHERE " + conditions);
  }
}
