package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import dev.slipway.driver.postgres.SchemaGraph.Column;
import dev.slipway.driver.postgres.SchemaGraph.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Creates and drops whole objects. */
final class ObjectStatements {
  private static final Set<String> OF_TABLES = Set.of("trigger", "rule", "policy");

  private static final Map<String, String> WORDS_OF_PRIVILEGES =
      Map.of(
          "table", "TABLE",
          "view", "TABLE",
          "materialized view", "TABLE",
          "sequence", "SEQUENCE",
          "function", "FUNCTION",
          "procedure", "FUNCTION",
          "type", "TYPE",
          "schema", "SCHEMA");

  private final SchemaComparison comparison;
  private final PlanSteps steps;
  private final ConstraintStatements constraints;
  private final boolean privileges;

  /**
   * Statements of a plan.
   *
   * @param privileges whether owners and grants of new objects are those of the target
   */
  ObjectStatements(SchemaComparison comparison, PlanSteps steps, boolean privileges) {
    this.comparison = comparison;
    this.steps = steps;
    this.constraints = new ConstraintStatements(comparison, steps);
    this.privileges = privileges;
  }

  /** The table of an object, as {@link PlannedStatement#tables} has it. */
  static String[] tables(SchemaGraph graph, String key) {
    return graph.path(key).stream()
        .filter(each -> each.startsWith("table "))
        .map(each -> each.substring("table ".length()))
        .toArray(String[]::new);
  }

  // ---- DROP

  /** Drops an object that only the start has, or that is created again. */
  void drop(String key, boolean again) {
    SchemaGraph start = comparison.start();
    String name = key.startsWith(SchemaGraph.DEFAULT) ? "" : start.object(key).name();
    String[] tables = tables(start, key);
    if (key.startsWith(SchemaGraph.DEFAULT)) {
      Column column = start.column(start.parent(key).orElseThrow());
      steps.drop(
          key,
          PlannedStatement.of(
              "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT"
                  .formatted(column.table(), column.name()),
              tables));
      return;
    }
    String kind = start.kind(key);
    switch (kind) {
      case "constraint" -> constraints.drop(key);
      case "index" -> dropIndex(key, name, tables);
      case "column" -> {
        Column column = start.column(key);
        StatementBuilder statement =
            new StatementBuilder(
                "ALTER TABLE %s DROP COLUMN %s".formatted(column.table(), column.name()), tables);
        boolean derived = again && comparison.before(key, "generated").isPresent();
        steps.drop(key, (derived ? statement : statement.losing(key)).build());
      }
      case "table", "sequence", "materialized view" -> {
        StatementBuilder statement =
            new StatementBuilder(
                "DROP " + kind.toUpperCase(Locale.ROOT) + " " + name,
                kind.equals("table") ? tables : new String[0]);
        steps.drop(key, (again ? statement : statement.losing(key)).build());
      }
      case "default privileges" ->
          steps.drop(
              key,
              start.settings().getOrDefault(key, List.of()).stream()
                  .map(setting -> PlannedStatement.of(Privileges.inverse(setting.statement())))
                  .toArray(PlannedStatement[]::new));
      default ->
          steps.drop(
              key,
              PlannedStatement.of(
                  "DROP %s %s".formatted(word(kind), name),
                  OF_TABLES.contains(kind) ? tables : new String[0]));
    }
  }

  /** The word for a kind in DROP, ALTER, and COMMENT. */
  static String word(String kind) {
    return kind.equals("statistics object") ? "STATISTICS" : kind.toUpperCase(Locale.ROOT);
  }

  private void dropIndex(String key, String name, String[] tables) {
    boolean withColumn =
        comparison.start().needs().getOrDefault(key, Set.of()).stream().anyMatch(steps::drops);
    boolean alone =
        !isPartitioned(comparison.start(), key)
            && !withColumn
            && comparison.start().path(key).stream().noneMatch(steps::drops);
    StatementBuilder statement =
        new StatementBuilder("DROP INDEX " + (alone ? "CONCURRENTLY " : "") + name, tables);
    if (alone) {
      statement.outsideTransaction();
    }
    steps.drop(key, statement.build());
  }

  private static boolean isPartitioned(SchemaGraph graph, String index) {
    return graph.path(index).stream()
        .map(graph.objects()::get)
        .anyMatch(object -> object != null && "p".equals(object.properties().get("relkind")));
  }

  // ---- CREATE

  /** Creates an object that only the target has, or that has been dropped. */
  void create(String key) {
    SchemaGraph target = comparison.target();
    List<String> statements = target.creates().getOrDefault(key, List.of());
    String[] tables = tables(target, key);
    String kind = target.kind(key);
    boolean newTable =
        target.path(key).stream()
            .skip(1)
            .anyMatch(each -> comparison.fresh().contains(each) || steps.drops(each));
    switch (kind) {
      case "constraint" -> constraints.create(key, newTable);
      case "index" -> createIndex(key, statements, tables, newTable);
      case "materialized view" ->
          steps.make(
              key,
              Rank.MAKE,
              statements.stream()
                  .map(sql -> new StatementBuilder(sql).inNewFile().build())
                  .toList());
      case "function", "procedure" -> steps.make(key, Rank.MAKE, routine(key, statements));
      case "default privileges" -> {}
      default ->
          steps.make(
              key,
              Rank.MAKE,
              statements.stream().map(sql -> PlannedStatement.of(sql, tables)).toList());
    }
    complete(key);
  }

  /** Creates or replaces a routine, whose body may use what is created later. */
  List<PlannedStatement> routine(String key, List<String> statements) {
    List<PlannedStatement> all = new ArrayList<>();
    if (comparison.after(key, "SQL body").isEmpty()
        && comparison.after(key, "language").filter("sql"::equals).isPresent()) {
      all.add(PlannedStatement.of("SET LOCAL check_function_bodies TO off"));
    }
    statements.forEach(sql -> all.add(PlannedStatement.of(sql)));
    return all;
  }

  private void createIndex(String key, List<String> statements, String[] tables, boolean newTable) {
    for (String sql : statements) {
      StatementBuilder statement;
      if (newTable) {
        statement = new StatementBuilder(sql, tables);
      } else if (isPartitioned(comparison.target(), key)) {
        statement =
            new StatementBuilder(sql, tables)
                .inNewFile()
                .blocking("building an index on a partitioned table blocks writes");
      } else {
        statement =
            new StatementBuilder(sql.replaceFirst(" INDEX ", " INDEX CONCURRENTLY "), tables)
                .outsideTransaction();
      }
      Optional.ofNullable(comparison.target().duplicates().get(key)).ifPresent(statement::needing);
      steps.make(key, newTable ? Rank.MAKE : Rank.CONCURRENT, statement.build());
    }
  }

  /** The settings, comments, owners, and grants of a new object and its columns. */
  void complete(String key) {
    if (privileges) {
      withoutDefaultPrivileges(key);
      String owner = comparison.target().sequences().get(key);
      if (owner != null && comparison.target().creates().containsKey(key)) {
        // A sequence has to have the owner of its table before it belongs to it.
        steps.follow(
            key,
            Rank.SETTING,
            List.of(
                PlannedStatement.of(
                    "ALTER SEQUENCE %s OWNER TO %s"
                        .formatted(
                            comparison.target().object(key).name(),
                            Privileges.role(comparison.after(key, SchemaObject.OWNER))))));
      }
    }
    // Default privileges come last: they would count for what the plan creates.
    boolean last = comparison.target().kind(key).equals("default privileges");
    Set<String> parts = new TreeSet<>(Set.of(key));
    comparison.target().columns().keySet().stream()
        .filter(column -> comparison.target().parent(column).filter(key::equals).isPresent())
        .forEach(parts::add);
    for (String part : parts) {
      List<PlannedStatement> statements =
          settings(part)
              .map(setting -> PlannedStatement.of(setting, tables(comparison.target(), key)))
              .toList();
      if (!statements.isEmpty()) {
        steps.follow(key, last ? Rank.LAST : Rank.SETTING, statements);
      }
    }
  }

  /** Of what an ORM does not manage, what is created again has the settings of the start. */
  private Stream<String> settings(String key) {
    Stream<Setting> own = comparison.target().settings().getOrDefault(key, List.of()).stream();
    Stream<Setting> kept = comparison.start().settings().getOrDefault(key, List.of()).stream();
    return (privileges
            ? own
            : Stream.concat(
                own.filter(setting -> !setting.privilege()), kept.filter(Setting::privilege)))
        .map(Setting::statement);
  }

  /** Revokes what the default privileges of the start give to a new object. */
  private void withoutDefaultPrivileges(String key) {
    String kind = WORDS_OF_PRIVILEGES.getOrDefault(comparison.target().kind(key), "");
    String schema = comparison.target().parent(key).orElse("").replace("schema ", "");
    if (kind.isEmpty()) {
      return;
    }
    String name = comparison.target().object(key).name();
    for (String each : comparison.start().objects().keySet()) {
      if (comparison.start().kind(each).equals("default privileges") && !steps.drops(each)) {
        List<PlannedStatement> statements =
            comparison.start().settings().getOrDefault(each, List.of()).stream()
                .map(Setting::statement)
                .filter(sql -> !sql.contains(" FOR ROLE "))
                .filter(
                    sql ->
                        !sql.contains(" IN SCHEMA ") || sql.contains(" IN SCHEMA " + schema + " "))
                .filter(sql -> sql.contains(" ON " + kind + "S "))
                .map(
                    sql ->
                        Privileges.inverse(sql)
                            .replaceFirst("^ALTER DEFAULT PRIVILEGES (IN SCHEMA \\S+ )?", "")
                            .replace(" ON " + kind + "S ", " ON " + kind + " " + name + " "))
                .map(PlannedStatement::of)
                .toList();
        if (!statements.isEmpty()) {
          steps.follow(key, Rank.SETTING, statements);
        }
      }
    }
  }
}
