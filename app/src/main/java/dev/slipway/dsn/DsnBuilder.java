package dev.slipway.dsn;

import dev.slipway.config.Secret;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects the parts of a {@link Dsn} while a driver parses it. Not thread-safe. */
public final class DsnBuilder {
  /** The name of the driver. */
  final String driver;

  /** The JDBC URL, without secrets. */
  public String url = "";

  /** The target for messages: {@code postgres at db:5432, database app}. */
  public String target = "";

  /** The DSN without secrets. */
  public String redacted = "";

  /** The DSN up to its parameters, without secrets, for corrections; may be empty. */
  public String front = "";

  /** The database file. */
  public String file = "";

  /** The schema that the DSN names explicitly. */
  public String schema = "";

  /** The search path that the DSN sets. */
  public String searchPath = "";

  /** Whether the database is in memory. */
  public boolean inMemory;

  /** Whether the DSN is a JDBC URL. */
  public boolean jdbc;

  /** The JDBC driver's properties, some of them secret. */
  public final Map<String, String> properties = new LinkedHashMap<>();

  /** The settings of each session on the server. */
  public final Map<String, String> settings = new LinkedHashMap<>();

  /** Texts that must not be printed. */
  public final Set<String> secrets = new LinkedHashSet<>();

  /** Texts that only the JDBC driver knows, with what stands for them in messages. */
  public final Map<String, String> replacements = new LinkedHashMap<>();

  /** The parameters of the connection pool. */
  public PoolParameters pool = PoolParameters.NONE;

  /** Starts an empty DSN of a driver. */
  public DsnBuilder(String driver) {
    this.driver = driver;
  }

  /** The name of the driver. */
  public String driver() {
    return driver;
  }

  /** Sets a property of the JDBC driver. */
  public void property(String name, String value) {
    properties.put(name, value);
  }

  /** A property of the JDBC driver that was set before. */
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name));
  }

  /** Sets a setting of each session. */
  public void setting(String name, String value) {
    settings.put(name, value);
  }

  /** Keeps a text out of everything printed. */
  public Secret secret(String text) {
    if (!text.isEmpty()) {
      secrets.add(text);
    }
    return Secret.of(text);
  }

  /** Parameters as a query string without secrets. */
  public static String redactedQuery(List<DsnParameter> parameters) {
    return parameters.isEmpty()
        ? ""
        : parameters.stream()
            .map(
                each ->
                    each.name()
                        + "="
                        + (WrittenDsn.isSecret(each.name())
                            ? "***"
                            : DsnParameter.encode(each.value())))
            .collect(Collectors.joining("&", "?", ""));
  }

  /** The DSN. */
  public Dsn build() {
    return new Dsn(this);
  }
}
