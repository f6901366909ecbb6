package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationLayout.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes migrations whose statements are known, in the format of a folder and with versions above
 * those of its files. Immutable.
 */
public final class MigrationWriter {
  private final Path folder;
  private final DatabaseDriver driver;
  private final MigrationFormat format;
  private final MigrationLayout layout;
  private final List<String> dialects;
  private final String name;
  private final LocalDateTime now;
  private final Optional<MigrationVersion> newest;
  private final boolean undoes;

  private MigrationWriter(
      Settings.Migrate settings, DatabaseDriver driver, String name, LocalDateTime now) {
    Set<MigrationFile> files = Set.copyOf(MigrationFolders.readForCreation(settings).files());
    Optional<MigrationFile> last = MigrationCreator.newest(settings);
    this.folder = settings.paths().getFirst();
    this.driver = driver;
    this.name = name;
    this.now = now;
    this.format =
        MigrationFormat.of(settings.fileFormat())
            .or(() -> last.map(MigrationFile::format))
            .orElse(MigrationFormat.PAIRS);
    this.layout = new MigrationLayout(format, settings.flyway());
    this.newest = last.flatMap(MigrationFile::version);
    this.dialects =
        format == MigrationFormat.PAIRS && last.flatMap(MigrationFile::dialect).isPresent()
            ? List.of(driver.name())
            : List.of();
    // Flyway's free edition has no undo migrations: a folder without any needs none.
    this.undoes =
        format.hasDown()
            && (format != MigrationFormat.FLYWAY
                || files.isEmpty()
                || files.stream().anyMatch(file -> file.kind() == MigrationKind.DOWN));
  }

  /**
   * A writer for a folder, which may still be missing.
   *
   * @param settings exactly one folder, and which files in it are not migrations
   * @param name the name of the first migration; the others have a number at its end
   * @param now the version, where versions are times
   * @throws SlipwayException (usage) for a name that no file can have, or files in the folder that
   *     cannot be migrations
   */
  public static MigrationWriter of(
      Settings.Migrate settings, DatabaseDriver driver, String name, LocalDateTime now) {
    MigrationCreator.requireName(name);
    return new MigrationWriter(settings, driver, name, now);
  }

  /** Whether the folder contains no versioned migration. */
  public boolean isFirst() {
    return newest.isEmpty();
  }

  /** Whether the folder has down migrations. */
  public boolean hasDown() {
    return undoes;
  }

  /** The version of a new migration, from 0. */
  public MigrationVersion version(int number) {
    Optional<MigrationVersion> version = newest;
    for (int i = 0; i <= number; i++) {
      version = Optional.of(MigrationVersion.of(MigrationCreator.next(version, now)));
    }
    return version.orElseThrow();
  }

  /** A statement as the format's tool reads it. */
  public String statement(String sql) {
    if (format == MigrationFormat.GOOSE && sql.contains(";")) {
      return "-- +goose StatementBegin\n" + sql + ";\n-- +goose StatementEnd\n";
    }
    return driver.schemaDumper().map(dumper -> dumper.script(List.of(sql))).orElse(sql + ";\n");
  }

  /**
   * The text of each file of a migration by its name.
   *
   * @param number of the migration, from 0
   * @param up the statements in the form of {@link #statement}, with comments
   * @param upAutocommit whether they run outside a transaction
   * @param down the same for the down migration; not used without {@link #hasDown}
   */
  public Map<String, String> files(
      int number, String up, boolean upAutocommit, String down, boolean downAutocommit) {
    return layout.files(
        version(number).toString(),
        number == 0 ? name : name + "_" + (number + 1),
        dialects,
        new Script(up, upAutocommit),
        undoes ? Optional.of(new Script(down, downAutocommit)) : Optional.empty());
  }

  /**
   * Writes all files, or none.
   *
   * @throws SlipwayException (usage) if one exists or cannot be written
   */
  public List<Path> write(Map<String, String> files) {
    List<Path> written = new ArrayList<>();
    try {
      files.forEach(
          (file, text) -> written.add(MigrationCreator.write(folder.resolve(file), text)));
    } catch (SlipwayException e) {
      for (Path path : written) {
        delete(path, e);
      }
      throw e;
    }
    return written;
  }

  private static void delete(Path path, SlipwayException failure) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      failure.addSuppressed(
          SlipwayException.usageErrorIn(path, "is left: " + IoErrors.describe(e)));
    }
  }
}
