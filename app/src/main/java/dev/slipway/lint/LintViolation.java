package dev.slipway.lint;

import dev.slipway.driver.LintRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A place in a migration file where a rule is broken.
 *
 * @param rule which
 * @param file where
 * @param line where, from 1
 * @param dialects on which databases, by their names
 * @param subject the statement, or what is missing
 * @param acceptance who accepts it; empty if nobody does
 */
public record LintViolation(
    LintRule rule,
    Path file,
    int line,
    List<String> dialects,
    String subject,
    Optional<Acceptance> acceptance) {

  /**
   * Why it is accepted.
   *
   * @param inSource whether a comment in the migration accepts it, rather than the accept file
   */
  public record Acceptance(boolean inSource, String reason) {}
}
