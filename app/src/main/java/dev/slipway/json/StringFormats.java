package dev.slipway.json;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** Formats of texts, checked in linear time and without recursion. Thread-safe. */
public final class StringFormats {
  private static final int EMAIL_MAX = 254;
  private static final int LOCAL_MAX = 64;

  // The groups never take the same character, so that no text makes them try again.
  private static final String ATOM = "[^\\p{Cntrl}\\s@<>()\\[\\],;:\\\\\".]++";
  private static final String LABEL = "(?!-)[A-Za-z0-9-]{1,63}+(?<!-)";
  private static final Pattern EMAIL =
      Pattern.compile(
          "(" + ATOM + "(?:\\." + ATOM + ")*+)@" + LABEL + "(?:\\." + LABEL + ")*+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final Pattern PHONE = Pattern.compile("\\+[1-9][0-9]{6,14}");

  /** No group repeats a group: Java's implementation calls itself for each repetition. */
  private static final Pattern VARIABLE = Pattern.compile("[\\w.%]++(?::[1-9][0-9]{0,3}|\\*)?");

  private static final String OPERATORS = "+#./;?&=,!@|";
  private static final String NO_LITERALS = "\"<>^`{|}";

  private StringFormats() {}

  /**
   * Whether a text is an e-mail address: dots and any characters that need no quotes before the @,
   * a host's name behind it. No list of top-level domains is asked, since it would age.
   */
  public static boolean email(String text) {
    return text.length() <= EMAIL_MAX
        && text.lastIndexOf('@') <= LOCAL_MAX
        && EMAIL.matcher(text).matches();
  }

  /**
   * The international form (E.164) of a phone number, + and 7 to 15 digits, if the text is one;
   * spaces, dots, hyphens, slashes and parentheses between them are left out. Which numbers a
   * country has is not asked.
   */
  public static Optional<String> phone(String text) {
    String digits = text.length() > 64 ? "" : text.replaceAll("[ ./()-]", "");
    return Optional.of(digits).filter(PHONE.asMatchPredicate());
  }

  /** Whether a text is a URI template (RFC 6570, all levels). */
  static boolean uriTemplate(String text) {
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c == '{') {
        int end = text.indexOf('}', i);
        if (end < 0 || !expression(text.substring(i + 1, end))) {
          return false;
        }
        i = end + 1;
      } else if (c == '%') {
        if (!percentEncoded(text, i)) {
          return false;
        }
        i += 3;
      } else if (c < ' ' || c == 0x7F || NO_LITERALS.indexOf(c) >= 0) {
        return false;
      } else {
        i++;
      }
    }
    return true;
  }

  private static boolean expression(String text) {
    boolean operator = !text.isEmpty() && OPERATORS.indexOf(text.charAt(0)) >= 0;
    for (String variable : text.substring(operator ? 1 : 0).split(",", -1)) {
      if (!VARIABLE.matcher(variable).matches() || !name(variable)) {
        return false;
      }
    }
    return true;
  }

  /** Whether the dots of a variable are between other characters, and what is encoded is so. */
  private static boolean name(String variable) {
    boolean dot = true;
    for (int i = 0; i < variable.length(); i++) {
      char c = variable.charAt(i);
      if (c == ':' || c == '*') {
        break;
      }
      if (c == '.' && dot || c == '%' && !percentEncoded(variable, i)) {
        return false;
      }
      dot = c == '.';
    }
    return !dot;
  }

  private static boolean percentEncoded(String text, int at) {
    return at + 2 < text.length()
        && HexFormat.isHexDigit(text.charAt(at + 1))
        && HexFormat.isHexDigit(text.charAt(at + 2));
  }

  /** Whether a text is a JSON Pointer (RFC 6901) that is not a URI fragment. */
  static boolean jsonPointer(String text) {
    return text.isEmpty() || text.charAt(0) == '/' && segments(text);
  }

  private static boolean segments(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '#'
          || c == '~' && (i + 1 == text.length() || "01".indexOf(text.charAt(i + 1)) < 0)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text is a relative JSON Pointer: levels up, then {@code #} or a JSON Pointer. */
  static boolean relativeJsonPointer(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    String rest = text.substring(digits);
    return digits > 0
        && (digits == 1 || text.charAt(0) != '0')
        && (rest.equals("#") || jsonPointer(rest));
  }
}
