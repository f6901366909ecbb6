package dev.slipway.migration;

import dev.slipway.config.Settings;
import dev.slipway.config.Suggestions;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * Flyway's {@code V1__x.sql.conf} next to a migration: {@code executeInTransaction=false} takes it
 * out of its transaction, and {@code placeholderReplacement} overrides the setting. Its other keys
 * would change what runs, so they are rejected, not ignored.
 */
final class FlywayScriptConfig {
  private static final List<String> KEYS =
      List.of("executeInTransaction", "placeholderReplacement", "encoding", "shouldExecute");

  private FlywayScriptConfig() {}

  /** The same file with what the settings and its configuration say. */
  static MigrationFile applyTo(MigrationFile file, Settings.Flyway settings) {
    if (!file.flyway()) {
      return file;
    }
    MigrationFile result = file;
    boolean placeholders = settings.placeholderReplacement();
    Path conf = file.path().resolveSibling(file.path().getFileName() + ".conf");
    if (Files.exists(conf)) {
      Properties keys = read(conf);
      for (String key : keys.stringPropertyNames()) {
        String value = keys.getProperty(key).strip();
        switch (key) {
          case "executeInTransaction" ->
              result = isTrue(conf, key, value) ? result : result.withAutocommit();
          case "placeholderReplacement" -> placeholders = isTrue(conf, key, value);
          case "encoding" -> requireUtf8(conf, value);
          case "shouldExecute" ->
              throw SlipwayException.usageErrorIn(
                      conf, "`shouldExecute` is not supported: a migration runs on every database")
                  .hint(
                      "move the file to a folder of its own, and give its --path only where it is to"
                          + " run; or leave it out there with --exclude");
          default ->
              throw SlipwayException.usageErrorIn(
                      conf,
                      "`" + key + "` is no key of Flyway's" + Suggestions.didYouMean(key, KEYS))
                  .hint("the keys are executeInTransaction and placeholderReplacement");
        }
      }
    }
    return placeholders ? result : result.withoutPlaceholders();
  }

  private static Properties read(Path conf) {
    if (!Files.isRegularFile(conf)) {
      throw SlipwayException.usageError(conf + " is not a regular file");
    }
    Properties keys = new Properties();
    try (Reader reader = Files.newBufferedReader(conf)) {
      keys.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw SlipwayException.usageError("cannot read " + conf + ": " + e.getMessage()).cause(e);
    }
    return keys;
  }

  private static boolean isTrue(Path conf, String key, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw SlipwayException.usageErrorIn(conf, "`" + key + "=" + value + "` is not a boolean")
              .hint("write " + key + "=true or " + key + "=false");
    };
  }

  private static void requireUtf8(Path conf, String encoding) {
    if (!encoding.equalsIgnoreCase("UTF-8") && !encoding.equalsIgnoreCase("UTF8")) {
      throw SlipwayException.usageErrorIn(
              conf, "`encoding=" + encoding + "` is not supported: migrations are read as UTF-8")
          .hint(
              "save the migration as UTF-8, for instance with `iconv -f "
                  + encoding
                  + " -t UTF-8`, and remove the line");
    }
  }
}
