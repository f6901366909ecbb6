package dev.slipway.bench;

import dev.slipway.bench.Turns.Entry;
import dev.slipway.bench.Turns.Sample;
import dev.slipway.testing.PostgresWire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Part two: {@code slipway serve} beside a bare handler, on PostgreSQL, both kept busy over 16
 * connections. A request that fails ends the bench: what answers errors is quick.
 */
final class ServingBench {
  /** Small enough for the container that the memory bar is about. */
  private static final String HEAP = "-Xmx64m";

  private static final int FEW = 10_000;
  private static final int PAGE = 100;
  private static final long REQUESTS_BEFORE_MEMORY = 100_000;
  private static final int STARTS = 5;

  /** Before memory is read: what the compilers needed for a moment is given back by then. */
  private static final Duration REST = Duration.ofSeconds(7);

  private final Path work;
  private final Bars bars;
  private final int rounds;
  private final int many;
  private final Path home = Path.of(System.getProperty("bench.home"));
  private final String classPath = System.getProperty("bench.classpath");
  private final Place.Postgres place;

  /** {@code port} is that of a PostgreSQL on this machine. */
  ServingBench(Bench.Options options, Path work, int port, Bars bars) throws IOException {
    this.work = Files.createDirectory(work.resolve("serve"));
    this.bars = bars;
    this.rounds = options.rounds();
    this.many = options.quick() ? 100_000 : 1_000_000;
    this.place = new Place.Postgres("PostgreSQL", port, port);
  }

  /** Measures all of it and tells what it took. */
  void run() throws IOException, InterruptedException, SQLException {
    try (BurstLoadProcess load = new BurstLoadProcess(classPath)) {
      Turns turns = new Turns(load, rounds);
      System.err.printf("bench: serving %,d identities%n", FEW);
      Population few = Population.of(home, place, FEW);
      start(few.target().dsn());
      statements(few, turns);
      besideBare(few, turns);
      place.drop(few.target());
      System.err.printf("bench: serving %,d identities%n", many);
      Population all = Population.of(home, place, many);
      pages(all, turns);
      place.drop(all.target());
    }
  }

  private ServerProcess slipway(String dsn) throws IOException {
    String more = System.getenv().getOrDefault("BENCH_JAVA_OPTS", "");
    return ServerProcess.slipway(home, HEAP + " " + more, dsn, work.resolve("slipway.log"));
  }

  private void start(String dsn) throws IOException {
    double[] millis = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      try (ServerProcess server = slipway(dsn)) {
        millis[i] = server.readyMillis();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%nServing: from start to ready %.0f ms, the median of %d (Kratos: about 150)%n",
        Median.of(millis),
        STARTS);
  }

  /** What one request says to the database. */
  private void statements(Population population, Turns turns) throws IOException, SQLException {
    try (PostgresWire wire = new PostgresWire(place.serverPort())) {
      Place.Postgres watched = new Place.Postgres(place.words(), place.serverPort(), wire.port());
      try (ServerProcess server = slipway(watched.target(population.target().name()).dsn())) {
        System.out.println("\nServing: statements of one request, read off the wire");
        Workload get = Workload.get(work, population.ids(1));
        Statements.of(wire, turns, new Entry("get", server, get));
        Statements.of(wire, turns, new Entry("create", server, Workload.create(work)));
        Workload list = Workload.list(work, "list", Pages.first(PAGE));
        long pages = Statements.of(wire, turns, new Entry("list", server, list));
        bars.atMost("serve, list of 100: statements", (double) pages, 2);
      }
    }
  }

  /** Get, create and ready; and memory after all that. */
  private void besideBare(Population population, Turns turns)
      throws IOException, InterruptedException, SQLException {
    String dsn = population.target().dsn();
    List<Workload> workloads =
        List.of(
            Workload.get(work, population.ids(FEW)), Workload.create(work), Workload.ready(work));
    try (ServerProcess ours = slipway(dsn);
        ServerProcess bare = ServerProcess.bare(ours, classPath, dsn, work.resolve("bare.log"))) {
      double idle = ours.residentMegabytes();
      double idleBare = bare.residentMegabytes();
      System.out.printf(
          "%nServing %,d identities, %d connections, %s%n", FEW, BurstLoad.CONNECTIONS, HEAP);
      Turns.printHeader();
      Map<String, Double> ratios = new HashMap<>();
      long requests = 0;
      for (Workload workload : workloads) {
        Entry our = new Entry(workload.name() + " slipway", ours, workload);
        Entry theirs = new Entry(workload.name() + " bare", bare, workload);
        if (workload.name().equals("create")) {
          sameRows(population, turns, our, theirs);
        }
        List<Entry> entries = new ArrayList<>(List.of(our, theirs));
        if (workload.name().equals("get")) {
          entries.add(new Entry("its row alone", bare, Workload.row(work, population.ids(FEW))));
        }
        Map<Entry, List<Sample>> samples = turns.run(entries);
        Turns.print(samples);
        kratos(workload, samples.get(our));
        ratios.put(workload.name(), Turns.ratio(samples.get(our), samples.get(theirs)));
        requests += samples.get(our).stream().mapToLong(each -> each.burst().requests()).sum();
      }
      bars.atLeast("serve, get: slipway / bare", ratios.get("get"), 0.75);
      bars.atLeast("serve, create: slipway / bare", ratios.get("create"), 0.5);
      Entry more = new Entry("get", ours, workloads.getFirst());
      while (requests < REQUESTS_BEFORE_MEMORY) {
        requests += turns.burst(more, 1).requests();
      }
      Thread.sleep(REST);
      System.out.printf(
          Locale.ROOT,
          "  MB idle and after: slipway %.0f, %.0f; bare %.0f, %.0f (Kratos: 72, 103 to 120)%n",
          idle,
          ours.residentMegabytes(),
          idleBare,
          bare.residentMegabytes());
      memory("after " + String.format("%,d requests", REQUESTS_BEFORE_MEMORY), ours);
    }
  }

  /** A create that writes less is no match. */
  private static void sameRows(Population population, Turns turns, Entry... entries)
      throws IOException, SQLException {
    List<String> rows = new ArrayList<>();
    for (Entry entry : entries) {
      List<Long> before = population.rows();
      long requests = turns.burst(entry, 1).requests();
      List<Long> after = population.rows();
      List<Double> each = new ArrayList<>();
      for (int i = 0; i < before.size(); i++) {
        each.add((after.get(i) - before.get(i)) / (double) requests);
      }
      rows.add(each.toString());
    }
    if (rows.stream().distinct().count() > 1) {
      throw new IllegalStateException("not the same rows for each create: " + rows);
    }
  }

  /** Pages at both ends of a long list. */
  private void pages(Population population, Turns turns) throws IOException, InterruptedException {
    try (ServerProcess server = slipway(population.target().dsn())) {
      Workload first = Workload.list(work, "list, first page", Pages.first(PAGE));
      String address = Pages.last(server.port(), PAGE, many);
      Workload last = Workload.list(work, "list, last page", address);
      Entry start = new Entry(first.name(), server, first);
      Entry end = new Entry(last.name(), server, last);
      Map<Entry, List<Sample>> samples = turns.run(List.of(start, end));
      System.out.printf("%nServing pages of %d out of %,d identities%n", PAGE, many);
      Turns.printHeader();
      Turns.print(samples);
      kratos(first, samples.get(start));
      bars.atMost(
          "serve, list: cost of the last page / of the first",
          Turns.ratio(samples.get(start), samples.get(end)),
          1.25);
      Thread.sleep(REST);
      memory("after lists", server);
    }
  }

  private static void kratos(Workload workload, List<Sample> ours) {
    Workload.Kratos kratos = workload.kratos();
    double times = Median.of(ours, each -> each.burst().perSecond()) / kratos.perSecond();
    System.out.printf(
        Locale.ROOT,
        "    Kratos 26.2, measured elsewhere on a machine of this kind: %,.0f/s%s;"
            + " slipway has %.1f times that, and means to have %d%n",
        kratos.perSecond(),
        kratos.p99(),
        times,
        kratos.times());
  }

  private void memory(String when, ServerProcess server) throws IOException {
    double megabytes = server.residentMegabytes();
    if (megabytes > 0) {
      bars.atMost("serve: resident MB at " + HEAP + ", " + when, megabytes, 110);
    } else {
      bars.skip("serve: memory", "is read from /proc, which is not here");
    }
  }
}
