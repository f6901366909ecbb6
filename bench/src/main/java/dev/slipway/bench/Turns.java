package dev.slipway.bench;

import dev.slipway.bench.BurstLoad.Burst;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bursts of load on those who are compared, in turns whose order turns around with each round, so
 * that what else the machine does weighs on all of them.
 */
final class Turns {
  /** Until both compilers of the JVM have done most of their work. */
  private static final double WARM_SECONDS = 10;

  private static final double SECONDS = 4;

  private final BurstLoadProcess load;
  private final int rounds;

  /** {@code rounds} bursts on each. */
  Turns(BurstLoadProcess load, int rounds) {
    this.load = load;
    this.rounds = rounds;
  }

  /** One of those who are compared: a workload on a server. */
  record Entry(String name, ServerProcess server, Workload workload) {}

  /** One burst, and what of the processors the server itself took for each request. */
  record Sample(Burst burst, double cpuMicros) {}

  /** The samples of each entry, in the order of the rounds. */
  Map<Entry, List<Sample>> run(List<Entry> entries) throws IOException {
    Map<Entry, List<Sample>> samples = new LinkedHashMap<>();
    for (Entry entry : entries) {
      samples.put(entry, new ArrayList<>());
      burst(entry, WARM_SECONDS);
    }
    List<Entry> order = new ArrayList<>(entries);
    for (int round = 0; round < rounds; round++) {
      for (Entry entry : order) {
        Duration before = entry.server().cpu();
        Burst burst = burst(entry, SECONDS);
        double cpu = entry.server().cpu().minus(before).toNanos() / 1e3 / burst.requests();
        samples.get(entry).add(new Sample(burst, cpu));
      }
      Collections.reverse(order);
    }
    return samples;
  }

  /** One burst outside of any comparison. */
  Burst burst(Entry entry, double seconds) throws IOException {
    Workload workload = entry.workload();
    return load.burst(entry.server().port(), seconds, workload.status(), workload.requests());
  }

  /** As in part one, the median of the rounds' ratios of requests per second. */
  static double ratio(List<Sample> some, List<Sample> others) {
    double[] ratios = new double[some.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = some.get(i).burst().perSecond() / others.get(i).burst().perSecond();
    }
    return Median.of(ratios);
  }

  static void print(Map<Entry, List<Sample>> samples) {
    samples.forEach(
        (entry, all) ->
            System.out.printf(
                Locale.ROOT,
                "  %-16s %,19.0f %,9.0f %,9.0f %8.2f %8.2f %17.0f%n",
                entry.name(),
                Median.of(all, sample -> sample.burst().perSecond()),
                all.stream().mapToDouble(s -> s.burst().perSecond()).min().orElseThrow(),
                all.stream().mapToDouble(s -> s.burst().perSecond()).max().orElseThrow(),
                Median.of(all, sample -> sample.burst().p50Millis()),
                Median.of(all, sample -> sample.burst().p99Millis()),
                Median.of(all, Sample::cpuMicros)));
  }

  static void printHeader() {
    System.out.println(
        "                   requests/s: median       min       max   p50 ms   p99 ms"
            + "   its CPU, µs each");
  }
}
