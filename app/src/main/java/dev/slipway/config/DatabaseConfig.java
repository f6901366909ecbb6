package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.util.Optional;

/** How the settings describe the database. Immutable. */
public sealed interface DatabaseConfig {
  /** A DSN that is not parsed yet. */
  static DatabaseConfig of(String dsn) {
    return new DsnText(Secret.of(dsn));
  }

  /** A database that is a file. */
  static DatabaseConfig file(String type, String file) {
    return new Parts(
        type,
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(file),
        Secret.of(""));
  }

  /** A DSN that is not parsed yet. */
  record DsnText(Secret text) implements DatabaseConfig {}

  /**
   * The {@code database.*} settings. Each value is literal: nothing in it is escaped.
   *
   * @param type the name or an alias of the database's driver, or {@code memory}
   * @param port the server's port; empty for the default port of the type
   * @param name the database's name or file
   * @param parameters DSN parameters as a query, with {@code %XX} escapes
   */
  record Parts(
      String type,
      String host,
      Optional<String> port,
      Optional<String> username,
      Optional<Secret> password,
      Optional<String> name,
      Secret parameters)
      implements DatabaseConfig {
    /** Host and port, as in {@code [::1]:5432}. */
    public String hostAndPort() {
      String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
      return port.map(number -> bracketed + ":" + number).orElse(bracketed);
    }

    /**
     * The database's name or file.
     *
     * @throws SlipwayException (usage) if there is none
     */
    public String requireName() {
      return name.orElseThrow(
          () ->
              SlipwayException.usageError(
                  Setting.DATABASE_NAME.variable()
                      + " is missing beside "
                      + Setting.DATABASE_TYPE.variable()));
    }
  }
}
