package dev.slipway.migration;

import java.time.Duration;

/**
 * Follows a run. Called in order; the thread that observes a long message may call {@link #started}
 * and {@link #completed} while the running thread waits.
 */
public interface ProgressReporter {
  /** Something worth a line: a wait, a retry, a late file. */
  void log(String line);

  /**
   * Whether the reader may see rows of the database, which notices and the details of an error may
   * quote.
   */
  default boolean mayShowRows() {
    return true;
  }

  /** A step runs now. */
  default void started(MigrationStep step) {}

  /** A step's effect is committed, and so is its history row. */
  void completed(MigrationStep step, Duration time);
}
