package dev.slipway.migration;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The report of a run whose connection broke, or whose server does not respond. It follows the
 * history, because an error of the connection does not show what the server has committed.
 */
final class ConnectionLoss {
  private static final String RETRY_HINT =
      "run it again: it reads the history, and continues after the last applied migration";

  private ConnectionLoss() {}

  /** Reads the history on a new connection, and reports what it shows. */
  static SlipwayException of(MigrationRun run, SQLException e) {
    Optional<HistoryRecheck> recheck = HistoryRecheck.read(run.session());
    SlipwayException report =
        recheck.isPresent() ? report(run, e, recheck.get()) : unknown(run, cause(run, e), true);
    return report.cause(e);
  }

  /** Reports that the server does not respond at the end of a run. For any thread. */
  static SlipwayException noAnswer(MigrationRun run) {
    return unknown(run, run.session().endOfRun().getMessage(), false);
  }

  private static String cause(MigrationRun run, SQLException e) {
    MigrationSession session = run.session();
    return session.isOver()
        ? session.endOfRun().getMessage()
        : "the connection to " + session.dsn().target() + " broke: " + session.errorMessage(e);
  }

  private static SlipwayException unknown(MigrationRun run, String cause, boolean closed) {
    MigrationSession session = run.session();
    Optional<MigrationStep> step = current(run);
    // Only the end of a run has to foresee a partial change: a server that is not reachable is
    // tried again, and the next run reads the history first.
    boolean partial =
        session.isOver()
            && run.outsideTransaction()
            && step.filter(MigrationStep::concurrentIndex).isEmpty();
    String state =
        "unknown whether "
            + step.map(MigrationStep::label).orElse("the last migration")
            + " was applied: "
            + (closed ? "the history cannot be read from " : "no answer from ")
            + session.dsn().target()
            + (partial ? "; a partial change of it may remain" : "");
    return SlipwayException.of(partial ? ExitCode.MIGRATION : ExitCode.RETRY, cause + "\n" + state)
        .hint(
            partial
                ? "when the server responds, `slipway migrate sql status` shows the state; a failed"
                    + " migration needs `slipway migrate sql repair`"
                : RETRY_HINT);
  }

  private static SlipwayException report(MigrationRun run, SQLException e, HistoryRecheck recheck) {
    String cause = cause(run, e);
    int complete = run.recordComplete(recheck.rows());
    if (complete > 0) {
      cause += "\nthe history shows that the server has committed " + lastDone(run);
    }
    Optional<MigrationStep> next = current(run);
    if (next.isEmpty()) {
      return SlipwayException.of(ExitCode.RETRY, cause + ", the last migration of this run")
          .hint("run it again to confirm that nothing is pending");
    }
    MigrationStep step = next.get();
    Optional<HistoryRow> row = row(run, step, recheck.rows());
    boolean begun = run.outsideTransaction() && row.filter(one -> !one.success()).isPresent();
    if (!begun) {
      return SlipwayException.of(
              ExitCode.RETRY,
              cause
                  + "\n"
                  + (recheck.running()
                      ? "unknown whether " + step.label() + " will be applied: " + running(run)
                      : step.label() + " left no changes"))
          .hint(run.session().driver().isDiskFull(e) ? MigrationRun.DISK_FULL_HINT : RETRY_HINT);
    }
    String running = recheck.running() ? "; " + running(run) : "";
    if (step.concurrentIndex()) {
      return SlipwayException.of(
              ExitCode.RETRY, cause + "\n" + step.label() + " may leave an invalid index" + running)
          .hint("run it again: it drops the invalid index, and creates it again");
    }
    int statement = row.get().failurePoint().statement();
    return run.failure(
        step,
        statement,
        e,
        ExitCode.MIGRATION,
        cause + ", so the statement may or may not have taken effect" + running,
        NonTransactionalExecutor.REPAIR_HINT);
  }

  private static String running(MigrationRun run) {
    return "session "
        + run.session().history().server().session()
        + " of the server still runs a statement of it";
  }

  private static Optional<MigrationStep> current(MigrationRun run) {
    List<MigrationStep> steps = run.steps();
    int done = run.done();
    return done < steps.size() ? Optional.of(steps.get(done)) : Optional.empty();
  }

  private static String lastDone(MigrationRun run) {
    return run.steps().get(run.done() - 1).label();
  }

  private static Optional<HistoryRow> row(
      MigrationRun run, MigrationStep step, List<HistoryRow> rows) {
    int rank = step.row().map(HistoryRow::rank).orElse(run.nextRank());
    return rows.stream().filter(one -> one.rank() == rank).findFirst();
  }
}
