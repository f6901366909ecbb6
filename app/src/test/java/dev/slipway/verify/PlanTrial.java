package dev.slipway.verify;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.PlannedStatement.Placement;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlanner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Plans the way from one PostgreSQL database to another, runs it as the files would, and compares.
 *
 * @param plan what was planned
 * @param failure what went wrong, with the statements; empty if the first database is now like the
 *     second
 */
record PlanTrial(SchemaPlan plan, String failure) {
  private static final String HISTORY = "schema_migrations";

  boolean isRejected() {
    return !plan.rejected().isEmpty();
  }

  /** Changes the first database, unless the plan is rejected. */
  static PlanTrial run(Connection start, Connection target) throws SQLException {
    return run(start, target, new SchemaPlanner.Request(Set.of(HISTORY), Map.of(), false));
  }

  /** The same with renames, or for an ORM. */
  static PlanTrial run(Connection start, Connection target, SchemaPlanner.Request request)
      throws SQLException {
    DatabaseDriver driver = Drivers.require("postgres");
    SchemaPlanner planner = driver.schemaPlanner().orElseThrow();
    SchemaPlan plan = planner.plan(start, target, request);
    if (!plan.rejected().isEmpty()) {
      return new PlanTrial(plan, "");
    }
    try {
      apply(start, plan.statements());
    } catch (IllegalStateException e) {
      return new PlanTrial(plan, e.getMessage() + "\n" + text(plan));
    }
    SchemaPlan rest =
        planner.plan(
            start,
            target,
            new SchemaPlanner.Request(request.excluded(), Map.of(), request.managedOnly()));
    if (!rest.statements().isEmpty() || !rest.rejected().isEmpty()) {
      return new PlanTrial(
          plan, "a second plan is not empty:\n" + text(rest) + "\nafter\n" + text(plan));
    }
    List<String> differences =
        request.managedOnly()
            ? List.of()
            : SchemaModel.read(start, driver, HISTORY)
                .differences(SchemaModel.read(target, driver, HISTORY))
                .stream()
                .map(difference -> difference.describe("is missing", "is new"))
                .toList();
    return new PlanTrial(plan, differences.isEmpty() ? "" : differences + "\n" + text(plan));
  }

  private static void apply(Connection connection, List<PlannedStatement> statements)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute("BEGIN");
      for (PlannedStatement each : statements) {
        try {
          if (each.placement() != Placement.WITH_NEIGHBORS) {
            statement.execute("COMMIT");
          }
          if (each.placement() == Placement.NEW_FILE) {
            statement.execute("BEGIN");
          }
          statement.execute(each.sql());
          if (each.placement() == Placement.OUTSIDE_TRANSACTION) {
            statement.execute("BEGIN");
          }
        } catch (SQLException e) {
          statement.execute("ROLLBACK");
          throw new IllegalStateException(e.getMessage() + " in: " + each.sql(), e);
        }
      }
      statement.execute("COMMIT");
    }
  }

  private static String text(SchemaPlan plan) {
    return plan.statements().stream()
            .map(each -> (each.placement() == Placement.WITH_NEIGHBORS ? "  " : "- ") + each.sql())
            .collect(Collectors.joining("\n"))
        + plan.rejected().stream().map(each -> "\nrejected: " + each).collect(Collectors.joining());
  }
}
