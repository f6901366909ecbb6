package dev.slipway.driver.postgres;

import dev.slipway.dsn.DsnParameter;
import dev.slipway.error.SlipwayException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * libpq's other form of a DSN, as goose and psql take it: {@code host=db user=app dbname=app}.
 * Values with blanks are in single quotes; a backslash escapes a quote or a backslash.
 */
final class KeywordDsn {
  private static final Pattern START =
      Pattern.compile(
          "\\s*(host|hostaddr|port|user|password|dbname|sslmode|application_name|search_path|options"
              + "|connect_timeout|sslrootcert|TimeZone|timezone)\\s*=.*",
          Pattern.DOTALL);

  private KeywordDsn() {}

  /** Whether a text has this form. */
  static boolean is(String text) {
    return START.matcher(text).matches();
  }

  /**
   * Reads the parameters.
   *
   * @throws SlipwayException (usage) when a value is missing, or a quote is not closed
   */
  static List<DsnParameter> parse(String text) {
    List<DsnParameter> parameters = new ArrayList<>();
    int at = skipBlanks(text, 0);
    while (at < text.length()) {
      int equals = text.indexOf('=', at);
      String name = equals < 0 ? "" : text.substring(at, equals).strip();
      if (!name.matches("[A-Za-z_]+")) {
        throw SlipwayException.usageError(
                "a DSN parameter has no value: each is written name=value")
            .hint("write a value with blanks in single quotes, as in password='a b'");
      }
      StringBuilder value = new StringBuilder();
      at = value(text, skipBlanks(text, equals + 1), value);
      parameters.add(new DsnParameter(name, value.toString()));
      at = skipBlanks(text, at);
    }
    return parameters;
  }

  /** Appends a value; returns where it ends. */
  private static int value(String text, int start, StringBuilder value) {
    boolean quoted = start < text.length() && text.charAt(start) == '\'';
    for (int i = quoted ? start + 1 : start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i++;
        value.append(text.charAt(i));
      } else if (quoted ? c == '\'' : Character.isWhitespace(c)) {
        return i + 1;
      } else {
        value.append(c);
      }
    }
    if (quoted) {
      throw SlipwayException.usageError("a quote in the DSN is not closed")
          .hint("in single quotes, write ' as \\' and \\ as \\\\");
    }
    return text.length();
  }

  private static int skipBlanks(String text, int start) {
    int at = start;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
