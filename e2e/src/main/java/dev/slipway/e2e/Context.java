package dev.slipway.e2e;

import dev.slipway.testing.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a step works with: its namespace, its NodePort, the database server, and its report.
 *
 * @param work a folder for temporary files
 * @param report the results, one line each
 */
record Context(Namespace namespace, int port, Path work, Queue<String> report) {
  /** The usual name of a release. */
  static final String RELEASE = "slipway";

  /** The context of a step on a cluster. */
  static Context of(Cluster cluster, Step step) throws IOException {
    return new Context(
        new Namespace(cluster, step.id()),
        step.port(),
        Files.createDirectories(cluster.work().resolve(step.id())),
        new ConcurrentLinkedQueue<>());
  }

  /** The same context with another NodePort. */
  Context on(int nodePort) {
    return new Context(namespace, nodePort, work, report);
  }

  Cluster cluster() {
    return namespace.cluster();
  }

  Database database() {
    return cluster().database();
  }

  /** The database server that the steps share. */
  DatabaseServer server() {
    return new DatabaseServer(new Namespace(cluster(), DatabaseServer.SHARED));
  }

  /** The service behind the NodePort. */
  Service service() {
    return new Service(cluster().address(port));
  }

  /** Starts load on the service once it is ready. */
  ServiceLoad startLoad() throws InterruptedException {
    service().awaitReady();
    return new ServiceLoad(service().address());
  }

  /** Adds a line to the report. */
  void report(String line) {
    report.add(line);
  }

  /** Options of Helm: those that expose the service on the NodePort, and these. */
  List<String> exposed(String... options) {
    String service = "service.type=NodePort,service.openWithoutToken=true,service.nodePort=";
    return options("--set=" + service + port, options);
  }

  /** An option of Helm that sets the DSN. */
  static String dsnOption(String dsn) {
    return "--set=dsn.value=" + dsn;
  }

  /** Installs a release. */
  void install(String release, List<String> options) {
    namespace.upgrade(release, Cluster.CHART, options).output();
  }

  /** Upgrades a release with the values that it has, and these. */
  void upgrade(String release, String... options) {
    install(release, options("--reuse-values", options));
  }

  /** An upgrade to an image whose migration fails. Fails when Helm succeeds. */
  CommandResult failingUpgrade(String... options) {
    CommandResult result =
        namespace
            .helm("upgrade", RELEASE, Cluster.CHART, "--reuse-values", "--wait", "--timeout", "2m")
            .with(imageOption(cluster().failingTag()))
            .with(options)
            .run();
    Expect.that(!result.succeeded(), "an upgrade with a failing migration succeeded");
    return result;
  }

  /** An option of Helm that sets the tag of the image. */
  static String imageOption(String tag) {
    return "--set=image.tag=" + tag;
  }

  /** Upgrades after a failed migration, which MySQL cannot roll back, to the newer image. */
  void upgradeAfterFailure() {
    String image = imageOption(cluster().newerTag());
    if (database() == Database.MYSQL) {
      upgrade(RELEASE, image, "--set=migration.repair=true");
    } else {
      upgrade(RELEASE, image);
    }
  }

  private static List<String> options(String first, String... more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(Arrays.asList(more));
    return all;
  }
}
