package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import dev.slipway.testing.RunningCommand;
import java.time.Duration;
import java.util.List;

/** A node is drained under load: first of the servers, then of a running migration. */
final class Drain implements Step.Scenario {
  /** A name of its own, because the eviction selects the pods of all namespaces. */
  private static final String RELEASE = "drained";

  private static final String DATABASE = "drain";
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration END = Duration.ofMinutes(3);

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    DatabaseServer server = context.server();
    context.install(RELEASE, context.exposed(dsnOption(server.newDatabase(DATABASE))));
    List<String> servers = namespace.servers(RELEASE);
    try (ServiceLoad load = context.startLoad()) {
      drain(context, "app.kubernetes.io/instance=" + RELEASE);
      namespace.awaitRollout(RELEASE + "-slipway");
      List<String> after = namespace.servers(RELEASE);
      Expect.that(
          servers.stream().noneMatch(after::contains), "not evicted: " + servers + ", " + after);
      context.report(
          "servers evicted: %d requests, none failed".formatted(load.stopWithoutFailure()));
    }
    if (context.database() != Database.MYSQL) {
      // MySQL cannot roll back the migration.
      drainDuringMigration(context);
    }
  }

  private static void drainDuringMigration(Context context) throws Exception {
    DatabaseServer server = context.server();
    List<String> options = List.of("--reuse-values", imageOption(context.cluster().newerTag()));
    try (ServiceLoad load = context.startLoad();
        RunningCommand upgrade =
            context.namespace().upgrade(RELEASE, Cluster.CHART, options).start()) {
      Await.within(
          START, "start of the migration", () -> server.expectMigrationInProgress(DATABASE));
      drain(
          context,
          "app.kubernetes.io/instance=%s,app.kubernetes.io/component=migrate".formatted(RELEASE));
      upgrade.await(END).requireSuccess();
      server.expectMigratedOnce(DATABASE);
      context.report(
          "migration evicted: it ran again, and the upgrade succeeded; %d requests, none failed"
              .formatted(load.stopWithoutFailure()));
    }
  }

  /** Evicts pods from the only node, which takes their replacements at once. */
  private static void drain(Context context, String selector) throws Exception {
    Cluster cluster = context.cluster();
    String node = cluster.node();
    try (RunningCommand drain =
        cluster
            .kubectl("drain", node, "--pod-selector", selector, "--ignore-daemonsets")
            .with("--delete-emptydir-data", "--timeout", "2m")
            .start()) {
      drain.awaitOutput("evicting pod", START);
      cluster.kubectl("uncordon", node).output();
      drain.await(END).requireSuccess();
    } finally {
      cluster.kubectl("uncordon", node).output();
    }
  }
}
