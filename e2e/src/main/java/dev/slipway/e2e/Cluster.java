package dev.slipway.e2e;

import dev.slipway.testing.Command;
import dev.slipway.testing.Docker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Kind cluster with the images of a run and its database server.
 *
 * @param work the folder for the kubeconfig and for temporary files
 * @param helm the Helm program
 */
record Cluster(String name, Database database, Path work, String helm) {
  /** The repository of the image under test. */
  static final String REPOSITORY = "ghcr.io/slipway-project/slipway";

  /** The chart under test. */
  static final String CHART = "charts/slipway";

  /** The first NodePort. Each step has one, and rollback has two more. */
  static final int FIRST_PORT = 30_000;

  private static final int PORTS = Step.values().length + 2;
  private static final Duration SLOW = Duration.ofMinutes(10);
  private static final String HELPER_IMAGE = "busybox:stable";

  /** The value of a key in {@code Chart.yaml}. */
  static String chartValue(String key) {
    try {
      return Files.readString(Path.of(CHART, "Chart.yaml"))
          .lines()
          .filter(line -> line.startsWith(key + ": "))
          .map(line -> line.substring(key.length() + 2))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tag of the image under test. */
  String currentTag() {
    return chartValue("appVersion");
  }

  /** The tag of the image with one more migration. */
  String newerTag() {
    return name + "-newer";
  }

  /** The tag of the image with a migration that fails. */
  String failingTag() {
    return name + "-failing";
  }

  /** The tag of the image of the example service. */
  String ownServiceTag() {
    return "demo";
  }

  /** The tag of an older image with migrations of a service of your own. */
  String olderShopTag() {
    return "1.4.2";
  }

  /** The tag of an image with one more of them. */
  String newerShopTag() {
    return "1.5.0";
  }

  /** The repository of both images. */
  String shopRepository() {
    return name + "-shop";
  }

  /** The repository of the image of the example service. */
  String ownServiceRepository() {
    return name + "-own-service";
  }

  /** Creates the cluster, builds and loads the images, and starts the database server. */
  void create(Optional<String> nodeImage) throws IOException {
    Path config = work.resolve("kind.yaml");
    Files.writeString(config, kindConfig());
    Command create =
        Command.of("kind", "create", "cluster", "--name", name, "--config", config.toString())
            .with("--wait", "3m", "--quiet")
            .with(nodeImage.map(image -> List.of("--image", image)).orElse(List.of()));
    environment(create).within(SLOW).output();
    newerImage(newerTag(), "e2e/images/newer");
    newerImage(failingTag(), "e2e/images/failing");
    String ownService = ownServiceRepository() + ":" + ownServiceTag();
    Docker.build(ownService, Path.of("examples/own-service"));
    List<String> images = new ArrayList<>();
    for (String tag : List.of(currentTag(), newerTag(), failingTag())) {
      images.add(REPOSITORY + ":" + tag);
    }
    images.add(Docker.pulled(HELPER_IMAGE));
    for (String tag : List.of(olderShopTag(), newerShopTag())) {
      String shop = shopRepository() + ":" + tag;
      Docker.build(shop, Path.of("e2e/images/shop-" + tag));
      images.add(shop);
    }
    if (database.hasServer()) {
      images.add(Docker.pulled(database.image()));
    }
    if (database == Database.POSTGRES) {
      images.add(ownService);
    }
    Command.of("kind", "load", "docker-image", "--name", name).with(images).within(SLOW).output();
    if (database.hasServer()) {
      startServer();
    }
  }

  private static String kindConfig() {
    StringBuilder config =
        new StringBuilder(
            """
            kind: Cluster
            apiVersion: kind.x-k8s.io/v1alpha4
            nodes:
              - role: control-plane
                extraPortMappings:
            """);
    for (int port = FIRST_PORT; port < FIRST_PORT + PORTS; port++) {
      // Docker chooses a free port of the host.
      config.append(
          "      - {containerPort: %d, hostPort: 0, listenAddress: 127.0.0.1}%n".formatted(port));
    }
    return config.toString();
  }

  private void newerImage(String tag, String migrations) {
    Command.of("scripts/newer-image", REPOSITORY + ":" + currentTag(), REPOSITORY + ":" + tag)
        .with(migrations)
        .within(SLOW)
        .output();
  }

  private void startServer() {
    Namespace namespace = new Namespace(this, DatabaseServer.SHARED);
    namespace.create();
    DatabaseServer.start(namespace, database.id() + ".yaml");
  }

  /** Connects to a cluster of an earlier run. */
  void connect() {
    environment(Command.of("kind", "export", "kubeconfig", "--quiet", "--name", name)).output();
  }

  /** Deletes the cluster and the images built for it. */
  void delete() {
    environment(Command.of("kind", "delete", "cluster", "--quiet", "--name", name)).run();
    Docker.command("image", "rm", REPOSITORY + ":" + newerTag(), REPOSITORY + ":" + failingTag())
        .with(ownServiceRepository() + ":" + ownServiceTag())
        .with(shopRepository() + ":" + olderShopTag(), shopRepository() + ":" + newerShopTag())
        .run();
  }

  /** A kubectl command. */
  Command kubectl(String... arguments) {
    return environment(Command.of("kubectl").with(arguments));
  }

  /** A Helm command. */
  Command helm(String... arguments) {
    return environment(Command.of(helm).with(arguments));
  }

  /** The same cluster with another Helm program. */
  Cluster with(String otherHelm) {
    return new Cluster(name, database, work, otherHelm);
  }

  /** Whether the Helm program is Helm 4. */
  boolean hasHelm4() {
    return helm("version", "--template", "{{.Version}}").output().startsWith("v4");
  }

  /** The name of the node. */
  String node() {
    return name + "-control-plane";
  }

  private Command environment(Command command) {
    return command.variable("KUBECONFIG", work.resolve("kubeconfig").toString());
  }

  /** The address of the host that leads to a NodePort. */
  InetSocketAddress address(int nodePort) {
    return Docker.publishedPort(node(), nodePort);
  }
}
