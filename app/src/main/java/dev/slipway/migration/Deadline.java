package dev.slipway.migration;

import java.time.Duration;

/**
 * A moment after which waiting makes no sense. Immutable.
 *
 * @param limit the time that was given; zero for no limit
 * @param start of the time, by {@link System#nanoTime}
 */
record Deadline(Duration limit, long start) {
  /** Counts from now; a duration of zero never ends. */
  static Deadline in(Duration limit) {
    return new Deadline(limit, System.nanoTime());
  }

  boolean passed() {
    return !limit.isZero() && elapsed().compareTo(limit) >= 0;
  }

  /** How long ago it passed; negative before that, and without a limit. */
  Duration overdue() {
    return limit.isZero() ? Duration.ofNanos(-1) : elapsed().minus(limit);
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** What is left, at most as much as given: never negative, and all of it without a limit. */
  Duration remaining(Duration atMost) {
    if (limit.isZero()) {
      return atMost;
    }
    Duration left = limit.minus(elapsed());
    return left.isNegative() ? Duration.ZERO : left.compareTo(atMost) < 0 ? left : atMost;
  }
}
