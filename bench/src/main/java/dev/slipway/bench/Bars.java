package dev.slipway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was promised and what was measured. Not thread-safe. */
final class Bars {
  private enum Side {
    AT_MOST,
    AT_LEAST
  }

  private record Bar(String words, double measured, Side side, double limit) {
    boolean met() {
      return switch (side) {
        case AT_MOST -> measured <= limit;
        case AT_LEAST -> measured >= limit;
      };
    }

    String line() {
      String sided = side.name().toLowerCase(Locale.ROOT).replace('_', ' ');
      return String.format(
          Locale.ROOT,
          "%s  %-58s %8.2f  (%s %.2f)",
          met() ? "PASS" : "FAIL",
          words,
          measured,
          sided,
          limit);
    }
  }

  private final List<Bar> bars = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** Measured against its limit. */
  void atMost(String words, double measured, double limit) {
    bars.add(new Bar(words, measured, Side.AT_MOST, limit));
  }

  /** Measured against what it has to reach. */
  void atLeast(String words, double measured, double limit) {
    bars.add(new Bar(words, measured, Side.AT_LEAST, limit));
  }

  /** Not measured, and why. */
  void skip(String words, String reason) {
    skipped.add("SKIP  " + words + ": " + reason);
  }

  /** Whether everything that was measured kept its limit. */
  boolean met() {
    return bars.stream().allMatch(Bar::met);
  }

  /** One line for each. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(bars.stream().map(Bar::line).toList());
    lines.addAll(skipped);
    return lines;
  }
}
