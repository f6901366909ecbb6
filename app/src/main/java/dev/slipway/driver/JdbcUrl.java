package dev.slipway.driver;

import dev.slipway.dsn.DsnBuilder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A JDBC URL as a DSN. It goes to the JDBC driver as it is, so that every parameter of that driver
 * can be used; Slipway reads only what it needs.
 *
 * @param base everything before the question mark
 * @param query everything after it
 */
public record JdbcUrl(String base, String query) {
  private static final Pattern SECRETS =
      Pattern.compile(
          "(?i)[?&;,(]\\s*([^=&;,()?]*(?:pass|pwd|secret|token|key)[^=&;,()?]*)=([^&;,)]*)");
  private static final Pattern PARAMETER_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,60}");

  /** Splits a URL at its question mark. */
  public static JdbcUrl of(String url) {
    int question = url.indexOf('?');
    return question < 0
        ? new JdbcUrl(url, "")
        : new JdbcUrl(url.substring(0, question), url.substring(question + 1));
  }

  /** A builder with the URL, and without its secrets in everything printed. */
  public DsnBuilder builder(String driver) {
    var builder = new DsnBuilder(driver);
    builder.url = toString();
    builder.jdbc = true;
    Matcher secrets = SECRETS.matcher(builder.url);
    while (secrets.find()) {
      hide(builder, secrets.group(2));
    }
    String credentials = credentials();
    int colon = credentials.indexOf(':');
    if (colon >= 0) {
      hide(builder, credentials.substring(colon + 1));
    }
    String open = openBase();
    builder.redacted = open + maskedQuery();
    builder.target =
        driver + " at " + open.replace("//***@", "//").replaceFirst("jdbc:[a-z]+:(//)?", "");
    return builder;
  }

  /** As it is written, and as the JDBC driver decodes it. */
  private static void hide(DsnBuilder builder, String secret) {
    builder.secret(secret);
    builder.secret(decode(secret));
  }

  /** What stands before the last {@code @} of the base; a password may contain a slash. */
  private String credentials() {
    int start = base.indexOf("//");
    int at = base.lastIndexOf('@');
    return start < 0 || at < start ? "" : base.substring(start + 2, at);
  }

  private String openBase() {
    String credentials = credentials();
    String masked =
        credentials.isEmpty() && !base.contains("//@")
            ? base
            : base.replace("//" + credentials + "@", "//***@");
    return SECRETS.matcher(masked).replaceAll(each -> masked(each));
  }

  private static String masked(MatchResult secret) {
    String text = secret.group();
    return Matcher.quoteReplacement(
        text.substring(0, text.length() - secret.group(2).length()) + "***");
  }

  private String maskedQuery() {
    return query.isEmpty()
        ? ""
        : Arrays.stream(query.split("&"))
            .map(each -> each.replaceAll("=.*", ""))
            .map(name -> PARAMETER_NAME.matcher(name).matches() ? name + "=***" : "***")
            .collect(Collectors.joining("&", "?", ""));
  }

  /** A parameter's value; the last one counts where the parameter is given several times. */
  public Optional<String> value(String name) {
    return Arrays.stream(query.split("&"))
        .filter(each -> each.startsWith(name + "="))
        .map(each -> decode(each.substring(name.length() + 1)))
        .reduce((_, last) -> last);
  }

  /** A part of the URL, decoded. */
  public static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // The JDBC driver rejects it when it connects.
      return text;
    }
  }

  /** The URL without a parameter. */
  public static String without(String url, String name) {
    JdbcUrl parts = of(url);
    return new JdbcUrl(
            parts.base,
            Arrays.stream(parts.query.split("&"))
                .filter(each -> !each.startsWith(name + "="))
                .collect(Collectors.joining("&")))
        .toString();
  }

  @Override
  public String toString() {
    return query.isEmpty() ? base : base + "?" + query;
  }
}
