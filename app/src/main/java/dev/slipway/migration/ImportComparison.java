package dev.slipway.migration;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.ForeignRow.State;
import dev.slipway.migration.MigrationInfo.EntryState;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares the history of another tool with the files. Used once. */
final class ImportComparison {
  private static final int NAMED_MAX = 10;

  /** Ory lengthened its versions later: of older ones, its table has only these characters. */
  private static final int ORY_PREFIX = 14;

  private static final MigrationVersion ZERO = MigrationVersion.of("0");

  private final ForeignTable table;
  private final ForeignTool tool;
  private final ResolvedMigrations files;
  private final ImportRequest request;
  private final Set<MigrationVersion> known;

  /**
   * A version of the tool's history that no file has; some tools have names in place of versions.
   */
  private record Unknown(String label, Optional<MigrationVersion> version) {}

  ImportComparison(ForeignTable table, ResolvedMigrations files, ImportRequest request) {
    this.table = table;
    this.tool = table.tool();
    this.files = files;
    this.request = request;
    this.known =
        files.versioned().stream().map(VersionedMigration::version).collect(Collectors.toSet());
  }

  /**
   * Compares the rows of a history in Flyway's format.
   *
   * @param checksum the checksum of a repeatable migration
   * @throws SlipwayException as {@link HistoryImport#read}
   */
  HistoryImport ofFlyway(List<HistoryRow> rows, ToIntFunction<MigrationFile> checksum) {
    MigrationInfo info = MigrationInfo.of(files, rows, _ -> false, checksum);
    Stream.concat(
            info.entries().stream()
                .filter(entry -> !entry.applied())
                .flatMap(entry -> entry.row().stream()),
            info.unknown().stream().filter(row -> !row.success()))
        .findFirst()
        .ifPresent(row -> rejectUnfinished(row.label()));
    info.checkFiles();
    Set<MigrationFile> edited =
        info.edited().stream().map(MigrationInfo.Edited::file).collect(Collectors.toSet());
    Set<MigrationVersion> recorded =
        info.entries().stream()
            .filter(entry -> entry.state() == EntryState.APPLIED)
            .map(MigrationInfo.Entry::version)
            .collect(Collectors.toSet());
    List<MigrationFile> repeatable =
        info.repeated().stream()
            .filter(one -> !info.repeatables().contains(one))
            .map(MigrationInfo.RepeatableEntry::file)
            .toList();
    Optional<MigrationVersion> baseline =
        Stream.concat(info.baseline().stream(), info.coveredByFiles().stream())
            .max(Comparator.naturalOrder());
    return result(
        recorded::contains,
        info.unknown().stream().map(row -> new Unknown(row.label(), row.version())).toList(),
        baseline,
        edited,
        repeatable);
  }

  /**
   * Compares the rows of a history in another format.
   *
   * @throws SlipwayException as {@link HistoryImport#read}
   */
  HistoryImport ofRows(List<ForeignRow> rows) {
    rows.stream()
        .filter(row -> row.state() == State.UNFINISHED)
        .findFirst()
        .ifPresent(row -> rejectUnfinished(row.name()));
    if (!tool.hasVersions()) {
      requireVersion(rows);
      return result(_ -> false, List.of(), Optional.empty(), Set.of(), List.of());
    }
    // A version that was reverted and applied again has a row for each time.
    Map<String, ForeignRow> recorded = new LinkedHashMap<>();
    rows.forEach(row -> recorded.put(row.version(), row));
    recorded.values().removeIf(row -> row.state() == State.REVERTED);
    if (tool == ForeignTool.GOOSE) {
      recorded.remove("0");
    }
    Map<MigrationVersion, ForeignRow> byVersion = new LinkedHashMap<>();
    recorded.forEach(
        (text, row) -> version(text).ifPresent(version -> byVersion.put(version, row)));
    Set<String> prefixes =
        tool.truncatesVersions()
            ? known.stream().map(ImportComparison::prefix).collect(Collectors.toSet())
            : Set.of();
    List<Unknown> unknown =
        recorded.values().stream()
            .filter(row -> !prefixes.contains(row.version()))
            .map(row -> new Unknown(row.name(), version(row.version())))
            .filter(one -> one.version().filter(known::contains).isEmpty())
            .toList();
    Predicate<MigrationVersion> applied =
        tool.holdsNewestOnly()
            ? version -> byVersion.keySet().stream().anyMatch(one -> version.compareTo(one) <= 0)
            : version ->
                byVersion.containsKey(version)
                    || (tool.truncatesVersions() && recorded.containsKey(prefix(version)));
    return result(applied, unknown, Optional.empty(), edited(byVersion), List.of());
  }

  /** The files whose content is not what the tool has applied. */
  private Set<MigrationFile> edited(Map<MigrationVersion, ForeignRow> rows) {
    Optional<String> digest = tool.digest();
    if (digest.isEmpty()) {
      return Set.of();
    }
    return files.versioned().stream()
        .filter(
            migration ->
                Optional.ofNullable(rows.get(migration.version()))
                    .flatMap(ForeignRow::checksum)
                    .filter(
                        checksum ->
                            !FileDigest.matches(migration.up().path(), digest.get(), checksum))
                    .isPresent())
        .map(VersionedMigration::up)
        .collect(Collectors.toSet());
  }

  private HistoryImport result(
      Predicate<MigrationVersion> recorded,
      List<Unknown> unknown,
      Optional<MigrationVersion> toolBaseline,
      Set<MigrationFile> edited,
      List<MigrationFile> repeatable) {
    rejectUnknown(unknown);
    checkVersion(unknown, recorded);
    Optional<MigrationVersion> baseline =
        Stream.of(
                unknown.stream().flatMap(one -> one.version().stream()),
                toolBaseline.stream(),
                request.at().filter(at -> !known.contains(at)).stream())
            .flatMap(stream -> stream)
            .max(Comparator.naturalOrder());
    List<MigrationFile> applied = new ArrayList<>();
    List<MigrationFile> pending = new ArrayList<>();
    List<String> assumed = new ArrayList<>();
    for (VersionedMigration migration : files.versioned()) {
      MigrationVersion version = migration.version();
      boolean covered = MigrationInfo.reaches(baseline, version);
      boolean counts = covered || MigrationInfo.reaches(request.at(), version);
      if (counts && !recorded.test(version) && !MigrationInfo.reaches(toolBaseline, version)) {
        assumed.add(migration.up().label());
      }
      if (!covered) {
        (counts || recorded.test(version) ? applied : pending).add(migration.up());
      }
    }
    List<MigrationFile> changed = applied.stream().filter(edited::contains).toList();
    rejectEdited(changed);
    rejectHiddenZero(baseline, applied);
    List<String> notes = new ArrayList<>();
    if (tool.hasVersions() && !assumed.isEmpty()) {
      notes.add(
          "Counted as applied although "
              + tool.label()
              + " has not recorded it, because of --at: "
              + NameList.of(assumed.stream()));
    }
    if (!changed.isEmpty()) {
      notes.add(
          "Recorded as it is now, although "
              + tool.label()
              + " applied another content (--ignore-checksums): "
              + NameList.of(changed.stream().map(MigrationFile::label)));
    }
    notes.add(
        "Checksums: "
            + tool.uncheckedReason()
                .map(reason -> "not compared with those of " + tool.label() + ", because " + reason)
                .orElse("compared with those of " + tool.label()));
    applied.addAll(repeatable);
    return new HistoryImport(
        tool.label(),
        table.name(),
        baseline,
        List.copyOf(applied),
        List.copyOf(pending),
        List.copyOf(notes));
  }

  private void rejectUnfinished(String name) {
    throw SlipwayException.of(
            ExitCode.MIGRATION,
            (tool == ForeignTool.GOLANG_MIGRATE
                    ? "version " + name + " is dirty in " + table.name()
                    : name + " is unfinished in " + table.name())
                + ": "
                + tool.label()
                + " stopped in the middle of it, so it is unknown how much of it the schema has")
        .hint("finish or undo it by hand, " + tool.resolution() + ", and run this again");
  }

  /** The IDs of some tools say nothing about files: only a person knows the version. */
  private void requireVersion(List<ForeignRow> rows) {
    if (rows.isEmpty() || request.at().isPresent()) {
      return;
    }
    throw SlipwayException.usageError(
            table.name()
                + " is the history of "
                + tool.label()
                + ", whose IDs are not versions of files; "
                + (rows.size() == 1
                    ? "it has " + rows.getFirst().name()
                    : "it has " + rows.size() + " rows, the last is " + rows.getLast().name()))
        .hint(
            "name the newest file whose change the schema has: slipway migrate sql adopt --at"
                + " VERSION"
                + request.table().map(name -> " --from-table " + name).orElse(""));
  }

  private void rejectUnknown(List<Unknown> unknown) {
    List<Unknown> rejected =
        unknown.stream()
            .filter(
                one ->
                    request.at().isEmpty()
                        || one.version()
                            .filter(version -> !MigrationInfo.reaches(request.at(), version))
                            .isPresent())
            .toList();
    if (rejected.isEmpty()) {
      return;
    }
    int more = rejected.size() - NAMED_MAX;
    throw SlipwayException.of(
            ExitCode.MIGRATION,
            tool.label()
                + " has applied versions that no file has: "
                + rejected.stream()
                    .map(Unknown::label)
                    .sorted()
                    .limit(NAMED_MAX)
                    .collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : ""))
        .hint(
            "add their files (--path may be given several times), or take the release that "
                + "migrated this database last; if the files no longer exist, --at "
                + rejected.stream()
                    .flatMap(one -> one.version().stream())
                    .max(Comparator.naturalOrder())
                    .map(MigrationVersion::toString)
                    .orElse("VERSION")
                + " counts everything up to that version as applied");
  }

  /** A mistyped version above all others would hide the files of the future. */
  private void checkVersion(List<Unknown> unknown, Predicate<MigrationVersion> recorded) {
    Optional<MigrationVersion> newest = known.stream().max(Comparator.naturalOrder());
    request
        .at()
        .filter(at -> newest.isPresent() && at.compareTo(newest.get()) > 0)
        .filter(at -> !recorded.test(at))
        .filter(at -> unknown.stream().noneMatch(one -> one.version().equals(Optional.of(at))))
        .ifPresent(
            at -> {
              throw SlipwayException.usageError(
                      "--at "
                          + at
                          + ": neither a file nor "
                          + table.name()
                          + " has this version, and the newest file has "
                          + newest.orElseThrow())
                  .hint("name the newest version that the schema has");
            });
  }

  private void rejectEdited(List<MigrationFile> changed) {
    if (changed.isEmpty() || request.ignoresChecksums()) {
      return;
    }
    throw SlipwayException.of(
            ExitCode.MIGRATION,
            "the checksums in "
                + table.name()
                + " are of another content than these files have: "
                + NameList.of(changed.stream().map(file -> file.path().toString())))
        .hint(
            "restore the files as "
                + tool.label()
                + " applied them; or, if the schema is as they say now, accept them with"
                + " --ignore-checksums");
  }

  /** A history needs a row: without any, it starts with a baseline that covers version 0. */
  private void rejectHiddenZero(Optional<MigrationVersion> baseline, List<MigrationFile> applied) {
    if (baseline.isEmpty() && applied.isEmpty() && known.contains(ZERO)) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              tool.label()
                  + " has applied nothing, so there is nothing to import; the history would start"
                  + " above version 0, which a file has")
          .hint("drop the table " + table.name() + ", and run `slipway migrate sql up`");
    }
  }

  private static Optional<MigrationVersion> version(String text) {
    try {
      return Optional.of(MigrationVersion.of(text));
    } catch (IllegalArgumentException _) {
      // Names are versions too for some tools, and never for our files.
      return Optional.empty();
    }
  }

  private static String prefix(MigrationVersion version) {
    String text = version.toString();
    return text.substring(0, Math.min(ORY_PREFIX, text.length()));
  }
}
