package dev.slipway.e2e;

import dev.slipway.testing.Await;
import dev.slipway.testing.Command;
import dev.slipway.testing.CommandResult;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A namespace of the cluster, by kubectl and Helm. Immutable. */
record Namespace(Cluster cluster, String name) {
  private static final Duration HELM_DEADLINE = Duration.ofMinutes(5);
  private static final Duration SCALED = Duration.ofMinutes(1);

  /** Creates the namespace. Deletes that of an earlier run first. */
  void create() {
    cluster.kubectl("delete", "namespace", name, "--ignore-not-found").output();
    cluster.kubectl("create", "namespace", name).output();
  }

  /** Starts the deletion of the namespace. */
  void delete() {
    cluster.kubectl("delete", "namespace", name, "--wait=false").output();
  }

  /** A kubectl command in this namespace. */
  Command kubectl(String... arguments) {
    return cluster.kubectl("--namespace", name).with(arguments);
  }

  /** The output of {@code kubectl get} with a JSONPath. */
  String get(String jsonPath, String... what) {
    return kubectl("get").with(what).with("--output", "jsonpath=" + jsonPath).output();
  }

  /** A Helm command in this namespace. */
  Command helm(String... arguments) {
    return cluster.helm("--namespace", name).with(arguments).within(HELM_DEADLINE);
  }

  /** A Helm command that installs or upgrades a release of a chart, and waits until it is ready. */
  Command upgrade(String release, String chart, List<String> options) {
    return helm("upgrade", "--install", release, chart, "--wait", "--timeout", "4m").with(options);
  }

  /** Runs {@code helm test}. */
  CommandResult test(String release) {
    return helm("test", release).run();
  }

  /** Uninstalls a release, and waits until its objects are deleted. */
  void uninstall(String release) {
    helm("uninstall", release, "--wait", "--timeout", "1m").output();
  }

  /** What Kubernetes reports about a migration, as NOTES says. */
  String describeMigration() {
    return kubectl("describe", "job,pod", "--selector", "app.kubernetes.io/component=migrate")
        .output();
  }

  /** Waits until a Deployment is rolled out. */
  void awaitRollout(String deployment) {
    kubectl("rollout", "status", "deployment/" + deployment, "--timeout", "2m")
        .within(Duration.ofMinutes(3))
        .output();
  }

  /** The selector of the server pods of a release. */
  static String serverSelector(String release) {
    return "app.kubernetes.io/instance=" + release + ",app.kubernetes.io/component=server";
  }

  /** The server pods of a release that do not terminate: name, restarts, readiness. */
  List<String> servers(String release) {
    String pods =
        get(
            "{range .items[*]}{.metadata.deletionTimestamp}{.metadata.name}"
                + "{range .status.containerStatuses[?(@.name==\"server\")]}"
                + " {.restartCount} {.ready}{end}{\"\\n\"}{end}",
            "pods",
            "--selector",
            serverSelector(release));
    // The line of a terminating pod starts with the time of its deletion.
    return pods.lines().filter(line -> !line.matches("20\\d\\d-.*")).toList();
  }

  /** Checks that the release has this many servers, all ready and never restarted. */
  void expectReadyServers(String release, int count) {
    List<String> servers = servers(release);
    long ready = servers.stream().filter(server -> server.endsWith(" 0 true")).count();
    Expect.that(ready == count, "expected " + count + " ready servers: " + servers);
  }

  /** Waits until the release has this many servers, and no pod of another terminates. */
  void awaitServers(String release, int count) throws InterruptedException {
    Await.within(
        SCALED,
        count + " servers",
        () -> {
          expectReadyServers(release, count);
          String pods =
              get("{.items[*].metadata.name}", "pods", "--selector", serverSelector(release));
          Expect.equal("pods: " + pods, count, pods.split(" ").length);
        });
  }

  /** Everything in the namespace except what Kubernetes creates by itself. */
  Set<String> objects() {
    String kinds =
        cluster
            .kubectl("api-resources", "--verbs", "list", "--namespaced", "--output", "name")
            .output()
            .lines()
            .filter(kind -> !kind.matches("(events|endpoints|pods\\.metrics).*"))
            .collect(Collectors.joining(","));
    return kubectl("get", kinds, "--output", "name")
        .output()
        .lines()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Checks that there is one new object of each of these kinds since then, and no other. */
  void expectLeft(Set<String> before, String... kinds) {
    Set<String> left = objects();
    left.removeAll(before);
    boolean expected =
        left.size() == kinds.length
            && Arrays.stream(kinds)
                .allMatch(kind -> left.stream().filter(each -> each.startsWith(kind)).count() == 1);
    Expect.that(expected, "left in the namespace: " + left);
  }

  /** Prints the state of all objects, the logs, and the events. */
  void describe(PrintStream to) {
    to.println("--- namespace " + name);
    print(to, kubectl("get", "all", "--output", "wide"));
    print(to, kubectl("describe", "jobs,deployments,pods"));
    for (String pod : kubectl("get", "pods", "--output", "name").run().out().lines().toList()) {
      to.println("--- logs of " + pod + " in " + name);
      Command logs = kubectl("logs", pod, "--all-containers", "--prefix", "--tail", "60");
      print(to, logs);
      print(to, logs.with("--previous"));
    }
    to.println("--- events in " + name);
    print(to, kubectl("get", "events", "--sort-by", ".lastTimestamp"));
  }

  private static void print(PrintStream to, Command command) {
    to.print(command.run().output());
  }
}
