package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code scripts/e2e}: runs steps on a Kind cluster. The script describes its variables. */
final class EndToEnd {
  /** Whether the cluster stays after the run. */
  private final boolean kept;

  private final Cluster cluster;
  private final Optional<String> existing;

  private EndToEnd(Map<String, String> environment) throws IOException {
    existing = variable(environment, "CLUSTER");
    kept = existing.isPresent() || environment.getOrDefault("KEEP", "").equals("1");
    cluster =
        new Cluster(
            existing.orElse("slipway-e2e-" + ProcessHandle.current().pid()),
            Named.of(
                "DATABASE",
                Database.values(),
                variable(environment, "DATABASE").orElse("postgres")),
            Files.createTempDirectory("slipway-e2e"),
            variable(environment, "HELM").orElse("helm"));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Runs the steps that the arguments name, or all. */
  public static void main(String[] args) throws Exception {
    EndToEnd run;
    List<Step> steps;
    try {
      steps = Named.allOf("step", Step.values(), args);
      run = new EndToEnd(System.getenv());
    } catch (IllegalArgumentException e) {
      System.err.println("e2e: " + e.getMessage());
      System.exit(2);
      return;
    }
    // Also after SIGTERM and SIGINT.
    CleanUp.atExit(run::cleanUp);
    System.exit(run.run(steps, variable(System.getenv(), "KIND_NODE_IMAGE")) ? 0 : 1);
  }

  private boolean run(List<Step> steps, Optional<String> nodeImage) throws Exception {
    long start = System.nanoTime();
    if (existing.isPresent()) {
      cluster.connect();
    } else {
      try {
        cluster.create(nodeImage);
      } catch (AssertionError e) {
        CleanUp.awaitIfStarted();
        System.err.println("e2e: the cluster cannot be created: " + e.getMessage());
        return false;
      }
      System.out.printf("== cluster, images, and database created in %d s%n", secondsSince(start));
    }
    for (Step step : steps) {
      if (!run(step)) {
        return false;
      }
    }
    return true;
  }

  private boolean run(Step step) throws IOException {
    Database database = cluster.database();
    String title = "== " + step.number() + " " + step.id() + " on " + database.id();
    Optional<String> reason = step.skipReason(database);
    if (reason.isPresent()) {
      System.out.println(title + ": skipped: " + reason.get());
      return true;
    }
    Context context = Context.of(cluster, step);
    long start = System.nanoTime();
    try {
      context.namespace().create();
      step.run(context);
      System.out.println(title + ": passed in " + secondsSince(start) + " s");
      context.report().forEach(System.out::println);
      context.namespace().delete();
      return true;
    } catch (Exception | AssertionError e) {
      CleanUp.awaitIfStarted();
      System.out.println(title + ": FAILED in " + secondsSince(start) + " s");
      context.report().forEach(System.out::println);
      System.err.println("e2e: " + step.id() + ": " + Expect.describe(e));
      diagnose(context);
      return false;
    }
  }

  private void diagnose(Context context) {
    try {
      context.namespace().describe(System.err);
      new Namespace(cluster, DatabaseServer.NAMESPACE).describe(System.err);
      System.err.print(
          cluster
              .helm("list", "--all-namespaces", "--deployed", "--failed", "--pending")
              .run()
              .output());
    } catch (AssertionError | UncheckedIOException e) {
      System.err.println("e2e: the diagnosis is incomplete: " + e.getMessage());
    }
  }

  private void cleanUp() {
    if (kept) {
      System.out.printf(
          "e2e: kept cluster %1$s: kind export kubeconfig --name %1$s;"
              + " CLUSTER=%1$s scripts/e2e STEP%n",
          cluster.name());
    } else {
      cluster.delete();
    }
    CleanUp.deleteFolder(cluster.work());
  }

  private static long secondsSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }
}
