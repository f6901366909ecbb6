package dev.slipway.migration;

import java.time.Duration;
import java.util.List;

/**
 * Reports the start and the completion of each step of a run, each once and in order. A message may
 * contain several steps: the thread that observes a long message reports them while it runs.
 * Thread-safe.
 */
final class StepProgress {
  private final ProgressReporter reporter;
  private final List<MigrationStep> steps;
  private int started;
  private int completed;

  StepProgress(ProgressReporter reporter, List<MigrationStep> steps) {
    this.reporter = reporter;
    this.steps = steps;
  }

  /** The step with this index runs. */
  synchronized void start(int index) {
    if (index >= started) {
      started = index + 1;
      reporter.started(steps.get(index));
    }
  }

  /** The step with this index and its history row are committed. */
  synchronized void complete(int index, Duration time) {
    if (index >= completed) {
      start(index);
      completed = index + 1;
      reporter.completed(steps.get(index), time);
    }
  }
}
