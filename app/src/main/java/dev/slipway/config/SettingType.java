package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What values a setting takes. A value outside is refused with the range, never corrected. */
sealed interface SettingType {
  /** What fits, as the end of the sentence "it must be …". */
  String range();

  /** Why the text does not fit; nothing when it does. */
  boolean accepts(String text);

  /** Whether it holds several values, which are kept as lines. */
  default boolean isList() {
    return false;
  }

  /** A text that fits as the value that the configuration file would hold. */
  default Object value(String text) {
    return switch (this) {
      case FreeText _,
          Url _,
          Token _,
          Identifier _,
          TableName _,
          FilePath _,
          TimeSpan _,
          Choice _,
          Affix _ ->
          text;
      case FilePaths _, Globs _, Affixes _ -> SettingType.lines(text);
      case KeyValuePairs _ -> KeyValuePairs.pairs(text);
      case IdentitySchemas _ ->
          KeyValuePairs.pairs(text).entrySet().stream()
              .map(each -> ConfigFile.schema(each.getKey(), each.getValue()))
              .toList();
      case IntegerRange _ -> new BigInteger(text);
      case Toggle _ -> Boolean.valueOf(text);
    };
  }

  /** Any text. */
  record FreeText() implements SettingType {
    @Override
    public String range() {
      return "a text";
    }

    @Override
    public boolean accepts(String text) {
      return true;
    }
  }

  /** A web address. */
  record Url() implements SettingType {
    static final String PATTERN = "^https?://[^\\s/?#][^\\s?#]*$";

    @Override
    public String range() {
      return "an address that starts with http:// or https:// and has no query";
    }

    @Override
    public boolean accepts(String text) {
      return text.matches(PATTERN);
    }
  }

  /** What stands behind {@code Authorization: Bearer}. */
  record Token() implements SettingType {
    static final String PATTERN = "^[!-~]{1,4096}$";

    @Override
    public String range() {
      return "1 to 4096 letters, digits and signs of ASCII, without a space";
    }

    @Override
    public boolean accepts(String text) {
      return text.matches(PATTERN);
    }
  }

  /** A name that is part of SQL. */
  record Identifier() implements SettingType {
    static final String PATTERN = "^[A-Za-z_][A-Za-z0-9_]{0,59}$";

    @Override
    public String range() {
      return "a name of at most 60 letters, digits and _ that starts with no digit";
    }

    @Override
    public boolean accepts(String text) {
      return text.matches(PATTERN);
    }
  }

  /** The name of an object in a database; quoted wherever it is part of SQL. */
  record TableName() implements SettingType {
    static final int LENGTH_MAX = 64;

    @Override
    public String range() {
      return "a name of at most " + LENGTH_MAX + " characters";
    }

    @Override
    public boolean accepts(String text) {
      return !text.isBlank() && text.length() <= LENGTH_MAX && text.indexOf('\0') < 0;
    }
  }

  /** A file or folder. */
  record FilePath() implements SettingType {
    @Override
    public String range() {
      return "a path";
    }

    @Override
    public boolean accepts(String text) {
      return !text.isBlank() && text.indexOf('\0') < 0;
    }
  }

  /** Several folders: a list in the file, separated by commas in the environment. */
  record FilePaths() implements SettingType {
    @Override
    public boolean isList() {
      return true;
    }

    @Override
    public String range() {
      return "one or several paths";
    }

    @Override
    public boolean accepts(String text) {
      return SettingType.lines(text).stream().allMatch(new FilePath()::accepts);
    }
  }

  /** The start or the end of a name, or what separates its parts. */
  record Affix() implements SettingType {
    static final String PATTERN = "^[^\\s\\x00]{1,20}$";

    @Override
    public String range() {
      return "1 to 20 characters without a space";
    }

    @Override
    public boolean accepts(String text) {
      return text.matches(PATTERN);
    }
  }

  /** Several of them: a list in the file, separated by commas in the environment. */
  record Affixes() implements SettingType {
    @Override
    public boolean isList() {
      return true;
    }

    @Override
    public String range() {
      return "one or several, each " + new Affix().range();
    }

    @Override
    public boolean accepts(String text) {
      List<String> lines = SettingType.lines(text);
      return !lines.isEmpty() && lines.stream().allMatch(new Affix()::accepts);
    }
  }

  /** Several patterns for files: a list in the file, separated by commas in the environment. */
  record Globs() implements SettingType {
    @Override
    public boolean isList() {
      return true;
    }

    @Override
    public String range() {
      return "one or several patterns such as *.go or archive/**";
    }

    @Override
    public boolean accepts(String text) {
      return SettingType.lines(text).stream().allMatch(line -> Glob.of(line).isPresent());
    }
  }

  /** Names with values: a map in the file, {@code name=value} separated by commas elsewhere. */
  record KeyValuePairs() implements SettingType {
    @Override
    public boolean isList() {
      return true;
    }

    @Override
    public String range() {
      return "name=value, once or several times, each name once";
    }

    @Override
    public boolean accepts(String text) {
      List<String> lines = SettingType.lines(text);
      return lines.stream().allMatch(line -> line.indexOf('=') > 0)
          && pairs(text).size() == lines.size();
    }

    static Map<String, String> pairs(String text) {
      Map<String, String> pairs = new LinkedHashMap<>();
      for (String line : SettingType.lines(text)) {
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
  record IdentitySchemas() implements SettingType {
    @Override
    public boolean isList() {
      return true;
    }

    @Override
    public String range() {
      return "the id and the url of one or several schemas, each id once";
    }

    @Override
    public boolean accepts(String text) {
      return new KeyValuePairs().accepts(text)
          && KeyValuePairs.pairs(text).entrySet().stream()
              .noneMatch(each -> each.getKey().isBlank() || each.getValue().isBlank());
    }
  }

  /** A whole number. */
  record IntegerRange(long min, long max) implements SettingType {
    @Override
    public String range() {
      return "a whole number from " + min + " to " + max;
    }

    @Override
    public boolean accepts(String text) {
      if (!text.matches("\\d{1,30}")) {
        return false;
      }
      BigInteger number = new BigInteger(text);
      return number.compareTo(BigInteger.valueOf(min)) >= 0
          && number.compareTo(BigInteger.valueOf(max)) <= 0;
    }
  }

  /** A duration; zero fits too where it means "off". */
  record TimeSpan(Duration min, Duration max, Zero zero) implements SettingType {
    enum Zero {
      OFF,
      REFUSED
    }

    @Override
    public String range() {
      String range = "a duration from " + Durations.format(min) + " to " + Durations.format(max);
      return zero == Zero.OFF && !min.isZero() ? range + ", or 0 for off" : range;
    }

    @Override
    public boolean accepts(String text) {
      Duration duration;
      try {
        duration = Durations.parse(text);
      } catch (SlipwayException e) {
        return false;
      }
      return (zero == Zero.OFF && duration.isZero())
          || (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0);
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements SettingType {
    @Override
    public String range() {
      return "one of " + String.join(", ", words);
    }

    @Override
    public boolean accepts(String text) {
      return words.contains(text);
    }
  }

  /** On or off; its flag takes no value. */
  record Toggle() implements SettingType {
    @Override
    public String range() {
      return "true or false";
    }

    @Override
    public boolean accepts(String text) {
      return text.equals("true") || text.equals("false");
    }
  }

  /** The values of a kind that holds several. */
  static List<String> lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).toList();
  }
}
