package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Changes the properties of tables. */
final class TableStatements {
  private final SchemaComparison comparison;
  private final PlanSteps steps;

  TableStatements(SchemaComparison comparison, PlanSteps steps) {
    this.comparison = comparison;
    this.steps = steps;
  }

  /** Changes a table, and removes from the set the properties that it changes. */
  void change(String key, Set<String> names) {
    String table = comparison.target().object(key).name();
    if (names.remove("row level security")) {
      alter(key, table, isSet(key, "row level security", "ENABLE") + " ROW LEVEL SECURITY");
    }
    if (names.remove("row level security of the owner")) {
      alter(
          key,
          table,
          isSet(key, "row level security of the owner", "FORCE") + " ROW LEVEL SECURITY");
    }
    if (names.remove("options")) {
      Options.between(comparison.before(key, "options"), comparison.after(key, "options"))
          .actions()
          .forEach(action -> alter(key, table, action));
    }
    if (names.remove("TOAST options")) {
      Options.between(
              comparison.before(key, "TOAST options"),
              comparison.after(key, "TOAST options"),
              "toast.")
          .actions()
          .forEach(action -> alter(key, table, action));
    }
    if (names.remove("replica identity")) {
      String identity = comparison.after(key, "replica identity").orElse("default");
      if (!identity.equals("index")) {
        alter(key, table, "REPLICA IDENTITY " + identity.toUpperCase(Locale.ROOT));
      }
    }
    if (names.remove("persistence")) {
      boolean logged = comparison.after(key, "persistence").filter("permanent"::equals).isPresent();
      rewrite(key, table, logged ? "SET LOGGED" : "SET UNLOGGED");
    }
    if (names.remove("access method")) {
      rewrite(
          key, table, "SET ACCESS METHOD " + comparison.after(key, "access method").orElse("heap"));
    }
    if (names.remove("reloftype")) {
      alter(
          key,
          table,
          comparison.after(key, "reloftype").map(type -> "OF " + type).orElse("NOT OF"));
    }
    if (names.remove("inherits")) {
      changeParents(key, table, names);
    }
  }

  private String isSet(String key, String property, String word) {
    boolean set = comparison.after(key, property).isPresent();
    if (word.equals("ENABLE")) {
      return set ? "ENABLE" : "DISABLE";
    }
    return set ? "FORCE" : "NO FORCE";
  }

  private void changeParents(String key, String table, Set<String> names) {
    Set<String> before = parents(comparison.before(key, "inherits"));
    Set<String> after = parents(comparison.after(key, "inherits"));
    boolean wasPartition = comparison.before(key, "partition").isPresent();
    boolean isPartition = comparison.after(key, "partition").isPresent();
    names.remove("partition");
    names.remove("partition bound");
    for (String parent : before) {
      if (!after.contains(parent)) {
        if (wasPartition) {
          steps.make(
              key,
              Rank.FIRST,
              new StatementBuilder(
                      "ALTER TABLE %s DETACH PARTITION %s".formatted(parent, table), parent, table)
                  .build());
        } else {
          steps.make(
              key,
              Rank.FIRST,
              PlannedStatement.of("ALTER TABLE %s NO INHERIT %s".formatted(table, parent), table));
        }
      }
    }
    for (String parent : after) {
      if (!before.contains(parent)) {
        if (isPartition) {
          steps.follow(
              key,
              Rank.SETTING,
              List.of(
                  new StatementBuilder(
                          "ALTER TABLE %s ATTACH PARTITION %s %s"
                              .formatted(
                                  parent,
                                  table,
                                  comparison.after(key, "partition bound").orElseThrow()),
                          parent,
                          table)
                      .inNewFile()
                      .blocking("attaching a partition reads its rows")
                      .build()));
        } else {
          steps.follow(
              key,
              Rank.SETTING,
              List.of(
                  PlannedStatement.of(
                      "ALTER TABLE %s INHERIT %s".formatted(table, parent), table)));
        }
      }
    }
  }

  private static Set<String> parents(Optional<String> list) {
    return list.map(text -> new LinkedHashSet<>(Arrays.asList(text.split(", "))))
        .orElseGet(LinkedHashSet::new);
  }

  private void alter(String key, String table, String action) {
    steps.make(
        key, Rank.MAKE, PlannedStatement.of("ALTER TABLE %s %s".formatted(table, action), table));
  }

  private void rewrite(String key, String table, String action) {
    steps.make(
        key,
        Rank.MAKE,
        new StatementBuilder("ALTER TABLE %s %s".formatted(table, action), table)
            .inNewFile()
            .blocking("the table is rewritten")
            .build());
  }
}
