package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import dev.slipway.testing.CommandResult;
import dev.slipway.testing.RunningCommand;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Helm is killed during an upgrade. The documented commands repair the release, and after another
 * kill, {@code helm uninstall} leaves only the Job and the pods of the migration.
 */
final class KilledHelm implements Step.Scenario {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    Set<String> before = namespace.objects();
    String dsn = context.server().newDatabase("killed_helm");
    context.install(
        RELEASE,
        List.of(
            "--set=replicas=1,networkPolicy.enabled=true,config.log.format=json",
            "--set=migration.serviceAccount.create=true",
            dsnOption(dsn)));
    killDuringUpgrade(context, "killed_helm", dsn);
    CommandResult upgrade =
        namespace.helm("upgrade", RELEASE, Cluster.CHART, "--reuse-values").run();
    Expect.that(!upgrade.succeeded(), "helm upgraded a release that is pending-upgrade");
    Expect.contains(
        "output of helm upgrade",
        upgrade.output(),
        "another operation (install/upgrade/rollback) is in progress");
    namespace.helm("rollback", RELEASE, "1", "--no-hooks").output();
    context.upgrade(RELEASE, imageOption(context.cluster().newerTag()));
    context.server().expectMigratedOnce("killed_helm");
    context.report("killed during an upgrade: repaired by `helm rollback --no-hooks`, upgraded");

    killDuringUpgrade(context, "killed_helm_2", context.server().newDatabase("killed_helm_2"));
    namespace.uninstall(RELEASE);
    Await.within(
        DEADLINE,
        "end of the uninstallation, except the migration's pods",
        () ->
            namespace.expectLeft(
                before, "job.batch/", "pod/slipway-migrate", "pod/slipway-preflight"));
    namespace
        .kubectl("delete", "job,pod")
        .with("--selector", "app.kubernetes.io/component=migrate")
        .output();
    namespace.expectLeft(before);
    context.report("killed, and uninstalled: only the Job and the pods of the migration were left");
  }

  /** Kills Helm during the migration, and waits until the migration has succeeded without it. */
  private static void killDuringUpgrade(Context context, String database, String dsn)
      throws Exception {
    Namespace namespace = context.namespace();
    String image = imageOption(context.cluster().newerTag());
    List<String> options = List.of("--reuse-values", image, dsnOption(dsn));
    try (RunningCommand upgrade = namespace.upgrade(RELEASE, Cluster.CHART, options).start()) {
      Await.within(
          DEADLINE,
          "start of the migration",
          () -> context.server().expectMigrationInProgress(database));
      upgrade.kill();
    }
    Set<String> hooks = namespace.objects();
    hooks.removeIf(object -> !object.contains("migrate-hook"));
    for (String kind : List.of("configmap/", "networkpolicy", "secret/", "serviceaccount/")) {
      Expect.that(
          hooks.stream().anyMatch(hook -> hook.startsWith(kind)),
          "the killed helm left no " + kind + ": " + hooks);
    }
    namespace
        .kubectl("wait", "--for", "condition=complete", "--timeout", "1m", "job")
        .with("--selector", "app.kubernetes.io/component=migrate")
        .output();
  }
}
