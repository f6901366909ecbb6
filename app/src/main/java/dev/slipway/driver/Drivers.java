package dev.slipway.driver;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.DatabaseConfig.DsnText;
import dev.slipway.config.DatabaseConfig.Parts;
import dev.slipway.config.Secret;
import dev.slipway.config.Suggestions;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.PercentDecoder;
import dev.slipway.dsn.WrittenDsn;
import dev.slipway.error.SlipwayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The drivers that the service file of {@link DatabaseDriver} lists, in its order. A new database
 * needs a package and one line in that file.
 */
public final class Drivers {
  private static final List<DatabaseDriver> ALL =
      ServiceLoader.load(DatabaseDriver.class, DatabaseDriver.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  private static final Pattern QUOTED = Pattern.compile("(?s)\\s*([\"'])(.*)\\1\\s*");

  private Drivers() {}

  /** All drivers, in the order in which messages list them. */
  public static List<DatabaseDriver> all() {
    return ALL;
  }

  /** The driver with this name or alias; lower case only. */
  public static Optional<DatabaseDriver> byName(String name) {
    return ALL.stream()
        .filter(each -> each.name().equals(name) || each.aliases().contains(name))
        .findFirst();
  }

  /**
   * The driver with this name or alias.
   *
   * @throws SlipwayException (usage) if no driver has it
   */
  public static DatabaseDriver require(String name) {
    return byName(name)
        .orElseThrow(
            () ->
                SlipwayException.usageError("unknown database `" + name + "`")
                    .hint(
                        "the databases are "
                            + enumerate(ALL.stream().map(DatabaseDriver::name).toList(), " and ")));
  }

  /** The driver that has parsed a DSN. */
  public static DatabaseDriver of(Dsn dsn) {
    return byName(dsn.driver()).orElseThrow();
  }

  /**
   * Parses a DSN.
   *
   * @throws SlipwayException (usage) when the scheme is unknown, a part cannot be read, or a
   *     parameter is unknown or rejected; the message repeats nothing that may be secret
   */
  public static Dsn parse(String text) {
    String dsn = withoutQuotes(text);
    try {
      return parseText(dsn);
    } catch (SlipwayException e) {
      // The hint about an escape is more helpful with the whole DSN.
      String corrected =
          WrittenDsn.withEscapedPercent(dsn).map(masked -> ", as in " + masked).orElse("");
      throw e.hint().filter(hint -> hint.endsWith(PercentDecoder.HINT)).isEmpty()
          ? e
          : e.hint(PercentDecoder.HINT + corrected);
    }
  }

  /** An env file of Docker, and some shells, pass on the quotes around a value. */
  private static String withoutQuotes(String text) {
    Matcher quoted = QUOTED.matcher(text);
    return quoted.matches() ? quoted.group(2) : text;
  }

  private static Dsn parseText(String text) {
    if (text.isBlank()) {
      throw SlipwayException.usageError("the DSN is empty").hint(hint());
    }
    if (text.indexOf('\0') >= 0) {
      throw SlipwayException.usageError("the DSN holds a NUL character");
    }
    Optional<Dsn> shorthand = parseShorthand(text);
    if (shorthand.isPresent()) {
      return shorthand.get();
    }
    if (text.startsWith("jdbc:")) {
      return parseJdbc(text);
    }
    int end = text.indexOf("://");
    if (end < 0) {
      throw noScheme(text);
    }
    DatabaseDriver driver = byScheme(text, text.substring(0, end));
    WrittenDsn.requireQuestionMark(text, driver.parameterNames());
    return driver.parse(text.substring(end + "://".length()));
  }

  private static DatabaseDriver byScheme(String text, String scheme) {
    return byName(scheme)
        .or(() -> ALL.stream().filter(each -> each.schemes().contains(scheme)).findFirst())
        .orElseThrow(() -> unknownScheme(text, scheme));
  }

  /**
   * The DSN of the settings, with a schema that a setting names in the place of its own.
   *
   * @throws SlipwayException (usage) as {@link #parse(DatabaseConfig)}, and where there are no
   *     schemas
   */
  public static Dsn parse(DatabaseConfig config, Optional<String> schema) {
    Dsn dsn = parse(config);
    return schema.map(name -> of(dsn).withSchema(dsn, name)).orElse(dsn);
  }

  /**
   * Parses the DSN of the settings, or puts its parts together.
   *
   * @throws SlipwayException (usage) as {@link #parse(String)}, and for an unknown type or a
   *     missing part
   */
  public static Dsn parse(DatabaseConfig config) {
    return switch (config) {
      case DsnText(Secret text) -> parse(text.reveal());
      case Parts parts -> parseShorthand(parts.type()).orElseGet(() -> compose(parts));
    };
  }

  private static Dsn compose(Parts parts) {
    return require(parts.type()).parse(parts);
  }

  /**
   * Checks the type of a database in parts.
   *
   * @param origin the origin of the setting, for the message
   * @throws SlipwayException (usage) if no driver has this name
   */
  public static void requireType(String type, String origin) {
    List<String> types = types();
    if (!types.contains(type)) {
      throw SlipwayException.usageError(
          "`"
              + type
              + "` from "
              + origin
              + " is no type of a database: it must be one of "
              + String.join(", ", types)
              + Suggestions.didYouMean(type, types));
    }
  }

  /** The names and aliases of all drivers, and the DSNs without a scheme. */
  public static List<String> types() {
    return Stream.concat(
            ALL.stream().flatMap(Drivers::names),
            ALL.stream().flatMap(driver -> driver.shorthands().stream()))
        .toList();
  }

  /** Whether a text is a DSN without a scheme. */
  public static boolean isShorthand(String text) {
    return parseShorthand(text).isPresent();
  }

  private static Optional<Dsn> parseShorthand(String text) {
    return ALL.stream().flatMap(each -> each.parseShorthand(text).stream()).findFirst();
  }

  private static Dsn parseJdbc(String url) {
    for (DatabaseDriver driver : ALL) {
      if (driver.jdbcPrefix().filter(url::startsWith).isPresent()) {
        return driver.parseJdbc(url);
      }
    }
    List<String> prefixes = ALL.stream().flatMap(driver -> driver.jdbcPrefix().stream()).toList();
    String others =
        ALL.stream()
            .filter(driver -> driver.jdbcPrefix().isEmpty())
            .map(driver -> "; for " + driver.name() + ", " + driver.name() + "://")
            .collect(Collectors.joining());
    throw SlipwayException.usageError("no driver for this jdbc: URL is part of slipway")
        .hint("use " + enumerate(prefixes, " or ") + others);
  }

  private static SlipwayException noScheme(String text) {
    SlipwayException failure =
        SlipwayException.usageError("the DSN has no scheme such as postgres://");
    return failure.hint(
        ALL.stream()
            .flatMap(each -> each.likelyDsn(text).stream())
            .findFirst()
            .map(dsn -> "write " + dsn)
            .orElseGet(Drivers::hint));
  }

  private static SlipwayException unknownScheme(String text, String scheme) {
    // What stands before :// may be anything when the DSN is garbled, a password too.
    if (!scheme.matches("[A-Za-z][A-Za-z0-9+_-]{0,30}")) {
      return noScheme(text);
    }
    // SQLAlchemy, Rails, and others add the name of a client library.
    Optional<DatabaseDriver> meant =
        ALL.stream()
            .filter(
                each ->
                    names(each).anyMatch(scheme.replaceFirst("[+_-].*", "")::equals)
                        || each.confusedNames().contains(scheme))
            .findFirst();
    Optional<String> corrected =
        meant.flatMap(
            driver -> WrittenDsn.masked(driver.scheme() + text.substring(text.indexOf("://"))));
    if (corrected.isPresent()) {
      return SlipwayException.usageError("unknown DSN scheme " + scheme + "://")
          .hint("write " + corrected.get());
    }
    List<String> schemes = new ArrayList<>();
    ALL.forEach(driver -> schemes.addAll(names(driver).toList()));
    return SlipwayException.usageError(
            "unknown DSN scheme " + scheme + "://" + Suggestions.didYouMean(scheme, schemes))
        .hint(hint());
  }

  private static Stream<String> names(DatabaseDriver driver) {
    return Stream.concat(Stream.of(driver.name()), driver.aliases().stream());
  }

  private static String hint() {
    return "write "
        + ALL.stream().map(DatabaseDriver::dsnExample).collect(Collectors.joining(", "));
  }

  private static String enumerate(List<String> names, String conjunction) {
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + conjunction + names.get(last);
  }
}
