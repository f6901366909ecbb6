package dev.slipway.migrate;

import java.time.Duration;

/** Whoever wants to follow a run. Called by the thread that runs, in order. */
public interface Reporter {
  /** Something worth a line: a wait, a retry, a late file. */
  void story(String line);

  /** A step's effect is committed, and so is its history row. */
  void done(Step step, Duration time);
}
