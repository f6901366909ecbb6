package dev.slipway.cli;

import dev.slipway.audit.Flaw;
import dev.slipway.audit.Rule;
import dev.slipway.cli.Reports.Format;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code lint} has found, as text. */
final class Findings {
  private Findings() {}

  /** A line for each, and below them a line for each rule that is broken. */
  static String text(List<Flaw> flaws, Format format) {
    if (format != Format.TABLE) {
      return Reports.objects(flaws.stream().map(Findings::object).toList(), format);
    }
    if (flaws.isEmpty()) {
      return "Nothing was found.\n";
    }
    StringBuilder text = new StringBuilder();
    for (Flaw flaw : flaws) {
      text.append(flaw.file())
          .append(':')
          .append(flaw.line())
          .append(": ")
          .append(flaw.rule().severity().word())
          .append(" [")
          .append(flaw.rule().id())
          .append("] ")
          .append(flaw.what());
      if (!flaw.dialects().isEmpty()) {
        text.append(" (").append(String.join(", ", flaw.dialects())).append(')');
      }
      text.append('\n');
    }
    text.append('\n');
    flaws.stream()
        .map(Flaw::rule)
        .distinct()
        .sorted()
        .forEach(
            rule ->
                text.append(rule.id())
                    .append(": ")
                    .append(rule.why())
                    .append("\n  instead: ")
                    .append(rule.instead())
                    .append('\n'));
    return text.toString();
  }

  private static Map<String, Object> object(Flaw flaw) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("file", flaw.file().toString());
    object.put("line", flaw.line());
    object.put("severity", flaw.rule().severity().word());
    object.put("rule", flaw.rule().id());
    object.put("dialects", flaw.dialects());
    object.put("what", flaw.what());
    object.put("why", flaw.rule().why());
    object.put("instead", flaw.rule().instead());
    return object;
  }

  /**
   * Commands of GitHub's workflows: each is shown beside its line of the pull request, where the
   * path of the migrations was given relative to the repository.
   */
  static String annotations(List<Flaw> flaws) {
    StringBuilder text = new StringBuilder();
    for (Flaw flaw : flaws) {
      Rule rule = flaw.rule();
      text.append("::")
          .append(rule.severity().word())
          .append(" file=")
          .append(property(flaw.file().normalize().toString()))
          .append(",line=")
          .append(flaw.line())
          .append(",title=")
          .append(property(rule.id()))
          .append("::")
          .append(data(flaw.what() + "\n" + rule.why() + "\n" + rule.instead()))
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
