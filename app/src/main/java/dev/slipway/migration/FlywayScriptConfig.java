package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Flyway's {@code V1__x.sql.conf} beside a migration: {@code executeInTransaction=false} takes it
 * out of its transaction. Its other settings would change what runs, so they are refused, not
 * ignored.
 */
final class FlywayScriptConfig {
  private FlywayScriptConfig() {}

  /** The same file with what its configuration says. */
  static MigrationFile applyTo(MigrationFile file) {
    if (!file.flyway()) {
      return file;
    }
    Path conf = file.path().resolveSibling(file.path().getFileName() + ".conf");
    if (!Files.exists(conf)) {
      return file;
    }
    if (!Files.isRegularFile(conf)) {
      throw SlipwayException.usageError(conf + " is not a regular file");
    }
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(conf)) {
      settings.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw SlipwayException.usageError("cannot read " + conf + ": " + e.getMessage()).cause(e);
    }
    boolean transaction = true;
    for (String key : settings.stringPropertyNames()) {
      String value = settings.getProperty(key).strip();
      if (!key.equals("executeInTransaction") || !value.matches("true|false")) {
        throw SlipwayException.usageError(conf + ": `" + key + "=" + value + "` is not known")
            .hint("only executeInTransaction=true or =false is honoured");
      }
      transaction = value.equals("true");
    }
    return new MigrationFile(
        file.path(),
        file.script(),
        file.kind(),
        file.version(),
        file.name(),
        file.dialect(),
        !transaction,
        file.format());
  }
}
