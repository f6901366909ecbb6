package dev.slipway.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps in messages of many, so that what one message costs does not count per migration. A message
 * holds more of them while messages stay short, so that progress stays visible.
 */
abstract class BatchExecutor {
  static final int MESSAGE_CHARS_MAX = 500_000;

  /** How many the first message holds where the ones before a slow one stay when it fails. */
  static final int STEPS_FIRST = 8;

  private static final int STEPS_MAX = 512;
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMillis(800);

  final MigrationRun run;
  private final int charsMax;
  private final int stepsFirst;
  private int stepsMax;
  private int singlyUntil;

  BatchExecutor(MigrationRun run, int charsMax, int stepsFirst) {
    this.run = run;
    this.charsMax = charsMax;
    this.stepsFirst = stepsFirst;
    this.stepsMax = stepsFirst;
  }

  /** Whether the step with this index can be one of many. */
  final boolean accepts(int index) {
    return index >= singlyUntil && isBatchable(run.steps().get(index));
  }

  /** Runs the next steps, at least one, in one message. */
  final void execute() throws SQLException {
    int from = run.done();
    int to = end(from);
    long start = System.nanoTime();
    List<Integer> times = new ArrayList<>();
    try {
      execute(message(from, to), times);
    } catch (SQLException e) {
      run.requireConnectionAndLock(e);
      run.rollback();
      stepsMax = stepsFirst;
      recover(from, to, e);
      return;
    }
    for (int i = from; i < to; i++) {
      run.finish(
          run.steps().get(i), Duration.ofMillis(i - from < times.size() ? times.get(i - from) : 0));
    }
    adapt(Duration.ofNanos(System.nanoTime() - start));
  }

  abstract boolean isBatchable(MigrationStep step);

  abstract String message(int from, int to);

  abstract void execute(String message, List<Integer> times) throws SQLException;

  /** After a message that failed and was rolled back. */
  abstract void recover(int from, int to, SQLException e) throws SQLException;

  /** Tells of the steps that the history says are done. */
  final void finishDone(int from, int to) throws SQLException {
    int count = run.countDone(from, to);
    for (int i = from; i < from + count; i++) {
      run.finish(run.steps().get(i), Duration.ZERO);
    }
  }

  /** Lets the steps before this index run one by one. */
  final void executeSinglyUntil(int index) {
    singlyUntil = index;
  }

  private int end(int from) {
    List<MigrationStep> steps = run.steps();
    int chars = 0;
    int to = from;
    while (to < steps.size()
        && to - from < stepsMax
        && isBatchable(steps.get(to))
        && (to == from || chars + steps.get(to).sql().length() < charsMax)) {
      chars += steps.get(to).sql().length();
      to++;
    }
    return to;
  }

  private void adapt(Duration took) {
    if (took.compareTo(SHORT) < 0) {
      stepsMax = Math.min(STEPS_MAX, stepsMax * 2);
    } else if (took.compareTo(LONG) > 0) {
      stepsMax = Math.max(1, stepsMax / 2);
    }
  }
}
