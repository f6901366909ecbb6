package dev.slipway.bench;

import dev.slipway.bench.ImageFiles.Weight;
import dev.slipway.testing.Command;
import dev.slipway.testing.Docker;
import dev.slipway.testing.RunningCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Part three: the image. What it weighs; how long {@code docker run} takes until it is ready, and
 * until a migration with nothing to do has ended, beside a container of a static program that does
 * nothing, and beside the same jars on a JDK as it comes; and whether it lives in 128 MB under
 * load.
 */
final class ImageBench {
  private static final Path TAR = Path.of("image/target/image.tar");
  private static final Path LIBRARIES = Path.of("image/target/root/slipway/lib");

  /** Its busybox is one static file. */
  private static final String NO_OP = "busybox:stable";

  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration REST = Duration.ofSeconds(7);
  private static final int TURNS_PER_ROUND = 3;

  private static final List<String> HARDENED =
      List.of("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges");

  private final Path work;
  private final Bars bars;
  private final int turns;
  private final Duration soak;
  private final Path home = Path.of(System.getProperty("bench.home"));
  private final String classPath = System.getProperty("bench.classpath");
  private final String mark = "bench-" + UUID.randomUUID();
  private String image;

  ImageBench(Bench.Options options, Path work, Bars bars) throws IOException {
    this.work = Files.createDirectory(work.resolve("image"));
    this.bars = bars;
    this.turns = options.rounds() * TURNS_PER_ROUND;
    this.soak = options.quick() ? Duration.ofMinutes(1) : Duration.ofMinutes(10);
  }

  /** Why it cannot run here, with what to do; empty when it can. */
  static Optional<String> missing() {
    if (!Files.exists(TAR)) {
      return Optional.of("needs Docker and " + TAR + ": make image-tar, with a BASE that is there");
    }
    if (!Docker.has(NO_OP)) {
      return Optional.of("needs the image " + NO_OP + ": docker pull " + NO_OP);
    }
    return Optional.empty();
  }

  /** Measures all of it and tells what it took; {@code port} is that of a PostgreSQL here. */
  void run(int port) throws IOException, InterruptedException, SQLException {
    weigh();
    String loaded = output("load", "--input", TAR.toString());
    image = loaded.substring(loaded.lastIndexOf(": ") + 2);
    output("volume", "create", mark);
    try {
      finished(hardened("@/slipway/migrate.args", "migrate", "sql", "up", "--yes"));
      starts();
      soak(port);
    } finally {
      for (String container : containers()) {
        Docker.command("rm", "--force", container).run();
      }
      Docker.command("volume", "rm", "--force", mark).run();
    }
  }

  private void weigh() throws IOException {
    List<Weight> layers = new ImageFiles(TAR, Files.createDirectory(work.resolve("tar"))).layers();
    System.out.println("\nImage: bytes of the layers, as a registry sends them, and unpacked");
    layers.forEach(ImageBench::print);
    long compressed = layers.stream().mapToLong(Weight::compressed).sum();
    print(new Weight("all", compressed, layers.stream().mapToLong(Weight::raw).sum()));
    System.out.println("  of the libraries, each compressed for itself:");
    ImageFiles.libraries(LIBRARIES).forEach(ImageBench::print);
    bars.atMost("image: MB compressed", compressed / 1e6, 48);
  }

  private static void print(Weight weight) {
    System.out.printf(
        Locale.ROOT,
        "  %-48s %8.2f MB %8.2f MB%n",
        weight.name(),
        weight.compressed() / 1e6,
        weight.raw() / 1e6);
  }

  // ---- from docker run on

  /** One of those who are compared: it measures itself, in milliseconds. */
  private interface Measured {
    double millis() throws IOException, InterruptedException;
  }

  private void starts() throws IOException, InterruptedException {
    String nothing = "no-op, to its end";
    String ready = "serve, to ready";
    String upToDate = "migrate, nothing to do";
    List<String> plain =
        List.of(
            "--volume",
            System.getProperty("java.home") + ":/jdk:ro",
            "--volume",
            home.resolve("lib").toAbsolutePath() + ":/jars:ro",
            // SQLite's library is unpacked there.
            "--tmpfs",
            "/tmp:exec",
            "--entrypoint",
            "/jdk/bin/java");
    Map<String, Measured> all = new LinkedHashMap<>();
    all.put(nothing, () -> finished(List.of("--network", "host", NO_OP, "true")));
    all.put(ready, () -> ready(List.of(), List.of()));
    all.put(
        ready + ", plain JDK",
        () -> ready(plain, List.of("-cp", "/jars/*", "dev.slipway.Main", "serve")));
    all.put(
        upToDate,
        () -> finished(hardened("@/slipway/migrate.args", "migrate", "sql", "up", "--yes")));
    List<String> migratePlain = new ArrayList<>(plain);
    migratePlain.addAll(inNetwork());
    migratePlain.addAll(
        List.of(image, "-cp", "/jars/*", "dev.slipway.Main", "migrate", "sql", "up", "--yes"));
    all.put(upToDate + ", plain JDK", () -> finished(migratePlain));
    Map<String, double[]> millis = new LinkedHashMap<>();
    all.keySet().forEach(name -> millis.put(name, new double[turns]));
    List<String> order = new ArrayList<>(all.keySet());
    for (int turn = 0; turn < turns; turn++) {
      for (String name : order) {
        millis.get(name)[turn] = all.get(name).millis();
      }
      order = order.reversed();
    }
    System.out.printf("%nImage: docker run, ms, %d turns%n", turns);
    System.out.println(
        "                                      median       min       max   / no-op");
    millis.forEach(
        (name, each) ->
            System.out.printf(
                Locale.ROOT,
                "  %-34s %8.0f %9.0f %9.0f %9.2f%n",
                name,
                Median.of(each),
                Arrays.stream(each).min().orElseThrow(),
                Arrays.stream(each).max().orElseThrow(),
                ratio(each, millis.get(nothing))));
    bars.atMost(
        "image: docker run to ready / no-op container",
        ratio(millis.get(ready), millis.get(nothing)),
        2.2);
    bars.atMost(
        "image: migrate with nothing to do / no-op container",
        ratio(millis.get(upToDate), millis.get(nothing)),
        2.7);
  }

  private static double ratio(double[] some, double[] others) {
    double[] ratios = new double[some.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = some[i] / others[i];
    }
    return Median.of(ratios);
  }

  /** On the migrated SQLite file, without the time that a network of its own takes. */
  private List<String> inNetwork() {
    return List.of(
        "--network", "host", "--volume", mark + ":/data", "--env", "DSN=sqlite:///data/slipway.db");
  }

  private List<String> hardened(String... command) {
    List<String> arguments = new ArrayList<>(HARDENED);
    arguments.addAll(inNetwork());
    arguments.add("--entrypoint");
    arguments.add("java");
    arguments.add(image);
    arguments.addAll(List.of(command));
    return arguments;
  }

  private String run(List<String> arguments) {
    return command(arguments).output().strip();
  }

  private Command command(List<String> arguments) {
    return Docker.command("run", "--label", mark).with(arguments);
  }

  private static String output(String... arguments) {
    return Docker.command(arguments).output().strip();
  }

  private List<String> containers() {
    return output("ps", "--all", "--quiet", "--filter", "label=" + mark).lines().toList();
  }

  /** How long a container took that has to end by itself, and well. */
  private double finished(List<String> arguments) {
    long start = System.nanoTime();
    run(arguments);
    double millis = (System.nanoTime() - start) / 1e6;
    for (String container : containers()) {
      output("rm", container);
    }
    return millis;
  }

  private double ready(List<String> options, List<String> command)
      throws IOException, InterruptedException {
    int port = Readiness.freePort();
    List<String> arguments = new ArrayList<>(List.of("--detach"));
    arguments.addAll(HARDENED);
    arguments.addAll(inNetwork());
    arguments.addAll(
        List.of("--env", "SERVE_ADMIN_HOST=127.0.0.1", "--env", "SERVE_ADMIN_PORT=" + port));
    arguments.addAll(options);
    arguments.add(image);
    arguments.addAll(command);
    long start = System.nanoTime();
    // Docker's client comes back when the container runs; ready may be earlier than that.
    RunningCommand docker = command(arguments).start();
    try {
      awaitReady(port, start);
      return (System.nanoTime() - start) / 1e6;
    } finally {
      docker.await(START);
      for (String container : containers()) {
        output("rm", "--force", container);
      }
    }
  }

  private static void awaitReady(int port, long start) throws IOException, InterruptedException {
    while (!Readiness.at(port)) {
      if (System.nanoTime() - start > START.toNanos()) {
        throw new IOException("not ready within " + START.toSeconds() + " s");
      }
      Thread.sleep(Duration.ofMillis(2));
    }
  }

  // ---- in a small container

  private void soak(int postgres) throws IOException, InterruptedException, SQLException {
    Place.Postgres place = new Place.Postgres("PostgreSQL", postgres, postgres);
    Population population = Population.of(home, place, 10_000);
    int port = Readiness.freePort();
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--detach",
                "--network",
                "host",
                "--memory",
                "128m",
                "--memory-swap",
                "128m",
                "--cpus",
                "1",
                "--env",
                "DSN=" + population.target().dsn(),
                "--env",
                "SERVE_ADMIN_HOST=127.0.0.1",
                "--env",
                "SERVE_ADMIN_PORT=" + port));
    arguments.addAll(HARDENED);
    arguments.add(image);
    String container = run(arguments);
    awaitReady(port, System.nanoTime());
    Thread.sleep(REST);
    bars.atMost("image: resident MB of an idle serve", residentMegabytes(container), 75);
    System.err.printf("bench: %d s under load in 128 MB%n", soak.toSeconds());
    long requests = 0;
    var checks = new HealthChecks(container);
    try (checks;
        BurstLoadProcess load = new BurstLoadProcess(classPath)) {
      List<Workload> workloads =
          List.of(
              Workload.get(work, population.ids(10_000)),
              Workload.create(work),
              Workload.list(work, "list", Pages.first(100)));
      long end = System.nanoTime() + soak.toNanos();
      while (System.nanoTime() < end) {
        for (Workload each : workloads) {
          requests += load.burst(port, 3, each.status(), each.requests()).requests();
        }
      }
    }
    String state =
        output("inspect", "--format", "{{.State.Running}} {{.State.OOMKilled}}", container);
    System.out.printf(
        Locale.ROOT,
        "%nImage: %,d requests in %d s with 128 MB and one CPU; running, OOM-killed: %s;"
            + " %s; %.0f MB resident%n",
        requests,
        soak.toSeconds(),
        state,
        checks,
        residentMegabytes(container));
    bars.atLeast(
        "image: lived through load in 128 MB (1 is yes)",
        state.equals("true false") && checks.allWell() ? 1 : 0,
        1);
    place.drop(population.target());
  }

  private static double residentMegabytes(String container) throws IOException {
    String pid = output("inspect", "--format", "{{.State.Pid}}", container);
    return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e6)
        .findFirst()
        .orElseThrow();
  }
}
