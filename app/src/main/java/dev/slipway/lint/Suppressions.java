package dev.slipway.lint;

import dev.slipway.driver.LintRule;
import dev.slipway.sql.TokenizedScript;
import dev.slipway.sql.TokenizedScript.Comment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the comments {@code -- slipway:allow RULE reason} of one file accept, and what was used. */
public final class Suppressions {
  private static final Pattern MARK =
      Pattern.compile(
          "slipway:allow\\b[ \\t]*(\\S*)[ \\t]*(.*?)[ \\t]*(?:\\*/)?\\s*$", Pattern.MULTILINE);

  private final Map<Integer, Suppression> byLine = new LinkedHashMap<>();

  /**
   * One comment.
   *
   * @param rule what it accepts; empty where it names no rule that can be accepted
   * @param text the text of the comment
   * @param reason why, which may not be missing
   * @param statement the statement that it belongs to, from 0
   * @param used whether it has accepted something
   */
  record Suppression(
      Optional<LintRule> rule, String text, String reason, int statement, boolean used) {
    boolean valid() {
      return rule.isPresent() && !reason.isEmpty();
    }
  }

  /** Reads a file's comments; a second time, as another database reads them, does no harm. */
  public void read(TokenizedScript script) {
    for (Comment comment : script.comments()) {
      Matcher mark = MARK.matcher(comment.text());
      while (mark.find()) {
        byLine.putIfAbsent(
            script.line(comment.offset() + mark.start()),
            new Suppression(
                LintRules.of(mark.group(1)).filter(LintRule::isSuppressible),
                mark.group().strip(),
                mark.group(2),
                comment.statement(),
                false));
      }
    }
  }

  /**
   * The reason why a finding is accepted, which is remembered; empty if it is not.
   *
   * @param statement the statement that it is about; empty when it is about the file
   */
  public Optional<String> accept(LintRule rule, Optional<Integer> statement) {
    Optional<String> reason = Optional.empty();
    for (Map.Entry<Integer, Suppression> each : byLine.entrySet()) {
      Suppression one = each.getValue();
      if (one.valid()
          && one.rule().get().equals(rule)
          && statement.filter(number -> number != one.statement()).isEmpty()) {
        each.setValue(new Suppression(one.rule(), one.text(), one.reason(), one.statement(), true));
        reason = reason.or(() -> Optional.of(one.reason()));
      }
    }
    return reason;
  }

  /** All of them, by the lines that they stand on. */
  Map<Integer, Suppression> all() {
    return byLine;
  }
}
