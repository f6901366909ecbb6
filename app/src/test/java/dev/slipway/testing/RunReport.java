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
 * Writes the results of each test class, and the reasons for skipped tests, into files that {@code
 * scripts/what-ran} prints: {@code target/ran/unit-PID.txt} or {@code integration-PID.txt}, one for
 * each process. The XML report of a class that runs once for each server contains only its last
 * run.
 */
public final class RunReport implements TestExecutionListener {
  private static final Path FILE =
      Path.of(
          "target",
          "ran",
          System.getProperty("slipway.tests", "unit")
              + "-"
              + ProcessHandle.current().pid()
              + ".txt");

  // Of all instances: a process that runs beside another has one for each class.
  private static final Map<String, int[]> CLASSES = new TreeMap<>();
  private static final Map<String, Integer> REASONS = new TreeMap<>();

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    count(test, 2);
    skip(reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
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
        skip(reason.replaceFirst("^Assumption failed: ", ""));
      }
    }
  }

  private static void count(TestIdentifier test, int column) {
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
    synchronized (CLASSES) {
      CLASSES.computeIfAbsent(name, _ -> new int[3])[column]++;
    }
  }

  private static void skip(String reason) {
    synchronized (CLASSES) {
      // A reason of several lines would look like other entries.
      REASONS.merge(reason.replace('\n', ' '), 1, Integer::sum);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    synchronized (CLASSES) {
      List<String> lines = new ArrayList<>();
      CLASSES.forEach(
          (name, counts) ->
              lines.add("class %s %d %d %d".formatted(name, counts[0], counts[1], counts[2])));
      REASONS.forEach((reason, count) -> lines.add("skipped " + count + " " + reason));
      try {
        Files.createDirectories(FILE.getParent());
        Files.write(FILE, lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
