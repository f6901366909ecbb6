package dev.slipway.driver.postgres;

import dev.slipway.ddl.ColumnType;
import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import dev.slipway.driver.postgres.SchemaGraph.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Adds and changes columns of tables. */
final class ColumnStatements {
  private static final Pattern IDENTITY =
      Pattern.compile(" (GENERATED (ALWAYS|BY DEFAULT) AS IDENTITY( \\(.*\\))?)");

  private static final Pattern SEQUENCE_NAME =
      Pattern.compile("\\(SEQUENCE NAME ((?:\"[^\"]+\"|[^\" .])+\\.(?:\"[^\"]+\"|[^\" .)])+)");

  private static final Pattern NEXT_VALUE = Pattern.compile("nextval\\('(.*)'::regclass\\)");

  private static final Pattern REWRITES =
      Pattern.compile(
          "(?:nextval|random|gen_random_uuid|uuid\\w*|clock_timestamp|timeofday)\\(|\\w\\.\\w+\\(");

  /** A type as the server prints it. */
  private static final Pattern TYPE =
      Pattern.compile(
          "([a-z][a-z0-9_. ]*?)(?:\\(([\\d, ]+)\\))?( with(?:out)? time zone)?((?:\\[\\])+)?");

  private static final String DEFAULT_COLLATION = "pg_catalog.\"default\"";

  private static final String NOT_NULL = " NOT NULL";

  private final SchemaComparison comparison;
  private final PlanSteps steps;

  ColumnStatements(SchemaComparison comparison, PlanSteps steps) {
    this.comparison = comparison;
    this.steps = steps;
  }

  // ---- ADD COLUMN

  void add(String key) {
    Column column = comparison.target().column(key);
    boolean generated = comparison.after(key, "generated").isPresent();
    boolean identity = comparison.after(key, "identity").isPresent();
    boolean required = column.definition().endsWith(NOT_NULL);
    boolean fills = column.value().isPresent() || generated || identity;
    String definition =
        required
            ? column.definition().substring(0, column.definition().length() - NOT_NULL.length())
            : column.definition();
    String sql =
        "ALTER TABLE %s ADD COLUMN %s%s%s"
            .formatted(
                column.table(),
                definition,
                column.value().map(value -> " DEFAULT " + value).orElse(""),
                required && fills ? NOT_NULL : "");
    StatementBuilder statement = new StatementBuilder(sql, column.table());
    if (isStored(key) || identity || column.value().filter(this::rewrites).isPresent()) {
      statement.inNewFile().blocking("the new column rewrites the table");
    }
    steps.make(key, Rank.MAKE, statement.build());
    if (required && !fills) {
      setNotNull(key, column);
    }
  }

  private boolean isStored(String key) {
    return comparison.after(key, "generated").filter("stored"::equals).isPresent();
  }

  private boolean rewrites(String value) {
    return REWRITES.matcher(value).find();
  }

  // ---- ALTER COLUMN

  /** Changes a column, and removes from the set the properties that it changes. */
  void change(String key, Set<String> names) {
    Column column = comparison.target().column(key);
    boolean derived = comparison.after(key, "local").isEmpty();
    if (names.remove("generated")) {
      alter(key, column, "DROP EXPRESSION");
      names.remove("default");
    }
    boolean typed = names.removeAll(Set.of("type", "collation"));
    boolean valued = names.remove("default");
    if (typed && !hasOwnStorage(key)) {
      names.remove("storage");
    }
    if (derived) {
      names.remove("not null");
    } else if (typed) {
      changeType(key, column);
    }
    if (valued || (typed && !derived)) {
      changeDefault(key, column, typed);
    }
    boolean identity = names.remove("identity");
    if (names.remove("not null")) {
      if (comparison.after(key, "not null").isPresent()) {
        setNotNull(key, column);
      } else {
        if (identity && comparison.after(key, "identity").isEmpty()) {
          dropIdentity(key, column);
          identity = false;
        }
        alter(key, column, "DROP NOT NULL");
      }
    }
    if (identity) {
      changeIdentity(key, column);
    }
    changeStorage(key, names);
  }

  private boolean hasOwnStorage(String key) {
    return comparison.target().settings().getOrDefault(key, List.of()).stream()
        .anyMatch(setting -> setting.statement().contains(" SET STORAGE "));
  }

  private void alter(String key, Column column, String action) {
    steps.make(key, Rank.MAKE, PlannedStatement.of(sql(column, action), column.table()));
  }

  private static String sql(Column column, String action) {
    return "ALTER TABLE %s ALTER COLUMN %s %s".formatted(column.table(), column.name(), action);
  }

  private void changeDefault(String key, Column column, boolean typed) {
    Column before = comparison.start().column(key);
    String of = column.defaultKey();
    if (before.value().isPresent() && !steps.drops(of) && (typed || column.value().isEmpty())) {
      steps.drop(of, PlannedStatement.of(sql(column, "DROP DEFAULT"), column.table()));
    }
    if (column.value().isEmpty() || steps.makes(of)) {
      return;
    }
    steps.make(
        of,
        Rank.MAKE,
        PlannedStatement.of(sql(column, "SET DEFAULT " + column.value().get()), column.table()));
    Matcher sequence = NEXT_VALUE.matcher(column.value().get());
    if (sequence.matches() && steps.makes("sequence " + sequence.group(1))) {
      steps.follow(of, Rank.SETTING, List.of(continueAfterRows(sequence.group(1), column)));
    }
  }

  /** A new sequence goes on after the values of existing rows. */
  private static PlannedStatement continueAfterRows(String sequence, Column column) {
    return PlannedStatement.of(
        "SELECT setval(%s, max(%s)) FROM %s HAVING max(%2$s) > 0"
            .formatted(SqlQuoting.literal(sequence), column.name(), column.table()),
        column.table());
  }

  /** The same for the columns of materialized views, which have nothing else to change. */
  void changeStorage(String key, Set<String> names) {
    Column column = comparison.target().column(key);
    if (names.remove("statistics target")) {
      alter(
          key, column, "SET STATISTICS " + comparison.after(key, "statistics target").orElse("-1"));
    }
    if (names.remove("storage")) {
      alter(key, column, "SET STORAGE " + comparison.after(key, "storage").orElse("plain"));
    }
    if (names.remove("compression")) {
      alter(
          key, column, "SET COMPRESSION " + comparison.after(key, "compression").orElse("default"));
    }
    if (names.remove("options")) {
      Options options =
          Options.between(comparison.before(key, "options"), comparison.after(key, "options"));
      options.actions().forEach(action -> alter(key, column, action));
    }
    if (names.remove("local")) {
      // Follows from the inheritance of the table.
      steps.make(key, Rank.MAKE);
    }
  }

  // ---- NOT NULL

  /** By way of a constraint, which is checked without a lock that blocks others. */
  private void setNotNull(String key, Column column) {
    String name = constraintName(column);
    String table = column.table();
    steps.make(
        key,
        Rank.MAKE,
        PlannedStatement.of(
            "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID"
                .formatted(table, name, column.name()),
            table));
    steps.make(
        key,
        Rank.VALIDATE,
        new StatementBuilder("ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(table, name), table)
            .inNewFile()
            .needing("SELECT * FROM %s WHERE %s IS NULL".formatted(table, column.name()))
            .build(),
        PlannedStatement.of(sql(column, "SET NOT NULL"), table),
        PlannedStatement.of("ALTER TABLE %s DROP CONSTRAINT %s".formatted(table, name), table));
  }

  private static String constraintName(Column column) {
    String plain = column.name().replace("\"", "");
    return SqlQuoting.identifier(plain.substring(0, Math.min(plain.length(), 40)) + "_is_not_null");
  }

  // ---- IDENTITY

  /** Where a sequence with the same name comes, the identity goes first. */
  private void dropIdentity(String key, Column column) {
    Matcher sequence = SEQUENCE_NAME.matcher(comparison.start().column(key).definition());
    PlannedStatement statement = PlannedStatement.of(sql(column, "DROP IDENTITY"), column.table());
    if (sequence.find()
        && comparison.target().creates().containsKey("sequence " + sequence.group(1))) {
      steps.drop("sequence " + sequence.group(1), statement);
    } else {
      steps.make(key, Rank.MAKE, statement);
    }
  }

  private void changeIdentity(String key, Column column) {
    Optional<String> before = comparison.before(key, "identity");
    Optional<String> after = comparison.after(key, "identity");
    if (after.isEmpty()) {
      dropIdentity(key, column);
      return;
    }
    Matcher identity = IDENTITY.matcher(column.definition());
    if (!identity.find()) {
      throw new IllegalStateException(column.definition());
    }
    if (before.isPresent()) {
      alter(key, column, "SET GENERATED " + identity.group(2));
      return;
    }
    Matcher sequence = SEQUENCE_NAME.matcher(identity.group(1));
    String name = sequence.find() ? sequence.group(1) : "";
    steps.make(
        "sequence " + name,
        Rank.CLEAN_UP,
        PlannedStatement.of(sql(column, "ADD " + identity.group(1)), column.table()),
        continueAfterRows(name, column));
  }

  // ---- TYPE

  private void changeType(String key, Column column) {
    String before = comparison.before(key, "type").orElseThrow();
    String after = comparison.after(key, "type").orElseThrow();
    boolean kept = keepsValues(before, after) && !comparison.changed(key).contains("collation");
    List<PlannedStatement> statements = new ArrayList<>();
    String collation =
        comparison
            .after(key, "collation")
            .filter(name -> !name.equals(DEFAULT_COLLATION))
            .map(name -> " COLLATE " + name)
            .orElse("");
    StatementBuilder statement =
        new StatementBuilder(
            sql(column, "TYPE " + after + collation + using(column, before, after)),
            column.table());
    if (!kept) {
      statement.blocking("the change of the type rewrites the table");
      if (!widens(before, after) && !before.equals(after)) {
        statement
            .losing(key + ", values that " + after + " cannot hold")
            .needing(
                "SELECT * FROM %s WHERE %s::text IS DISTINCT FROM %2$s::%s::text"
                    .formatted(column.table(), column.name(), after));
      }
    }
    statements.add(statement.build());
    steps.make(key, Rank.MAKE, statements);
  }

  private static boolean keepsValues(String before, String after) {
    Optional<ColumnType> from = read(before);
    Optional<ColumnType> to = read(after);
    return from.isPresent() && to.isPresent() && TypeChange.keepsValues(from.get(), to.get());
  }

  private static Optional<ColumnType> read(String type) {
    Matcher found = TYPE.matcher(type);
    if (!found.matches()) {
      return Optional.empty();
    }
    String zone = found.group(3) == null ? "" : found.group(3);
    List<String> arguments =
        found.group(2) == null ? List.of() : List.of(found.group(2).split(", ?"));
    return Optional.of(
        new ColumnType(
            ColumnType.named(found.group(1) + zone).name(),
            arguments,
            found.group(4) != null,
            false));
  }

  private static boolean widens(String before, String after) {
    List<String> numbers = List.of("smallint", "integer", "bigint", "numeric");
    return keepsValues(before, after)
        || after.equals("text")
        || after.equals("character varying")
        || (numbers.contains(before) && numbers.indexOf(before) < numbers.indexOf(after))
        || (before.equals("real") && after.equals("double precision"));
  }

  /** A cast where no value of the old type can be assigned to the new one. */
  private String using(Column column, String before, String after) {
    String from = base(before);
    String to = base(after);
    Boolean assigned = comparison.start().casts().get(from + " AS " + to);
    if (from.equals(to) || Boolean.TRUE.equals(assigned) || isText(to)) {
      return "";
    }
    return " USING %s%s::%s"
        .formatted(column.name(), assigned != null || isText(from) ? "" : "::text", after);
  }

  private static boolean isText(String type) {
    return type.equals("text") || type.equals("character varying") || type.equals("character");
  }

  private static String base(String type) {
    return type.replaceAll("\\([\\d, ]+\\)", "");
  }
}
