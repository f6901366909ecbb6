package dev.slipway.config;

import dev.slipway.fault.Fault;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, which is how Ory's settings and DSNs do. */
public final class Durations {
  private static final Pattern TERM =
      Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private Durations() {}

  /**
   * Reads {@code 300ms}, {@code 5s}, {@code 1m30s}, {@code 0.5h}, {@code 0}.
   *
   * @throws Fault (usage) when the text is something else, negative, or beyond 292 years
   */
  public static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher term = TERM.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int end = 0;
    while (term.find() && term.start() == end) {
      nanos = nanos.add(
          new BigDecimal(term.group(1)).multiply(BigDecimal.valueOf(NANOS.get(term.group(2)))));
      end = term.end();
    }
    if (end == 0 || end != text.length()) {
      throw Fault.usage("'" + text + "' is no duration")
          .hint("write a number and a unit, such as 300ms, 5s, 1m30s or 2h; 0 needs no unit");
    }
    if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw Fault.usage("'" + text + "' is longer than any duration can be");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  /** The text that {@link #parse} reads as this duration, in the fewest units: {@code 1m30s}. */
  public static String text(Duration duration) {
    if (duration.isZero()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    if (duration.toHours() > 0) {
      text.append(duration.toHours()).append('h');
    }
    if (duration.toMinutesPart() > 0) {
      text.append(duration.toMinutesPart()).append('m');
    }
    BigDecimal seconds =
        BigDecimal.valueOf(duration.toNanosPart(), 9)
            .add(BigDecimal.valueOf(duration.toSecondsPart()));
    if (seconds.compareTo(BigDecimal.ONE) < 0 && text.isEmpty()) {
      BigDecimal millis = seconds.movePointRight(3).stripTrailingZeros();
      return millis.toPlainString() + "ms";
    }
    if (seconds.signum() > 0) {
      text.append(seconds.stripTrailingZeros().toPlainString()).append('s');
    }
    return text.toString();
  }
}
