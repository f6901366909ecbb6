package dev.slipway.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was promised and what was measured. Not thread-safe. */
final class Bars {
  private record Bar(String words, double measured, double atMost) {
    boolean met() {
      return measured <= atMost;
    }

    String line() {
      return String.format(Locale.ROOT, "%s  %-58s %8.2f  (at most %.2f)",
          met() ? "PASS" : "FAIL", words, measured, atMost);
    }
  }

  private final List<Bar> bars = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  /** Measured against its limit. */
  void add(String words, double measured, double atMost) {
    bars.add(new Bar(words, measured, atMost));
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
