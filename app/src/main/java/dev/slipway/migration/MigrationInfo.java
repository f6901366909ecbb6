package dev.slipway.migration;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import dev.slipway.migration.SchemaState.Verdict;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files and history held against each other: a pure function of both, with no connection in reach.
 * Whether a version is known depends on its number alone, never on the order of the rows: an older
 * release meets the same rows in another order where a newer one has installed the database.
 *
 * @param entries the known versions, oldest first
 * @param repeated the repeatable migrations, each with the row of its last run
 * @param missing applied versions that no file has, below the newest known version; oldest first
 * @param future applied versions that no file has, above the newest known version; oldest first
 * @param covered applied versions that no file has and that a baseline covers, one of the history
 *     or a baseline migration: they count as known
 * @param baselines the files of baseline migrations, oldest first
 * @param baseline the newest baseline of the history
 * @param rankMax the highest rank in the history; 0 if it is empty
 */
record MigrationInfo(
    List<Entry> entries,
    List<RepeatableEntry> repeated,
    List<HistoryRow> missing,
    List<HistoryRow> future,
    List<HistoryRow> covered,
    List<MigrationFile> baselines,
    Optional<MigrationVersion> baseline,
    int rankMax) {
  /** What to check when the files are not those of the history; never an edit to accept. */
  static final String FOREIGN_HINT =
      "check --path, the DSN, and --table: together they name the "
          + "files and the history of one service";

  private static final MigrationVersion ZERO = MigrationVersion.of("0");

  /** How many rows of another set of files a message lists, each in a line. */
  private static final int FOREIGN_MAX = 5;

  private static final Pattern PUNCTUATION = Pattern.compile("[^\\p{L}\\p{M}\\p{N}]+");

  /** What has become of a known version. */
  enum EntryState {
    APPLIED,
    /** Not run, because a baseline says that the schema had it already. */
    BELOW_BASELINE,
    PENDING,
    /** Begun outside a transaction and not finished; it blocks what follows. */
    INCOMPLETE,
    /** Incomplete, and free to go on: {@code repair} or a clean retry has said so. */
    RESUMABLE
  }

  /**
   * A known version.
   *
   * @param migration its files
   * @param state what has become of it
   * @param row its row in the history, where it has one
   */
  record Entry(VersionedMigration migration, EntryState state, Optional<HistoryRow> row) {
    MigrationVersion version() {
      return migration.version();
    }

    boolean applied() {
      return state == EntryState.APPLIED || state == EntryState.BELOW_BASELINE;
    }

    String label() {
      return migration.up().label();
    }

    boolean toRun() {
      return state == EntryState.PENDING || state == EntryState.RESUMABLE;
    }
  }

  /**
   * A repeatable migration and the row of its last run, where it has one.
   *
   * @param checksum reads the file, and returns its checksum with the values of its placeholders
   */
  record RepeatableEntry(MigrationFile file, Optional<HistoryRow> row, IntSupplier checksum) {
    /**
     * Whether it has to run. As for Flyway, a row may also have the checksum of the file itself:
     * earlier releases of both wrote that one.
     */
    boolean toRun() {
      if (row.isEmpty() || !row.get().success()) {
        return true;
      }
      return row.get()
          .checksum()
          .filter(applied -> applied != file.checksum() && applied != checksum.getAsInt())
          .isPresent();
    }
  }

  /**
   * A row that belongs to another set of files: it has neither the description nor the checksum of
   * the file with its version.
   */
  record Foreign(MigrationFile file, HistoryRow row) {
    String message() {
      return "version "
          + row.version().orElseThrow()
          + " is `"
          + row.label()
          + "` in the history and `"
          + file.label()
          + "` in the files ("
          + file.path()
          + "): description and checksum differ";
    }
  }

  /** An applied migration whose file has another checksum now. */
  record Edited(MigrationFile file, HistoryRow row, int checksum) {
    /** Whether the file is as it was before an edit that {@code repair} has accepted. */
    boolean isFormer() {
      return row.formerChecksums().contains(checksum);
    }

    String message() {
      return file.path()
          + (isFormer()
              ? " is as it was before an edit that `repair` has accepted: its checksum is "
              : " has been edited since it was applied: its checksum is ")
          + checksum
          + ", the history has "
          + row.checksum().orElseThrow();
    }
  }

  /**
   * Compares.
   *
   * @param retryable whether an incomplete migration may be tried again by itself
   * @param checksum the checksum of a repeatable migration
   */
  static MigrationInfo of(
      ResolvedMigrations files,
      List<HistoryRow> rows,
      Predicate<MigrationFile> retryable,
      ToIntFunction<MigrationFile> checksum) {
    Map<MigrationVersion, HistoryRow> applied = new TreeMap<>();
    Map<MigrationVersion, HistoryRow> started = new TreeMap<>();
    Map<String, HistoryRow> repeated = new HashMap<>();
    Optional<MigrationVersion> baseline = Optional.empty();
    int rankMax = 0;
    for (HistoryRow row : rows) {
      rankMax = Math.max(rankMax, row.rank());
      if (row.isBaseline()) {
        baseline = row.success() ? newest(baseline, row.version()) : baseline;
        if (row.isBaselineMigration()) {
          row.version().ifPresent(version -> started.put(version, row));
        }
      } else if (row.type().equals("DELETE") || row.type().startsWith("UNDO")) {
        row.version().ifPresent(applied::remove);
      } else if (row.isMigration()) {
        row.version()
            .ifPresentOrElse(
                version -> applied.put(version, row), () -> repeated.put(row.description(), row));
      }
    }

    // A baseline at 0 says that no version is applied.
    boolean empty =
        applied.isEmpty()
            && started.isEmpty()
            && (baseline.isEmpty()
                || (baseline.get().equals(ZERO)
                    && files.versioned().stream()
                        .noneMatch(one -> reaches(newestFile(files), one.version()))));
    List<Entry> entries = new ArrayList<>(files.versioned().size() + 1);
    Optional<MigrationVersion> start = Optional.empty();
    for (MigrationFile file : files.baselines()) {
      MigrationVersion version = file.version().orElseThrow();
      HistoryRow row = started.remove(version);
      if (row != null || (empty && files.baseline().filter(file::equals).isPresent())) {
        entries.add(
            entry(
                new VersionedMigration(file, Optional.empty()), row, Optional.empty(), retryable));
        start = Optional.of(version);
      }
    }
    Optional<MigrationVersion> newestFile = newestFile(files);
    Optional<MigrationVersion> newestKnown = newest(baseline, newestFile);
    for (VersionedMigration migration : files.versioned()) {
      HistoryRow row = applied.remove(migration.version());
      // A baseline migration takes the place of the versions up to its own.
      if (row != null || !reaches(start, migration.version())) {
        entries.add(entry(migration, row, baseline, retryable));
      }
      newestKnown = newest(newestKnown, Optional.of(migration.version()));
    }
    entries.sort(Comparator.comparing(Entry::version));
    started.values().stream()
        .filter(row -> !row.success())
        .forEach(row -> applied.put(row.version().orElseThrow(), row));
    List<HistoryRow> missing = new ArrayList<>();
    List<HistoryRow> future = new ArrayList<>();
    List<HistoryRow> covered = new ArrayList<>();
    for (Map.Entry<MigrationVersion, HistoryRow> one : applied.entrySet()) {
      if (reaches(baseline, one.getKey())
          || (one.getValue().success() && reaches(newestFile, one.getKey()))) {
        covered.add(one.getValue());
      } else {
        (reaches(newestKnown, one.getKey()) ? missing : future).add(one.getValue());
      }
    }
    List<RepeatableEntry> repeatables =
        files.repeatable().stream()
            .map(
                file ->
                    new RepeatableEntry(
                        file,
                        Optional.ofNullable(repeated.get(file.description())),
                        () -> checksum.applyAsInt(file)))
            .toList();
    return new MigrationInfo(
        List.copyOf(entries),
        repeatables,
        missing,
        future,
        covered,
        files.baselines(),
        baseline,
        rankMax);
  }

  private static Optional<MigrationVersion> newestFile(ResolvedMigrations files) {
    return files.baseline().flatMap(MigrationFile::version);
  }

  private static Optional<MigrationVersion> newest(
      Optional<MigrationVersion> one, Optional<MigrationVersion> other) {
    return Stream.of(one, other).flatMap(Optional::stream).max(Comparator.naturalOrder());
  }

  /** Whether a version is not above the newest one; false if the newest is empty. */
  static boolean reaches(Optional<MigrationVersion> newest, MigrationVersion version) {
    return newest.filter(one -> version.compareTo(one) <= 0).isPresent();
  }

  private static Entry entry(
      VersionedMigration migration,
      @Nullable HistoryRow row,
      Optional<MigrationVersion> baseline,
      Predicate<MigrationFile> retryable) {
    EntryState state;
    if (row == null) {
      state =
          reaches(baseline, migration.version()) ? EntryState.BELOW_BASELINE : EntryState.PENDING;
    } else if (row.success()) {
      state = EntryState.APPLIED;
    } else {
      boolean again = row.failurePoint().released() || retryable.test(migration.up());
      state = again ? EntryState.RESUMABLE : EntryState.INCOMPLETE;
    }
    return new Entry(migration, state, Optional.ofNullable(row));
  }

  private static Optional<Edited> edited(MigrationFile file, HistoryRow row) {
    if (row.checksum().isEmpty()) {
      return Optional.empty();
    }
    int checksum = file.checksum();
    return checksum == row.checksum().get()
        ? Optional.empty()
        : Optional.of(new Edited(file, row, checksum));
  }

  /**
   * Applied migrations whose file has another checksum than the history. Reads the files. A row of
   * another set of files is not among them, nor a baseline migration: as in Flyway, it may change
   * with the versions that it covers.
   */
  List<Edited> edited() {
    List<Edited> edited = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.state() == EntryState.APPLIED
          && entry.migration().up().kind() != MigrationKind.BASELINE
          && !foreign(entry)) {
        edited(entry.migration().up(), entry.row().orElseThrow()).ifPresent(edited::add);
      }
    }
    return edited;
  }

  /**
   * Rows of another set of files. Reads the files whose description is not the one in the history,
   * so this costs a server's readiness nothing where all is well.
   */
  List<Foreign> foreign() {
    return entries.stream()
        .filter(MigrationInfo::foreign)
        .map(entry -> new Foreign(entry.migration().up(), entry.row().orElseThrow()))
        .toList();
  }

  private static boolean foreign(Entry entry) {
    MigrationFile file = entry.migration().up();
    return entry
        .row()
        .filter(_ -> file.kind() != MigrationKind.BASELINE)
        .filter(row -> !named(file, row) && edited(file, row).isPresent())
        .isPresent();
  }

  /**
   * Whether a row has the description of a file. Case, punctuation, and Unicode's normalization
   * form do not count: tools and file systems write them differently.
   */
  private static boolean named(MigrationFile file, HistoryRow row) {
    return file.description().equals(row.description())
        || letters(file.description()).equals(letters(row.description()));
  }

  private static String letters(String description) {
    return description.equals(HistoryRow.NO_DESCRIPTION)
        ? ""
        : PUNCTUATION
            .matcher(Normalizer.normalize(description, Normalizer.Form.NFC))
            .replaceAll("")
            .toLowerCase(Locale.ROOT);
  }

  /** The repeatable migrations that have to run, in order; reads the files. */
  List<RepeatableEntry> repeatables() {
    return repeated.stream().filter(RepeatableEntry::toRun).toList();
  }

  /** The refusal of a history that belongs to another set of files; names each row. */
  Optional<SlipwayException> mismatch() {
    List<Foreign> foreign = foreign();
    return foreign.isEmpty()
        ? Optional.empty()
        : Optional.of(
            SlipwayException.of(ExitCode.MIGRATION, mismatch(foreign, "\n")).hint(FOREIGN_HINT));
  }

  private static String mismatch(List<Foreign> foreign, String separator) {
    int more = foreign.size() - FOREIGN_MAX;
    return "the history belongs to another set of migration files"
        + separator
        + foreign.stream()
            .limit(FOREIGN_MAX)
            .map(Foreign::message)
            .collect(Collectors.joining(separator))
        + (more > 0 ? separator + "and " + more + " more" : "");
  }

  /**
   * Refuses a history that belongs to another set of files.
   *
   * @throws SlipwayException (migration) that names each row
   */
  void checkFiles() {
    mismatch()
        .ifPresent(
            fault -> {
              throw fault;
            });
  }

  /** Applied versions that no file has and no baseline covers, oldest first. */
  List<HistoryRow> unknown() {
    return Stream.concat(missing.stream(), future.stream()).toList();
  }

  /** Rows that have no file, so that they cannot be reverted. */
  List<HistoryRow> withoutFile() {
    return Stream.concat(covered.stream(), unknown().stream()).toList();
  }

  /** Applied versions that no file has, and that only the file of a baseline migration covers. */
  List<MigrationVersion> coveredByFiles() {
    return covered.stream()
        .flatMap(row -> row.version().stream())
        .filter(version -> !reaches(baseline, version))
        .toList();
  }

  /**
   * Why the newest baseline migration does not stand for the versions of this history: the history
   * stopped before it, and no file applies what is between them to a schema that exists already.
   */
  Optional<GapBelowBaseline> gapBelowBaseline() {
    Optional<MigrationVersion> newest = newest(newestApplied(), baseline);
    if (baselines.isEmpty() || newest.isEmpty()) {
      return Optional.empty();
    }
    MigrationFile file = baselines.getLast();
    Optional<MigrationVersion> start = file.version();
    if (reaches(baseline, start.orElseThrow())
        || entries.stream().anyMatch(entry -> entry.migration().up().equals(file))) {
      return Optional.empty();
    }
    List<ReplacedMigration> replaced = ReplacedMigration.in(file);
    List<ReplacedMigration> lacking =
        replaced.stream().filter(one -> !isKnown(one.version())).toList();
    boolean stopped =
        replaced.isEmpty()
            && !reaches(newest, start.get())
            && entries.stream()
                .map(Entry::version)
                .noneMatch(version -> !reaches(newest, version) && reaches(start, version));
    return lacking.isEmpty() && !stopped
        ? Optional.empty()
        : Optional.of(new GapBelowBaseline(file, newest.get(), lacking));
  }

  /** Whether a version has a file, or is in the history. */
  private boolean isKnown(MigrationVersion version) {
    return reaches(baseline, version)
        || entries.stream().anyMatch(entry -> entry.version().equals(version))
        || withoutFile().stream().anyMatch(row -> row.version().equals(Optional.of(version)));
  }

  /** Whether the history holds none of the known versions. */
  boolean hasNoKnownVersion() {
    return entries.stream()
        .noneMatch(entry -> entry.row().isPresent() || entry.state() == EntryState.BELOW_BASELINE);
  }

  /** The known versions that are not applied. */
  List<Entry> pending() {
    return entries.stream().filter(Entry::toRun).toList();
  }

  /** The known versions that are partially applied and need a repair. */
  List<Entry> incomplete() {
    return entries.stream().filter(entry -> entry.state() == EntryState.INCOMPLETE).toList();
  }

  /** The newest version that is applied, known or not. */
  Optional<MigrationVersion> newestApplied() {
    return Stream.concat(
            entries.stream()
                .filter(entry -> entry.state() == EntryState.APPLIED)
                .map(Entry::version),
            withoutFile().stream().flatMap(row -> row.version().stream()))
        .max(Comparator.naturalOrder());
  }

  /** The verdict for a server of this binary. */
  SchemaState schemaState() {
    List<Entry> incomplete = incomplete();
    List<Entry> pending = pending();
    List<Foreign> foreign = foreign();
    Optional<GapBelowBaseline> gap = gapBelowBaseline();
    int lacking = gap.map(GapBelowBaseline::count).orElse(0);
    int left = pending.size() + incomplete.size() + lacking;
    int applied = entries.size() + lacking - left;
    if (!foreign.isEmpty()) {
      return new SchemaState(
          Verdict.FOREIGN, mismatch(foreign, "; ") + "; " + FOREIGN_HINT, applied, left);
    }
    if (!incomplete.isEmpty()) {
      return new SchemaState(
          Verdict.BROKEN,
          "migration " + incomplete.getFirst().migration().up().label() + " is partially applied",
          applied,
          left);
    }
    if (gap.isPresent()) {
      return new SchemaState(Verdict.BEHIND, gap.get().message(), applied, left);
    }
    String unknown = unknown().isEmpty() ? "" : unknownVersions();
    if (!pending.isEmpty()) {
      return new SchemaState(
          Verdict.BEHIND,
          left
              + " of "
              + entries.size()
              + " migrations pending: "
              + NameList.of(pending.stream().map(Entry::label))
              + (unknown.isEmpty() ? "" : "; " + unknown),
          applied,
          left);
    }
    Verdict verdict =
        !missing.isEmpty() ? Verdict.MISSING : !future.isEmpty() ? Verdict.FUTURE : Verdict.CURRENT;
    return new SchemaState(verdict, unknown, applied, 0);
  }

  /** The unknown versions with their states, for a sentence. */
  String unknownVersions() {
    return "unknown versions in the history: "
        + NameList.of(unknown().stream().map(this::describe));
  }

  /** An unknown version and its state. */
  String describe(HistoryRow row) {
    return row.label()
        + " ("
        + (future.contains(row) ? "Future" : "Missing")
        + (row.success() ? "" : ", failed")
        + ")";
  }
}
