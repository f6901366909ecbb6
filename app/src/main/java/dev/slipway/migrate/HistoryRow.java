package dev.slipway.migrate;

import java.util.Optional;

/**
 * One row of the history table.
 *
 * @param rank its place in the order of application
 * @param version absent for repeatable migrations
 * @param description words
 * @param type Flyway's: SQL, BASELINE, DELETE, SCHEMA …
 * @param script the file's name, relative to its folder
 * @param checksum of the file when it was applied, where one was recorded
 * @param success whether the migration is complete
 * @param executionTime milliseconds; for a row that is no success, see {@link Standstill}
 */
record HistoryRow(
    int rank,
    Optional<Version> version,
    String description,
    String type,
    String script,
    Optional<Integer> checksum,
    boolean success,
    int executionTime) {

  /** Where an incomplete migration stands. */
  Standstill standstill() {
    return Standstill.of(executionTime);
  }

  /** Whether Flyway counts it as a migration that ran, and not as a mark about others. */
  boolean migration() {
    return switch (type) {
      case "SCHEMA", "DELETE", "BASELINE", "SQL_BASELINE" -> false;
      default -> !type.startsWith("UNDO") && rank >= 0;
    };
  }

  /** What people call it. */
  String label() {
    return version.map(number -> number + " " + description).orElse(description);
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
  record Standstill(int statement, boolean failed, boolean released) {
    private static final int FAILED = 1_000_000;
    private static final int RELEASED = 2_000_000;

    /** Plain Flyway writes real durations, which are never negative, so ours are. */
    static Standstill of(int executionTime) {
      int number = Math.max(0, -executionTime);
      return new Standstill(number % FAILED, number % RELEASED >= FAILED, number >= RELEASED);
    }

    int encoded() {
      return -(statement + (failed ? FAILED : 0) + (released ? RELEASED : 0));
    }

    Standstill release() {
      return new Standstill(statement, failed, true);
    }
  }
}
