package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.postgres.PlanSteps.Rank;
import dev.slipway.driver.postgres.SchemaGraph.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Changes the owners and the grants of objects. */
final class Privileges {
  private static final Pattern STATEMENT =
      Pattern.compile("(?s)(ALTER DEFAULT PRIVILEGES.*? )?(GRANT|REVOKE) (.*) (TO|FROM) (.*?)");

  private static final String END = "( WITH GRANT OPTION)?";

  private final SchemaComparison comparison;
  private final PlanSteps steps;

  Privileges(SchemaComparison comparison, PlanSteps steps) {
    this.comparison = comparison;
    this.steps = steps;
  }

  /** Changes them, and removes from the set the properties that it changes. */
  void change(String key, Set<String> names) {
    String kind = comparison.target().kind(key);
    boolean owner = names.remove(SchemaObject.OWNER);
    boolean grants = names.remove(SchemaObject.GRANTS);
    boolean ownedByTable =
        kind.equals("index")
            || (kind.equals("sequence")
                && comparison
                    .target()
                    .parent(key)
                    .filter(of -> of.startsWith("table "))
                    .isPresent());
    String wanted = role(comparison.after(key, SchemaObject.OWNER));
    List<String> given =
        privileges(comparison.start(), key).stream()
            .filter(statement -> statement.matches("(?s).* TO " + Pattern.quote(wanted) + END))
            .toList();
    if (owner) {
      // They would become those of the owner.
      given.forEach(
          statement -> steps.make(key, Rank.MAKE, PlannedStatement.of(inverse(statement))));
    }
    if (owner && !ownedByTable) {
      steps.make(
          key,
          Rank.MAKE,
          PlannedStatement.of(
              "ALTER %s %s OWNER TO %s"
                  .formatted(
                      ObjectStatements.word(kind),
                      comparison.target().object(key).name(),
                      role(comparison.after(key, SchemaObject.OWNER)))));
    }
    if (grants) {
      List<String> before = privileges(comparison.start(), key);
      if (owner) {
        // The grants of the old owner are those of the new one by then.
        String old = role(comparison.before(key, SchemaObject.OWNER));
        before =
            before.stream()
                .filter(statement -> !given.contains(statement))
                .map(
                    statement ->
                        statement.replaceFirst(
                            "( TO | FROM )" + Pattern.quote(old) + END + "$",
                            "$1" + Matcher.quoteReplacement(wanted) + "$2"))
                .toList();
      }
      List<String> after = privileges(comparison.target(), key);
      List<String> statements = new ArrayList<>();
      List<String> removed = new ArrayList<>(before);
      removed.removeAll(after);
      removed.stream().map(Privileges::inverse).forEach(statements::add);
      List<String> added = new ArrayList<>(after);
      added.removeAll(before);
      statements.addAll(added);
      if (statements.isEmpty() && !owner) {
        names.add(SchemaObject.GRANTS);
      }
      steps.make(
          key,
          Rank.SETTING,
          statements.stream()
              .map(
                  sql ->
                      PlannedStatement.of(sql, ObjectStatements.tables(comparison.target(), key)))
              .toList());
    }
  }

  /** A role as statements name it. */
  static String role(Optional<String> owner) {
    return owner.filter(name -> !name.equals(SchemaObject.MIGRATOR)).orElse("CURRENT_USER");
  }

  private static List<String> privileges(SchemaGraph graph, String key) {
    return graph.settings().getOrDefault(key, List.of()).stream()
        .filter(Setting::privilege)
        .map(Setting::statement)
        .filter(statement -> !statement.contains(" OWNER TO "))
        .toList();
  }

  /** The statement that reverts another one. */
  static String inverse(String statement) {
    Matcher found =
        STATEMENT.matcher(
            statement.endsWith(" WITH GRANT OPTION")
                ? statement.substring(0, statement.length() - " WITH GRANT OPTION".length())
                : statement);
    if (!found.matches()) {
      throw new IllegalArgumentException(statement);
    }
    boolean grant = found.group(2).equals("GRANT");
    return (found.group(1) == null ? "" : found.group(1))
        + (grant ? "REVOKE " : "GRANT ")
        + found.group(3)
        + (grant ? " FROM " : " TO ")
        + found.group(5);
  }
}
