package dev.slipway.cli;

import dev.slipway.driver.LintRule;
import dev.slipway.lint.LintRules;
import dev.slipway.lint.LintViolation;
import dev.slipway.lint.LintViolation.Acceptance;
import dev.slipway.lint.Linter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What {@code lint} has found, in SARIF 2.1.0, the format that code hosts and editors read.
 * Accepted findings are results with a suppression.
 */
final class SarifReport {
  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
  private static final String ROOT = "%SRCROOT%";

  private SarifReport() {}

  /** The report as JSON. */
  static String of(Linter.Result result) {
    List<LintRule> rules = LintRules.all();
    Map<String, Object> driver = new LinkedHashMap<>();
    driver.put("name", "Slipway");
    driver.put("version", VersionCommand.text());
    driver.put("rules", rules.stream().map(SarifReport::rule).toList());
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("tool", Map.of("driver", driver));
    run.put("columnKind", "utf16CodeUnits");
    run.put(
        "results",
        Stream.concat(result.flaws().stream(), result.acceptedFlaws().stream())
            .map(each -> result(each, rules))
            .toList());
    Map<String, Object> log = new LinkedHashMap<>();
    log.put("$schema", SCHEMA);
    log.put("version", "2.1.0");
    log.put("runs", List.of(run));
    return OutputFormat.JSON_PRETTY.write(log);
  }

  private static Map<String, Object> rule(LintRule rule) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", rule.id());
    object.put("shortDescription", text(rule.rationale()));
    object.put("fullDescription", text(rule.rationale()));
    object.put("help", text(rule.rationale() + "\nInstead: " + rule.remedy()));
    object.put("defaultConfiguration", Map.of("level", rule.severity().label()));
    return object;
  }

  private static Map<String, Object> result(LintViolation violation, List<LintRule> rules) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("ruleId", violation.rule().id());
    object.put("ruleIndex", rules.indexOf(violation.rule()));
    object.put("level", violation.rule().severity().label());
    String databases =
        violation.dialects().isEmpty() ? "" : " (" + String.join(", ", violation.dialects()) + ")";
    object.put(
        "message",
        text(
            violation.subject()
                + databases
                + "\n"
                + violation.rule().rationale()
                + "\nInstead: "
                + violation.rule().remedy()));
    object.put(
        "locations",
        List.of(
            Map.of(
                "physicalLocation",
                Map.of(
                    "artifactLocation",
                    location(violation.file()),
                    "region",
                    Map.of("startLine", violation.line())))));
    // A list, also an empty one, tells viewers which results are suppressed.
    object.put(
        "suppressions",
        violation.acceptance().map(each -> List.of(suppression(each))).orElse(List.of()));
    return object;
  }

  private static Map<String, Object> suppression(Acceptance acceptance) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("kind", acceptance.inSource() ? "inSource" : "external");
    object.put("status", "accepted");
    object.put("justification", acceptance.reason());
    return object;
  }

  /** Relative to the working folder, if the file is below it. */
  private static Map<String, Object> location(Path file) {
    Path working = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    if (!absolute.getFileSystem().equals(working.getFileSystem())
        || !absolute.startsWith(working)) {
      return Map.of("uri", absolute.toUri().toString());
    }
    String relative = working.relativize(absolute).toString().replace('\\', '/');
    try {
      Map<String, Object> object = new LinkedHashMap<>();
      // The dot keeps a colon in the first name from being read as a scheme.
      String uri = new URI(null, null, "./" + relative, null).getRawPath();
      object.put("uri", uri.contains(":") ? uri : uri.substring(2));
      object.put("uriBaseId", ROOT);
      return object;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> text(String text) {
    return Map.of("text", text);
  }
}
