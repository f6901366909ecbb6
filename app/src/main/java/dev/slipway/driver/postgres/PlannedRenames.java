package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SchemaPlan.PossibleRename;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that change, and those that may have. */
final class PlannedRenames {
  private static final String PART = "(?:\"(?:[^\"]|\"\")+\"|[^\".]+)";
  private static final Pattern TABLE = Pattern.compile("(" + PART + ")\\.(" + PART + ")");

  private static final Pattern COLUMN =
      Pattern.compile("(" + PART + "\\." + PART + ")\\.(" + PART + ")");

  private static final Pattern INDEX =
      Pattern.compile("(?s)(CREATE (?:UNIQUE )?INDEX )(\"(?:[^\"]|\"\")+\"|\\S+)( ON .*)");

  private PlannedRenames() {}

  /** The statements for tables and columns that are named, columns first. */
  static List<String> statements(Map<String, String> renames) {
    List<String> columns = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    new TreeMap<>(renames)
        .forEach(
            (from, to) -> {
              Matcher column = COLUMN.matcher(from);
              Matcher renamed = COLUMN.matcher(to);
              if (column.matches() && renamed.matches()) {
                columns.add(
                    "ALTER TABLE %s RENAME COLUMN %s TO %s"
                        .formatted(column.group(1), column.group(2), renamed.group(2)));
                return;
              }
              Matcher old = TABLE.matcher(from);
              Matcher wanted = TABLE.matcher(to);
              if (!old.matches() || !wanted.matches()) {
                throw new IllegalArgumentException(from + "=" + to);
              }
              if (!old.group(2).equals(wanted.group(2))) {
                tables.add("ALTER TABLE %s RENAME TO %s".formatted(from, wanted.group(2)));
              }
              if (!old.group(1).equals(wanted.group(1))) {
                tables.add(
                    "ALTER TABLE %s.%s SET SCHEMA %s"
                        .formatted(old.group(1), wanted.group(2), wanted.group(1)));
              }
            });
    columns.addAll(tables);
    return columns;
  }

  // ---- indexes and constraints

  /** The statements for indexes and constraints that differ only in their names. */
  static List<String> ofIndexesAndConstraints(SchemaGraph start, SchemaGraph target) {
    List<String> statements = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (SchemaObject old : start.objects().values()) {
      String key = old.key();
      if (target.has(key) || start.derived().contains(key) || !start.creates().containsKey(key)) {
        continue;
      }
      for (SchemaObject wanted : target.objects().values()) {
        if (wanted.kind().equals(old.kind())
            && wanted.parent().equals(old.parent())
            && !start.has(wanted.key())
            && !used.contains(wanted.key())) {
          Optional<String> statement = rename(start, key, target, wanted.key());
          if (statement.isPresent()) {
            used.add(wanted.key());
            statements.add(statement.get());
            break;
          }
        }
      }
    }
    return statements;
  }

  private static Optional<String> rename(
      SchemaGraph start, String key, SchemaGraph target, String wanted) {
    SchemaGraph.Constraint from = start.constraints().get(key);
    SchemaGraph.Constraint to = target.constraints().get(wanted);
    if (from != null && to != null) {
      return from.definition().equals(to.definition())
          ? Optional.of(
              "ALTER %s RENAME CONSTRAINT %s TO %s".formatted(from.owner(), from.name(), to.name()))
          : Optional.empty();
    }
    if (!start.kind(key).equals("index")) {
      return Optional.empty();
    }
    Matcher before = INDEX.matcher(start.creates().getOrDefault(key, List.of()).getFirst());
    Matcher after = INDEX.matcher(target.creates().getOrDefault(wanted, List.of("")).getFirst());
    return before.matches()
            && after.matches()
            && before.group(1).equals(after.group(1))
            && before.group(3).equals(after.group(3))
        ? Optional.of(
            "ALTER INDEX %s RENAME TO %s".formatted(start.object(key).name(), after.group(2)))
        : Optional.empty();
  }

  // ---- possible renames

  /** The tables and columns that may be others under a new name. */
  static List<PossibleRename> possible(SchemaComparison comparison) {
    List<PossibleRename> renames = new ArrayList<>();
    for (String gone : comparison.gone()) {
      for (String fresh : comparison.fresh()) {
        String kind = comparison.start().kind(gone);
        if (kind.equals(comparison.target().kind(fresh))
            && (kind.equals("table")
                ? isSameTable(comparison, gone, fresh)
                : kind.equals("column") && isSameColumn(comparison, gone, fresh))) {
          renames.add(
              new PossibleRename(
                  comparison.start().object(gone).name(),
                  comparison.target().object(fresh).name()));
        }
      }
    }
    return renames;
  }

  private static boolean isSameTable(SchemaComparison comparison, String gone, String fresh) {
    Set<String> before = shape(comparison.start(), gone);
    return !before.isEmpty() && before.equals(shape(comparison.target(), fresh));
  }

  private static Set<String> shape(SchemaGraph graph, String table) {
    Set<String> shape = new TreeSet<>();
    graph
        .columnsOf(graph.object(table).name())
        .forEach(column -> shape.add(withoutSequence(column.definition())));
    return shape;
  }

  private static String withoutSequence(String definition) {
    return definition.replaceAll(" \\(SEQUENCE NAME .*\\)", "");
  }

  private static boolean isSameColumn(SchemaComparison comparison, String gone, String fresh) {
    Optional<String> table = comparison.start().parent(gone);
    return table.isPresent()
        && table.equals(comparison.target().parent(fresh))
        && table.get().startsWith("table ")
        && comparison.before(gone, "type").equals(comparison.after(fresh, "type"))
        && comparison.before(gone, "generated").equals(comparison.after(fresh, "generated"));
  }
}
