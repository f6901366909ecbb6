package dev.slipway.lint;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.error.SlipwayException;
import dev.slipway.error.SlipwayException.Location;
import dev.slipway.lint.Suppressions.Suppression;
import dev.slipway.migration.MigrationFile;
import dev.slipway.sql.TokenizedScript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Collects violations, and separates those that comments or accept files accept. For one thread.
 */
final class Findings {
  private final Map<Found, Set<String>> violations = new LinkedHashMap<>();
  private final Map<Found, Acceptance> accepted = new LinkedHashMap<>();
  private final Map<Path, Suppressions> suppressions = new HashMap<>();
  private final Map<Path, MigrationFile> judged = new TreeMap<>();
  private final List<AcceptFile> acceptFiles;

  private record Found(LintRule rule, Path file, int line, String subject) {}

  private record Acceptance(boolean inSource, String reason, Set<String> dialects) {}

  Findings(List<AcceptFile> acceptFiles) {
    this.acceptFiles = acceptFiles;
  }

  /** A file that is judged. */
  void judge(MigrationFile file) {
    judged.put(file.path(), file);
  }

  /** How many files are judged. */
  int judgedFiles() {
    return judged.size();
  }

  /** Reads the comments of a file that accept violations. */
  void readSuppressions(MigrationFile file, TokenizedScript script) {
    suppressions.computeIfAbsent(file.path(), _ -> new Suppressions()).read(script);
  }

  /**
   * Adds a violation.
   *
   * @param dialect the database; empty if it is about no database in particular
   * @param statement the number of the statement; empty if it is about the file
   */
  void add(
      LintRule rule,
      MigrationFile file,
      int line,
      String subject,
      String dialect,
      Optional<Integer> statement) {
    Found found = new Found(rule, file.path(), line, subject);
    if (rule.isSuppressible()) {
      Optional<String> comment =
          Optional.ofNullable(suppressions.get(file.path()))
              .flatMap(here -> here.accept(rule, statement));
      Optional<String> reason =
          comment.or(
              () ->
                  acceptFiles.stream()
                      .flatMap(each -> each.accept(rule, file).stream())
                      .findFirst());
      if (reason.isPresent()) {
        accepted
            .computeIfAbsent(
                found, _ -> new Acceptance(comment.isPresent(), reason.get(), new TreeSet<>()))
            .dialects()
            .add(dialect);
        return;
      }
    }
    add(found, List.of(dialect));
  }

  private void add(Found found, List<String> dialects) {
    violations.computeIfAbsent(found, _ -> new TreeSet<>()).addAll(dialects);
  }

  /** Adds what {@code up} rejects, with its message. */
  void addRejection(LintRule rule, Path file, SlipwayException fault, List<String> dialects) {
    Location at =
        fault
            .location()
            .filter(location -> location.file().equals(file))
            .orElseGet(() -> new Location(file, 1, fault.getMessage()));
    String hint = fault.hint().map(text -> "; " + text).orElse("");
    add(new Found(rule, file, at.line(), at.problem() + hint), dialects);
  }

  /** Adds comments that accept nothing. */
  void addUnusedSuppressions(List<DatabaseDriver> dialects) {
    suppressions.forEach(
        (path, here) -> {
          MigrationFile file = Objects.requireNonNull(judged.get(path));
          String dialect = file.dialect().map(DatabaseDriver::name).orElse("");
          here.all()
              .forEach(
                  (line, one) -> {
                    String text = "`" + one.text() + "`";
                    if (!one.valid()) {
                      String why =
                          one.rule().isEmpty()
                              ? " names no rule that can be accepted"
                              : " says no reason";
                      add(
                          new Found(LintRule.ALLOW_INVALID, path, line, text + why),
                          List.of(dialect));
                    } else if (!one.used() && covers(one, file, dialects)) {
                      add(new Found(LintRule.ALLOW_UNUSED, path, line, text), List.of(dialect));
                    }
                  });
        });
  }

  /** Whether all databases on which it could have been used were read. */
  private static boolean covers(
      Suppression one, MigrationFile file, List<DatabaseDriver> dialects) {
    LintRule rule = one.rule().orElseThrow();
    if (rule.equals(LintRule.DOWN_INCOMPLETE)) {
      return false;
    }
    return Drivers.all().stream()
        .filter(driver -> driver.applies(rule))
        .filter(driver -> file.dialect().filter(only -> !only.equals(driver)).isEmpty())
        .allMatch(dialects::contains);
  }

  /**
   * Adds entries of accept files that are wrong, expired, or about nothing.
   *
   * @param files all migrations
   * @param isJudged whether a migration is judged at all
   */
  void addAcceptFileProblems(
      List<MigrationFile> files, Predicate<MigrationFile> isJudged, List<DatabaseDriver> dialects) {
    for (AcceptFile file : acceptFiles) {
      file.problems()
          .forEach(
              problem ->
                  add(
                      new Found(
                          LintRule.ACCEPT_INVALID, file.path(), problem.line(), problem.text()),
                      List.of("")));
      for (AcceptFile.Entry entry : file.entries()) {
        List<MigrationFile> concerned = files.stream().filter(entry::concerns).toList();
        boolean unread =
            concerned.stream().anyMatch(each -> !isJudged.test(each))
                || entry.rule().equals(LintRule.DOWN_INCOMPLETE)
                || dialects.stream().noneMatch(dialect -> dialect.applies(entry.rule()));
        if (entry.isExpired()) {
          add(
              new Found(
                  LintRule.ACCEPT_EXPIRED,
                  file.path(),
                  entry.line(),
                  entry.describe() + " expired on " + entry.expires()),
              List.of(""));
        } else if (!file.isUsed(entry) && !unread) {
          add(
              new Found(LintRule.ACCEPT_UNUSED, file.path(), entry.line(), entry.describe()),
              List.of(""));
        }
      }
    }
  }

  /** The violations by file and line. */
  List<LintViolation> violations() {
    return sorted(
        violations.entrySet().stream()
            .map(each -> violation(each.getKey(), each.getValue(), Optional.empty()))
            .toList());
  }

  /** The accepted violations by file and line. */
  List<LintViolation> accepted() {
    List<LintViolation> all = new ArrayList<>();
    accepted.forEach(
        (found, by) ->
            all.add(
                violation(
                    found,
                    by.dialects(),
                    Optional.of(new LintViolation.Acceptance(by.inSource(), by.reason())))));
    return sorted(all);
  }

  private static LintViolation violation(
      Found found, Set<String> dialects, Optional<LintViolation.Acceptance> acceptance) {
    return new LintViolation(
        found.rule(),
        found.file(),
        found.line(),
        dialects.stream().filter(name -> !name.isEmpty()).toList(),
        found.subject(),
        acceptance);
  }

  private static List<LintViolation> sorted(List<LintViolation> all) {
    List<LintRule> rules = LintRules.all();
    return all.stream()
        .sorted(
            Comparator.comparing((LintViolation one) -> one.file().toString())
                .thenComparingInt(LintViolation::line)
                .thenComparingInt(one -> rules.indexOf(one.rule())))
        .toList();
  }
}
