package dev.slipway.dsn;

import dev.slipway.error.SlipwayException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A DSN as it was written, for messages that show how to write it: parsed or not, it is printed
 * with {@code ***} in place of its secrets.
 */
public final class WrittenDsn {
  private static final Pattern SEPARATOR = Pattern.compile("[&;]([A-Za-z_][A-Za-z0-9_.-]*)=");
  private static final Pattern LONE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern PARAMETER_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,40}");

  /** The password of {@code user:password@}, up to the last {@code @} of a word. */
  private static final Pattern CREDENTIALS = Pattern.compile("([^\\s/:@]{1,256}:)\\S{1,1024}@");

  private static final Pattern ASSIGNED =
      Pattern.compile("(?i)((?:pass|pwd|secret|token)\\w{0,40}=)[^&;,)\\s]{1,1024}");

  private WrittenDsn() {}

  /** A text with {@code ***} in place of everything that is written like a password in it. */
  public static String maskCredentials(String text) {
    return ASSIGNED.matcher(CREDENTIALS.matcher(text).replaceAll("$1***@")).replaceAll("$1***");
  }

  /** Whether the value of a parameter that no handler knows may be secret. */
  static boolean maybeSecret(String name) {
    return isSecret(name) || name.matches("(?i).*(pw|key|auth|cred).*");
  }

  /** Whether a parameter's value is secret. */
  static boolean isSecret(String name) {
    return name.matches("(?i).*(pass|pwd|secret|token).*");
  }

  /** The text without secrets; empty where it cannot be told where they are. */
  public static Optional<String> masked(String text) {
    int start = text.indexOf("://") + 3;
    if (start < 3) {
      return Optional.empty();
    }
    int question = text.indexOf('?', start);
    String front = question < 0 ? text : text.substring(0, question);
    int at = front.lastIndexOf('@');
    int slash = front.indexOf('/', start);
    if ((slash >= 0 && slash < at && front.indexOf('(', start) < 0) || text.indexOf('@') > at) {
      // A password with a / or a ? in it: what follows may be a part of it.
      return Optional.empty();
    }
    String credentials = at < 0 ? "" : front.substring(start, at);
    int colon = credentials.indexOf(':');
    String masked =
        colon < 0 ? front : front.substring(0, start + colon) + ":***" + front.substring(at);
    return Optional.of(
        question < 0 ? masked : masked + "?" + maskedQuery(text.substring(question + 1)));
  }

  private static String maskedQuery(String query) {
    return Arrays.stream(query.split("&"))
        .map(WrittenDsn::maskedParameter)
        .collect(Collectors.joining("&"));
  }

  private static String maskedParameter(String parameter) {
    int equals = parameter.indexOf('=');
    String name = equals < 0 ? "" : parameter.substring(0, equals);
    if (!PARAMETER_NAME.matcher(name).matches()) {
      return "***";
    }
    return isSecret(name) ? name + "=***" : parameter;
  }

  /** The text, masked, with each percent sign that starts no escape as {@code %25}. */
  public static Optional<String> withEscapedPercent(String text) {
    return LONE_PERCENT.matcher(text).find()
        ? masked(LONE_PERCENT.matcher(text).replaceAll("%25"))
        : Optional.empty();
  }

  /**
   * Rejects parameters that follow the database's name without a question mark.
   *
   * @param names the parameters; a name that contains {@code &other=} is a name
   * @throws SlipwayException (usage) with the corrected DSN
   */
  public static void requireQuestionMark(String text, Set<String> names) {
    int start = text.indexOf("://") + 3;
    int question = text.indexOf('?', start);
    String front = question < 0 ? text : text.substring(0, question);
    int name = Math.max(front.lastIndexOf('/'), front.lastIndexOf('@'));
    Matcher separator = SEPARATOR.matcher(front);
    if (start < 3 || name < start - 1 || !separator.find(Math.max(name, start - 1))) {
      return;
    }
    if (!names.contains(separator.group(1))) {
      return;
    }
    int at = separator.start();
    String corrected = text.substring(0, at) + "?" + text.substring(at + 1).replaceAll("[?;]", "&");
    SlipwayException failure =
        SlipwayException.usageError(
            "the parameters of the DSN follow a " + text.charAt(at) + " instead of a ?");
    throw masked(corrected)
        .map(masked -> failure.hint("write " + masked))
        .orElse(failure.hint("write ? before the first parameter, and & between them"));
  }
}
