package dev.slipway.cli;

import java.util.ArrayList;
import java.util.List;

/** When there was no pooler: from the signal that ends it until the next accepts connections. */
final class Outages {
  private final List<long[]> outages = new ArrayList<>();
  private long begun;

  void begin() {
    begun = System.nanoTime();
  }

  void end() {
    outages.add(new long[] {begun, System.nanoTime()});
  }

  int count() {
    return outages.size();
  }

  /** How long before this moment the last one was over, in milliseconds. */
  long millisSince(long nanos) {
    return outages.stream()
            .mapToLong(each -> nanos - each[1])
            .filter(since -> since >= 0)
            .min()
            .orElse(-1)
        / 1_000_000;
  }

  /** Whether a request was under way in one of them. */
  boolean touch(long startNanos, long endNanos) {
    return outages.stream().anyMatch(each -> startNanos <= each[1] && endNanos >= each[0]);
  }
}
