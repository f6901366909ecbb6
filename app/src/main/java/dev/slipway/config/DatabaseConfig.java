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
   * The {@code database.*} settings. User, password, and name are literal: nothing in them is
   * escaped.
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
    /**
     * Checks that no part contains a NUL character, which would end it in the server's protocol.
     *
     * @throws SlipwayException (usage) naming the setting
     */
    public Parts {
      require(Setting.DATABASE_TYPE, type);
      require(Setting.DATABASE_HOST, host);
      port.ifPresent(text -> require(Setting.DATABASE_PORT, text));
      username.ifPresent(text -> require(Setting.DATABASE_USERNAME, text));
      password.ifPresent(text -> require(Setting.DATABASE_PASSWORD, text.reveal()));
      name.ifPresent(text -> require(Setting.DATABASE_NAME, text));
      require(Setting.DATABASE_PARAMETERS, parameters.reveal());
    }

    private static void require(Setting setting, String text) {
      if (text.indexOf('\0') >= 0) {
        throw SlipwayException.usageError(
            setting.key() + " (" + setting.variable() + ") contains a NUL character");
      }
    }

    /** The parameters without a question mark at the start; may be secret. */
    public String query() {
      String text = parameters.reveal();
      return text.startsWith("?") ? text.substring(1) : text;
    }

    /** Host and port, as in {@code [::1]:5432}. */
    public String hostAndPort() {
      String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
      return port.map(number -> bracketed + ":" + number).orElse(bracketed);
    }

    /**
     * The database's name or file.
     *
     * @throws SlipwayException (usage) if it is missing
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
