package dev.slipway.db;

import dev.slipway.config.Durations;
import dev.slipway.fault.Fault;
import java.time.Duration;
import java.util.Locale;

/** One {@code name=value} of a DSN, decoded. Its value may be secret. */
record Parameter(String name, String value) {
  /** A refusal of this parameter; the sentence says what to use instead. */
  Fault refused(String sentence) {
    return Fault.usage("the DSN parameter " + name + " is refused: " + sentence);
  }

  /** A refusal of its value; the value itself is not repeated, as it may be a slip of the pen. */
  Fault mustBe(String range) {
    return Fault.usage("the DSN parameter " + name + " must be " + range);
  }

  /** Go's and libpq's ways to say yes and no. */
  boolean truth() {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true", "t", "on", "yes" -> true;
      case "0", "false", "f", "off", "no" -> false;
      default -> throw mustBe("true or false");
    };
  }

  int number(int min, int max) {
    if (!value.matches("-?\\d{1,9}")) {
      throw mustBe("a whole number from " + min + " to " + max);
    }
    int number = Integer.parseInt(value);
    if (number < min || number > max) {
      throw mustBe("a whole number from " + min + " to " + max);
    }
    return number;
  }

  /** A duration in Go's syntax, at most what fits an {@code int} of milliseconds. */
  Duration duration() {
    Duration duration;
    try {
      duration = Durations.parse(value);
    } catch (Fault e) {
      throw mustBe("a duration such as 300ms, 5s or 1m30s").cause(e);
    }
    if (duration.compareTo(Duration.ofDays(24)) > 0) {
      throw mustBe("a duration of at most 24 days (576h)");
    }
    return duration;
  }
}
