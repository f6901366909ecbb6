package dev.slipway.lint;

import dev.slipway.driver.LintRule;
import java.nio.file.Path;
import java.util.List;

/**
 * A place in a migration file where a rule is broken.
 *
 * @param rule which
 * @param file where
 * @param line where, from 1
 * @param dialects on which databases, by their names
 * @param subject the statement, or what is missing
 */
public record LintViolation(
    LintRule rule, Path file, int line, List<String> dialects, String subject) {}
