package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Changes the properties of objects that both schemas have. */
final class PropertyStatements {
  private static final Set<String> SEQUENCE =
      Set.of("type", "increment", "minimum", "maximum", "start", "cache", "cycle");

  private static final Pattern CREATE = Pattern.compile("^CREATE (?!OR REPLACE )");

  private final SchemaComparison comparison;
  private final PlanSteps steps;
  private final List<String> rejected;
  private final Privileges privileges;
  private final TableStatements tables;
  private final ColumnStatements columns;
  private final ConstraintStatements constraints;
  private final TypeStatements types;
  private final ObjectStatements objects;

  PropertyStatements(
      SchemaComparison comparison,
      PlanSteps steps,
      ObjectStatements objects,
      List<String> rejected) {
    this.comparison = comparison;
    this.steps = steps;
    this.objects = objects;
    this.rejected = rejected;
    this.privileges = new Privileges(comparison, steps);
    this.tables = new TableStatements(comparison, steps);
    this.columns = new ColumnStatements(comparison, steps);
    this.constraints = new ConstraintStatements(comparison, steps);
    this.types = new TypeStatements(comparison, steps);
  }

  /** Adds a column to a table of both schemas. */
  void addColumn(String key) {
    columns.add(key);
    objects.complete(key);
  }

  /** Adds an attribute to a composite type of both schemas. */
  void addAttribute(String key) {
    types.addAttribute(key);
  }

  /** Drops an attribute of a composite type of both schemas. */
  void dropAttribute(String key) {
    types.dropAttribute(key);
  }

  /** Changes an object; what it cannot change is rejected. */
  void change(String key) {
    Set<String> names = new TreeSet<>(comparison.changed(key));
    String kind = comparison.target().kind(key);
    privileges.change(key, names);
    if (names.remove("comment")) {
      comment(key, kind);
    }
    switch (kind) {
      case "table" -> tables.change(key, names);
      case "column" -> changeColumn(key, names);
      case "constraint" -> {
        constraints.change(key);
        names.removeIf(name -> !name.startsWith("trigger "));
      }
      case "index" -> changeIndex(key, names);
      case "sequence" -> changeSequence(key, names);
      case "type" -> types.change(key, names);
      case "view" -> {
        replace(key, names);
        names.removeAll(Set.of("definition", "options"));
      }
      case "materialized view" -> changeMaterializedView(key, names);
      case "function", "procedure" -> {
        if (!names.isEmpty() && !names.equals(Set.of("belongs to"))) {
          steps.make(key, Rank.MAKE, objects.routine(key, replacing(key)));
          names.removeIf(name -> !name.equals("belongs to"));
        }
      }
      case "policy" -> changePolicy(key, names);
      case "trigger", "rule", "event trigger" -> enable(key, kind, names);
      case "statistics object" -> {
        if (names.remove("stxstattarget")) {
          make(
              key,
              "ALTER STATISTICS %s SET STATISTICS %s"
                  .formatted(name(key), comparison.after(key, "stxstattarget").orElse("-1")));
        }
      }
      case "default privileges" -> {
        // Their grants are all they have.
      }
      default -> {}
    }
    reject(key, names);
  }

  private void reject(String key, Set<String> names) {
    for (String name : names) {
      rejected.add(
          "%s: %s cannot be changed from %s to %s"
              .formatted(
                  key,
                  name,
                  comparison.before(key, name).map(value -> "`" + value + "`").orElse("nothing"),
                  comparison.after(key, name).map(value -> "`" + value + "`").orElse("nothing")));
    }
  }

  private String name(String key) {
    return comparison.target().object(key).name();
  }

  private void make(String key, String sql) {
    steps.make(
        key,
        Rank.MAKE,
        PlannedStatement.of(sql, ObjectStatements.tables(comparison.target(), key)));
  }

  // ---- comments, which most objects have

  private void comment(String key, String kind) {
    String name = name(key);
    if (kind.equals("constraint")) {
      SchemaGraph.Constraint constraint = comparison.target().constraint(key);
      name =
          constraint.name()
              + " ON "
              + (constraint.owner().startsWith("DOMAIN") ? "DOMAIN " : "")
              + constraint.ownerName();
    }
    steps.follow(
        key,
        Rank.SETTING,
        List.of(
            PlannedStatement.of(
                "COMMENT ON %s %s IS %s"
                    .formatted(
                        ObjectStatements.word(kind),
                        name,
                        comparison
                            .after(key, "comment")
                            .map(SqlQuoting::literal)
                            .orElse("NULL")))));
  }

  // ---- kinds

  private void changeColumn(String key, Set<String> names) {
    String parent = comparison.target().parent(key).orElse("");
    if (parent.startsWith("table ")) {
      columns.change(key, names);
    } else if (parent.startsWith("type ")) {
      types.changeAttribute(key, names);
    } else if (parent.startsWith("materialized view ")) {
      columns.changeStorage(key, names);
    } else if (parent.startsWith("view ") && names.remove("default")) {
      SchemaGraph.Column column = comparison.target().column(key);
      make(
          key,
          "ALTER VIEW %s ALTER COLUMN %s %s"
              .formatted(
                  column.table(),
                  column.name(),
                  column.value().map(value -> "SET DEFAULT " + value).orElse("DROP DEFAULT")));
    }
    if (parent.contains("view ") && steps.makes(parent)) {
      names.clear();
    }
  }

  private void changeIndex(String key, Set<String> names) {
    if (names.remove("options")) {
      Options.between(comparison.before(key, "options"), comparison.after(key, "options"))
          .actions()
          .forEach(action -> make(key, "ALTER INDEX " + name(key) + " " + action));
    }
    for (String property : List.copyOf(names)) {
      if (property.startsWith("key ") && property.endsWith(" statistics target")) {
        names.remove(property);
        make(
            key,
            "ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s"
                .formatted(
                    name(key),
                    property.split(" ")[1],
                    comparison.after(key, property).orElse("-1")));
      }
    }
    String table =
        comparison.target().path(key).stream()
            .filter(each -> each.startsWith("table ") || each.startsWith("materialized view "))
            .findFirst()
            .map(each -> comparison.target().object(each).name())
            .orElse("");
    String relation = table.isEmpty() ? "" : "ALTER TABLE " + table;
    String own = name(key).substring(name(key).indexOf('.') + 1);
    if (names.remove("clustered")) {
      make(
          key,
          relation
              + (comparison.after(key, "clustered").isPresent()
                  ? " CLUSTER ON " + own
                  : " SET WITHOUT CLUSTER"));
    }
    if (names.remove("replica identity") && comparison.after(key, "replica identity").isPresent()) {
      make(key, relation + " REPLICA IDENTITY USING INDEX " + own);
    }
  }

  private void changeSequence(String key, Set<String> names) {
    String name = name(key);
    Set<String> options = new TreeSet<>(names);
    options.retainAll(SEQUENCE);
    if (!options.isEmpty()) {
      names.removeAll(options);
      boolean narrower = options.contains("minimum") || options.contains("maximum");
      String minimum = comparison.after(key, "minimum").orElseThrow();
      String maximum = comparison.after(key, "maximum").orElseThrow();
      List<PlannedStatement> statements = new ArrayList<>();
      if (narrower) {
        statements.add(
            PlannedStatement.of(
                "SELECT setval('%s', least(greatest(last_value, %s), %s)) FROM %s WHERE last_value NOT BETWEEN %2$s AND %3$s"
                    .formatted(name.replace("'", "''"), minimum, maximum, name)));
      }
      statements.add(
          PlannedStatement.of(
              "ALTER SEQUENCE %s%s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s"
                  .formatted(
                      name,
                      options.contains("type")
                          ? " AS " + comparison.after(key, "type").orElseThrow()
                          : "",
                      comparison.after(key, "increment").orElseThrow(),
                      minimum,
                      maximum,
                      comparison.after(key, "start").orElseThrow(),
                      comparison.after(key, "cache").orElseThrow(),
                      comparison.after(key, "cycle").isPresent() ? " CYCLE" : " NO CYCLE")));
      steps.make(key, Rank.MAKE, statements);
    }
    names.remove("deptype");
    if (names.remove("belongs to")) {
      steps.follow(
          key,
          Rank.SETTING,
          List.of(
              PlannedStatement.of(
                  "ALTER SEQUENCE %s OWNED BY %s"
                      .formatted(name, comparison.after(key, "belongs to").orElse("NONE")))));
    }
    boolean withTable =
        comparison
            .target()
            .parent(key)
            .filter(table -> comparison.changed(table).contains("persistence"))
            .isPresent();
    if (names.remove("persistence") && !withTable) {
      boolean logged = comparison.after(key, "persistence").filter("permanent"::equals).isPresent();
      make(key, "ALTER SEQUENCE " + name + " SET " + (logged ? "LOGGED" : "UNLOGGED"));
    }
  }

  private void changeMaterializedView(String key, Set<String> names) {
    if (names.remove("options")) {
      Options.between(comparison.before(key, "options"), comparison.after(key, "options"))
          .actions()
          .forEach(action -> make(key, "ALTER MATERIALIZED VIEW " + name(key) + " " + action));
    }
    if (names.remove(SchemaObject.POPULATED)) {
      steps.make(
          key,
          Rank.MAKE,
          new StatementBuilder(
                  "REFRESH MATERIALIZED VIEW %s%s"
                      .formatted(
                          name(key),
                          comparison.after(key, SchemaObject.POPULATED).isPresent()
                              ? ""
                              : " WITH NO DATA"))
              .inNewFile()
              .blocking("readers of the materialized view wait until it is filled")
              .build());
    }
  }

  private List<String> replacing(String key) {
    return comparison.target().creates().getOrDefault(key, List.of()).stream()
        .map(sql -> CREATE.matcher(sql).replaceFirst("CREATE OR REPLACE "))
        .toList();
  }

  private void replace(String key, Set<String> names) {
    if (names.contains("definition") || names.contains("options")) {
      replacing(key).forEach(sql -> make(key, sql));
    }
  }

  private void changePolicy(String key, Set<String> names) {
    StringBuilder sql = new StringBuilder("ALTER POLICY " + name(key));
    if (names.remove("roles")) {
      sql.append(" TO ")
          .append(comparison.after(key, "roles").filter(r -> !r.equals("-")).orElse("PUBLIC"));
    }
    if (names.remove("using")) {
      sql.append(" USING (").append(comparison.after(key, "using").orElseThrow()).append(")");
    }
    if (names.remove("with check")) {
      sql.append(" WITH CHECK (")
          .append(comparison.after(key, "with check").orElseThrow())
          .append(")");
    }
    if (sql.length() > ("ALTER POLICY " + name(key)).length()) {
      make(key, sql.toString());
    }
  }

  private void enable(String key, String kind, Set<String> names) {
    if (!names.remove("enabled")) {
      return;
    }
    String action =
        switch (comparison.after(key, "enabled").orElse("on")) {
          case "off" -> "DISABLE";
          case "on replicas" -> "ENABLE REPLICA";
          case "always" -> "ENABLE ALWAYS";
          default -> "ENABLE";
        };
    if (kind.equals("event trigger")) {
      make(key, "ALTER EVENT TRIGGER %s %s".formatted(name(key), action));
      return;
    }
    String parent = comparison.target().parent(key).orElseThrow();
    String relation = comparison.target().object(parent).name();
    String own = name(key).substring(0, name(key).length() - (" on " + relation).length());
    make(
        key,
        "ALTER TABLE %s %s %s %s".formatted(relation, action, ObjectStatements.word(kind), own));
  }
}
