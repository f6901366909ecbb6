package dev.slipway.bench;

import dev.slipway.bench.Contestant.Kind;
import dev.slipway.bench.Race.Sample;
import dev.slipway.testing.PostgresWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Part one: {@code slipway migrate sql up} beside raw JDBC and {@code flyway.migrate()}, on every
 * database that is here.
 */
final class MigrationBench {
  private static final Set<Part> ON_POSTGRES =
      EnumSet.of(Part.POSTGRES, Part.POSTGRES_FAR, Part.GROWTH);

  private static final int FILES = 350;

  private final Bench.Options options;
  private final Path work;
  private final Servers servers;
  private final Bars bars;
  private final String classPath = System.getProperty("bench.classpath");
  private final Race race;

  /** {@code work} is a folder for files; what is measured is added to {@code bars}. */
  MigrationBench(Bench.Options options, Path work, Servers servers, Bars bars) {
    this.options = options;
    this.work = work;
    this.servers = servers;
    this.bars = bars;
    this.race = new Race(classPath, "256m", work);
  }

  /** Runs the parts that were asked for and tells what they took. */
  void run() throws IOException, InterruptedException, SQLException {
    if (asked(Part.SQLITE)) {
      sqlite();
    }
    boolean unused = Collections.disjoint(options.parts(), ON_POSTGRES);
    int postgres = unused ? 0 : servers.postgres();
    if (asked(Part.POSTGRES)) {
      compare(new Place.Postgres("PostgreSQL", postgres, postgres), 1.0, 0.4);
    }
    if (asked(Part.POSTGRES_FAR)) {
      int far = servers.delayed(postgres);
      compare(new Place.Postgres("PostgreSQL at +2 ms", postgres, far), 0.25, 0.05);
    }
    mysql();
    if (asked(Part.GROWTH)) {
      growth(new Place.Sqlite(Files.createDirectory(work.resolve("sqlite-growth"))));
      growth(new Place.Postgres("PostgreSQL", postgres, postgres));
    }
  }

  private boolean asked(Part part) {
    return options.parts().contains(part);
  }

  private void sqlite() throws IOException, InterruptedException, SQLException {
    Place place = new Place.Sqlite(Files.createDirectory(work.resolve("sqlite")));
    Map<Kind, List<Sample>> samples = all(place);
    ratio(place, samples, Kind.RAW, 1.2);
  }

  private void mysql() throws IOException, InterruptedException, SQLException {
    if (!asked(Part.MYSQL) && !asked(Part.MYSQL_FAR)) {
      return;
    }
    Optional<String> missing = Servers.mysqlMissing();
    if (missing.isPresent()) {
      bars.skip("MySQL", missing.get());
      return;
    }
    int port = servers.mysql();
    if (asked(Part.MYSQL)) {
      Place place = new Place.Mysql("MySQL", port, port, Servers.MYSQL_PASSWORD);
      ratio(place, all(place), Kind.RAW, 1.1);
    }
    if (asked(Part.MYSQL_FAR)) {
      int far = servers.delayed(port);
      compare(new Place.Mysql("MySQL at +2 ms", port, far, Servers.MYSQL_PASSWORD), 0.6, 0.15);
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
    bars.atMost(
        place.words() + ": slipway / " + other.name().toLowerCase(Locale.ROOT),
        Median.of(ratios),
        atMost);
  }

  /** Everybody on the 350 files. */
  private Map<Kind, List<Sample>> all(Place place)
      throws IOException, InterruptedException, SQLException {
    System.err.println("bench: " + place.words());
    Corpus.Folders folders = corpus(place.flavour(), FILES);
    int rounds = options.rounds();
    Map<Kind, Integer> order =
        new EnumMap<>(
            Map.of(
                Kind.SLIPWAY, rounds, Kind.RAW, rounds, Kind.FLYWAY, options.quick() ? 1 : rounds));
    Map<Kind, List<Sample>> samples = race.run(place, folders, order);
    System.out.printf(
        Locale.ROOT,
        "%n%s, %d files (one round trip %.2f ms)%n",
        place.words(),
        FILES,
        place.roundTripMillis());
    table(samples);
    return samples;
  }

  /** From 1,000 to 10,000 files, in little memory; and what is sent when nothing is pending. */
  private void growth(Place place) throws IOException, InterruptedException, SQLException {
    System.err.println("bench: growth on " + place.words());
    Race small = new Race(classPath, "64m", work);
    int times = Math.min(options.rounds(), 3);
    Map<Kind, List<Sample>> some =
        small.run(
            place,
            corpus(place.flavour(), 1_000),
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
    bars.atMost(
        place.words() + ": 10,000 files / 1,000 files",
        up.insideMillis() / Median.of(some.get(Kind.SLIPWAY), Sample::insideMillis),
        12);
    Sample nothing = nothingPending(place, target, folders, small);
    if (up.peakKib() > 0) {
      bars.atMost(place.words() + ": MiB at the peak of 10,000 files", up.peakKib() / 1024.0, 128);
      bars.atMost(
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
        List<String> sent;
        try (PostgresWire wire = new PostgresWire(postgres.port())) {
          Place.Postgres watched =
              new Place.Postgres(postgres.words(), postgres.serverPort(), wire.port());
          nothing = small.once(Kind.SLIPWAY, watched.target(target.name()), folders);
          sent = wire.statements();
        }
        System.out.println("\nNothing pending, read off the wire: " + sent.size() + " statements");
        sent.forEach(sql -> System.out.println("  " + sql.replaceAll("\\s+", " ")));
        bars.atMost("PostgreSQL: statements with nothing pending of 10,000", sent.size(), 3);
      }
      case Place.Sqlite _, Place.Mysql _ -> nothing = small.once(Kind.SLIPWAY, target, folders);
    }
    System.out.printf(
        Locale.ROOT,
        "%n%s, nothing pending of 10,000: %.0f ms inside, %.0f whole%n",
        place.words(),
        nothing.insideMillis(),
        nothing.wholeMillis());
    return nothing;
  }

  private Corpus.Folders corpus(Corpus.Flavour flavour, int files) throws IOException {
    return new Corpus(flavour).write(work.resolve(flavour + "-" + files), files);
  }

  private static void table(Map<Kind, List<Sample>> samples) {
    System.out.println("          inside, ms: median    min    max   whole, ms: median   peak MiB");
    samples.forEach(
        (kind, all) ->
            System.out.printf(
                Locale.ROOT,
                "  %-8s %19.0f %6.0f %6.0f %19.0f %10.0f%n",
                kind.name().toLowerCase(Locale.ROOT),
                Median.of(all, Sample::insideMillis),
                all.stream().mapToDouble(Sample::insideMillis).min().orElseThrow(),
                all.stream().mapToDouble(Sample::insideMillis).max().orElseThrow(),
                Median.of(all, Sample::wholeMillis),
                Median.of(all, Sample::peakKib) / 1024));
  }
}
