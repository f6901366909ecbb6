package dev.slipway.e2e;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code scripts/e2e}: runs steps on a Kind cluster, several at once. The script describes its
 * variables.
 */
final class EndToEnd {
  private static final String HELM3 = "helm";
  private static final String HELM4 = "helm4";

  /** The number of steps under load that two cores run at once without a failed request. */
  private static final String PARALLEL = "1";

  /** Whether the cluster stays after the run. */
  private final boolean kept;

  private final Cluster cluster;
  private final Optional<String> existing;
  private final List<Pass> passes;
  private final int parallel;
  private final AtomicBoolean failed = new AtomicBoolean();

  /** Steps that run with one Helm program. */
  private record Pass(String helm, List<Step> steps) {}

  private EndToEnd(String[] steps, Map<String, String> environment) throws IOException {
    passes =
        passes(Named.allOf("step", Step.values(), steps), variable(environment, "HELM"), steps);
    existing = variable(environment, "CLUSTER");
    kept = existing.isPresent() || environment.getOrDefault("KEEP", "").equals("1");
    parallel = Integer.parseInt(variable(environment, "PARALLEL").orElse(PARALLEL));
    cluster =
        new Cluster(
            existing.orElse("slipway-e2e-" + ProcessHandle.current().pid()),
            Named.of(
                "DATABASE",
                Database.values(),
                variable(environment, "DATABASE").orElse("postgres")),
            Files.createTempDirectory("slipway-e2e"),
            passes.getFirst().helm());
  }

  /** By default, all steps with Helm 3, and then some with Helm 4. */
  private static List<Pass> passes(List<Step> steps, Optional<String> helm, String... named) {
    List<Pass> passes = new ArrayList<>(List.of(new Pass(helm.orElse(HELM3), steps)));
    if (helm.isEmpty() && named.length == 0) {
      if (installed(HELM4)) {
        passes.add(new Pass(HELM4, Step.OF_BOTH_HELMS));
      } else {
        System.out.println("== helm4 is not installed: all steps run with helm only");
      }
    }
    return passes;
  }

  private static boolean installed(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  /** Runs the steps that the arguments name, or all. */
  public static void main(String[] args) throws Exception {
    EndToEnd run;
    try {
      run = new EndToEnd(args, System.getenv());
    } catch (IllegalArgumentException e) {
      System.err.println("e2e: " + e.getMessage());
      System.exit(2);
      return;
    }
    // Also after SIGTERM and SIGINT.
    CleanUp.atExit(run::cleanUp);
    System.exit(run.run(variable(System.getenv(), "KIND_NODE_IMAGE")) ? 0 : 1);
  }

  private boolean run(Optional<String> nodeImage) throws Exception {
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
    for (Pass pass : passes) {
      run(pass);
    }
    System.out.printf("== %s in %d s%n", failed.get() ? "FAILED" : "passed", secondsSince(start));
    return !failed.get();
  }

  /** Runs the phases of a pass. After a failure, no further step starts. */
  private void run(Pass pass) throws Exception {
    Concurrent.run(
        List.of(
            () -> run(pass, Step.Phase.BACKGROUND, 1),
            () -> {
              run(pass, Step.Phase.UNDER_LOAD, parallel);
              run(pass, Step.Phase.OTHERS, parallel + 1);
            }));
  }

  private void run(Pass pass, Step.Phase phase, int threads) throws Exception {
    List<Concurrent.Task> runs = new ArrayList<>();
    for (Step step : pass.steps()) {
      if (step.phase() == phase) {
        runs.add(() -> run(step, cluster.with(pass.helm())));
      }
    }
    Concurrent.run(runs, threads);
  }

  private void run(Step step, Cluster with) throws IOException {
    if (failed.get()) {
      return;
    }
    Database database = with.database();
    String title = "== %s on %s with %s".formatted(step.id(), database.id(), with.helm());
    Optional<String> reason = step.skipReason(database);
    if (reason.isPresent()) {
      System.out.println(title + ": skipped: " + reason.get());
      return;
    }
    Context context = Context.of(with, step);
    long start = System.nanoTime();
    try {
      context.namespace().create();
      step.run(context);
      report(context, title + ": passed in " + secondsSince(start) + " s");
      context.namespace().delete();
    } catch (Exception | AssertionError e) {
      CleanUp.awaitIfStarted();
      failed.set(true);
      report(context, title + ": FAILED in " + secondsSince(start) + " s");
      diagnose(step, context, e);
    }
  }

  private synchronized void report(Context context, String result) {
    System.out.println(result);
    context.report().forEach(System.out::println);
  }

  private synchronized void diagnose(Step step, Context context, Throwable failure) {
    System.err.println("e2e: " + step.id() + ": " + Expect.describe(failure));
    try {
      context.namespace().describe(System.err);
      new Namespace(cluster, DatabaseServer.SHARED).describe(System.err);
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
