package dev.slipway.config;

import dev.slipway.fault.Fault;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What values a setting takes. A value outside is refused with the range, never corrected. */
sealed interface Kind {
  /** What fits, as the end of the sentence "it must be …". */
  String range();

  /** Why the text does not fit; nothing when it does. */
  boolean fits(String text);

  /** Whether it holds several values, which are kept as lines. */
  default boolean several() {
    return false;
  }

  /** A text that fits as the value that the configuration file would hold. */
  default Object value(String text) {
    return switch (this) {
      case Text _, Url _, Token _, Identifier _, Place _, Time _, Choice _ -> text;
      case Places _ -> Kind.lines(text);
      case Pairs _ -> Pairs.pairs(text);
      case Schemas _ ->
          Pairs.pairs(text).entrySet().stream()
              .map(each -> ConfigFile.schema(each.getKey(), each.getValue()))
              .toList();
      case Whole _ -> new BigInteger(text);
    };
  }

  /** Any text. */
  record Text() implements Kind {
    @Override
    public String range() {
      return "a text";
    }

    @Override
    public boolean fits(String text) {
      return true;
    }
  }

  /** A web address. */
  record Url() implements Kind {
    static final String PATTERN = "^https?://[^\\s/?#][^\\s?#]*$";

    @Override
    public String range() {
      return "an address that starts with http:// or https:// and has no query";
    }

    @Override
    public boolean fits(String text) {
      return text.matches(PATTERN);
    }
  }

  /** What stands behind {@code Authorization: Bearer}. */
  record Token() implements Kind {
    static final String PATTERN = "^[!-~]{1,4096}$";

    @Override
    public String range() {
      return "1 to 4096 letters, digits and signs of ASCII, without a space";
    }

    @Override
    public boolean fits(String text) {
      return text.matches(PATTERN);
    }
  }

  /** A name that is part of SQL. */
  record Identifier() implements Kind {
    static final String PATTERN = "^[A-Za-z_][A-Za-z0-9_]{0,59}$";

    @Override
    public String range() {
      return "a name of at most 60 letters, digits and _ that starts with no digit";
    }

    @Override
    public boolean fits(String text) {
      return text.matches(PATTERN);
    }
  }

  /** A file or folder. */
  record Place() implements Kind {
    @Override
    public String range() {
      return "a path";
    }

    @Override
    public boolean fits(String text) {
      return !text.isBlank() && text.indexOf('\0') < 0;
    }
  }

  /** Several folders: a list in the file, separated by commas in the environment. */
  record Places() implements Kind {
    @Override
    public boolean several() {
      return true;
    }

    @Override
    public String range() {
      return "one or several paths";
    }

    @Override
    public boolean fits(String text) {
      return Kind.lines(text).stream().allMatch(new Place()::fits);
    }
  }

  /** Names with values: a map in the file, {@code name=value} separated by commas elsewhere. */
  record Pairs() implements Kind {
    @Override
    public boolean several() {
      return true;
    }

    @Override
    public String range() {
      return "name=value, once or several times, each name once";
    }

    @Override
    public boolean fits(String text) {
      List<String> lines = Kind.lines(text);
      return lines.stream().allMatch(line -> line.indexOf('=') > 0)
          && pairs(text).size() == lines.size();
    }

    static Map<String, String> pairs(String text) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (String line : Kind.lines(text)) {
        int equals = line.indexOf('=');
        pairs.put(line.substring(0, equals).strip(), line.substring(equals + 1));
      }
      return pairs;
    }
  }

  /**
   * Schemas by their ids: in the file a list of {@code {id, url}} or a map, {@code id=url}
   * separated by commas elsewhere.
   */
  record Schemas() implements Kind {
    @Override
    public boolean several() {
      return true;
    }

    @Override
    public String range() {
      return "the id and the url of one or several schemas, each id once";
    }

    @Override
    public boolean fits(String text) {
      return new Pairs().fits(text)
          && Pairs.pairs(text).entrySet().stream()
              .noneMatch(each -> each.getKey().isBlank() || each.getValue().isBlank());
    }
  }

  /** A whole number. */
  record Whole(long min, long max) implements Kind {
    @Override
    public String range() {
      return "a whole number from " + min + " to " + max;
    }

    @Override
    public boolean fits(String text) {
      if (!text.matches("\\d{1,30}")) {
        return false;
      }
      BigInteger number = new BigInteger(text);
      return number.compareTo(BigInteger.valueOf(min)) >= 0
          && number.compareTo(BigInteger.valueOf(max)) <= 0;
    }
  }

  /** A duration; zero fits too where it means "off". */
  record Time(Duration min, Duration max, Zero zero) implements Kind {
    enum Zero {
      OFF,
      REFUSED
    }

    @Override
    public String range() {
      String range = "a duration from " + Durations.text(min) + " to " + Durations.text(max);
      return zero == Zero.OFF && !min.isZero() ? range + ", or 0 for off" : range;
    }

    @Override
    public boolean fits(String text) {
      Duration duration;
      try {
        duration = Durations.parse(text);
      } catch (Fault e) {
        return false;
      }
      return zero == Zero.OFF && duration.isZero()
          || duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0;
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements Kind {
    @Override
    public String range() {
      return "one of " + String.join(", ", words);
    }

    @Override
    public boolean fits(String text) {
      return words.contains(text);
    }
  }

  /** The values of a kind that holds several. */
  static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }
}
