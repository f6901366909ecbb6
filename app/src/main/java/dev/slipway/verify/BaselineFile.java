package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.ResolvedMigrations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * The file of a baseline migration. A configuration next to it switches placeholders off where its
 * text could be taken for one.
 *
 * @param path where it will be
 * @param text its content
 * @param placeholderPrefix how a placeholder starts
 */
record BaselineFile(Path path, String text, String placeholderPrefix) {
  private static final String CONF = "placeholderReplacement=false\n";

  /** A folder that contains the file alone; deleted in the end. */
  record TemporaryFolder(Path path) implements AutoCloseable {
    /** The same settings for this folder. */
    Settings.Migrate settings(Settings.Migrate settings) {
      return settings.withFolders(List.of(path), List.of());
    }

    @Override
    public void close() throws IOException {
      try (var files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(path);
    }
  }

  TemporaryFolder inTemporaryFolder() throws IOException {
    Path folder = Files.createTempDirectory("slipway-squash");
    new BaselineFile(folder.resolve(path.getFileName().toString()), text, placeholderPrefix)
        .write();
    return new TemporaryFolder(folder);
  }

  private Optional<String> configuration() {
    return text.contains(placeholderPrefix) ? Optional.of(CONF) : Optional.empty();
  }

  /** Writes the file at once, so that a run that is killed leaves none or all of it. */
  void write() throws IOException {
    Path conf = path.resolveSibling(path.getFileName() + ".conf");
    if (configuration().isPresent()) {
      Files.writeString(conf, configuration().get());
    } else {
      Files.deleteIfExists(conf);
    }
    Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
    try {
      Files.writeString(temporary, text);
      Files.move(
          temporary, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Checks that the migrator finds the file, before anything that it replaces is deleted.
   *
   * @throws SlipwayException (usage) if the settings leave it out; then it is deleted
   */
  void requireReadBy(Settings.Migrate settings, DatabaseDriver driver) throws IOException {
    boolean found =
        ResolvedMigrations.load(settings, driver).baselines().stream()
            .map(MigrationFile::path)
            .anyMatch(path::equals);
    if (!found) {
      Files.delete(path);
      throw SlipwayException.usageErrorIn(path, "would be left out by the settings")
          .hint("change --exclude (MIGRATE_EXCLUDE, migrate.exclude)");
    }
  }

  static void delete(List<Path> files) throws IOException {
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
