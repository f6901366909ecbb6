package dev.slipway.cli;

import dev.slipway.driver.LintRule;
import dev.slipway.lint.LintRules;
import dev.slipway.lint.LintViolation;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code lint} has found, as text. */
final class LintReport {
  private LintReport() {}

  /** A line for each, and below them a line for each rule that is broken. */
  static String text(List<LintViolation> flaws) {
    if (flaws.isEmpty()) {
      return "Nothing was found.\n";
    }
    StringBuilder text = new StringBuilder();
    for (LintViolation flaw : flaws) {
      text.append(flaw.file())
          .append(':')
          .append(flaw.line())
          .append(": ")
          .append(flaw.rule().severity().label())
          .append(" [")
          .append(flaw.rule().id())
          .append("] ")
          .append(flaw.subject());
      if (!flaw.dialects().isEmpty()) {
        text.append(" (").append(String.join(", ", flaw.dialects())).append(')');
      }
      text.append('\n');
    }
    text.append('\n');
    flaws.stream()
        .map(LintViolation::rule)
        .distinct()
        .sorted(Comparator.comparingInt(LintRules.all()::indexOf))
        .forEach(
            rule ->
                text.append(rule.id())
                    .append(": ")
                    .append(rule.rationale())
                    .append("\n  instead: ")
                    .append(rule.remedy())
                    .append('\n'));
    return text.toString();
  }

  /** A finding for programs. */
  static Map<String, Object> object(LintViolation flaw) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("file", flaw.file().toString());
    object.put("line", flaw.line());
    object.put("severity", flaw.rule().severity().label());
    object.put("rule", flaw.rule().id());
    object.put("dialects", flaw.dialects());
    object.put("what", flaw.subject());
    object.put("why", flaw.rule().rationale());
    object.put("instead", flaw.rule().remedy());
    return object;
  }

  /**
   * Commands of GitHub's workflows: each is shown beside its line of the pull request, where the
   * path of the migrations was given relative to the repository.
   */
  static String annotations(List<LintViolation> flaws) {
    StringBuilder text = new StringBuilder();
    for (LintViolation flaw : flaws) {
      LintRule rule = flaw.rule();
      text.append("::")
          .append(rule.severity().label())
          .append(" file=")
          .append(property(flaw.file().normalize().toString()))
          .append(",line=")
          .append(flaw.line())
          .append(",title=")
          .append(property(rule.id()))
          .append("::")
          .append(data(flaw.subject() + "\n" + rule.rationale() + "\n" + rule.remedy()))
          .append('\n');
    }
    return text.toString();
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
