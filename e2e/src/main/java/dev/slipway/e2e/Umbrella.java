package dev.slipway.e2e;

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
 * A parent chart with a database server as a StatefulSet and two services of your own, with aliases
 * that the chart shortens. Neither service contains anything of the other.
 */
final class Umbrella implements Step.Scenario {
  private static final String API = "customer-identity-management-api";
  private static final String WORKER = "customer-identity-management-worker";

  /** A release without a short name. */
  private static final String PLATFORM = "platform-production";

  private static final Duration DEADLINE = Duration.ofSeconds(90);

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    DatabaseServer server = new DatabaseServer(namespace);
    Set<String> before = namespace.objects();
    String chart = createParentChart(context).toString();
    List<String> options = new ArrayList<>();
    options.addAll(serviceOptions(API, "api", server));
    options.addAll(serviceOptions(WORKER, "worker", server));
    namespace.upgrade(PLATFORM, chart, options).output();
    expectState(namespace, 1);
    context.report("installed, with the database server: each service has its own objects");

    List<String> more =
        List.of("--reuse-values", tableOption(API, "api", 2), tableOption(WORKER, "worker", 2));
    namespace.upgrade(PLATFORM, chart, more).output();
    expectState(namespace, 2);
    namespace.helm("rollback", PLATFORM, "1", "--wait", "--timeout", "3m").output();
    expectState(namespace, 2);
    context.report("upgraded and rolled back: each service has its own tables and objects");

    namespace.uninstall(PLATFORM);
    Await.within(
        DEADLINE,
        "end of the uninstallation, except the server's volume",
        () -> namespace.expectLeft(before, "persistentvolumeclaim/"));
    context.report("uninstalled: only the volume of the database server was left");
  }

  private static Path createParentChart(Context context) throws IOException {
    Path chart = context.work().resolve("parent");
    Path charts = Files.createDirectories(chart.resolve("charts"));
    Path templates = Files.createDirectories(chart.resolve("templates"));
    Command.of("cp", "-r", Cluster.CHART, charts.toString()).output();
    Files.writeString(
        chart.resolve("Chart.yaml"),
        """
        {apiVersion: v2, name: parent, version: 1.0.0, dependencies: [
          {name: slipway, alias: %2$s, version: %1$s},
          {name: slipway, alias: %3$s, version: %1$s}]}
        """
            .formatted(Cluster.chartValue("version"), API, WORKER));
    Database database = context.database();
    Files.copy(Path.of("e2e/k8s", database.id() + ".yaml"), templates.resolve("server.yaml"));
    // The first start of the server runs it.
    StringBuilder init =
        new StringBuilder(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: init}
            data:
              init.sql: |
            """);
    for (String name : List.of("api", "worker")) {
      for (String statement : database.createDatabase(name)) {
        init.append((statement.strip() + ";").indent(4));
      }
    }
    Files.writeString(templates.resolve("init.yaml"), init);
    return chart;
  }

  private static List<String> serviceOptions(String alias, String database, DatabaseServer server) {
    return List.of(
        "--set=%1$s.image.repository=busybox,%1$s.image.tag=stable".formatted(alias),
        "--set=%1$s.containerPort=8080,%1$s.terminationGracePeriodSeconds=10".formatted(alias),
        "--set-string=" + alias + ".command={httpd,-f,-p,8080,-h,/etc}",
        // No hook can reach a database that comes with the release.
        "--set=" + alias + ".migration.mode=job",
        "--set=" + alias + ".dsn.value=" + server.dsn(database, database),
        tableOption(alias, database, 1));
  }

  private static String tableOption(String alias, String database, int number) {
    return "--set=%1$s.migration.files.%3$d_%2$s\\.up\\.sql=CREATE TABLE %2$s_%3$d (i int)"
        .formatted(alias, database, number);
  }

  /** Waits until both services have this number of tables and all Jobs have succeeded. */
  private static void expectState(Namespace namespace, int tables) throws InterruptedException {
    namespace
        .kubectl("wait", "--for", "condition=complete", "--timeout", "90s", "job", "--all")
        .output();
    expectTables(namespace, "api", tables);
    expectTables(namespace, "worker", tables);
    expectOwnObjects(namespace, API, WORKER, "api");
    expectOwnObjects(namespace, WORKER, API, "worker");
  }

  private static void expectTables(Namespace namespace, String database, int count) {
    List<String> tables = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      tables.add(database + "_" + number);
    }
    new DatabaseServer(namespace).expectTables(database, tables.toArray(String[]::new));
  }

  /** Objects that do not mention the other service, the service's own DSN, and its own pods. */
  private static void expectOwnObjects(
      Namespace namespace, String alias, String other, String database)
      throws InterruptedException {
    String labels = "app.kubernetes.io/name=" + alias;
    String kinds = "deployments,services,configmaps,jobs,pods,serviceaccounts,poddisruptionbudgets";
    String objects =
        namespace.kubectl("get", kinds, "--selector", labels, "--output", "yaml").output();
    long count = objects.lines().filter(line -> line.startsWith("  kind:")).count();
    Expect.that(count >= 7, alias + " has only " + count + " objects:\n" + objects);
    List<String> mentions = objects.lines().filter(line -> line.contains(other)).toList();
    Expect.equal("lines of " + alias + " that mention " + other, List.of(), mentions);
    String dsn = namespace.get("{.items[*].data.dsn}", "secrets", "--selector", labels);
    Expect.equal(
        "DSN of " + alias,
        new DatabaseServer(namespace).dsn(database, database),
        new String(Base64.getDecoder().decode(dsn), StandardCharsets.UTF_8));
    String service = namespace.get("{.items[*].metadata.name}", "service", "--selector", labels);
    Await.within(
        DEADLINE,
        "endpoints of the Service of " + alias,
        () -> {
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
          Expect.equal("endpoints", pods, endpoints);
        });
  }

  private static List<String> names(String lines) {
    return lines.lines().sorted().toList();
  }
}
