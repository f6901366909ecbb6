package dev.slipway.migration;

import java.time.Duration;

/** Whoever wants to follow a run. Called by the thread that runs, in order. */
public interface ProgressReporter {
  /** Something worth a line: a wait, a retry, a late file. */
  void log(String line);

  /** A step's effect is committed, and so is its history row. */
  void completed(MigrationStep step, Duration time);
}
