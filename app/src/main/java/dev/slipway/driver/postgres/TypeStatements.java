package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Changes enums and domains. */
final class TypeStatements {
  private final SchemaComparison comparison;
  private final PlanSteps steps;

  TypeStatements(SchemaComparison comparison, PlanSteps steps) {
    this.comparison = comparison;
    this.steps = steps;
  }

  /** Changes a type, and removes from the set the properties that it changes. */
  void change(String key, Set<String> names) {
    String name = comparison.target().object(key).name();
    if (names.remove("values")) {
      addValues(key, name);
    }
    // The attributes of a composite type are objects of their own.
    names.remove("attributes");
    boolean isDomain = comparison.after(key, "typtype").filter("d"::equals).isPresent();
    if (isDomain && names.removeAll(Set.of("default", "default text"))) {
      make(
          key,
          "ALTER DOMAIN %s %s"
              .formatted(
                  name,
                  comparison
                      .after(key, "default")
                      .map(value -> "SET DEFAULT " + value)
                      .orElse("DROP DEFAULT")));
    }
    if (isDomain && names.remove("not null")) {
      boolean set = comparison.after(key, "not null").isPresent();
      StatementBuilder statement =
          new StatementBuilder(
              "ALTER DOMAIN %s %s".formatted(name, set ? "SET NOT NULL" : "DROP NOT NULL"));
      if (set) {
        statement.inNewFile().blocking("the rows of all columns of the domain are read");
      }
      steps.make(key, Rank.MAKE, statement.build());
    }
  }

  // ---- composite types

  /** Adds an attribute, also to the tables of the type. */
  void addAttribute(String key) {
    SchemaGraph.Column attribute = comparison.target().column(key);
    make(
        key,
        "ALTER TYPE %s ADD ATTRIBUTE %s CASCADE"
            .formatted(attribute.table(), attribute.definition()));
  }

  /** Drops an attribute, also from the tables of the type. */
  void dropAttribute(String key) {
    SchemaGraph.Column attribute = comparison.start().column(key);
    steps.drop(
        key,
        new StatementBuilder(
                "ALTER TYPE %s DROP ATTRIBUTE %s CASCADE"
                    .formatted(attribute.table(), attribute.name()))
            .losing(key)
            .build());
  }

  /** Changes the type of an attribute, which no column of a table may use. */
  void changeAttribute(String key, Set<String> names) {
    SchemaGraph.Column attribute = comparison.target().column(key);
    if (names.removeAll(Set.of("type", "collation"))) {
      make(
          key,
          "ALTER TYPE %s ALTER ATTRIBUTE %s TYPE %s CASCADE"
              .formatted(
                  attribute.table(),
                  attribute.name(),
                  attribute.definition().substring(attribute.name().length() + 1)));
    }
    names.remove("storage");
  }

  // ---- enums

  private void make(String key, String sql) {
    steps.make(key, Rank.MAKE, PlannedStatement.of(sql));
  }

  /** A value can be added, and neither removed nor moved: then another type takes its place. */
  private void addValues(String key, String name) {
    List<String> before = SchemaComparison.values(comparison.before(key, "values"));
    List<String> after = SchemaComparison.values(comparison.after(key, "values"));
    if (comparison.isRebuilt(key)) {
      rebuild(key, name, before.stream().filter(value -> !after.contains(value)).toList());
      return;
    }
    List<PlannedStatement> statements = new ArrayList<>();
    for (int i = 0; i < after.size(); i++) {
      String value = after.get(i);
      if (!before.contains(value)) {
        // The values before it exist by now.
        String place =
            i > 0
                ? (i == after.size() - 1 ? "" : " AFTER " + after.get(i - 1))
                : before.isEmpty() ? "" : " BEFORE " + before.getFirst();
        statements.add(
            new StatementBuilder("ALTER TYPE %s ADD VALUE %s%s".formatted(name, value, place))
                .irreversible("a value of an enum cannot be removed")
                .build());
      }
    }
    steps.make(key, Rank.FIRST, statements);
  }

  private void rebuild(String key, String name, List<String> removed) {
    SchemaGraph start = comparison.start();
    String old =
        SqlQuoting.identifier(key.substring(key.indexOf('.') + 1).replace("\"", "") + "_old");
    String schema = name.substring(0, name.indexOf('.'));
    List<PlannedStatement> statements = new ArrayList<>();
    statements.add(PlannedStatement.of("ALTER TYPE %s RENAME TO %s".formatted(name, old)));
    comparison
        .target()
        .creates()
        .getOrDefault(key, List.of())
        .forEach(sql -> statements.add(PlannedStatement.of(sql)));
    for (String column : start.dependents().getOrDefault(key, Set.of())) {
      if (start.kind(column).equals("column") && comparison.needsInBoth(column, key)) {
        if (!start.parent(column).orElse("").startsWith("table ")) {
          continue;
        }
        if (comparison.before(column, "local").isPresent()) {
          statements.add(
              retype(
                  start.column(column), comparison.before(column, "type").orElse(name), removed));
        }
      }
    }
    statements.add(PlannedStatement.of("DROP TYPE %s.%s".formatted(schema, old)));
    steps.rebuild(key, statements);
  }

  private static PlannedStatement retype(
      SchemaGraph.Column column, String type, List<String> removed) {
    String text = type.endsWith("[]") ? "text[]" : "text";
    StatementBuilder statement =
        new StatementBuilder(
                "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %2$s::%s::%3$s"
                    .formatted(column.table(), column.name(), type, text),
                column.table())
            .blocking("the change of the enum rewrites the table");
    if (!removed.isEmpty()) {
      statement.needing(
          "SELECT * FROM %s WHERE %s::text[] && ARRAY[%s]"
              .formatted(
                  column.table(),
                  type.endsWith("[]") ? column.name() : "ARRAY[" + column.name() + "]",
                  String.join(", ", removed)));
    }
    return statement.build();
  }
}
