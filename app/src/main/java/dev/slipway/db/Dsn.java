package dev.slipway.db;

import dev.slipway.config.Nearest;
import dev.slipway.fault.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which database, and how to reach it: a DSN that has been understood whole. Every parameter has
 * become something or was refused. It prints masked, always. Immutable; equal when the texts meant
 * the same.
 */
public final class Dsn {
  /** Taken when the DSN has no {@code application_name} and before the name that we would give. */
  static final String FALLBACK_APPLICATION_NAME = "slipway.fallback_application_name";

  /** The session's time zone, which the driver sets from the machine's at the start. */
  static final String TIME_ZONE = "slipway.timezone";

  private static final String DATABASE = ", database ";

  private static final List<String> SCHEMES =
      List.of(
          "postgres",
          "postgresql",
          "pgx",
          "mysql",
          "cockroach",
          "cockroachdb",
          "crdb",
          "sqlite",
          "memory");
  private static final String HINT =
      "write postgres://user:password@host:5432/name, mysql://user:password@tcp(host:3306)/name,"
          + " cockroach://user@host:26257/name, sqlite:///path/file.db or memory";

  private final Dialect dialect;
  private final String url;
  private final String target;
  private final String redacted;
  private final String file;
  private final boolean memory;
  private final boolean jdbc;
  private final Map<String, String> properties;
  private final Map<String, String> settings;
  private final Map<String, String> replacements;
  private final PoolParameters pool;

  private Dsn(Draft draft, boolean jdbc) {
    dialect = draft.dialect;
    url = draft.url;
    target = draft.target;
    redacted = draft.redacted;
    file = draft.file;
    memory = draft.memory;
    this.jdbc = jdbc;
    properties = Map.copyOf(draft.properties);
    settings = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(draft.settings));
    replacements = Map.copyOf(draft.replacements);
    pool = draft.pool;
  }

  /** Every URL ends with its database, and so do the words for it. */
  private Dsn(Dsn other, String database) {
    dialect = other.dialect;
    url =
        other.url.substring(0, other.url.lastIndexOf('/') + 1)
            + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    target = other.server() + DATABASE + database;
    redacted = target;
    file = other.file;
    memory = other.memory;
    jdbc = other.jdbc;
    properties = other.properties;
    settings = other.settings;
    replacements = other.replacements;
    pool = other.pool;
  }

  static Dsn of(Draft draft) {
    return new Dsn(draft, false);
  }

  static Dsn jdbc(Draft draft) {
    return new Dsn(draft, true);
  }

  /**
   * Understands a DSN.
   *
   * @throws Fault (usage) when the scheme is unknown, a part cannot be read, or a parameter is
   *     unknown or refused; its message repeats nothing that may be secret
   */
  public static Dsn parse(String text) {
    if (text.isBlank()) {
      throw Fault.usage("the DSN is empty").hint(HINT);
    }
    if (text.indexOf('\0') >= 0) {
      throw Fault.usage("the DSN holds a NUL character");
    }
    if (text.equals("memory") || text.startsWith("memory?")) {
      return Sqlite.memory(text.substring("memory".length()));
    }
    if (text.startsWith("jdbc:")) {
      return Jdbc.parse(text);
    }
    int end = text.indexOf("://");
    if (end < 0) {
      throw Fault.usage("the DSN has no scheme such as postgres://").hint(HINT);
    }
    String scheme = text.substring(0, end);
    Dialect dialect = Dialect.named(scheme).orElseThrow(() -> unknown(scheme));
    String rest = text.substring(end + "://".length());
    return switch (dialect.kind()) {
      case POSTGRES -> Postgres.parse(rest);
      case COCKROACH -> Cockroach.parse(rest);
      case MYSQL -> Mysql.parse(rest);
      case SQLITE -> Sqlite.parse(rest);
    };
  }

  private static Fault unknown(String scheme) {
    // What stands before :// may be anything when the DSN is garbled, a password too.
    if (!scheme.matches("[A-Za-z][A-Za-z0-9+]{0,14}")) {
      return Fault.usage("the DSN has no scheme such as postgres://").hint(HINT);
    }
    return Fault.usage("unknown DSN scheme " + scheme + "://" + Nearest.question(scheme, SCHEMES))
        .hint(HINT);
  }

  /** The database's kind. */
  public Dialect dialect() {
    return dialect;
  }

  /** Whether the database lives in memory, and ends with its one connection. */
  public boolean memory() {
    return memory;
  }

  /** SQLite's file; empty for memory and for the other databases. */
  public Optional<Path> sqliteFile() {
    return file.isEmpty() || memory ? Optional.empty() : Optional.of(Path.of(file));
  }

  /**
   * The same way to the same server, but another of its databases.
   *
   * @throws Fault (usage) when the DSN is in its driver's own form, which is not taken apart
   */
  public Dsn database(String name) {
    if (jdbc) {
      throw Fault.usage("a DSN that starts with jdbc: cannot be pointed at another database")
          .hint(HINT);
    }
    return new Dsn(this, name);
  }

  /** Where it is, for messages and without secrets: {@code postgres at db:5432, database app}. */
  public String target() {
    return target;
  }

  /** The same without the database: {@code postgres at db:5432}. */
  public String server() {
    int words = target.lastIndexOf(DATABASE);
    return words < 0 ? target : target.substring(0, words);
  }

  /**
   * The text without the password and other secrets of this DSN, for what drivers and servers say.
   */
  public String scrub(String text) {
    String scrubbed = text;
    // The longest first: one secret may be a part of another.
    List<Map.Entry<String, String>> longestFirst = new ArrayList<>(replacements.entrySet());
    longestFirst.sort(Comparator.comparingInt(each -> -each.getKey().length()));
    for (Map.Entry<String, String> each : longestFirst) {
      scrubbed = scrubbed.replace(each.getKey(), each.getValue());
    }
    return scrubbed;
  }

  /**
   * SQL that has to follow {@code RESET ALL} on PostgreSQL and CockroachDB, because the driver
   * itself gives the setting another value at a connection's start: the time zone. A new connection
   * has it.
   */
  public Optional<String> sessionSql() {
    return Optional.ofNullable(properties.get(TIME_ZONE))
        .map(zone -> "SET TIME ZONE '" + zone.replace("'", "''") + "'");
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
        && dsn.properties.equals(properties)
        && dsn.settings.equals(settings)
        && dsn.pool.equals(pool);
  }

  @Override
  public int hashCode() {
    return url.hashCode();
  }

  String url() {
    return url;
  }

  boolean jdbc() {
    return jdbc;
  }

  /** The driver's properties, secrets in clear. */
  Map<String, String> properties() {
    return properties;
  }

  Map<String, String> settings() {
    return settings;
  }

  PoolParameters pool() {
    return pool;
  }

  /** The name that the server shows for our connections. */
  String applicationName(String ours) {
    return Optional.ofNullable(properties.get("ApplicationName"))
        .or(() -> Optional.ofNullable(properties.get(FALLBACK_APPLICATION_NAME)))
        .orElse(ours);
  }

  /** Parameters as they may be printed. */
  static String query(List<Parameter> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.stream()
            .map(each -> each.name() + "=" + (isSecret(each.name()) ? "***" : each.value()))
            .collect(Collectors.joining("&", "?", ""));
  }

  private static boolean isSecret(String name) {
    return name.matches("(?i).*(pass|secret|token).*");
  }
}
