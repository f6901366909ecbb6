package dev.slipway.http;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The limit that a rejected request exceeded. */
enum LimitExceeded {
  /** Concurrent requests, or memory for request bodies. */
  LOAD("load"),
  /** Size of the body. */
  BODY("body"),
  /** Size or number of header fields, or size of the request target. */
  HEADER("header"),
  /** Time for a request to arrive. */
  READ_TIMEOUT("read"),
  /** Time to handle one request. */
  DEADLINE("deadline");

  private final String label;

  LimitExceeded(String label) {
    this.label = label;
  }

  /** Counts rejected requests by limit. Safe for concurrent use. */
  static final class Counters {
    private final Map<LimitExceeded, Metrics.Counter> counters = new EnumMap<>(LimitExceeded.class);

    /** Registers a counter for each limit, so that an alert finds a zero before the first event. */
    Counters(Metrics metrics) {
      for (LimitExceeded limit : values()) {
        counters.put(
            limit,
            metrics.counter(
                "slipway_http_requests_refused_total",
                "Requests that exceeded a limit, by the limit.",
                Map.of("limit", limit.label)));
      }
    }

    /** Counts a rejection and returns its problem. */
    Problem count(LimitExceeded limit, Problem problem) {
      Objects.requireNonNull(counters.get(limit)).increment();
      return problem;
    }
  }
}
