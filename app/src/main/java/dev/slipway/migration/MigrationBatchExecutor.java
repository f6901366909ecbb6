package dev.slipway.migration;

import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.migration.HistoryRow.FailurePoint;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.sql.SqlScript;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs steps in messages of several, which the driver composes. A message has more steps while
 * messages stay short, so that progress stays visible.
 */
final class MigrationBatchExecutor {
  private static final int STEPS_MAX = 512;
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMillis(800);

  private final MigrationRun run;
  private final MigrationSession session;
  private final MigrationBatchSql sql;
  private final NonTransactionalExecutor single;
  private int stepsMax;
  private int singleStepsEnd;

  /**
   * @param single continues a step outside a transaction after a message that failed
   */
  MigrationBatchExecutor(MigrationRun run, MigrationBatchSql sql, NonTransactionalExecutor single) {
    this.run = run;
    this.session = run.session();
    this.sql = sql;
    this.single = single;
    this.stepsMax = sql.firstSteps();
  }

  /** A step as the driver sees it. */
  private record BatchStep(MigrationRun run, MigrationStep step, int rank)
      implements MigrationBatchSql.Step {
    /** A step whose row exists keeps its rank. */
    static BatchStep of(MigrationRun run, MigrationStep step, int nextRank) {
      return new BatchStep(run, step, step.row().map(HistoryRow::rank).orElse(nextRank));
    }

    @Override
    public SqlScript script() {
      return step.script();
    }

    @Override
    public String sql() {
      return MigrationBatchExecutor.sql(step);
    }

    @Override
    public boolean transactional() {
      return step.transactional();
    }

    @Override
    public boolean autocommit() {
      return step.file().autocommit();
    }

    @Override
    public boolean isUp() {
      return step.direction() == Direction.UP;
    }

    @Override
    public boolean insertsRow() {
      return MigrationRun.insertsRow(step);
    }

    @Override
    public String record(String milliseconds) {
      return run.historyUpdate(step, rank, milliseconds);
    }

    @Override
    public String startedValues() {
      return run.history().startedValues(rank, step);
    }

    @Override
    public String completedValues(String milliseconds) {
      return run.history().completedValues(rank, step, milliseconds);
    }

    @Override
    public String insertRows(String... values) {
      return run.history().insertRows(values);
    }

    @Override
    public String recordProgress(int statement) {
      return run.history().progress(rank, new FailurePoint(statement, false, false));
    }

    @Override
    public String complete(String milliseconds) {
      return run.history().complete(rank, step, milliseconds);
    }

    @Override
    public String recordedAt() {
      return run.history().installedOn(rank);
    }
  }

  /** Whether the step with this index can be one of several. */
  boolean accepts(int index) {
    return index >= singleStepsEnd && isBatchable(index);
  }

  private boolean isBatchable(int index) {
    MigrationStep step = run.steps().get(index);
    return !step.statements().isStreamed() && sql.accepts(BatchStep.of(run, step, run.nextRank()));
  }

  private static String sql(MigrationStep step) {
    return ((WholeScript) step.statements()).sql();
  }

  /** Runs the next steps, at least one, in one message. */
  void execute() throws SQLException {
    int from = run.done();
    int to = end(from);
    long start = System.nanoTime();
    List<Integer> times = new ArrayList<>();
    if (!run.steps().get(from).transactional()) {
      run.beginOutsideTransaction();
    }
    session.notices().begin(label(from, to));
    int end = to;
    try {
      if (sql.isOneTransaction()) {
        end = executeInTransaction(from, to);
        times.addAll(run.history().executionTimesFrom(run.nextRank()));
      } else {
        send(from, to, times);
      }
    } catch (SQLException e) {
      session.notices().end();
      run.requireConnectionAndLock(e);
      run.rollback();
      run.requireWritable(e);
      stepsMax = sql.firstSteps();
      recover(from, to, e);
      return;
    }
    for (int i = from; i < end; i++) {
      run.finish(
          run.steps().get(i), Duration.ofMillis(i - from < times.size() ? times.get(i - from) : 0));
    }
    adapt(Duration.ofNanos(System.nanoTime() - start));
  }

  /** The server does not report which of several migrations a notice belongs to. */
  private String label(int from, int to) {
    String first = run.steps().get(from).label();
    return to - from == 1 ? first : first + " to " + run.steps().get(to - 1).label();
  }

  private List<BatchStep> batch(int from, int to) {
    List<BatchStep> batch = new ArrayList<>();
    int rank = run.nextRank();
    for (MigrationStep step : run.steps().subList(from, to)) {
      batch.add(BatchStep.of(run, step, rank));
      rank += MigrationRun.insertsRow(step) ? 1 : 0;
    }
    return batch;
  }

  /**
   * Runs steps in one transaction, and ends it early once it has taken long, so that a fast step
   * does not wait for slow ones.
   *
   * @return the index after the last step that ran
   */
  private int executeInTransaction(int from, int to) throws SQLException {
    long start = System.nanoTime();
    List<BatchStep> batch = batch(from, to);
    if (!run.begin()) {
      throw new IllegalStateException("a lock of a transaction with several steps");
    }
    int next = from;
    do {
      run.progress().start(next);
      session.execute(sql.message(List.of(batch.get(next - from))), true);
      next++;
    } while (next < to && System.nanoTime() - start < SHORT.toNanos());
    run.commit("");
    return next;
  }

  private void send(int from, int to, List<Integer> times) throws SQLException {
    session.observeProgress(Optional.of(other -> run.reportCommitted(other, from, to)));
    try {
      session.execute(
          run.lock().guard() + sql.message(batch(from, to)), sql.isCancellable(), times::add);
    } finally {
      session.observeProgress(Optional.empty());
    }
  }

  /**
   * Continues after a message that failed. The history shows how many steps are complete. The
   * others run one by one, so that the error names the statement that failed.
   */
  private void recover(int from, int to, SQLException e) throws SQLException {
    if (sql.isOneTransaction()) {
      // Nothing is committed. Reading the history could fail for the same reason as the message.
      session.requireNotOver();
      singleStepsEnd = to;
      return;
    }
    session.executeUnchecked(sql.flushSql());
    session.reset();
    int complete = run.countDone(from, to);
    for (int i = from; i < from + complete; i++) {
      run.finish(run.steps().get(i), Duration.ZERO);
    }
    if (run.done() == to) {
      return;
    }
    MigrationStep next = run.steps().get(run.done());
    if (next.transactional()) {
      session.requireNotOver();
      singleStepsEnd = to;
      return;
    }
    int rank = run.nextRank();
    HistoryRow row =
        run.history().read().stream()
            .filter(one -> one.rank() == rank)
            .findFirst()
            .orElseThrow(() -> session.failure(e, "cannot write the history"));
    single.resume(next, rank, row.failurePoint().statement());
  }

  private int end(int from) {
    List<MigrationStep> steps = run.steps();
    int chars = 0;
    int to = from;
    while (to < steps.size()
        && to - from < stepsMax
        && isBatchable(to)
        && (to == from || chars + sql(steps.get(to)).length() < sql.charsMax())) {
      chars += sql(steps.get(to)).length();
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
