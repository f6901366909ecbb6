package dev.slipway.migration;

import java.time.Duration;

/** Whoever wants to follow a run. Called by the thread that runs, in order. */
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

  /** A step's effect is committed, and so is its history row. */
  void completed(MigrationStep step, Duration time);
}
