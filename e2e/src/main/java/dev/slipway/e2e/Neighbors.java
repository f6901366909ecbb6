package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import dev.slipway.testing.Await;
import dev.slipway.testing.Command;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/**
 * Two services under one parent chart, with names that the chart shortens, and two releases of
 * which one has the name of the other with {@code -hook}. Neither affects the other.
 */
final class Neighbors implements Step.Scenario {
  private static final String API = "customer-identity-management-api";
  private static final String WORKER = "customer-identity-management-worker";

  /** A release without a short name. */
  private static final String PLATFORM = "platform-production";

  private static final String HOOK = "slipway-hook";

  @Override
  public void run(Context context) throws Exception {
    parentChart(context);
    similarNames(context);
  }

  private static void parentChart(Context context) throws Exception {
    Namespace namespace = context.namespace();
    DatabaseServer server = context.server();
    Set<String> before = namespace.objects();
    String chart = createParentChart(context.work()).toString();
    List<String> options = new ArrayList<>();
    options.addAll(serviceOptions(API, "api", server.newDatabase("api")));
    options.addAll(serviceOptions(WORKER, "worker", server.newDatabase("worker")));
    namespace.upgrade(PLATFORM, chart, options).output();
    server.expectTables("api", "api_1");
    server.expectTables("worker", "worker_1");
    List<String> more =
        List.of("--reuse-values", tableOption(API, "api", 2), tableOption(WORKER, "worker", 2));
    namespace.upgrade(PLATFORM, chart, more).output();
    server.expectTables("api", "api_1", "api_2");
    server.expectTables("worker", "worker_1", "worker_2");
    expectOwnObjects(context, API, WORKER, "api");
    expectOwnObjects(context, WORKER, API, "worker");
    context.report(
        "two services of one release: installed and upgraded, each with its own tables and objects");
    namespace.uninstall(PLATFORM);
    Await.within(Duration.ofSeconds(60), "empty namespace", () -> namespace.expectLeft(before));
    server.expectTables("api", "api_1", "api_2");
    server.expectTables("worker", "worker_1", "worker_2");
    context.report("uninstalled: only the tables are left");
  }

  private static Path createParentChart(Path work) throws IOException {
    Path charts = Files.createDirectories(work.resolve("parent/charts"));
    Command.of("cp", "-r", Cluster.CHART, charts.toString()).output();
    Path chart = charts.getParent();
    Files.writeString(
        chart.resolve("Chart.yaml"),
        """
        {apiVersion: v2, name: parent, version: 1.0.0, dependencies: [
          {name: slipway, alias: %2$s, version: %1$s},
          {name: slipway, alias: %3$s, version: %1$s}]}
        """
            .formatted(Cluster.chartValue("version"), API, WORKER));
    return chart;
  }

  private static List<String> serviceOptions(String alias, String database, String dsn) {
    return List.of(
        "--set=%1$s.image.repository=busybox,%1$s.image.tag=stable".formatted(alias),
        "--set=%1$s.containerPort=8080,%1$s.terminationGracePeriodSeconds=10".formatted(alias),
        "--set-string=" + alias + ".command={httpd,-f,-p,8080,-h,/etc}",
        "--set=" + alias + ".dsn.value=" + dsn,
        tableOption(alias, database, 1));
  }

  private static String tableOption(String alias, String database, int number) {
    return "--set=%1$s.migration.files.%3$d_%2$s\\.up\\.sql=CREATE TABLE %2$s_%3$d (i int)"
        .formatted(alias, database, number);
  }

  /** Objects that do not mention the other service, the service's own DSN, and its own pods. */
  private static void expectOwnObjects(
      Context context, String alias, String other, String database) {
    Namespace namespace = context.namespace();
    String labels = "app.kubernetes.io/name=" + alias;
    String kinds = "deployments,services,configmaps,pods,serviceaccounts,poddisruptionbudgets";
    String objects =
        namespace.kubectl("get", kinds, "--selector", labels, "--output", "yaml").output();
    long count = objects.lines().filter(line -> line.startsWith("  kind:")).count();
    Expect.that(count >= 6, alias + " has only " + count + " objects:\n" + objects);
    List<String> mentions = objects.lines().filter(line -> line.contains(other)).toList();
    Expect.equal("lines of " + alias + " that mention " + other, List.of(), mentions);
    String dsn = namespace.get("{.items[*].data.dsn}", "secrets", "--selector", labels);
    Expect.equal(
        "DSN of " + alias,
        context.database().dsn(database, database),
        new String(Base64.getDecoder().decode(dsn), StandardCharsets.UTF_8));
    String service = namespace.get("{.items[*].metadata.name}", "service", "--selector", labels);
    List<String> endpoints =
        names(
            namespace.get(
                "{range .items[*].endpoints[*]}{.targetRef.name}{\"\\n\"}{end}",
                "endpointslices",
                "--selector",
                "kubernetes.io/service-name=" + service));
    List<String> pods =
        names(
            namespace.get(
                "{range .items[*]}{.metadata.name}{\"\\n\"}{end}",
                "pods",
                "--selector",
                labels + ",app.kubernetes.io/component=server"));
    Expect.that(!endpoints.isEmpty(), "the Service of " + alias + " has no endpoints");
    Expect.equal("endpoints of the Service of " + alias, pods, endpoints);
  }

  private static List<String> names(String lines) {
    return lines.lines().sorted().toList();
  }

  private static void similarNames(Context context) {
    Namespace namespace = context.namespace();
    for (String release : List.of(HOOK, RELEASE)) {
      String database = "neighbors_" + release.replace('-', '_');
      String dsn = dsnOption(context.server().newDatabase(database));
      context.install(release, List.of("--set=replicas=1", dsn));
    }
    String before = secret(namespace);
    context.upgrade(RELEASE, "--set=podAnnotations.upgraded=once");
    Expect.equal("Secret of " + HOOK + " after the upgrade of slipway", before, secret(namespace));
    namespace.kubectl("rollout", "restart", "deployment/" + HOOK).output();
    namespace.awaitRollout(HOOK);
    context.report(
        "slipway was upgraded next to %s, which kept its Secret and restarted".formatted(HOOK));
  }

  private static String secret(Namespace namespace) {
    return namespace.get("{.metadata.uid} {.data.dsn}", "secret", HOOK);
  }
}
