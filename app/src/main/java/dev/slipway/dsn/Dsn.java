package dev.slipway.dsn;

import dev.slipway.error.SlipwayException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A data source name that a driver has parsed: every parameter was either understood or rejected.
 * Prints without secrets. Immutable; equal when the texts meant the same.
 */
public final class Dsn {
  private static final String DATABASE = ", database ";

  private final String driver;
  private final String url;
  private final String target;
  private final String redacted;
  private final String file;
  private final String schema;
  private final String searchPath;
  private final boolean inMemory;
  private final boolean jdbc;
  private final Map<String, String> properties;
  private final Map<String, String> settings;
  private final Map<String, String> replacements;
  private final Set<String> secrets;
  private final Redaction redaction;
  private final PoolParameters pool;

  Dsn(DsnBuilder builder) {
    driver = builder.driver;
    url = builder.url;
    target = builder.target;
    redacted = builder.redacted;
    file = builder.file;
    schema = builder.schema;
    searchPath = builder.searchPath;
    inMemory = builder.inMemory;
    jdbc = builder.jdbc;
    properties = Map.copyOf(builder.properties);
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(builder.settings));
    replacements = Collections.unmodifiableMap(new LinkedHashMap<>(builder.replacements));
    secrets = Set.copyOf(builder.secrets);
    redaction = new Redaction(secrets, driver + " " + target + " " + redacted);
    pool = builder.pool;
  }

  /** A builder with everything that this DSN contains. */
  public DsnBuilder toBuilder() {
    var builder = new DsnBuilder(driver);
    builder.url = url;
    builder.target = target;
    builder.redacted = redacted;
    builder.file = file;
    builder.schema = schema;
    builder.searchPath = searchPath;
    builder.inMemory = inMemory;
    builder.jdbc = jdbc;
    builder.properties.putAll(properties);
    builder.settings.putAll(settings);
    builder.replacements.putAll(replacements);
    builder.secrets.addAll(secrets);
    builder.pool = pool;
    return builder;
  }

  /** The name of the driver that has parsed it. */
  public String driver() {
    return driver;
  }

  /** Whether the database is in memory, and ends with its one connection. */
  public boolean inMemory() {
    return inMemory;
  }

  /** The database file; empty for a database in memory and for a server. */
  public Optional<Path> file() {
    return file.isEmpty() || inMemory ? Optional.empty() : Optional.of(Path.of(file));
  }

  /**
   * The same server, but another of its databases. Every URL ends with its database.
   *
   * @throws SlipwayException (usage) when the DSN is a JDBC URL, which is not parsed
   */
  public Dsn withDatabase(String name) {
    if (jdbc) {
      throw SlipwayException.usageError(
              "a DSN that starts with jdbc: cannot be pointed at another database")
          .hint("write the DSN without jdbc:");
    }
    DsnBuilder other = toBuilder();
    other.url =
        url.substring(0, url.lastIndexOf('/') + 1)
            + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    other.target = server() + DATABASE + name;
    other.redacted = other.target;
    return other.build();
  }

  /**
   * The schema that the DSN or a setting names: the only one whose history counts. Empty where the
   * server determines it, and where a database has only one.
   */
  public Optional<String> schema() {
    return Optional.of(schema).filter(name -> !name.isEmpty());
  }

  /** The search path that the DSN sets, as the server reads it; may be empty. */
  public String searchPath() {
    return searchPath;
  }

  /** Where the database is, for messages and without secrets: {@code postgres at db:5432, …}. */
  public String target() {
    return target;
  }

  /** The same without the database: {@code postgres at db:5432}. */
  public String server() {
    int end = target.lastIndexOf(DATABASE);
    return end < 0 ? target : target.substring(0, end);
  }

  /** A text of the JDBC driver or the server without the secrets of this DSN. */
  public String redact(String text) {
    String replaced = text;
    for (Map.Entry<String, String> each : replacements.entrySet()) {
      replaced = replaced.replace(each.getKey(), each.getValue());
    }
    return redaction.apply(replaced);
  }

  /** The DSN with {@code ***} for every secret. */
  @Override
  public String toString() {
    return redacted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dsn dsn
        && dsn.url.equals(url)
        && dsn.schema.equals(schema)
        && dsn.properties.equals(properties)
        && dsn.settings.equals(settings)
        && dsn.pool.equals(pool);
  }

  @Override
  public int hashCode() {
    return url.hashCode();
  }

  /** The JDBC URL. */
  public String url() {
    return url;
  }

  /** Whether the DSN is a JDBC URL, which goes to the JDBC driver as it is. */
  public boolean isJdbc() {
    return jdbc;
  }

  /** The JDBC driver's properties, secrets in clear. */
  public Map<String, String> properties() {
    return properties;
  }

  /** The settings of each session on the server. */
  public Map<String, String> settings() {
    return settings;
  }

  /** The parameters of the connection pool. */
  public PoolParameters pool() {
    return pool;
  }
}
