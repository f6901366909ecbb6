package dev.slipway.verify;

import dev.slipway.driver.LintRule;
import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.migration.MigrationWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The migrations that a plan becomes: which statements share a file, and the comments above them.
 * The down migration of each undoes that migration alone. For one thread.
 */
final class GeneratedMigrations {
  private final MigrationWriter writer;
  private final String origin;
  private final List<Migration> migrations = new ArrayList<>();

  /** One migration; its down migration is empty at first. */
  private static final class Migration {
    private final List<PlannedStatement> up = new ArrayList<>();
    private boolean autocommit;
    private SchemaPlan down = new SchemaPlan(List.of(), List.of(), List.of(), List.of());
  }

  /**
   * Splits a plan.
   *
   * @param origin what the migrations lead to
   */
  GeneratedMigrations(MigrationWriter writer, String origin, List<PlannedStatement> statements) {
    this.writer = writer;
    this.origin = origin;
    for (PlannedStatement statement : statements) {
      boolean alone = statement.placement() == Placement.OUTSIDE_TRANSACTION;
      if (migrations.isEmpty()
          || migrations.getLast().autocommit
          || statement.placement() != Placement.WITH_NEIGHBORS) {
        migrations.add(new Migration());
      }
      migrations.getLast().autocommit = alone;
      migrations.getLast().up.add(statement);
    }
  }

  /** How many there are. */
  int count() {
    return migrations.size();
  }

  /** The statements of a migration, from 0. */
  List<PlannedStatement> up(int number) {
    return migrations.get(number).up;
  }

  /** Sets the down migration of a migration. */
  void revert(int number, SchemaPlan down) {
    migrations.get(number).down = down;
  }

  /** Why the down migration cannot restore the schema; empty if it does. */
  List<String> irreversible(int number) {
    Migration migration = migrations.get(number);
    Set<String> reasons = new LinkedHashSet<>();
    migration.up.forEach(statement -> statement.irreversible().ifPresent(reasons::add));
    if (reasons.isEmpty()) {
      reasons.addAll(migration.down.rejected());
    }
    return List.copyOf(reasons);
  }

  /** The text of each file of a migration by its name. */
  Map<String, String> files(int number) {
    Migration migration = migrations.get(number);
    List<PlannedStatement> down = migration.down.statements();
    StringBuilder up = new StringBuilder();
    comment(up, "Generated from " + origin + ".");
    append(up, migration.up);
    StringBuilder back = new StringBuilder();
    comment(
        back,
        down.isEmpty()
            ? "There is nothing to undo."
            : "Undoes version " + writer.version(number) + ".");
    for (String reason : irreversible(number)) {
      comment(back, "slipway:allow " + LintRule.DOWN_INCOMPLETE.id() + " " + line(reason));
    }
    append(back, down);
    return writer.files(
        number,
        up.toString(),
        migration.autocommit,
        back.toString(),
        down.stream().anyMatch(each -> each.placement() == Placement.OUTSIDE_TRANSACTION));
  }

  private void append(StringBuilder text, List<PlannedStatement> statements) {
    statements.stream()
        .flatMap(statement -> statement.blocks().stream())
        .distinct()
        .forEach(reason -> comment(text, "Other sessions wait: " + line(reason) + "."));
    List<String> checks =
        statements.stream().flatMap(statement -> statement.needs().stream()).distinct().toList();
    if (!checks.isEmpty()) {
      comment(text, "It fails on existing rows that one of these queries finds:");
      checks.forEach(query -> query.strip().lines().forEach(line -> comment(text, "  " + line)));
    }
    statements.forEach(statement -> text.append(writer.statement(statement.sql())));
  }

  /** The reason for which a finding of lint is accepted in a statement. */
  String reason(String excerpt) {
    String start = excerpt.endsWith("...") ? excerpt.substring(0, excerpt.length() - 3) : excerpt;
    return migrations.stream()
        .flatMap(each -> Stream.concat(each.up.stream(), each.down.statements().stream()))
        .filter(
            statement -> statement.sql().lines().anyMatch(line -> line.strip().startsWith(start)))
        .flatMap(
            statement ->
                Stream.of(
                        statement.loss().map(loss -> "--allow-drop was given for " + loss),
                        statement.blocks(),
                        statement.needs().map(_ -> "the query above finds the rows to correct"))
                    .flatMap(reason -> reason.stream()))
        .findFirst()
        .map(GeneratedMigrations::line)
        .orElse("needed to reach " + origin);
  }

  private static void comment(StringBuilder text, String line) {
    text.append("-- ").append(line).append('\n');
  }

  private static String line(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
