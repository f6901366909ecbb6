package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The migration files in one or several folders, for any database, and what was left out of them.
 * The order in which a file system lists its files changes nothing. Immutable; the files' contents
 * are read later, each when it is needed.
 */
public final class MigrationFolders {
  /** Where a container finds mounted migrations; mounting them without naming them is a mistake. */
  private static final Path MOUNT = Path.of("/migrations");

  /** Where a service's migrations usually are, in the folder in which slipway runs. */
  private static final Path WORKING_FOLDER = Path.of("./migrations");

  private final List<MigrationFile> files = new ArrayList<>();
  private final Settings.Migrate settings;
  private final IgnoredFiles ignored;

  private MigrationFolders(Settings.Migrate settings) {
    this.settings = settings;
    this.ignored = new IgnoredFiles(settings.exclude());
  }

  /**
   * Lists the folders, and all below them but hidden ones; without a folder, Slipway's own schema.
   *
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration, or naming
   *     every file whose name is not exactly a migration's
   */
  static MigrationFolders read(Settings.Migrate settings) {
    Map<Path, SlipwayException> rejections = new TreeMap<>();
    return requireExactNames(read(settings, rejections::put), rejections);
  }

  /** The same for one folder in which the first migration may still be missing, or the folder. */
  static MigrationFolders readForCreation(Settings.Migrate settings) {
    Path folder = settings.paths().getFirst();
    Map<Path, SlipwayException> rejections = new TreeMap<>();
    var listing = new MigrationFolders(settings);
    if (Files.exists(folder)) {
      listing.walk(folder, rejections::put);
    }
    return requireExactNames(listing, rejections);
  }

  private static MigrationFolders requireExactNames(
      MigrationFolders listing, Map<Path, SlipwayException> rejections) {
    List<SlipwayException> faults = List.copyOf(rejections.values());
    if (faults.size() == 1) {
      throw faults.getFirst();
    }
    if (!faults.isEmpty()) {
      throw SlipwayException.usageError(
              faults.size()
                  + " files cannot be used as migrations:\n"
                  + faults.stream()
                      .map(SlipwayException::getMessage)
                      .collect(Collectors.joining("\n")))
          .hint(faults.stream().flatMap(fault -> fault.hint().stream()).findFirst().orElse(""));
    }
    return listing;
  }

  /**
   * Lists the same, and goes on after a file that cannot be used.
   *
   * @param rejected receives each file that is almost a migration, in the order of their paths
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration
   */
  public static MigrationFolders read(
      Settings.Migrate settings, BiConsumer<Path, SlipwayException> rejected) {
    var listing = new MigrationFolders(settings);
    if (settings.paths().isEmpty()) {
      rejectUnusedFolders();
      listing.add(BundledMigrations.OWN.folder(), rejected);
    }
    for (Path folder : settings.paths()) {
      listing.add(folder, rejected);
    }
    return listing;
  }

  /** The migrations, in the order of their names in the history. */
  public List<MigrationFile> files() {
    return List.copyOf(files);
  }

  /** What was left out and why, in lines for the log; nothing about files that are no SQL. */
  public List<String> notes() {
    return ignored.notes();
  }

  /** Migrations in the usual folders that nothing names: applying the bundled ones is a mistake. */
  private static void rejectUnusedFolders() {
    for (Path folder : List.of(MOUNT, WORKING_FOLDER)) {
      if (Files.isDirectory(folder) && !isEmpty(folder)) {
        throw SlipwayException.usageError(
                "there are files in "
                    + folder
                    + ", but no path to migrations is given, so the schema of the bundled service"
                    + " would be applied")
            .hint(
                "say --path "
                    + folder
                    + " (or MIGRATE_PATH, or migrate.path) to apply them; for the bundled service,"
                    + " run slipway in another folder");
      }
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.allMatch(FolderScan::isIgnored);
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot read " + folder + ": " + IoErrors.describe(e))
          .cause(e);
    }
  }

  private void add(Path folder, BiConsumer<Path, SlipwayException> rejected) {
    if (walk(folder, rejected)) {
      return;
    }
    throw SlipwayException.usageError("there is no migration in " + folder)
        .hint(
            "check the path, and that the volume is mounted; the names of migrations are "
                + MigrationFileName.patterns());
  }

  /** Returns whether there is a migration in the folder, or what is almost one. */
  private boolean walk(Path folder, BiConsumer<Path, SlipwayException> rejected) {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw SlipwayException.usageError(
              "the path to migrations " + folder + " is a file, not a folder")
          .hint("name the folder that it lies in");
    }
    var scan = new FolderScan(folder, settings, ignored);
    try {
      Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, scan);
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "cannot read the folder of migrations " + folder + ": " + IoErrors.describe(e))
          .hint("check --path (MIGRATE_PATH, migrate.path)")
          .cause(e);
    }
    List<MigrationFile> found = scan.finish();
    scan.rejections().forEach(rejected);
    files.addAll(found);
    return !found.isEmpty() || !scan.rejections().isEmpty();
  }
}
