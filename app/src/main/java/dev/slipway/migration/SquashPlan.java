package dev.slipway.migration;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code squash} replaces, and by which file. A file for all databases stays while the folder
 * has files of another database up to the version, and no baseline migration of it. Immutable.
 *
 * @param applied the files whose result the baseline migration contains, in order: an earlier
 *     baseline migration first
 * @param file the baseline migration
 * @param replaced the files that it replaces, in order
 * @param kept files up to the version that another database needs
 * @param versions the migrations that it stands for, in order, those of an earlier one included
 */
public record SquashPlan(
    List<MigrationFile> applied,
    Path file,
    List<Path> replaced,
    List<Path> kept,
    List<ReplacedMigration> versions) {
  /** The words of the file's name. */
  private static final String NAME = "squashed";

  private static final String CONF = ".conf";

  /** A plan with copies of these. */
  public SquashPlan {
    applied = List.copyOf(applied);
    replaced = List.copyOf(replaced);
    kept = List.copyOf(kept);
    versions = List.copyOf(versions);
  }

  /**
   * Reads the folders of the settings.
   *
   * @param version the newest version that is replaced
   * @throws SlipwayException (usage) if there is no such version, or nothing to replace, or the
   *     format has no baseline migrations
   */
  public static SquashPlan of(
      Settings.Migrate settings, DatabaseDriver driver, MigrationVersion version) {
    if (settings.paths().isEmpty()) {
      throw SlipwayException.usageError("squash replaces files, and no folder is given")
          .hint("name it: --path DIR (MIGRATE_PATH, migrate.path)");
    }
    List<MigrationFile> all = MigrationFolders.read(settings).files();
    ResolvedMigrations files = ResolvedMigrations.load(settings, driver);
    MigrationFile last = last(files, version);
    List<MigrationFile> upTo =
        all.stream()
            .filter(file -> file.version().filter(one -> one.compareTo(version) <= 0).isPresent())
            .toList();
    requireFormat(upTo);
    Optional<MigrationFile> start =
        files.baselines().stream()
            .filter(file -> file.version().orElseThrow().compareTo(version) < 0)
            .reduce((_, newer) -> newer);
    List<MigrationFile> applied = new ArrayList<>();
    start.ifPresent(applied::add);
    for (VersionedMigration one : files.versioned()) {
      boolean covered =
          start
              .flatMap(MigrationFile::version)
              .filter(s -> one.version().compareTo(s) <= 0)
              .isPresent();
      if (!covered && one.version().compareTo(version) <= 0) {
        applied.add(one.up());
      }
    }
    boolean pairs = upTo.stream().anyMatch(file -> file.format() == MigrationFormat.PAIRS);
    String name =
        new FlywayFileName(settings.flyway())
            .of(
                MigrationKind.BASELINE,
                last.version().orElseThrow().toString(),
                NAME + (pairs ? "." + driver.name() : ""));
    Path target = last.path().resolveSibling(name);
    List<Path> replaced = new ArrayList<>();
    List<Path> kept = new ArrayList<>();
    boolean shared = isShared(all, upTo, driver, version);
    for (MigrationFile file : upTo) {
      boolean own = file.dialect().filter(driver::equals).isPresent();
      if (!own && (file.dialect().isPresent() || (shared && !file.flyway()))) {
        if (file.dialect().isEmpty()) {
          kept.add(file.path());
        }
      } else if (!file.path().equals(target)) {
        replaced.add(file.path());
        Path conf = file.path().resolveSibling(file.path().getFileName() + CONF);
        if (Files.exists(conf)) {
          replaced.add(conf);
        }
      }
    }
    return new SquashPlan(applied, target, replaced, kept, versions(files, start, version));
  }

  private static MigrationFile last(ResolvedMigrations files, MigrationVersion version) {
    for (VersionedMigration one : files.versioned()) {
      if (one.version().equals(version)) {
        return one.up();
      }
    }
    throw files.baselines().stream()
        .filter(file -> file.version().orElseThrow().compareTo(version) >= 0)
        .findFirst()
        .map(
            file ->
                SlipwayException.usageError(
                        file.path() + " contains version " + version + " already")
                    .hint("--to takes a later version; `slipway migrate sql status` lists them"))
        .orElseGet(
            () ->
                SlipwayException.usageError("there is no migration " + version)
                    .hint("`slipway migrate sql status` lists them"));
  }

  private static void requireFormat(List<MigrationFile> files) {
    files.stream()
        .filter(file -> file.format() != MigrationFormat.PAIRS && !file.flyway())
        .findFirst()
        .ifPresent(
            file -> {
              throw SlipwayException.usageErrorIn(
                      file.path(),
                      "is in the format "
                          + file.format().label()
                          + ", which has no baseline migrations")
                  .hint(
                      "squash replaces files in the formats pairs and flyway; `slipway migrate sql"
                          + " dump FILE` writes the schema in every format");
            });
  }

  /** Whether another database needs the files for all databases. */
  private static boolean isShared(
      List<MigrationFile> all,
      List<MigrationFile> upTo,
      DatabaseDriver driver,
      MigrationVersion version) {
    Set<DatabaseDriver> others = new HashSet<>();
    upTo.forEach(file -> file.dialect().ifPresent(others::add));
    others.remove(driver);
    all.stream()
        .filter(file -> file.kind() == MigrationKind.BASELINE)
        .filter(file -> file.version().orElseThrow().compareTo(version) >= 0)
        .forEach(file -> file.dialect().ifPresent(others::remove));
    return !others.isEmpty();
  }

  private static List<ReplacedMigration> versions(
      ResolvedMigrations files, Optional<MigrationFile> start, MigrationVersion version) {
    TreeMap<MigrationVersion, ReplacedMigration> versions = new TreeMap<>();
    start.ifPresent(
        file -> ReplacedMigration.in(file).forEach(one -> versions.put(one.version(), one)));
    for (VersionedMigration one : files.versioned()) {
      if (one.version().compareTo(version) <= 0) {
        versions.put(
            one.version(),
            new ReplacedMigration(one.version(), one.up().checksum(), one.up().script()));
      }
    }
    return List.copyOf(versions.values());
  }
}
