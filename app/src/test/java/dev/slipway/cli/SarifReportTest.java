package dev.slipway.cli;

import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.lint.LintRules;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lint --format sarif}, compared with what the standard requires (OASIS SARIF 2.1.0). */
class SarifReportTest {
  private static final Set<String> LEVELS = Set.of("none", "note", "warning", "error");
  private static final Set<String> SUPPRESSION_KINDS = Set.of("inSource", "external");
  private static final Set<String> STATUSES = Set.of("accepted", "underReview", "rejected");

  @TempDir Path elsewhere;

  @Test
  void aReportHasTheStructureOfTheStandard() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target"), "sarif a%b ");
    Files.writeString(
        folder.resolve("1_a.up.sql"),
        "SELECT 1;\nDROP TABLE t;\n-- slipway:allow rename a quiet \"hour\"\n"
            + "ALTER TABLE t RENAME TO u;\nALTER TABLE v ADD UNIQUE (a);");
    Files.writeString(folder.resolve("1_a.down.sql"), "SELECT 1;");
    Files.writeString(
        folder.resolve("slipway-accept.yaml"),
        "findings:\n  - {rule: index-locks, version: 1, reason: small, expires: 2999-01-01}\n");
    Map<String, Object> log = report(folder);
    assertEquals("2.1.0", log.get("version"));
    Map<String, Object> run = only(log, "runs");
    Map<String, Object> driver = map(map(run, "tool"), "driver");
    assertFalse(string(driver, "name").isEmpty());
    List<Map<String, Object>> rules = list(driver, "rules");
    assertEquals(
        LintRules.all().stream().map(rule -> rule.id()).toList(),
        rules.stream().map(rule -> rule.get("id")).toList());
    for (Map<String, Object> rule : rules) {
      string(map(rule, "shortDescription"), "text");
      assertTrue(string(map(rule, "help"), "text").contains("\nInstead: "));
      assertTrue(LEVELS.contains(string(map(rule, "defaultConfiguration"), "level")));
    }
    List<String> found = new ArrayList<>();
    for (Map<String, Object> result : list(run, "results")) {
      String id = string(result, "ruleId");
      assertEquals(id, rules.get(((Number) result.get("ruleIndex")).intValue()).get("id"));
      assertTrue(LEVELS.contains(string(result, "level")));
      string(map(result, "message"), "text");
      Map<String, Object> place = map(only(result, "locations"), "physicalLocation");
      Map<String, Object> artifact = map(place, "artifactLocation");
      URI uri = URI.create(string(artifact, "uri"));
      assertFalse(uri.isAbsolute(), uri::toString);
      assertEquals(folder.resolve("1_a.up.sql").toString(), uri.getPath());
      assertEquals("%SRCROOT%", artifact.get("uriBaseId"));
      int line = ((Number) map(place, "region").get("startLine")).intValue();
      List<Map<String, Object>> suppressions = list(result, "suppressions");
      for (Map<String, Object> suppression : suppressions) {
        assertTrue(SUPPRESSION_KINDS.contains(string(suppression, "kind")));
        assertTrue(STATUSES.contains(string(suppression, "status")));
      }
      found.add(
          id
              + " "
              + line
              + suppressions.stream()
                  .map(each -> " " + each.get("kind") + " " + each.get("justification"))
                  .reduce("", String::concat));
    }
    assertEquals(
        List.of(
            "drop 2",
            "rename 4 inSource a quiet \"hour\"",
            "index-locks 5 external small",
            "several-tables 5"),
        found.stream().sorted().sorted(Comparator.comparing(SarifReportTest::line)).toList());
  }

  private static int line(String found) {
    return Integer.parseInt(found.split(" ")[1]);
  }

  @Test
  void aFileOutsideOfTheWorkingFolderHasAnAbsoluteUri() throws IOException {
    Files.writeString(elsewhere.resolve("1_a.up.sql"), "DROP TABLE t;");
    Files.writeString(elsewhere.resolve("1_a.down.sql"), "SELECT 1;");
    Map<String, Object> result = only(only(report(elsewhere), "runs"), "results");
    Map<String, Object> artifact =
        map(map(only(result, "locations"), "physicalLocation"), "artifactLocation");
    assertEquals(elsewhere.resolve("1_a.up.sql").toUri().toString(), artifact.get("uri"));
    assertFalse(artifact.containsKey("uriBaseId"));
  }

  private static Map<String, Object> report(Path folder) {
    String out =
        Slipway.bare()
            .run(
                "migrate",
                "sql",
                "lint",
                "--path",
                folder.toString(),
                "--dialect",
                "postgres",
                "--format",
                "sarif")
            .exits(USAGE)
            .out();
    return cast(Json.read(out, "the report"));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Object value) {
    return (Map<String, Object>) value;
  }

  private static Map<String, Object> map(Map<String, Object> object, String key) {
    return cast(object.get(key));
  }

  private static String string(Map<String, Object> object, String key) {
    return (String) object.get(key);
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Map<String, Object> object, String key) {
    return (List<Map<String, Object>>) object.get(key);
  }

  private static Map<String, Object> only(Map<String, Object> object, String key) {
    List<Map<String, Object>> all = list(object, key);
    assertEquals(1, all.size(), key);
    return all.getFirst();
  }
}
