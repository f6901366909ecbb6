package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the DSN comes from. The strongest place that says anything about the database (flags, then
 * environment, then file) decides alone. Within one place {@code DSN} beats {@code DSN_FILE} beats
 * {@code DATABASE_*}, each of them whole: parts are never mixed. What two places say differently is
 * precedence and no mistake; the same setting said twice differently in one place is refused, by
 * {@link Settings#single} for the command line and by the reader for the file.
 */
sealed interface DsnSource {
  /** The DSN's clear text, read anew when it is in a file. */
  Secret read();

  /** In words, for messages. */
  String describe();

  /** Whether this setting's value, which comes from there, is what the DSN is made of. */
  default boolean uses(Setting setting, SettingSource from) {
    return switch (this) {
      case InlineDsn _ -> setting == Setting.DSN;
      case DsnFile _ -> setting == Setting.DSN_FILE;
      case ComposedDsn parts ->
          PARTS.contains(setting)
              && (from instanceof SettingSource.Default || from.rank() == parts.place().rank());
    };
  }

  /** The settings that describe the database in parts. */
  List<Setting> PARTS =
      Arrays.stream(Setting.values()).filter(each -> each.key().startsWith("database.")).toList();

  /** The DSN itself. */
  record InlineDsn(Secret read, String describe) implements DsnSource {}

  /** Made of its parts, all of them from one place. */
  record ComposedDsn(Secret read, String describe, SettingSource place) implements DsnSource {}

  /** A file that holds it. */
  record DsnFile(Path file, String describe) implements DsnSource {
    @Override
    public Secret read() {
      String text;
      try {
        text = Files.readString(file);
      } catch (IOException e) {
        throw SlipwayException.usageError(
                "the DSN file "
                    + file
                    + " cannot be read: "
                    + IoErrors.describe(e)
                    + " (named by "
                    + describe
                    + ")")
            .hint("check the path, and that the user who runs slipway may read it")
            .cause(e);
      }
      // Editors and `echo` end a file with a line break, which no password means.
      String stripped = text.strip();
      if (stripped.isEmpty()) {
        throw SlipwayException.usageError(
            "the DSN file " + file + " is empty (named by " + describe + ")");
      }
      if (stripped.lines().count() > 1) {
        throw SlipwayException.usageError("the DSN file " + file + " holds more than one line");
      }
      return Secret.of(stripped);
    }
  }

  /** What one place says about the database; what it says twice is warned of. */
  static Optional<DsnSource> find(
      Map<Setting, String> place, SettingSource from, String words, List<String> warnings) {
    boolean parts = PARTS.stream().anyMatch(place::containsKey);
    List<String> present = new ArrayList<>();
    Optional<DsnSource> source = Optional.empty();
    if (place.containsKey(Setting.DSN)) {
      present.add("DSN");
      source =
          Optional.of(new InlineDsn(Secret.of(place.get(Setting.DSN).strip()), "DSN in " + words));
    }
    if (place.containsKey(Setting.DSN_FILE)) {
      present.add("DSN_FILE");
      if (source.isEmpty()) {
        source =
            Optional.of(new DsnFile(Path.of(place.get(Setting.DSN_FILE)), "DSN_FILE in " + words));
      }
    }
    if (parts) {
      present.add("DATABASE_*");
      // A service called "database" makes Kubernetes set DATABASE_PORT; that alone says nothing.
      if (source.isEmpty() && place.containsKey(Setting.DATABASE_TYPE)) {
        source = Optional.of(ofParts(place, "DATABASE_* in " + words, from));
      }
    }
    if (present.size() > 1) {
      warnings.add(
          present.getFirst()
              + " in "
              + words
              + " is used; "
              + String.join(" and ", present.subList(1, present.size()))
              + " beside it "
              + (present.size() > 2 ? "are" : "is")
              + " ignored");
    }
    return source;
  }

  /** The parts are taken as they are. */
  private static ComposedDsn ofParts(
      Map<Setting, String> parts, String words, SettingSource place) {
    String type = parts.get(Setting.DATABASE_TYPE);
    String parameters = Optional.ofNullable(parts.get(Setting.DATABASE_PARAMETERS)).orElse("");
    String dsn =
        switch (type) {
          case "memory" -> "memory";
          case "sqlite", "sqlite3" ->
              "sqlite://" + needed(parts, Setting.DATABASE_NAME) + query(parameters, "");
          case "mysql" -> mysql(parts) + query(parameters, "tls=preferred");
          case "cockroach", "cockroachdb" ->
              server("cockroach", parts) + query(parameters, "sslmode=prefer");
          default -> server("postgres", parts) + query(parameters, "sslmode=prefer");
        };
    return new ComposedDsn(Secret.of(dsn), words, place);
  }

  /**
   * Tools that read these variables speak plain text to a server without TLS. There is no word for
   * TLS among the variables, so it is used where the server offers it, unless the parameters say
   * more.
   */
  private static String query(String parameters, String tls) {
    String given = parameters.startsWith("?") ? parameters.substring(1) : parameters;
    String name = tls.replaceAll("=.*", "");
    boolean said = ("&" + given).contains("&" + name + "=");
    String all = said || tls.isEmpty() ? given : given.isEmpty() ? tls : tls + "&" + given;
    return all.isEmpty() ? "" : "?" + all;
  }

  private static String server(String scheme, Map<Setting, String> parts) {
    String user = parts.get(Setting.DATABASE_USERNAME);
    String password = parts.get(Setting.DATABASE_PASSWORD);
    String credentials =
        user == null && password == null
            ? ""
            : encode(user == null ? "" : user)
                + (password == null ? "" : ":" + encode(password))
                + "@";
    return scheme
        + "://"
        + credentials
        + hostAndPort(parts)
        + "/"
        + encode(needed(parts, Setting.DATABASE_NAME));
  }

  private static String mysql(Map<Setting, String> parts) {
    String user = Optional.ofNullable(parts.get(Setting.DATABASE_USERNAME)).orElse("");
    if (user.indexOf(':') >= 0) {
      throw SlipwayException.usageError("DATABASE_USERNAME must hold no colon for MySQL");
    }
    String password = parts.get(Setting.DATABASE_PASSWORD);
    return "mysql://"
        + user
        + (password == null ? "" : ":" + password)
        + "@tcp("
        + hostAndPort(parts)
        + ")/"
        + encode(needed(parts, Setting.DATABASE_NAME));
  }

  private static String hostAndPort(Map<Setting, String> parts) {
    String host = parts.getOrDefault(Setting.DATABASE_HOST, Setting.DATABASE_HOST.defaultText());
    String bracketed = host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    String port = parts.get(Setting.DATABASE_PORT);
    return port == null ? bracketed : bracketed + ":" + port;
  }

  private static String needed(Map<Setting, String> parts, Setting setting) {
    String value = parts.get(setting);
    if (value == null) {
      throw SlipwayException.usageError(setting.variable() + " is missing beside DATABASE_TYPE");
    }
    return value;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
