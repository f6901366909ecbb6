package dev.slipway.migration;

import dev.slipway.config.Settings;
import dev.slipway.driver.ServerInfo;
import java.io.Reader;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The placeholders of files in Flyway's format: those of the settings, and those that Flyway itself
 * gives values, such as {@code ${flyway:table}}. Names differ in case only if the settings have
 * both. A value of the settings takes precedence. Immutable.
 */
public final class Placeholders {
  /** Flyway's own format for a time, in the time zone of the process. */
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private static final String FILENAME = "filename";

  private final Settings.Flyway syntax;
  private final Map<String, String> given;
  private final Map<String, String> builtIn;

  private Placeholders(
      Settings.Flyway syntax, Map<String, String> given, Map<String, String> builtIn) {
    this.syntax = syntax;
    this.given = given;
    this.builtIn = builtIn;
  }

  /**
   * The placeholders of a run that has no connection: what only a connection knows has a name in
   * its place, such as {@code flyway_user}, so that files can be read.
   */
  public static Placeholders of(Settings.Migrate settings) {
    Map<String, String> values = new HashMap<>();
    values.put("timestamp", LocalDateTime.now(ZoneId.systemDefault()).format(TIMESTAMP));
    values.put("workingDirectory", System.getProperty("user.dir"));
    values.put("table", settings.table());
    values.put("environment", "default");
    values.put("defaultSchema", "flyway_default_schema");
    values.put("user", "flyway_user");
    values.put("database", "flyway_database");
    return new Placeholders(settings.flyway(), settings.placeholders(), values);
  }

  /**
   * The same for a connection.
   *
   * @param database its database; empty where the database has none, as SQLite
   */
  Placeholders on(ServerInfo server, Optional<String> database) {
    Map<String, String> values = new HashMap<>(builtIn);
    values.put("defaultSchema", server.schema());
    values.put("user", server.user());
    values.remove("database");
    database.ifPresent(name -> values.put("database", name));
    return new Placeholders(syntax, given, values);
  }

  /** The given values, which messages do not contain. */
  Map<String, String> given() {
    return given;
  }

  /** Whether a text may contain a placeholder. */
  boolean mayBeIn(String text) {
    return text.contains(syntax.placeholderPrefix());
  }

  /** The text of a file, with the values in place of their placeholders. */
  Reader replace(MigrationFile file, Reader text) {
    return file.placeholders()
        ? new PlaceholderReader(
            text,
            file.path(),
            syntax.placeholderPrefix(),
            syntax.placeholderSuffix(),
            values(file.path()),
            this::hint)
        : text;
  }

  private Function<String, Optional<String>> values(Path file) {
    Map<String, String> byLowerCase = new HashMap<>();
    builtIn.forEach((name, value) -> byLowerCase.put(lower(builtInName(name)), value));
    byLowerCase.put(lower(builtInName(FILENAME)), String.valueOf(file.getFileName()));
    given.forEach((name, value) -> byLowerCase.put(lower(name), value));
    return name ->
        Optional.ofNullable(given.get(name))
            .or(() -> Optional.ofNullable(byLowerCase.get(lower(name))));
  }

  private String hint(String name) {
    return name.startsWith(builtInName(""))
        ? "the placeholders that have a value by themselves are "
            + String.join(", ", builtIn.keySet().stream().map(this::builtInName).sorted().toList())
            + ", and "
            + builtInName(FILENAME)
            + "; give another one a value in migrate.placeholders"
        : "add `"
            + name
            + "` to migrate.placeholders; if the text is no placeholder, put"
            + " placeholderReplacement=false into <file>.conf, or set"
            + " migrate.placeholder_replacement to false";
  }

  private String builtInName(String name) {
    return "flyway" + syntax.placeholderSeparator() + name;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
