package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the results of each test class, and the reasons for skipped tests, into {@code
 * target/ran-unit.txt} or {@code target/ran-integration.txt}. The XML report of a class that runs
 * once for each server contains only its last run.
 */
public final class RunReport implements TestExecutionListener {
  private final Map<String, int[]> classes = new TreeMap<>();
  private final Map<String, Integer> reasons = new TreeMap<>();

  @Override
  public synchronized void executionSkipped(TestIdentifier test, String reason) {
    count(test, 2);
    reasons.merge(reason, 1, Integer::sum);
  }

  @Override
  public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
    switch (result.getStatus()) {
      case SUCCESSFUL -> {
        if (test.isTest()) {
          count(test, 0);
        }
      }
      case FAILED -> count(test, 1);
      case ABORTED -> {
        count(test, 2);
        String reason = result.getThrowable().map(Throwable::getMessage).orElse("no reason");
        reasons.merge(reason.replaceFirst("^Assumption failed: ", ""), 1, Integer::sum);
      }
    }
  }

  private void count(TestIdentifier test, int column) {
    String name =
        test.getSource()
            .map(
                source ->
                    switch (source) {
                      case MethodSource method -> method.getClassName();
                      case ClassSource type -> type.getClassName();
                      default -> "";
                    })
            .orElse("");
    classes.computeIfAbsent(name, _ -> new int[3])[column]++;
  }

  @Override
  public synchronized void testPlanExecutionFinished(TestPlan plan) {
    List<String> lines = new ArrayList<>();
    int[] sum = new int[3];
    classes.forEach(
        (name, counts) -> {
          lines.add(
              "%-56s %5d passed %3d failed %3d skipped"
                  .formatted(name, counts[0], counts[1], counts[2]));
          for (int i = 0; i < sum.length; i++) {
            sum[i] += counts[i];
          }
        });
    if (!reasons.isEmpty()) {
      lines.add("");
      lines.add("Skipped because:");
      reasons.forEach((reason, count) -> lines.add("%5d  %s".formatted(count, reason)));
    }
    lines.add("");
    lines.add(sum[0] + " passed, " + sum[1] + " failed, " + sum[2] + " skipped");
    try {
      Files.createDirectories(Path.of("target"));
      Files.write(
          Path.of("target", "ran-" + System.getProperty("slipway.tests", "unit") + ".txt"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
