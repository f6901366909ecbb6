package dev.slipway.http;

import java.util.EnumMap;
import java.util.Map;

/** Counts what is refused, by the limit. Safe for any number of threads. */
final class Refusals {
  private final Map<Refusal, Metrics.Counter> counters = new EnumMap<>(Refusal.class);

  /** A counter for each reason, so that an alert on one that never happened finds a zero. */
  Refusals(Metrics metrics) {
    for (Refusal refusal : Refusal.values()) {
      counters.put(
          refusal,
          metrics.counter(
              "slipway_http_requests_refused_total",
              "Requests that exceeded a limit, by the limit.",
              Map.of("limit", refusal.label())));
    }
  }

  /** The problem, counted. */
  Problem of(Refusal refusal, Problem problem) {
    counters.get(refusal).increment();
    return problem;
  }
}
