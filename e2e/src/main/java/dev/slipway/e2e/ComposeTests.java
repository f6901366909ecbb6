package dev.slipway.e2e;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code scripts/compose-test}: runs parts on the Compose files, two at a time. */
final class ComposeTests {
  private static final int AT_ONCE = 2;

  /** The projects to delete at exit. */
  private final Set<ComposeProject> projects = ConcurrentHashMap.newKeySet();

  private ComposeTests() {}

  /** Runs the parts that the arguments name, or all. */
  public static void main(String[] args) throws Exception {
    List<ComposePart> parts;
    try {
      parts = Named.allOf("part", ComposePart.values(), args);
    } catch (IllegalArgumentException e) {
      System.err.println("compose-test: " + e.getMessage());
      System.exit(2);
      return;
    }
    ComposeTests tests = new ComposeTests();
    // Also after SIGTERM and SIGINT.
    CleanUp.atExit(() -> tests.projects.forEach(ComposeProject::delete));
    System.exit(tests.run(parts) ? 0 : 1);
  }

  private boolean run(List<ComposePart> parts) throws Exception {
    List<String> failures = new ArrayList<>();
    try (ExecutorService executor =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().factory())) {
      List<Future<Optional<String>>> results = new ArrayList<>();
      for (ComposePart part : parts) {
        results.add(executor.submit(() -> run(part)));
      }
      for (Future<Optional<String>> result : results) {
        result.get().ifPresent(failures::add);
      }
    }
    // Last, because the logs of a part that failed are long.
    failures.forEach(System.out::println);
    return failures.isEmpty();
  }

  /** Runs a part and prints its report; why it failed, if it did. */
  private Optional<String> run(ComposePart part) throws IOException {
    long start = System.nanoTime();
    ComposeProject project = part.project();
    projects.add(project);
    List<String> lines = new ArrayList<>();
    String result = "passed";
    Optional<String> failure = Optional.empty();
    try {
      part.run(project);
    } catch (Exception | AssertionError e) {
      CleanUp.awaitIfStarted();
      result = "FAILED";
      lines.add(Expect.describe(e));
      failure = Optional.of("FAILED: " + part.id() + ": " + lines.getFirst());
      lines.add(project.describe());
    }
    project.delete();
    projects.remove(project);
    lines.addAll(0, project.report());
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    // One call, because two parts print.
    System.out.println(
        "== %s: %s in %d s%n%s".formatted(part.id(), result, seconds, String.join("\n", lines)));
    return failure;
  }
}
