package dev.slipway.http;

import java.util.EnumMap;
import java.util.Map;

/** Which limit a request was refused for. */
enum Refusal {
  /** Concurrent work, or memory for bodies. */
  LOAD("load"),
  /** Size of the body. */
  BODY("body"),
  /** Size or number of headers, or size of the address. */
  HEADER("header"),
  /** Time for one request. */
  DEADLINE("deadline");

  private final String label;

  Refusal(String label) {
    this.label = label;
  }

  /** A counter for each reason, so that an alert on one that never happened finds a zero. */
  static Map<Refusal, Metrics.Counter> counters(Metrics metrics) {
    var counters = new EnumMap<Refusal, Metrics.Counter>(Refusal.class);
    for (Refusal refusal : values()) {
      counters.put(
          refusal,
          metrics.counter(
              "slipway_http_requests_refused_total",
              "Requests that exceeded a limit, by the limit.",
              Map.of("limit", refusal.label)));
    }
    return counters;
  }
}
