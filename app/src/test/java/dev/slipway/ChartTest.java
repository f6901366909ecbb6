package dev.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Where the chart relies on the code; {@code scripts/chart-test} checks the rest of it, and {@code
 * scripts/e2e} runs it.
 */
class ChartTest {
  private static final Path TEMPLATES = Path.of("../charts/slipway/templates");

  @Test
  void alertsAskForMetricsThatTheServerHas() throws IOException {
    Set<String> named =
        Pattern.compile("(?m)^\\| `(slipway_[a-z_]+)` \\|")
            .matcher(Files.readString(Path.of("../docs/serving.md")))
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toSet());
    Set<String> asked =
        Pattern.compile("\\bslipway_[a-z_]+")
            .matcher(Files.readString(TEMPLATES.resolve("alerts.yaml")))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toCollection(TreeSet::new));
    assertFalse(asked.isEmpty());
    assertTrue(named.containsAll(asked), asked + " are not all in " + named);
  }

  @Test
  void theJobTriesAgainOnlyOnTheExitCodeForThat() throws IOException {
    List<String> given =
        Pattern.compile("values: \\[([\\d, ]+)]")
            .matcher(Files.readString(TEMPLATES.resolve("_migration.tpl")))
            .results()
            .map(list -> list.group(1))
            .toList();
    // Slipway's own containers, and the others.
    assertEquals(List.of(String.valueOf(ExitCode.RETRY.number()), "0"), given);
  }
}
