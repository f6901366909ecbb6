package dev.slipway.bench;

import dev.slipway.bench.Turns.Entry;
import dev.slipway.testing.PostgresWire;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The statements of one request, read off the wire under load. */
final class Statements {
  /** What is asked less often than this for each request belongs to the probes. */
  private static final double PART_OF_REQUEST = 0.9;

  private Statements() {}

  /**
   * Prints them.
   *
   * @param wire what the server reaches its database by
   * @return how many there are, without those that only begin or end the transaction
   */
  static long of(PostgresWire wire, Turns turns, Entry entry) throws IOException {
    Map<String, Long> before = counts(wire);
    long requests = turns.burst(entry, 1).requests();
    Map<String, Long> after = counts(wire);
    System.out.println("  " + entry.name());
    long statements = 0;
    for (Map.Entry<String, Long> each : after.entrySet()) {
      String sql = each.getKey();
      double times = (each.getValue() - before.getOrDefault(sql, 0L)) / (double) requests;
      if (times >= PART_OF_REQUEST) {
        System.out.printf(Locale.ROOT, "    %4.1f  %.160s%n", times, sql);
        statements += sql.matches("BEGIN.*|COMMIT|ROLLBACK") ? 0 : Math.round(times);
      }
    }
    return statements;
  }

  private static Map<String, Long> counts(PostgresWire wire) {
    Map<String, Long> counts = new LinkedHashMap<>();
    List<String> statements = wire.statements();
    statements.forEach(sql -> counts.merge(sql.strip().replaceAll("\\s+", " "), 1L, Long::sum));
    return counts;
  }
}
