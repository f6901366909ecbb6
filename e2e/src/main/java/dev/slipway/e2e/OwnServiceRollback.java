package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import dev.slipway.testing.Docker;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A service whose image has its migrations: an upgrade, a rollback, and the documented revert of
 * the schema.
 */
final class OwnServiceRollback implements Step.Scenario {
  private static final String RELEASE = "shop";
  private static final String DATABASE = "own_service_rollback";
  private static final String DEPLOYMENT = "shop-slipway";
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    Cluster cluster = context.cluster();
    DatabaseServer server = context.server();
    String dsn = server.newDatabase(DATABASE);
    List<String> options =
        List.of(
            dsnOption(dsn),
            "--set=replicas=1,containerPort=8080,terminationGracePeriodSeconds=10",
            "--set=image.repository=" + cluster.shopRepository(),
            imageOption(cluster.olderShopTag()),
            "--set=migration.copyFrom.path=/app/migrations");
    context.install(RELEASE, options);
    server.expectTables(DATABASE, "orders");
    restartPod(context);
    context.report("a restarted pod copied read-only migrations again");

    context.upgrade(RELEASE, imageOption(cluster.newerShopTag()));
    server.expectTables(DATABASE, "orders", "refunds");
    namespace.helm("rollback", RELEASE, "1", "--wait", "--timeout", "3m").output();
    server.expectTables(DATABASE, "orders", "refunds");
    Revert.run(
        namespace,
        dsn,
        "# revert.yaml, for a service of your own",
        Map.of(
            "registry.example.com/shop:1.5.0",
            cluster.shopRepository() + ":" + cluster.newerShopTag(),
            "ghcr.io/slipway-project/slipway:1.5.0",
            Cluster.REPOSITORY + ":" + cluster.currentTag()));
    server.expectTables(DATABASE, "orders");
    namespace.awaitRollout(DEPLOYMENT);
    context.report("upgraded, rolled back, and the schema reverted by the documented Job");
  }

  /** Kills the sandbox of the pod, as a restart of the node does: its init containers run again. */
  private static void restartPod(Context context) throws InterruptedException {
    Namespace namespace = context.namespace();
    String pod = namespace.servers(RELEASE).getFirst().split(" ")[0];
    String kill =
        """
        id=$(ctr -n k8s.io containers ls -q 'labels."io.kubernetes.pod.name"==%s,\
        labels."io.cri-containerd.kind"==sandbox')
        ctr -n k8s.io tasks kill --signal SIGKILL "$id"
        """;
    Docker.command("exec", context.cluster().node(), "sh", "-euc")
        .with(kill.formatted(pod))
        .output();
    Await.within(
        DEADLINE,
        "restart of the pod",
        () -> {
          List<String> servers = namespace.servers(RELEASE);
          Expect.that(
              servers.size() == 1 && servers.getFirst().endsWith(" 1 true"), "servers: " + servers);
        });
  }
}
