package dev.slipway.migration;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The migrations of one or several folders for one database, in order: of a version's files, the
 * one for this database beats the one for all. Immutable; the files' contents are read later, each
 * when it is needed.
 */
public final class ResolvedMigrations {
  private static final String FLYWAY_DATABASE =
      "a name of Flyway's says no database (use one folder for each)";

  private final List<VersionedMigration> versioned;
  private final List<MigrationFile> baselines;
  private final List<MigrationFile> repeatable;
  private final List<String> notes;

  private ResolvedMigrations(
      List<VersionedMigration> versioned,
      List<MigrationFile> baselines,
      List<MigrationFile> repeatable,
      List<String> notes) {
    this.versioned = versioned;
    this.baselines = baselines;
    this.repeatable = repeatable;
    this.notes = notes;
  }

  /**
   * One version's files.
   *
   * @param up applies it
   * @param down undoes it, where there is one
   */
  public record VersionedMigration(MigrationFile up, Optional<MigrationFile> down) {
    /** The version that both files carry. */
    public MigrationVersion version() {
      return up.version().orElseThrow();
    }
  }

  /**
   * Lists the folders of the settings.
   *
   * @throws SlipwayException (usage) if a folder cannot be read or holds no migration, a name is
   *     almost a migration's, or two files claim one version
   */
  public static ResolvedMigrations load(Settings.Migrate settings, DatabaseDriver dialect) {
    MigrationFolders listing = MigrationFolders.read(settings);
    ResolvedMigrations files = of(listing.files(), dialect, ResolvedMigrations::reject);
    rejectOtherBaseline(listing.files(), files, dialect);
    List<String> notes = new ArrayList<>(listing.notes());
    List<String> others =
        listing.files().stream()
            .filter(MigrationFile::flyway)
            .filter(
                file ->
                    MigrationFileName.database(file.name())
                        .filter(database -> !database.equals(dialect.name()))
                        .isPresent())
            .map(MigrationFile::script)
            .toList();
    if (!others.isEmpty()) {
      notes.add(
          "warning: for "
              + dialect.name()
              + " too, because "
              + FLYWAY_DATABASE
              + ": "
              + String.join(", ", others));
    }
    return new ResolvedMigrations(
        files.versioned, files.baselines, files.repeatable, List.copyOf(notes));
  }

  /** Without its own baseline migration, a database would start in the middle of the versions. */
  private static void rejectOtherBaseline(
      List<MigrationFile> all, ResolvedMigrations files, DatabaseDriver dialect) {
    for (MigrationFile file : all) {
      if (file.kind() == MigrationKind.BASELINE
          && file.dialect().filter(other -> !other.equals(dialect)).isPresent()) {
        MigrationVersion version = file.version().orElseThrow();
        boolean has =
            files.baseline().flatMap(MigrationFile::version).stream()
                    .anyMatch(own -> own.compareTo(version) >= 0)
                || files.versioned().stream()
                    .anyMatch(one -> one.version().compareTo(version) <= 0);
        if (!has) {
          throw SlipwayException.usageErrorIn(
                  file.path(),
                  "replaces the versions up to "
                      + version
                      + " on "
                      + file.dialect().get().name()
                      + " only, and no file has them for "
                      + dialect.name())
              .hint(
                  "bring the replaced files back from version control, and run `slipway migrate sql"
                      + " squash` on "
                      + dialect.name()
                      + " too; or leave the file out with --exclude");
        }
      }
    }
  }

  /**
   * What of these files is for one database.
   *
   * @param refused hears of each file that claims what another one is; the other one counts
   */
  public static ResolvedMigrations of(
      List<MigrationFile> all, DatabaseDriver dialect, BiConsumer<Path, SlipwayException> refused) {
    TreeMap<MigrationVersion, MigrationFile> ups = new TreeMap<>();
    Map<MigrationVersion, MigrationFile> downs = new HashMap<>();
    TreeMap<MigrationVersion, MigrationFile> baselines = new TreeMap<>();
    TreeMap<String, MigrationFile> repeatables = new TreeMap<>();
    for (MigrationFile file : all) {
      if (file.dialect().isPresent() && !file.dialect().get().equals(dialect)) {
        continue;
      }
      switch (file.kind()) {
        case UP -> put(ups, file.version().orElseThrow(), file, refused);
        case DOWN -> put(downs, file.version().orElseThrow(), file, refused);
        case REPEATABLE -> put(repeatables, file.description(), file, refused);
        case BASELINE -> put(baselines, file.version().orElseThrow(), file, refused);
      }
    }
    List<VersionedMigration> versioned = new ArrayList<>(ups.size());
    ups.forEach(
        (version, up) ->
            versioned.add(new VersionedMigration(up, Optional.ofNullable(downs.get(version)))));
    return new ResolvedMigrations(
        List.copyOf(versioned),
        List.copyOf(baselines.values()),
        List.copyOf(repeatables.values()),
        List.of());
  }

  /** Those of the migrations that are applied by one of these files. */
  ResolvedMigrations only(Set<MigrationFile> chosen) {
    return new ResolvedMigrations(
        versioned.stream().filter(one -> chosen.contains(one.up())).toList(),
        baselines.stream().filter(chosen::contains).toList(),
        repeatable.stream().filter(chosen::contains).toList(),
        notes);
  }

  /** The database's own file beats the one for all; two of a kind are one too many. */
  private static <K> void put(
      Map<K, MigrationFile> chosen,
      K key,
      MigrationFile file,
      BiConsumer<Path, SlipwayException> refused) {
    MigrationFile other = chosen.get(key);
    if (other != null && other.dialect().isPresent() == file.dialect().isPresent()) {
      refused.accept(file.path(), duplicate(other, file));
    } else if (other == null || file.dialect().isPresent()) {
      chosen.put(key, file);
    }
  }

  private static SlipwayException duplicate(MigrationFile one, MigrationFile two) {
    String what =
        one.version()
            .map(version -> "version " + version)
            .orElse("repeatable migration `" + one.description() + "`");
    return SlipwayException.usageError(
            "two files are "
                + what
                + (one.kind() == MigrationKind.DOWN ? " down" : "")
                + ": "
                + one.path()
                + " and "
                + two.path())
        .hint(
            "rename or remove one of them"
                + (one.flyway()
                        && two.flyway()
                        && MigrationFileName.database(two.name()).isPresent()
                    ? "; " + FLYWAY_DATABASE
                    : ""));
  }

  /** All versions, oldest first. */
  public List<VersionedMigration> versioned() {
    return versioned;
  }

  /** The baseline migrations, oldest first. */
  public List<MigrationFile> baselines() {
    return baselines;
  }

  /** The newest baseline migration, with which an empty schema starts. */
  public Optional<MigrationFile> baseline() {
    return baselines.isEmpty() ? Optional.empty() : Optional.of(baselines.getLast());
  }

  /** What an empty schema gets, oldest first: the newest baseline and the versions above it. */
  public List<VersionedMigration> fromEmptySchema() {
    return baseline()
        .map(
            start ->
                Stream.concat(
                        Stream.of(new VersionedMigration(start, Optional.empty())),
                        versioned.stream()
                            .filter(
                                one -> one.version().compareTo(start.version().orElseThrow()) > 0))
                    .toList())
        .orElse(versioned);
  }

  /** The repeatable migrations in the order of their names. */
  public List<MigrationFile> repeatable() {
    return repeatable;
  }

  /** What is in the folders and was left out, in lines for the log. */
  public List<String> notes() {
    return notes;
  }

  private static void reject(Path path, SlipwayException e) {
    throw e;
  }
}
