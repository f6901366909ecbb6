package dev.slipway.driver;

import dev.slipway.dsn.DsnBuilder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
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
  private static final Pattern CREDENTIALS = Pattern.compile("//([^/?@]*(?:@[^/?@]*)*)@");
  private static final Pattern SECRETS =
      Pattern.compile("(?i)[?&]([^=&]*(?:pass|pwd|secret|token|key)[^=&]*)=([^&]*)");

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
      builder.secret(secrets.group(2));
      builder.secret(URLDecoder.decode(secrets.group(2), StandardCharsets.UTF_8));
    }
    Matcher credentials = CREDENTIALS.matcher(builder.url);
    if (credentials.find()) {
      int colon = credentials.group(1).indexOf(':');
      if (colon >= 0) {
        builder.secret(credentials.group(1).substring(colon + 1));
      }
    }
    String masked = CREDENTIALS.matcher(base).replaceAll("//***@");
    builder.redacted = masked + maskedQuery();
    builder.target = driver + " at " + masked.replaceFirst("jdbc:[a-z]+:(//)?", "");
    return builder;
  }

  private String maskedQuery() {
    return query.isEmpty()
        ? ""
        : Arrays.stream(query.split("&"))
            .map(each -> each.replaceAll("=.*", "") + "=***")
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
