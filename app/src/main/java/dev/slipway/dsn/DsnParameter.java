package dev.slipway.dsn;

import dev.slipway.config.Durations;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One {@code name=value} of a DSN, decoded. Its value may be secret. */
public record DsnParameter(String name, String value) {
  /** A refusal of this parameter; the sentence says what to use instead. */
  public SlipwayException rejection(String sentence) {
    return SlipwayException.usageError("the DSN parameter " + name + " is refused: " + sentence);
  }

  /** A refusal of its value; the value itself is not repeated, as it may be a slip of the pen. */
  public SlipwayException mustBe(String range) {
    return SlipwayException.usageError("the DSN parameter " + name + " must be " + range);
  }

  /** Go's and libpq's ways to say yes and no. */
  public boolean bool() {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true", "t", "on", "yes" -> true;
      case "0", "false", "f", "off", "no" -> false;
      default -> throw mustBe("true or false");
    };
  }

  public int integer(int min, int max) {
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
  public Duration duration() {
    Duration duration;
    try {
      duration = Durations.parse(value);
    } catch (SlipwayException e) {
      throw mustBe("a duration such as 300ms, 5s or 1m30s").cause(e);
    }
    if (duration.compareTo(Duration.ofDays(24)) > 0) {
      throw mustBe("a duration of at most 24 days (576h)");
    }
    return duration;
  }

  /** The parameters, after a default for one that is not among them. */
  public static List<DsnParameter> withDefault(
      List<DsnParameter> parameters, String name, String value) {
    if (parameters.stream().anyMatch(each -> each.name().equals(name))) {
      return parameters;
    }
    List<DsnParameter> all = new ArrayList<>(List.of(new DsnParameter(name, value)));
    all.addAll(parameters);
    return all;
  }

  /** A value as it is written in a query. */
  public static String encode(String value) {
    return value.replace("%", "%25").replace("&", "%26").replace("#", "%23").replace(" ", "%20");
  }

  /**
   * Takes {@code a=b&c=d} apart and decodes it.
   *
   * @throws SlipwayException (usage) when a part has no name or value, or cannot be decoded
   */
  public static List<DsnParameter> parseQuery(String query) {
    List<DsnParameter> parameters = new ArrayList<>();
    for (String part : query.split("&")) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals <= 0) {
        throw SlipwayException.usageError(
                "a DSN parameter has no value: each is written name=value")
            .hint("in a password or a value, write & as %26 and ? as %3F");
      }
      parameters.add(
          new DsnParameter(
              PercentDecoder.decode(part.substring(0, equals), "the name of a DSN parameter"),
              PercentDecoder.decode(part.substring(equals + 1), "the value of a DSN parameter")));
    }
    return parameters;
  }
}
