package dev.slipway.migration;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts placeholders back in place of their values, which messages must not contain. A value of
 * fewer than four characters stays: it would be found in any text. Immutable.
 */
final class PlaceholderMask {
  private static final int LENGTH_MIN = 4;
  private static final int LENGTH_IN_WORDS = 8;

  private final List<Value> values;

  private record Value(Pattern pattern, String replacement) {}

  /** A mask for these values, by the names of their placeholders. */
  PlaceholderMask(Map<String, String> placeholders) {
    Comparator<Map.Entry<String, String>> longestFirst =
        Comparator.comparingInt(each -> -each.getValue().length());
    this.values =
        placeholders.entrySet().stream()
            .filter(each -> each.getValue().length() >= LENGTH_MIN)
            .sorted(longestFirst.thenComparing(Map.Entry.comparingByKey()))
            .map(
                each ->
                    new Value(
                        pattern(each.getValue()),
                        Matcher.quoteReplacement("${" + each.getKey() + "}")))
            .toList();
  }

  /** A short value is only found as a word: it may be a part of any other. */
  private static Pattern pattern(String value) {
    String quoted = Pattern.quote(value);
    return Pattern.compile(
        value.length() >= LENGTH_IN_WORDS
            ? quoted
            : "(?<![\\p{L}\\p{N}_])" + quoted + "(?![\\p{L}\\p{N}_])");
  }

  /** The text with placeholders in place of their values. */
  String apply(String text) {
    String masked = text;
    for (Value value : values) {
      masked = value.pattern().matcher(masked).replaceAll(value.replacement());
    }
    return masked;
  }
}
