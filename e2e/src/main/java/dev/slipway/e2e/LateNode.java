package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import dev.slipway.testing.RunningCommand;
import java.time.Duration;
import java.util.List;

/** The migration waits for a node that appears after two minutes. */
final class LateNode implements Step.Scenario {
  private static final Duration LATER = Duration.ofMinutes(2);
  private static final Duration AFTER = Duration.ofMinutes(2);

  /** The label of the nodes that the migration may run on. */
  private static final String LABEL = "slipway-late-node";

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    String dsn = dsnOption(context.server().newDatabase("late_node"));
    label(context, LABEL + "-");
    List<String> options =
        List.of(dsn, "--set=replicas=1", "--set-string=migration.nodeSelector." + LABEL + "=yes");
    long start = System.nanoTime();
    try (RunningCommand install = namespace.upgrade(RELEASE, Cluster.CHART, options).start()) {
      Expect.that(
          !install.ends(LATER), () -> "helm did not wait for the node: " + install.output());
      Expect.contains("kubectl describe", namespace.describeMigration(), "FailedScheduling");
      label(context, LABEL + "=yes");
      install.await(AFTER).requireSuccess();
    }
    namespace.expectReadyServers(RELEASE, 1);
    context.report(
        "installed after %d s; a node for the migration appeared after %d s"
            .formatted(Duration.ofNanos(System.nanoTime() - start).toSeconds(), LATER.toSeconds()));
    label(context, LABEL + "-");
  }

  private static void label(Context context, String label) {
    context.cluster().kubectl("label", "nodes", "--all", "--overwrite", label).output();
  }
}
