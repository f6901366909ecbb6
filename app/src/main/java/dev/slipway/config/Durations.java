package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them, which is how Ory's settings and DSNs do. */
public final class Durations {
  private static final Pattern TERM =
      Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");

  /** By each unit of {@link #TERM}. */
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
   * @throws SlipwayException (usage) when the text is something else, negative, or beyond 292 years
   */
  public static Duration parse(String text) {
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    Matcher term = TERM.matcher(text);
    BigInteger nanos = BigInteger.ZERO;
    int end = 0;
    while (term.find() && term.start() == end) {
      nanos = nanos.add(nanos(term.group(1), Objects.requireNonNull(NANOS.get(term.group(2)))));
      end = term.end();
    }
    if (end == 0 || end != text.length()) {
      throw SlipwayException.usageError("'" + text + "' is no duration")
          .hint("write a number and a unit, such as 300ms, 5s, 1m30s or 2h; 0 needs no unit");
    }
    if (nanos.bitLength() >= Long.SIZE) {
      throw SlipwayException.usageError("'" + text + "' is longer than any duration can be");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  /** Without BigDecimal, whose first use takes the server's start 20 ms and both processors. */
  private static BigInteger nanos(String decimal, long unit) {
    int point = decimal.indexOf('.');
    int fraction = point < 0 ? 0 : decimal.length() - point - 1;
    return new BigInteger(decimal.replace(".", ""))
        .multiply(BigInteger.valueOf(unit))
        .divide(BigInteger.TEN.pow(fraction));
  }

  /** The text that {@link #parse} reads as this duration, in the fewest units: {@code 1m30s}. */
  public static String format(Duration duration) {
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
    long nanos = duration.minusMinutes(duration.toMinutes()).toNanos();
    if (nanos < 1_000_000_000 && text.isEmpty()) {
      return decimal(nanos, 6) + "ms";
    }
    if (nanos > 0) {
      text.append(decimal(nanos, 9)).append('s');
    }
    return text.toString();
  }

  /** A number of units of 10 to the power of minus {@code scale}, in as few digits as there are. */
  private static String decimal(long units, int scale) {
    String digits = "0".repeat(scale + 1) + units;
    int point = digits.length() - scale;
    String whole = digits.substring(0, point).replaceFirst("^0+(?=.)", "");
    String fraction = digits.substring(point).replaceFirst("0+$", "");
    return fraction.isEmpty() ? whole : whole + "." + fraction;
  }
}
