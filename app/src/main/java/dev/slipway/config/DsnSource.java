package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the DSN comes from. {@code DATABASE_URL}, and then an {@link EnvFile}, count only where
 * nothing else names a database. The strongest place that says anything about the database (flags,
 * then environment, then file) decides alone. Within one place {@code DSN} beats {@code DSN_FILE}
 * beats {@code DATABASE_*}, each of them whole: parts are never mixed. What two places say
 * differently is precedence and no mistake; the same setting said twice differently in one place is
 * refused, by {@link Settings#single} for the command line and by the reader for the file.
 */
sealed interface DsnSource {
  /** The variable of Heroku, Prisma, sqlx, and others. */
  String PLATFORM_VARIABLE = "DATABASE_URL";

  /** The database, read again when it is in a file. */
  DatabaseConfig read();

  /** The source, for messages. */
  String describe();

  /** Whether this setting's value, which comes from there, is what the DSN is made of. */
  default boolean uses(Setting setting, SettingSource from) {
    return switch (this) {
      case InlineDsn _ -> setting == Setting.DSN;
      case Fallback _ -> false;
      case DsnFile _ -> setting == Setting.DSN_FILE;
      case ComposedDsn parts ->
          PARTS.contains(setting)
              && (from instanceof SettingSource.Default || from.rank() == parts.place().rank());
    };
  }

  /** What to do about parts without a type. */
  String TYPE_HINT = "set DATABASE_TYPE to postgres, mysql, cockroach or sqlite, or set DSN";

  /** The settings that describe the database in parts. */
  List<Setting> PARTS =
      Arrays.stream(Setting.values()).filter(each -> each.key().startsWith("database.")).toList();

  /** The DSN itself. */
  record InlineDsn(DatabaseConfig read, String describe) implements DsnSource {}

  /** Parts, all of them from one place. */
  record ComposedDsn(DatabaseConfig read, String describe, SettingSource place)
      implements DsnSource {}

  /** What counts only where no setting names a database. */
  record Fallback(DsnSource source) implements DsnSource {
    @Override
    public DatabaseConfig read() {
      return source.read();
    }

    @Override
    public String describe() {
      return source.describe();
    }
  }

  /** A file that holds it. */
  record DsnFile(Path file, String describe) implements DsnSource {
    @Override
    public DatabaseConfig read() {
      return DatabaseConfig.of(
          Secret.read(file, "DSN", " (named by " + describe + ")").reveal().strip());
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
          Optional.of(
              new InlineDsn(DatabaseConfig.of(place.get(Setting.DSN).strip()), "DSN in " + words));
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
        source =
            Optional.of(
                ofParts(place.get(Setting.DATABASE_TYPE), place, "DATABASE_* in " + words, from));
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

  /** The variable that many platforms set, for a database that nothing else names. */
  static Optional<DsnSource> ofPlatform(Map<String, String> environment) {
    String text = environment.getOrDefault(PLATFORM_VARIABLE, "").strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    Utf8.check("the environment variable " + PLATFORM_VARIABLE, text);
    return Optional.of(ofUrl(text, "the environment"));
  }

  private static DsnSource ofUrl(String text, String place) {
    return new Fallback(
        new InlineDsn(DatabaseConfig.of(text.strip()), PLATFORM_VARIABLE + " in " + place));
  }

  /**
   * What a file of variables says about the database.
   *
   * @throws SlipwayException (usage) if it describes the database in parts without its type
   */
  static Optional<DsnSource> ofFile(EnvFile.Content content, Path file, List<String> warnings) {
    Map<Setting, String> settings = content.settings();
    Optional<DsnSource> source =
        find(settings, new SettingSource.EnvFileLine(file.toString()), file.toString(), warnings)
            .<DsnSource>map(Fallback::new)
            .or(() -> content.url().map(text -> ofUrl(text, file.toString())));
    if (source.isEmpty()) {
      PARTS.stream()
          .filter(settings::containsKey)
          .findFirst()
          .ifPresent(
              part -> {
                throw SlipwayException.usageError(
                        content.place(file, part)
                            + " is set, but "
                            + Setting.DATABASE_TYPE.variable()
                            + " is missing, so no database is named")
                    .hint(TYPE_HINT);
              });
    }
    return source;
  }

  private static ComposedDsn ofParts(
      String type, Map<Setting, String> place, String description, SettingSource source) {
    return new ComposedDsn(
        new DatabaseConfig.Parts(
            type,
            place.getOrDefault(Setting.DATABASE_HOST, Setting.DATABASE_HOST.defaultText()),
            Optional.ofNullable(place.get(Setting.DATABASE_PORT)),
            Optional.ofNullable(place.get(Setting.DATABASE_USERNAME)),
            Optional.ofNullable(place.get(Setting.DATABASE_PASSWORD)).map(Secret::of),
            Optional.ofNullable(place.get(Setting.DATABASE_NAME)),
            Secret.of(place.getOrDefault(Setting.DATABASE_PARAMETERS, ""))),
        description,
        source);
  }
}
