package dev.slipway.migrate;

import dev.slipway.migrate.MigrationFile.Content;
import dev.slipway.migrate.MigrationFiles.Migration;
import dev.slipway.migrate.SchemaState.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Files and history held against each other: a pure function of both, with no connection in reach.
 *
 * @param entries the known versions, oldest first
 * @param repeated the repeatable migrations, each with the row of its last run
 * @param ahead unknown versions that were applied after every known one
 * @param vanished unknown versions that were applied before a known one
 * @param rankMax the highest rank in the history; 0 if there is none
 */
record Reconciliation(
    List<Entry> entries,
    List<Repeated> repeated,
    List<HistoryRow> ahead,
    List<HistoryRow> vanished,
    int rankMax) {

  /** What has become of a known version. */
  enum State {
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
  record Entry(Migration migration, State state, Optional<HistoryRow> row) {
    Version version() {
      return migration.version();
    }

    boolean applied() {
      return state == State.APPLIED || state == State.BELOW_BASELINE;
    }

    boolean toRun() {
      return state == State.PENDING || state == State.RESUMABLE;
    }
  }

  /** A repeatable migration and the row of its last run, where it has one. */
  record Repeated(MigrationFile file, Optional<HistoryRow> row) {}

  /** An applied migration whose file has another checksum now. */
  record Edited(MigrationFile file, HistoryRow row, int checksum) {
    String words() {
      return file.path()
          + " has been edited since it was applied: its checksum is "
          + checksum
          + ", the history has "
          + row.checksum().orElseThrow();
    }
  }

  /**
   * Compares.
   *
   * @param retryable whether an incomplete migration may be tried again by itself
   */
  static Reconciliation of(
      MigrationFiles files, List<HistoryRow> rows, Predicate<MigrationFile> retryable) {
    Map<Version, HistoryRow> applied = new HashMap<>();
    Map<String, HistoryRow> repeated = new HashMap<>();
    Optional<Version> baseline = Optional.empty();
    int rankMax = 0;
    for (HistoryRow row : rows) {
      rankMax = Math.max(rankMax, row.rank());
      if (row.type().endsWith("BASELINE")) {
        baseline = row.version();
      } else if (row.type().equals("DELETE") || row.type().startsWith("UNDO")) {
        row.version().ifPresent(applied::remove);
      } else if (row.migration()) {
        row.version()
            .ifPresentOrElse(
                version -> applied.put(version, row), () -> repeated.put(row.description(), row));
      }
    }

    List<Entry> entries = new ArrayList<>(files.versioned().size());
    int knownRankMax = 0;
    for (Migration migration : files.versioned()) {
      HistoryRow row = applied.remove(migration.version());
      entries.add(entry(migration, row, baseline, retryable));
      if (row != null) {
        knownRankMax = Math.max(knownRankMax, row.rank());
      }
    }
    List<HistoryRow> ahead = new ArrayList<>();
    List<HistoryRow> vanished = new ArrayList<>();
    for (HistoryRow row : new TreeMap<>(applied).values()) {
      (row.rank() > knownRankMax ? ahead : vanished).add(row);
    }
    List<Repeated> repeatables =
        files.repeatable().stream()
            .map(file -> new Repeated(file, Optional.ofNullable(repeated.get(file.description()))))
            .toList();
    return new Reconciliation(List.copyOf(entries), repeatables, ahead, vanished, rankMax);
  }

  private static Entry entry(
      Migration migration,
      HistoryRow row,
      Optional<Version> baseline,
      Predicate<MigrationFile> retryable) {
    State state;
    if (row == null) {
      boolean below = baseline.filter(from -> migration.version().compareTo(from) <= 0).isPresent();
      state = below ? State.BELOW_BASELINE : State.PENDING;
    } else if (row.success()) {
      state = State.APPLIED;
    } else {
      boolean again = row.standstill().released() || retryable.test(migration.up());
      state = again ? State.RESUMABLE : State.INCOMPLETE;
    }
    return new Entry(migration, state, Optional.ofNullable(row));
  }

  private static Optional<Edited> edited(MigrationFile file, HistoryRow row) {
    if (row.checksum().isEmpty()) {
      return Optional.empty();
    }
    Content content = file.read();
    return content.checksum() == row.checksum().get()
        ? Optional.empty()
        : Optional.of(new Edited(file, row, content.checksum()));
  }

  /** Applied migrations whose file has changed since; reads the files. */
  List<Edited> edited() {
    List<Edited> edited = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.state() == State.APPLIED) {
        edited(entry.migration().up(), entry.row().orElseThrow()).ifPresent(edited::add);
      }
    }
    return edited;
  }

  /** The repeatable migrations that have to run, in order; reads the files. */
  List<Repeated> repeatables() {
    return repeated.stream()
        .filter(
            one ->
                one.row().isEmpty()
                    || !one.row().get().success()
                    || edited(one.file(), one.row().get()).isPresent())
        .toList();
  }

  /** Whether the history has begun, but with none of the known migrations. */
  boolean foreign() {
    return !ahead.isEmpty()
        && entries.stream()
            .noneMatch(entry -> entry.row().isPresent() || entry.state() == State.BELOW_BASELINE);
  }

  /** The known versions that are not applied. */
  List<Entry> pending() {
    return entries.stream().filter(Entry::toRun).toList();
  }

  /** The known versions that stopped half way and wait for a person. */
  List<Entry> incomplete() {
    return entries.stream().filter(entry -> entry.state() == State.INCOMPLETE).toList();
  }

  /** The newest known version that is applied. */
  Optional<Version> newestApplied() {
    return entries.reversed().stream()
        .filter(entry -> entry.state() == State.APPLIED)
        .map(Entry::version)
        .findFirst();
  }

  /** The verdict for a server of this binary. */
  SchemaState schemaState() {
    int pending = pending().size() + incomplete().size();
    int applied = entries.size() - pending;
    if (!incomplete().isEmpty()) {
      return new SchemaState(
          Verdict.BROKEN,
          "migration " + incomplete().getFirst().migration().up().label() + " stopped half way",
          applied,
          pending);
    }
    if (pending > 0) {
      return new SchemaState(
          Verdict.BEHIND,
          pending
              + " of "
              + entries.size()
              + " migrations pending, the first is "
              + pending().getFirst().migration().up().label(),
          applied,
          pending);
    }
    if (!vanished.isEmpty()) {
      return new SchemaState(
          Verdict.VANISHED,
          "the history holds migrations older than ours that "
              + "this binary does not know: "
              + labels(vanished),
          applied,
          0);
    }
    if (!ahead.isEmpty()) {
      return new SchemaState(
          Verdict.AHEAD,
          "the schema is ahead of this binary by "
              + ahead.size()
              + (ahead.size() == 1 ? " migration: " : " migrations: ")
              + labels(ahead),
          applied,
          0);
    }
    return new SchemaState(Verdict.CURRENT, "", applied, 0);
  }

  /** At most three names, for a sentence. */
  static String labels(List<HistoryRow> rows) {
    String first = rows.stream().limit(3).map(HistoryRow::label).collect(Collectors.joining(", "));
    return rows.size() <= 3 ? first : first + " and " + (rows.size() - 3) + " more";
  }
}
