package dev.slipway.lint;

import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rules of all databases. */
public final class LintRules {
  private LintRules() {}

  /** All rules: those for every database, then those of each driver. */
  public static List<LintRule> all() {
    return Stream.concat(
            LintRule.GENERAL.stream(),
            Drivers.all().stream().flatMap(driver -> driver.specificLintRules().stream()))
        .distinct()
        .toList();
  }

  /** The rule with an id. */
  public static Optional<LintRule> of(String id) {
    return all().stream().filter(rule -> rule.id().equals(id)).findFirst();
  }
}
