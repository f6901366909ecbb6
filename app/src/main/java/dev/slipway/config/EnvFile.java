package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file of variables, as Docker Compose reads it. Only the settings of a database count; all other
 * variables are only there to be referred to.
 *
 * @param path the file
 * @param given whether the command line names it; otherwise, the file may be missing
 */
public record EnvFile(Path path, boolean given) {
  /** The file that is read where the command line names none. */
  public static final EnvFile IN_WORKING_FOLDER = new EnvFile(Path.of(".env"), false);

  private static final int BYTES_MAX = 1 << 20;

  private static final Set<Setting> DATABASE_SETTINGS = databaseSettings();

  private static Set<Setting> databaseSettings() {
    Set<Setting> settings = new HashSet<>(DsnSource.PARTS);
    settings.addAll(List.of(Setting.DSN, Setting.DSN_FILE));
    return settings;
  }

  /**
   * What the file says about the database.
   *
   * @param settings the settings of a database, with their values
   * @param url the value of {@link DsnSource#PLATFORM_VARIABLE}
   * @param lines the lines of the settings
   */
  record Content(Map<Setting, String> settings, Optional<String> url, Map<Setting, Integer> lines) {
    /** A setting's place in messages. */
    String place(Path file, Setting setting) {
      return setting.variable() + " in " + file + ":" + lines.get(setting);
    }
  }

  /**
   * Reads the file; empty if it does not exist and the command line does not name it.
   *
   * @throws SlipwayException (usage) naming the line, if the file cannot be read, or a variable
   *     that describes a database is unclear
   */
  Optional<Content> read() {
    if (!given && !Files.isRegularFile(path)) {
      return Optional.empty();
    }
    Map<String, EnvFileParser.Variable> variables = EnvFileParser.parse(path, text(), names());
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    Map<Setting, Integer> lines = new EnumMap<>(Setting.class);
    for (Setting setting : DATABASE_SETTINGS) {
      EnvFileParser.Variable variable = variables.get(setting.variable());
      if (variable != null && !variable.value().isEmpty()) {
        settings.put(setting, variable.value());
        lines.put(setting, variable.line());
      }
    }
    Optional<String> url =
        Optional.ofNullable(variables.get(DsnSource.PLATFORM_VARIABLE))
            .map(EnvFileParser.Variable::value)
            .filter(value -> !value.isBlank());
    return Optional.of(new Content(settings, url, lines));
  }

  private static Set<String> names() {
    Set<String> names = new HashSet<>(Set.of(DsnSource.PLATFORM_VARIABLE));
    DATABASE_SETTINGS.forEach(setting -> names.add(setting.variable()));
    return names;
  }

  private String text() {
    if (NamedPipe.is(path)) {
      throw SlipwayException.usageError("the file " + path + " (--env-file) is not a regular file");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(BYTES_MAX + 1);
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "the file "
                  + path
                  + (given ? " (--env-file)" : "")
                  + " cannot be read: "
                  + IoErrors.describe(e))
          .hint("name the database with DSN, or correct the file")
          .cause(e);
    }
    if (bytes.length > BYTES_MAX) {
      throw SlipwayException.usageError("the file " + path + " has more than 1 MiB");
    }
    if (bytes.length > 1 && (bytes[0] & 0xff) + (bytes[1] & 0xff) == 0xfe + 0xff) {
      throw SlipwayException.usageError("the file " + path + " is UTF-16, and must be UTF-8")
          .hint("save it as UTF-8");
    }
    return Utf8.decode(bytes);
  }
}
