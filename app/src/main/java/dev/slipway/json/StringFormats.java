package dev.slipway.json;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** String formats, checked in linear time and without recursion. Thread-safe. */
public final class StringFormats {
  private static final int EMAIL_MAX = 254;
  private static final int LOCAL_MAX = 64;

  // No two adjacent groups match the same character, so no input causes backtracking.
  private static final String ATOM = "[^\\p{Cntrl}\\s@<>()\\[\\],;:\\\\\".]++";
  private static final String LABEL = "(?!-)[A-Za-z0-9-]{1,63}+(?<!-)";
  private static final Pattern EMAIL =
      Pattern.compile(
          "(" + ATOM + "(?:\\." + ATOM + ")*+)@" + LABEL + "(?:\\." + LABEL + ")*+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern PHONE = Pattern.compile("\\+[1-9][0-9]{6,14}");

  private static final Pattern PERCENT_ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");
  private static final Pattern EXPRESSION = Pattern.compile("\\{[+#./;?&=,!@|]?([^{}]*)\\}");
  private static final Pattern LITERALS = Pattern.compile("[^\\x00-\\x1F\\x7F\"%<>^`{|}]*+");

  /** No group repeats a group: Java's implementation calls itself for each repetition. */
  private static final Pattern VARIABLE =
      Pattern.compile("(?![^:*]*\\.(?:[.:*]|$))\\w[\\w.]*+(?::[1-9][0-9]{0,3}|\\*)?");

  private static final Pattern RELATIVE_POINTER =
      Pattern.compile("(?:0|[1-9][0-9]*+)(.*)", Pattern.DOTALL);

  private StringFormats() {}

  /**
   * Whether a string is an e-mail address: dots and characters that need no quotes before the @, a
   * host name after it. Top-level domains are not checked, since any list of them would age.
   */
  public static boolean email(String text) {
    return text.length() <= EMAIL_MAX
        && text.lastIndexOf('@') <= LOCAL_MAX
        && EMAIL.matcher(text).matches();
  }

  /**
   * The international form (E.164) of a phone number, + and 7 to 15 digits, if the string is one.
   * Removes spaces, dots, hyphens, slashes, and parentheses. The numbering plans of countries are
   * not checked.
   */
  public static Optional<String> phone(String text) {
    String digits = text.length() > 64 ? "" : text.replaceAll("[ ./()-]", "");
    return Optional.of(digits).filter(PHONE.asMatchPredicate());
  }

  /** Whether a string is a URI template (RFC 6570, all levels). */
  static boolean uriTemplate(String text) {
    String template = PERCENT_ENCODED.matcher(text).replaceAll("x");
    Matcher expressions = EXPRESSION.matcher(template);
    return LITERALS.matcher(expressions.replaceAll("")).matches()
        && expressions
            .reset()
            .results()
            .flatMap(expression -> Stream.of(expression.group(1).split(",", -1)))
            .allMatch(VARIABLE.asMatchPredicate());
  }

  /** Whether a string is a JSON Pointer (RFC 6901) that is not a URI fragment. */
  static boolean jsonPointer(String text) {
    return (text.isEmpty() || text.charAt(0) == '/')
        && !text.contains("#")
        && !JsonPointers.hasInvalidEscape(text);
  }

  /** Whether a string is a relative JSON Pointer: levels up, then {@code #} or a JSON Pointer. */
  static boolean relativeJsonPointer(String text) {
    Matcher relative = RELATIVE_POINTER.matcher(text);
    return relative.matches() && (relative.group(1).equals("#") || jsonPointer(relative.group(1)));
  }
}
