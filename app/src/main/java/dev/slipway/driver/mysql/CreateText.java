package dev.slipway.driver.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Takes the server's CREATE statements apart without a grammar: by lines, by words, and by the
 * keywords that start a property. Whatever has no known keyword is appended to the property before
 * it, so that nothing is lost.
 */
final class CreateText {
  private CreateText() {}

  /** Receives each character outside strings and quoted names. */
  private interface Plain {
    /** Handles the character, and returns the index of the next one. */
    int at(int index);
  }

  /** Walks through a text; strings and quoted names go to {@code out} as they are. */
  private static void walk(String text, StringBuilder out, Plain plain) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '\'' || c == '`' || c == '"') {
        int end = quoteEnd(text, i);
        out.append(text, i, end);
        i = end;
      } else {
        i = plain.at(i);
      }
    }
  }

  /** The index after a string or a quoted name. */
  private static int quoteEnd(String text, int start) {
    char quote = text.charAt(start);
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quote != '`') {
        i++;
      } else if (c == quote) {
        if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
          i++;
        } else {
          return i + 1;
        }
      }
    }
    return text.length();
  }

  /** The text without the marks of versioned comments: what they hold is code. */
  static String withoutMarks(String text) {
    StringBuilder out = new StringBuilder();
    walk(
        text,
        out,
        i -> {
          if (text.startsWith("/*", i)) {
            int end = i + 2;
            if (text.startsWith("!", end)) {
              end++;
              while (end < text.length() && Character.isDigit(text.charAt(end))) {
                end++;
              }
            }
            return end;
          }
          if (text.startsWith("*/", i)) {
            return i + 2;
          }
          out.append(text.charAt(i));
          return i + 1;
        });
    return out.toString();
  }

  /** The lines; a line break in a string or a name ends none. */
  static List<String> lines(String text) {
    return split(text, '\n', false);
  }

  /** The words between spaces; parentheses with what they hold belong to one word. */
  static List<String> words(String text) {
    return split(text, ' ', true);
  }

  /** The parts between separators outside parentheses. */
  static List<String> split(String text, char separator) {
    return split(text, separator, true);
  }

  private static List<String> split(String text, char separator, boolean nested) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int[] depth = {0};
    walk(
        text,
        part,
        i -> {
          char c = text.charAt(i);
          depth[0] += !nested ? 0 : c == '(' ? 1 : c == ')' ? -1 : 0;
          if (c == separator && depth[0] == 0) {
            if (!part.isEmpty()) {
              parts.add(part.toString());
            }
            part.setLength(0);
          } else {
            part.append(c);
          }
          return i + 1;
        });
    if (!part.isEmpty()) {
      parts.add(part.toString());
    }
    return parts;
  }

  /**
   * A text without a qualifier in front of quoted names that a suffix follows, outside strings.
   *
   * @param qualifier a quoted name with its dot
   */
  static String withoutQualifier(String text, String qualifier, String suffix) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (text.startsWith(qualifier + "`", i)
          && text.startsWith(suffix, quoteEnd(text, i + qualifier.length()))) {
        i += qualifier.length();
      } else if (c == '\'' || c == '`') {
        int end = quoteEnd(text, i);
        out.append(text, i, end);
        i = end;
      } else {
        out.append(c);
        i++;
      }
    }
    return out.toString();
  }

  /** A text of which the parts outside strings and quoted names are replaced. */
  static String outsideQuotes(String text, UnaryOperator<String> parts) {
    StringBuilder out = new StringBuilder();
    int start = 0;
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (c == '`' || c == '\'' || c == '"') {
        int end = quoteEnd(text, i);
        out.append(parts.apply(text.substring(start, i))).append(text, i, end);
        start = end;
        i = end;
      } else {
        i++;
      }
    }
    return out.append(parts.apply(text.substring(start))).toString();
  }

  /** A text with other names in backticks, outside strings. */
  static String renamed(String text, UnaryOperator<String> names) {
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '`' || c == '\'' || c == '"') {
        int end = quoteEnd(text, i);
        String quoted = text.substring(i, end);
        out.append(c == '`' ? MysqlQuoting.name(names.apply(unquoted(quoted))) : quoted);
        i = end;
      } else {
        out.append(c);
        i++;
      }
    }
    return out.toString();
  }

  /** The index after the parenthesis that closes the first one. */
  static int closing(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '`' || c == '"') {
        i = quoteEnd(text, i) - 1;
      } else if (c == '(') {
        depth++;
      } else if (c == ')' && --depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  /** Whether the text is one string. */
  static boolean isQuoted(String text) {
    return text.startsWith("'") && quoteEnd(text, 0) == text.length();
  }

  /** A name without its quotes. */
  static String unquoted(String name) {
    return name.length() > 1 && name.startsWith("`") && name.endsWith("`")
        ? name.substring(1, name.length() - 1).replace("``", "`")
        : name;
  }

  /**
   * Keywords that start a property.
   *
   * @param values each keyword, of one word or more, with the number of words of its value; zero
   *     for a property that is on or off
   * @param ignored words that say nothing
   * @param names properties whose name is not that of the keyword
   */
  record Keywords(Map<String, Integer> values, Set<String> ignored, Map<String, String> names) {
    private static final int WORDS_MAX = 3;

    /**
     * Reads the properties of these words.
     *
     * @param first the property that words before the first keyword belong to
     */
    void read(List<String> words, String first, Map<String, String> properties) {
      String current = first;
      for (int i = 0; i < words.size(); ) {
        int length = keywordLength(words, i);
        String word = words.get(i);
        int equals = word.indexOf('=');
        if (length > 0) {
          String keyword = String.join(" ", words.subList(i, i + length));
          int end = Math.min(words.size(), i + length + values.getOrDefault(keyword, 0));
          current = name(keyword);
          String value = String.join(" ", words.subList(i + length, end));
          properties.put(current, value.isEmpty() ? "yes" : value);
          i = end;
        } else if (equals > 0 && word.substring(0, equals).matches("[A-Z_]+")) {
          current = name(word.substring(0, equals));
          properties.put(current, word.substring(equals + 1));
          i++;
        } else {
          if (!ignored.contains(word)) {
            properties.merge(current, word, (before, more) -> before + " " + more);
          }
          i++;
        }
      }
    }

    private int keywordLength(List<String> words, int at) {
      for (int length = Math.min(WORDS_MAX, words.size() - at); length > 0; length--) {
        if (values.containsKey(String.join(" ", words.subList(at, at + length)))) {
          return length;
        }
      }
      return 0;
    }

    private String name(String keyword) {
      String name = names.get(keyword);
      return name != null ? name : keyword.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }
}
