package dev.slipway.bench;

import dev.slipway.bench.Contestant.Kind;
import dev.slipway.bench.Race.Sample;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One run of the bench. Results go to stdout, the story to stderr. Exit status 0 when every
 * bar that could be measured was met, 1 when one was missed, 2 for wrong usage.
 */
final class Bench {
  private static final String USAGE =
      """
      Usage: scripts/bench [--quick] [--rounds N] [--only PART[,PART...]]
        --quick   three rounds, Flyway in the first alone, without the runs of 10,000 files
        --rounds  how often each contestant runs (default 5)
        --only    of sqlite, postgres, postgres-far, mysql, mysql-far, growth
      BENCH_JAVA_OPTS holds more options for the JVM of every contestant.""";

  private enum Part {
    SQLITE,
    POSTGRES,
    POSTGRES_FAR,
    MYSQL,
    MYSQL_FAR,
    GROWTH;

    static Part of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  private static final Set<Part> ON_POSTGRES =
      EnumSet.of(Part.POSTGRES, Part.POSTGRES_FAR, Part.GROWTH);

  private static final int FILES = 350;

  private final Path work;
  private final String classPath;
  private final int rounds;
  private final int flywayRounds;
  private final Set<Part> parts;
  private final Bars bars = new Bars();
  private final Race race;

  private Bench(Path work, String classPath, int rounds, int flywayRounds,
      Set<Part> parts) {
    this.work = work;
    this.classPath = classPath;
    this.rounds = rounds;
    this.flywayRounds = flywayRounds;
    this.parts = parts;
    this.race = new Race(classPath, "256m", work);
  }

  /** Runs what the arguments ask for. */
  public static void main(String[] args) throws Exception {
    int rounds = 5;
    boolean quick = false;
    Set<Part> parts = EnumSet.allOf(Part.class);
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--quick" -> {
            quick = true;
            rounds = 3;
            parts.remove(Part.GROWTH);
          }
          case "--rounds" -> rounds = Integer.parseInt(args[++i]);
          case "--only" -> {
            parts.clear();
            Stream.of(args[++i].split(",")).map(Part::of).forEach(parts::add);
          }
          case "--help" -> {
            System.out.println(USAGE);
            return;
          }
          default -> throw new IllegalArgumentException(args[i]);
        }
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      System.err.println("bench: cannot read the arguments: " + e.getMessage() + "\n" + USAGE);
      System.exit(2);
    }
    Path work = Files.createTempDirectory("slipway-bench");
    boolean met;
    try {
      met = new Bench(work, System.getProperty("bench.classpath"), rounds,
          quick ? 1 : rounds, parts).run();
    } finally {
      delete(work);
    }
    // The servers' clients keep threads of their own.
    System.exit(met ? 0 : 1);
  }

  private boolean run() throws Exception {
    Logger.getLogger("").setLevel(Level.WARNING);
    int processors = Runtime.getRuntime().availableProcessors();
    System.out.printf("%d files, rounds: %d, JDK %s, %d processors%n",
        FILES, rounds, Runtime.version(), processors);
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    if (load > processors / 2.0) {
      System.out.printf(Locale.ROOT,
          "The machine is busy (load %.1f): times will be long and ratios uncertain.%n", load);
    }
    try (Servers servers = new Servers()) {
      if (parts.contains(Part.SQLITE)) {
        sqlite();
      }
      boolean unused = Collections.disjoint(parts, ON_POSTGRES);
      int postgres = unused ? 0 : servers.postgres();
      if (parts.contains(Part.POSTGRES)) {
        compare(new Place.Postgres("PostgreSQL", postgres, postgres), 1.0, 0.4);
      }
      if (parts.contains(Part.POSTGRES_FAR)) {
        int far = servers.delayed(postgres);
        compare(new Place.Postgres("PostgreSQL at +2 ms", postgres, far), 0.25, 0.05);
      }
      mysql(servers);
      if (parts.contains(Part.GROWTH)) {
        growth(new Place.Sqlite(Files.createDirectory(work.resolve("sqlite-growth"))));
        Place.Postgres place = new Place.Postgres("PostgreSQL", postgres, postgres);
        growth(place);
      }
    }
    System.out.println();
    bars.lines().forEach(System.out::println);
    return bars.met();
  }

  private void sqlite() throws IOException, InterruptedException, SQLException {
    Place place = new Place.Sqlite(Files.createDirectory(work.resolve("sqlite")));
    Map<Kind, List<Sample>> samples = all(place);
    ratio(place, samples, Kind.RAW, 1.2);
  }

  private void mysql(Servers servers) throws IOException, InterruptedException, SQLException {
    if (!parts.contains(Part.MYSQL) && !parts.contains(Part.MYSQL_FAR)) {
      return;
    }
    Optional<String> missing = Servers.mysqlMissing();
    if (missing.isPresent()) {
      bars.skip("MySQL", missing.get());
      return;
    }
    int port = servers.mysql();
    if (parts.contains(Part.MYSQL)) {
      Place place = new Place.Mysql("MySQL", port, port, Servers.MYSQL_PASSWORD);
      ratio(place, all(place), Kind.RAW, 1.1);
    }
    if (parts.contains(Part.MYSQL_FAR)) {
      int far = servers.delayed(port);
      compare(
          new Place.Mysql("MySQL at +2 ms", port, far, Servers.MYSQL_PASSWORD), 0.6, 0.15);
    }
  }

  private void compare(Place place, double rawAtMost, double flywayAtMost)
      throws IOException, InterruptedException, SQLException {
    Map<Kind, List<Sample>> samples = all(place);
    ratio(place, samples, Kind.RAW, rawAtMost);
    ratio(place, samples, Kind.FLYWAY, flywayAtMost);
  }

  /**
   * The median of the rounds' ratios: the two of one round ran one after the other, so what else
   * the machine did at that time weighs on both.
   */
  private void ratio(Place place, Map<Kind, List<Sample>> samples, Kind other, double atMost) {
    List<Sample> ours = samples.get(Kind.SLIPWAY);
    List<Sample> theirs = samples.get(other);
    double[] ratios =
        IntStream.range(0, theirs.size())
            .mapToDouble(i -> ours.get(i).insideMillis() / theirs.get(i).insideMillis())
            .toArray();
    bars.add(
        place.words() + ": slipway / " + other.name().toLowerCase(Locale.ROOT),
        median(ratios),
        atMost);
  }

  /** Everybody on the 350 files. */
  private Map<Kind, List<Sample>> all(Place place)
      throws IOException, InterruptedException, SQLException {
    System.err.println("bench: " + place.words());
    Corpus.Folders folders = corpus(place.flavour(), FILES);
    Map<Kind, Integer> order = new EnumMap<>(
        Map.of(Kind.SLIPWAY, rounds, Kind.RAW, rounds, Kind.FLYWAY, flywayRounds));
    Map<Kind, List<Sample>> samples = race.run(place, folders, order);
    System.out.printf(Locale.ROOT, "%n%s (one round trip %.2f ms)%n",
        place.words(), place.roundTripMillis());
    table(samples);
    return samples;
  }

  /** From 1,000 to 10,000 files, in little memory; and what is sent when nothing is pending. */
  private void growth(Place place) throws IOException, InterruptedException, SQLException {
    System.err.println("bench: growth on " + place.words());
    Race small = new Race(classPath, "64m", work);
    int times = Math.min(rounds, 3);
    Map<Kind, List<Sample>> some =
        small.run(place, corpus(place.flavour(), 1_000),
            new EnumMap<>(Map.of(Kind.SLIPWAY, times, Kind.RAW, times)));
    Corpus.Folders folders = corpus(place.flavour(), 10_000);
    Map<Kind, List<Sample>> many = small.run(place, folders, Map.of(Kind.RAW, 1));
    Place.Target target = place.fresh();
    Sample up = small.once(Kind.SLIPWAY, target, folders);
    small.check(place, target, Kind.SLIPWAY, folders);
    many.put(Kind.SLIPWAY, List.of(up));
    System.out.printf("%n%s, 1,000 files, -Xmx64m%n", place.words());
    table(some);
    System.out.printf("%n%s, 10,000 files, -Xmx64m%n", place.words());
    table(many);
    bars.add(
        place.words() + ": 10,000 files / 1,000 files",
        up.insideMillis() / median(some.get(Kind.SLIPWAY), Sample::insideMillis),
        12);
    Sample nothing = nothingPending(place, target, folders, small);
    if (up.peakKib() > 0) {
      bars.add(
          place.words() + ": MiB at the peak of 10,000 files", up.peakKib() / 1024.0, 128);
      bars.add(
          place.words() + ": MiB at the peak, nothing pending", nothing.peakKib() / 1024.0, 128);
    } else {
      bars.skip(place.words() + ": memory", "is read from /proc, which is not here");
    }
    place.drop(target);
  }

  private Sample nothingPending(
      Place place, Place.Target target, Corpus.Folders folders, Race small)
      throws IOException, InterruptedException {
    Sample nothing;
    switch (place) {
      case Place.Postgres postgres -> {
        AtomicReference<List<PostgresMessages>> seen = new AtomicReference<>(List.of());
        try (DelayProxy proxy =
            new DelayProxy(
                postgres.port(),
                Duration.ZERO,
                () -> {
                  PostgresMessages messages = new PostgresMessages();
                  seen.updateAndGet(
                      before -> Stream.concat(before.stream(), Stream.of(messages)).toList());
                  return messages;
                })) {
          Place.Postgres watched =
              new Place.Postgres(postgres.words(), postgres.serverPort(), proxy.port());
          nothing = small.once(Kind.SLIPWAY, watched.target(target.name()), folders);
        }
        List<String> sent = new ArrayList<>();
        seen.get().forEach(connection -> sent.addAll(connection.statements()));
        System.out.println("\nNothing pending, read off the wire: " + sent.size() + " statements");
        sent.forEach(sql -> System.out.println("  " + sql.replaceAll("\\s+", " ")));
        bars.add("PostgreSQL: statements with nothing pending of 10,000", sent.size(), 3);
      }
      case Place.Sqlite _, Place.Mysql _ -> nothing = small.once(Kind.SLIPWAY, target, folders);
    }
    System.out.printf(Locale.ROOT, "%n%s, nothing pending of 10,000: %.0f ms inside, %.0f whole%n",
        place.words(), nothing.insideMillis(), nothing.wholeMillis());
    return nothing;
  }

  private Corpus.Folders corpus(Corpus.Flavour flavour, int files) throws IOException {
    return new Corpus(flavour).write(work.resolve(flavour + "-" + files), files);
  }

  private static void table(Map<Kind, List<Sample>> samples) {
    System.out.println("          inside, ms: median    min    max   whole, ms: median   peak MiB");
    samples.forEach(
        (kind, all) ->
            System.out.printf(Locale.ROOT, "  %-8s %19.0f %6.0f %6.0f %19.0f %10.0f%n",
                kind.name().toLowerCase(Locale.ROOT),
                median(all, Sample::insideMillis),
                all.stream().mapToDouble(Sample::insideMillis).min().orElseThrow(),
                all.stream().mapToDouble(Sample::insideMillis).max().orElseThrow(),
                median(all, Sample::wholeMillis),
                median(all, Sample::peakKib) / 1024));
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> what) {
    return median(samples.stream().mapToDouble(what).toArray());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
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
