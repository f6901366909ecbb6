package dev.slipway.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * One run of the bench. Results go to stdout, the story to stderr. Exit status 0 when every bar
 * that could be measured was met, 1 when one was missed, 2 for wrong usage.
 */
final class Bench {
  private static final String USAGE =
      """
      Usage: scripts/bench [--quick] [--rounds N] [--only PART[,PART...]]
        --quick   three rounds, Flyway in the first alone, without the runs of 10,000 files;
                  100,000 identities in place of 1,000,000, one minute of load on the image
                  in place of ten
        --rounds  how often each contestant runs (default 5)
        --only    migrate, or of it sqlite, postgres, postgres-far, mysql, mysql-far, growth;
                  serve, image
      BENCH_JAVA_OPTS holds more options for the JVM of every contestant.""";

  /**
   * What was asked for.
   *
   * @param quick less of everything, for a first look
   */
  record Options(int rounds, boolean quick, Set<Part> parts) {
    static Options parse(String[] args) {
      int rounds = 0;
      boolean quick = false;
      Set<Part> parts = EnumSet.noneOf(Part.class);
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--quick" -> quick = true;
          case "--rounds" -> rounds = Integer.parseInt(args[++i]);
          case "--only" -> parts.addAll(Part.named(args[++i]));
          default -> throw new IllegalArgumentException(args[i]);
        }
      }
      if (parts.isEmpty()) {
        parts.addAll(EnumSet.allOf(Part.class));
        if (quick) {
          parts.remove(Part.GROWTH);
        }
      }
      return new Options(rounds > 0 ? rounds : quick ? 3 : 5, quick, parts);
    }
  }

  private Bench() {}

  /** Runs what the arguments ask for. */
  public static void main(String[] args) throws Exception {
    if (List.of(args).contains("--help")) {
      System.out.println(USAGE);
      return;
    }
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println("bench: cannot read the arguments: " + e.getMessage() + "\n" + USAGE);
      System.exit(2);
      return;
    }
    Path work = Files.createTempDirectory("slipway-bench");
    boolean met;
    try {
      met = run(options, work);
    } finally {
      delete(work);
    }
    // The servers' clients keep threads of their own.
    System.exit(met ? 0 : 1);
  }

  private static boolean run(Options options, Path work) throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    int processors = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        "rounds: %d, JDK %s, %d processors%n", options.rounds(), Runtime.version(), processors);
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    if (load > processors / 2.0) {
      System.out.printf(
          Locale.ROOT,
          "The machine is busy (load %.1f): times will be long and ratios uncertain.%n",
          load);
    }
    Bars bars = new Bars();
    try (Servers servers = new Servers()) {
      new MigrationBench(options, work, servers, bars).run();
      if (options.parts().contains(Part.SERVE)) {
        new ServingBench(options, work, servers.postgres(), bars).run();
      }
      if (options.parts().contains(Part.IMAGE)) {
        Optional<String> missing = ImageBench.missing();
        if (missing.isPresent()) {
          bars.skip("image", missing.get());
        } else {
          new ImageBench(options, work, bars).run(servers.postgres());
        }
      }
    }
    System.out.println();
    bars.lines().forEach(System.out::println);
    return bars.met();
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> found = Files.walk(folder)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
