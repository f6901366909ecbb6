package dev.slipway.migration;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One row of the history table.
 *
 * @param rank its place in the order of application
 * @param version absent for repeatable migrations
 * @param description words
 * @param type Flyway's: SQL, BASELINE, DELETE, SCHEMA …
 * @param script the file's name, relative to its folder; after an accepted edit, followed by the
 *     checksums that the file had before
 * @param checksum of the file when it was applied, where one was recorded
 * @param success whether the migration is complete
 * @param executionTime milliseconds; for a row that is no success, see {@link FailurePoint}
 */
record HistoryRow(
    int rank,
    Optional<MigrationVersion> version,
    String description,
    String type,
    String script,
    Optional<Integer> checksum,
    boolean success,
    int executionTime) {
  /** The description of a migration without one, in histories of earlier releases. */
  static final String NO_DESCRIPTION = "<< no description >>";

  /** Flyway's type of a baseline migration, which is a file; BASELINE is only a mark. */
  static final String BASELINE_MIGRATION = "SQL_BASELINE";

  private static final Pattern FORMER =
      Pattern.compile(" \\(accepted in place of checksum (-?\\d+(?:, -?\\d+)*)\\)$");

  /** Bounds the text in the column, which holds 1000 characters. */
  private static final int FORMER_MAX = 20;

  /**
   * The checksums that {@code repair} has replaced, oldest first: a release from before an accepted
   * edit has the file with one of them. They stand in {@code script}, which no tool compares,
   * because the table is Flyway's and has no column for them.
   */
  Set<Integer> formerChecksums() {
    Matcher matcher = FORMER.matcher(script);
    Set<Integer> checksums = new LinkedHashSet<>();
    if (matcher.find()) {
      for (String checksum : matcher.group(1).split(", ")) {
        checksums.add(Integer.valueOf(checksum));
      }
    }
    return checksums;
  }

  /** The {@code script} of this row once another checksum takes the place of its own. */
  String scriptAfterEdit(int accepted) {
    Set<Integer> former = formerChecksums();
    checksum.ifPresent(former::add);
    former.remove(accepted);
    List<Integer> newest = List.copyOf(former);
    newest = newest.subList(Math.max(0, newest.size() - FORMER_MAX), newest.size());
    String note =
        newest.isEmpty()
            ? ""
            : " (accepted in place of checksum "
                + newest.stream().map(String::valueOf).collect(Collectors.joining(", "))
                + ")";
    String name = FORMER.matcher(script).replaceFirst("");
    return name.substring(0, Math.min(name.length(), 1000 - note.length())) + note;
  }

  /** Where an incomplete migration stands. */
  FailurePoint failurePoint() {
    return FailurePoint.of(executionTime);
  }

  /** Whether Flyway counts it as a migration that ran, and not as a mark about others. */
  boolean isMigration() {
    return switch (type) {
      case "SCHEMA", "DELETE" -> false;
      default -> !type.startsWith("UNDO") && !isBaseline() && rank >= 0;
    };
  }

  /** Whether the versions up to its own count as applied. */
  boolean isBaseline() {
    return type.endsWith("BASELINE");
  }

  /** Whether a baseline migration wrote it. */
  boolean isBaselineMigration() {
    return isBaseline() && !type.equals("BASELINE");
  }

  /** The name of the file that it came from, as far as the history has it. */
  String name() {
    return description.equals(NO_DESCRIPTION) ? "" : description.replace(' ', '_');
  }

  /** Version and name, as in the file's name. */
  String label() {
    String name = name();
    return version
        .map(number -> name.isEmpty() ? number.toString() : number + "_" + name)
        .orElse(name);
  }

  /**
   * How far a migration outside a transaction got. Until it succeeds, its row's {@code
   * execution_time} means nothing to anybody, so it holds this.
   *
   * @param statement the one under way, from 1; 0 if unknown (a row of plain Flyway's)
   * @param failed whether the database refused it, so that it left nothing; otherwise the process
   *     may have died, and it may or may not have taken effect
   * @param released whether {@code repair} has cleared it, so that {@code up} goes on from there
   */
  record FailurePoint(int statement, boolean failed, boolean released) {
    private static final int FAILED = 1_000_000;
    private static final int RELEASED = 2_000_000;

    /** Plain Flyway writes real durations, which are never negative, so ours are. */
    static FailurePoint of(int executionTime) {
      int number = Math.max(0, -executionTime);
      return new FailurePoint(number % FAILED, number % RELEASED >= FAILED, number >= RELEASED);
    }

    int encoded() {
      return -(statement + (failed ? FAILED : 0) + (released ? RELEASED : 0));
    }

    FailurePoint release() {
      return new FailurePoint(statement, failed, true);
    }
  }
}
