package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import dev.slipway.driver.postgres.SchemaGraph.Constraint;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates, changes, and drops constraints of tables and domains. */
final class ConstraintStatements {
  private static final String NOT_VALID = " NOT VALID";

  private static final Pattern SUFFIX =
      Pattern.compile("( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT ENFORCED)?( NOT VALID)?$");

  private static final Pattern CHECK = Pattern.compile("(?s)CHECK (\\(.*\\))( NO INHERIT)?");

  private static final Pattern FOREIGN_KEY =
      Pattern.compile("(?s)FOREIGN KEY \\((.*?)\\) REFERENCES (.+?)\\((.*?)\\).*");

  private final SchemaComparison comparison;
  private final PlanSteps steps;

  ConstraintStatements(SchemaComparison comparison, PlanSteps steps) {
    this.comparison = comparison;
    this.steps = steps;
  }

  void drop(String key) {
    Constraint constraint = comparison.start().constraint(key);
    steps.drop(
        key,
        PlannedStatement.of(
            "ALTER %s DROP CONSTRAINT %s".formatted(constraint.owner(), constraint.name()),
            ObjectStatements.tables(comparison.start(), key)));
  }

  /**
   * Creates a constraint: first for new rows, then for all of them, so that nothing waits for long.
   *
   * @param empty whether its table has no rows yet
   */
  void create(String key, boolean empty) {
    Constraint constraint = comparison.target().constraint(key);
    String[] tables = ObjectStatements.tables(comparison.target(), key);
    String add =
        "ALTER %s ADD CONSTRAINT %s %s"
            .formatted(constraint.owner(), constraint.name(), constraint.definition());
    boolean unchecked =
        constraint.definition().endsWith(NOT_VALID)
            || constraint.definition().endsWith(" NOT ENFORCED");
    if (empty || unchecked) {
      steps.make(key, Rank.MAKE, PlannedStatement.of(add, tables));
      return;
    }
    Optional<String> needs = needs(constraint, key);
    switch (constraint.type()) {
      case "p", "u" -> createUnique(key, constraint, tables, add);
      case "x" -> blocking(key, add, tables, needs, "an exclusion constraint builds its index");
      default -> {
        if (constraint.type().equals("f") && constraint.partitioned()) {
          blocking(key, add, tables, needs, "a foreign key of a partitioned table checks all rows");
          return;
        }
        steps.make(key, Rank.MAKE, PlannedStatement.of(add + NOT_VALID, tables));
        validate(key, constraint, tables, needs);
      }
    }
  }

  /** Checks all rows of a constraint that is not valid. */
  void validate(String key) {
    Constraint constraint = comparison.target().constraint(key);
    validate(
        key, constraint, ObjectStatements.tables(comparison.target(), key), needs(constraint, key));
  }

  private void validate(
      String key, Constraint constraint, String[] tables, Optional<String> needs) {
    StatementBuilder statement =
        new StatementBuilder(
                "ALTER %s VALIDATE CONSTRAINT %s".formatted(constraint.owner(), constraint.name()),
                tables)
            .inNewFile();
    needs.ifPresent(statement::needing);
    steps.make(key, Rank.VALIDATE, statement.build());
  }

  private void blocking(
      String key, String sql, String[] tables, Optional<String> needs, String reason) {
    StatementBuilder statement =
        new StatementBuilder(sql, tables).inNewFile().blocking(reason + ", and blocks writes");
    needs.ifPresent(statement::needing);
    steps.make(key, Rank.MAKE, statement.build());
  }

  private void createUnique(String key, Constraint constraint, String[] tables, String add) {
    Optional<String> needs = Optional.ofNullable(comparison.target().duplicates().get(key));
    if (constraint.partitioned()) {
      blocking(key, add, tables, needs, "a key of a partitioned table builds its indexes");
      return;
    }
    StatementBuilder index =
        new StatementBuilder(
                constraint.index().orElseThrow().replaceFirst(" INDEX ", " INDEX CONCURRENTLY "),
                tables)
            .outsideTransaction();
    needs.ifPresent(index::needing);
    Matcher suffix = SUFFIX.matcher(constraint.definition());
    steps.make(key, Rank.CONCURRENT, index.build());
    steps.make(
        key,
        Rank.CONCURRENT,
        new StatementBuilder(
                "ALTER %s ADD CONSTRAINT %s %s USING INDEX %s%s"
                    .formatted(
                        constraint.owner(),
                        constraint.name(),
                        constraint.type().equals("p") ? "PRIMARY KEY" : "UNIQUE",
                        constraint.name(),
                        suffix.find() ? suffix.group() : ""),
                tables)
            .inNewFile()
            .build());
  }

  /** Changes what PostgreSQL changes in place; the rest is dropped and created. */
  void change(String key) {
    Constraint constraint = comparison.target().constraint(key);
    String[] tables = ObjectStatements.tables(comparison.target(), key);
    if (comparison.changed(key).contains("definition") && constraint.type().equals("f")) {
      boolean enforced = comparison.after(key, "enforced").isPresent();
      String actions =
          (comparison.after(key, "deferrable").isPresent() ? "DEFERRABLE" : "NOT DEFERRABLE")
              + (comparison.after(key, "initially deferred").isPresent()
                  ? " INITIALLY DEFERRED"
                  : "");
      if (comparison.changed(key).contains("deferrable")
          || comparison.changed(key).contains("initially deferred")) {
        alter(key, constraint, actions, tables);
      }
      if (comparison.changed(key).contains("enforced")) {
        alter(key, constraint, enforced ? "ENFORCED" : "NOT ENFORCED", tables);
      }
      return;
    }
    if (comparison.changed(key).contains(SchemaObject.VALIDATED)) {
      validate(key);
    }
  }

  private void alter(String key, Constraint constraint, String action, String[] tables) {
    steps.make(
        key,
        Rank.MAKE,
        PlannedStatement.of(
            "ALTER %s ALTER CONSTRAINT %s %s"
                .formatted(constraint.owner(), constraint.name(), action),
            tables));
  }

  /** The query that finds rows which violate a constraint. */
  private Optional<String> needs(Constraint constraint, String key) {
    String definition = SUFFIX.matcher(constraint.definition()).replaceFirst("");
    Matcher check = CHECK.matcher(definition);
    if (check.matches() && constraint.owner().startsWith("TABLE ")) {
      return Optional.of(
          "SELECT * FROM %s WHERE NOT %s".formatted(constraint.ownerName(), check.group(1)));
    }
    Matcher reference = FOREIGN_KEY.matcher(definition);
    if (reference.matches()) {
      String[] columns = reference.group(1).split(", ");
      String[] referenced = reference.group(3).split(", ");
      StringBuilder present = new StringBuilder();
      StringBuilder equal = new StringBuilder();
      for (int i = 0; i < columns.length; i++) {
        present.append("c.").append(columns[i]).append(" IS NOT NULL AND ");
        equal.append(i == 0 ? "" : " AND ").append("p." + referenced[i] + " = c." + columns[i]);
      }
      return Optional.of(
          "SELECT c.* FROM %s c WHERE %sNOT EXISTS (SELECT FROM %s p WHERE %s)"
              .formatted(constraint.ownerName(), present, reference.group(2), equal));
    }
    return Optional.ofNullable(comparison.target().duplicates().get(key));
  }
}
