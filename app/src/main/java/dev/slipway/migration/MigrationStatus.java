package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationInfo.Edited;
import dev.slipway.migration.MigrationInfo.Entry;
import dev.slipway.migration.MigrationInfo.Foreign;
import dev.slipway.migration.MigrationInfo.RepeatableEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every version that files or history know, oldest first, and then the repeatable migrations.
 *
 * @param lines one for each version and repeatable migration
 * @param schema what this binary makes of them
 * @param mismatch the refusal of a history that belongs to another set of files
 * @param unmanaged that the schema has tables but no history, and whose they may be
 * @param otherHistories the histories of other tools in the schema
 */
public record MigrationStatus(
    List<Line> lines,
    SchemaState schema,
    Optional<SlipwayException> mismatch,
    Optional<String> unmanaged,
    Optional<String> otherHistories) {
  /** What stands for the version of a repeatable migration. */
  public static final String REPEATABLE = "R";

  /**
   * One version, or one repeatable migration.
   *
   * @param version as written in the file's name, or in the history; {@link #REPEATABLE}
   * @param name words
   * @param state what has become of it
   * @param appliedAt when it was applied, by the server's clock; empty where the history has no row
   *     of its own for it
   * @param issue why history and file do not match, where they do not
   * @param up the file that applies it, where there is one
   * @param down the file that undoes it, where there is one
   */
  public record Line(
      String version,
      String name,
      State state,
      Optional<Instant> appliedAt,
      Optional<Issue> issue,
      Optional<MigrationFile> up,
      Optional<MigrationFile> down) {
    /** Whether it is a repeatable migration. */
    public boolean isRepeatable() {
      return version.equals(REPEATABLE);
    }

    /** The content of its up file; empty if the file does not exist. Reads the file. */
    public String content() {
      return up.map(file -> file.read().text()).orElse("");
    }

    /** The content of its down file; empty if the file does not exist. Reads the file. */
    public String contentDown() {
      return down.map(file -> file.read().text()).orElse("");
    }

    /** Version and name, as in the file's name. */
    public String label() {
      if (isRepeatable()) {
        return version + "__" + name;
      }
      return name.isEmpty() ? version : version + "_" + name;
    }
  }

  /** What has become of a migration, in Ory's words where Ory has one and in Flyway's otherwise. */
  public enum State {
    APPLIED("Applied"),
    PENDING("Pending"),
    /** A repeatable migration that would be pending, if the history had no unknown versions. */
    SKIPPED("Skipped"),
    /** Partially applied. */
    FAILED("Failed"),
    /** Applied, and no file has it, although files have newer ones. */
    MISSING("Missing"),
    /** Applied, and above every version that the files have. */
    FUTURE("Future");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** As in the table. */
    public String label() {
      return word;
    }
  }

  /**
   * In what history and files do not match.
   *
   * @param kind of the mismatch
   * @param message a sentence that names the version
   */
  public record Issue(Kind kind, String message) {
    /** The kinds of mismatch. */
    public enum Kind {
      /** The row belongs to another set of files. */
      FOREIGN,
      /** The file has been edited since it was applied. */
      EDITED,
      /** The migration is partially applied. */
      INCOMPLETE,
      /** No file has the version. */
      UNKNOWN
    }
  }

  /**
   * The status of a schema.
   *
   * @param times when the rows of the history were written, by rank
   */
  static MigrationStatus of(
      MigrationInfo schema,
      Map<Integer, Instant> times,
      Optional<String> unmanaged,
      Optional<String> otherHistories) {
    Map<MigrationVersion, Foreign> foreign =
        schema.foreign().stream()
            .collect(
                Collectors.toMap(one -> one.row().version().orElseThrow(), Function.identity()));
    Map<MigrationVersion, Edited> edited =
        schema.edited().stream()
            .collect(
                Collectors.toMap(one -> one.row().version().orElseThrow(), Function.identity()));
    List<Line> lines = new ArrayList<>();
    for (Entry entry : schema.entries()) {
      MigrationFile up = entry.migration().up();
      State state =
          switch (entry.state()) {
            case APPLIED, BELOW_BASELINE -> State.APPLIED;
            case PENDING -> State.PENDING;
            case INCOMPLETE, RESUMABLE -> State.FAILED;
          };
      Optional<Issue> issue = Optional.empty();
      if (foreign.containsKey(entry.version())) {
        issue = Optional.of(new Issue(Issue.Kind.FOREIGN, foreign.get(entry.version()).message()));
      } else if (state == State.FAILED) {
        issue = Optional.of(new Issue(Issue.Kind.INCOMPLETE, incomplete(entry)));
      } else if (edited.containsKey(entry.version())) {
        issue = Optional.of(new Issue(Issue.Kind.EDITED, edited.get(entry.version()).message()));
      }
      lines.add(
          new Line(
              entry.version().toString(),
              up.name(),
              state,
              entry.row().filter(HistoryRow::success).flatMap(row -> time(row, times)),
              issue,
              Optional.of(up),
              entry.migration().down()));
    }
    schema
        .covered()
        .forEach(
            row ->
                lines.add(
                    new Line(
                        row.version().orElseThrow().toString(),
                        row.name(),
                        State.APPLIED,
                        time(row, times),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
    schema
        .gapBelowBaseline()
        .ifPresent(
            gap ->
                gap.lacking()
                    .forEach(
                        one ->
                            lines.add(
                                new Line(
                                    one.version().toString(),
                                    one.name(),
                                    State.PENDING,
                                    Optional.empty(),
                                    Optional.of(new Issue(Issue.Kind.UNKNOWN, gap.message(one))),
                                    Optional.empty(),
                                    Optional.empty()))));
    schema.missing().forEach(row -> lines.add(unknown(schema, row, State.MISSING, times)));
    schema.future().forEach(row -> lines.add(unknown(schema, row, State.FUTURE, times)));
    lines.sort(Comparator.comparing(line -> MigrationVersion.of(line.version())));
    schema.repeated().forEach(one -> lines.add(repeatable(schema, one, times)));
    return new MigrationStatus(
        List.copyOf(lines), schema.schemaState(), schema.mismatch(), unmanaged, otherHistories);
  }

  private static Optional<Instant> time(HistoryRow row, Map<Integer, Instant> times) {
    return Optional.ofNullable(times.get(row.rank()));
  }

  private static Line repeatable(
      MigrationInfo schema, RepeatableEntry entry, Map<Integer, Instant> times) {
    State pending = schema.unknown().isEmpty() ? State.PENDING : State.SKIPPED;
    return new Line(
        REPEATABLE,
        entry.file().name(),
        entry.toRun() ? pending : State.APPLIED,
        entry.row().flatMap(row -> time(row, times)),
        Optional.empty(),
        Optional.of(entry.file()),
        Optional.empty());
  }

  private static String incomplete(Entry entry) {
    int statement = entry.row().orElseThrow().failurePoint().statement();
    return "migration "
        + entry.label()
        + " is partially applied"
        + (statement > 0 ? ", at statement " + statement : "");
  }

  private static Line unknown(
      MigrationInfo schema, HistoryRow row, State state, Map<Integer, Instant> times) {
    return new Line(
        row.version().orElseThrow().toString(),
        row.name(),
        state,
        time(row, times),
        Optional.of(
            new Issue(
                Issue.Kind.UNKNOWN, "no file has the applied version " + schema.describe(row))),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether a version is still to be applied. */
  public boolean pending() {
    return schema.pending() > 0;
  }

  /**
   * The repeatable migrations that {@code up} would run. A release does not wait for them: an older
   * release would wait forever for its own version of a file that a newer one has changed.
   */
  public List<String> pendingRepeatables() {
    return lines.stream()
        .filter(line -> line.isRepeatable() && line.state() == State.PENDING)
        .map(Line::label)
        .toList();
  }
}
