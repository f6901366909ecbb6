package dev.slipway.migration;

import dev.slipway.config.Backoff;
import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationScript.Range;
import dev.slipway.migration.MigrationStep.Direction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs steps under the lock, in order, until one fails or the run has to end. Decides what one
 * transaction is:
 *
 * <ul>
 *   <li>A transactional step is one transaction with its history row.
 *   <li>Any other step writes its row before its first statement, marked as incomplete. The row
 *       follows the statements, so that the history shows where a crash was. A statement that only
 *       writes rows shares a transaction with the row's change, so it never runs twice.
 * </ul>
 *
 * Where the driver supplies {@link MigrationBatchSql}, several steps share a message or a
 * transaction.
 */
final class MigrationExecutor {
  /** How many applied migrations the last line names. */
  private static final int LISTED_MAX = 20;

  private final MigrationRun run;
  private final MigrationSession session;
  private final HistoryTable history;
  private final NonTransactionalExecutor marked;
  private final Optional<MigrationBatchExecutor> batch;

  MigrationExecutor(
      MigrationSession session, HeldLock lock, int nextRank, List<MigrationStep> steps) {
    this.run = new MigrationRun(session, lock, nextRank, steps);
    this.session = session;
    this.history = session.history();
    this.marked = new NonTransactionalExecutor(run);
    this.batch =
        session
            .driver()
            .batchSql(
                new MigrationBatchSql.Context(
                    history.server(),
                    history.table(),
                    session.transactionSettings(),
                    session.resetSql()))
            // Each transaction takes the lock there.
            .filter(_ -> !lock.perTransaction())
            .map(sql -> new MigrationBatchExecutor(run, sql, marked));
  }

  /**
   * Runs every step. A {@link SlipwayException} says what failed and how far the run came.
   *
   * @return the number of complete steps: fewer than all if another migrator has changed the
   *     history, which is possible where a transaction holds the lock
   */
  int execute(boolean atomic) {
    session.stop().reportWith(() -> ConnectionLoss.noAnswer(run).note(summary()));
    try {
      if (!session.retryWhileBlocked(run::createHistory)) {
        return 0;
      }
      if (atomic) {
        executeAtomically();
        return run.done();
      }
      while (run.done() < run.steps().size()) {
        session.requireNotOver();
        int index = run.done();
        MigrationStep step = run.steps().get(index);
        run.progress().start(index);
        if (batch.filter(many -> many.accepts(index)).isPresent()) {
          batch.get().execute();
        } else if (!step.transactional()) {
          marked.execute(step);
        } else if (!executeInTransaction(step)) {
          break;
        }
      }
      return run.done();
    } catch (SQLException e) {
      SlipwayException failure =
          run.connectionBroken()
              ? ConnectionLoss.of(run, e)
              : session.failure(e, "the run on " + session.dsn().target() + " failed");
      throw failure.note(summary());
    } catch (SlipwayException fault) {
      throw fault.note(summary());
    }
  }

  private String summary() {
    String verb = run.steps().getFirst().direction() == Direction.UP ? "applied" : "rolled back";
    String applied =
        run.steps().stream()
            .limit(run.done())
            .skip(Math.max(0, run.done() - LISTED_MAX))
            .map(MigrationStep::label)
            .collect(Collectors.joining(", "));
    String notTried =
        run.steps().stream()
            .skip(run.done() + 1L)
            .limit(3)
            .map(MigrationStep::label)
            .collect(Collectors.joining(", "));
    int more = run.steps().size() - run.done() - 4;
    return verb
        + " in this run: "
        + run.done()
        + " of "
        + run.steps().size()
        + (applied.isEmpty() ? "" : " (" + (run.done() > LISTED_MAX ? "…, " : "") + applied + ")")
        + (notTried.isEmpty() ? "" : "; not tried: " + notTried)
        + (more > 0 ? " and " + more + " more" : "");
  }

  // ---- one transaction, one step

  /**
   * One step in a transaction of its own, statement by statement, so that an error has a place.
   *
   * @return false as in {@link MigrationRun#begin}
   */
  private boolean executeInTransaction(MigrationStep step) throws SQLException {
    Backoff backoff = MigrationRun.backoff();
    Range single = Range.NONE;
    while (true) {
      long start = System.nanoTime();
      Range[] at = {Range.NONE};
      session.notices().begin(step.label());
      try {
        if (!run.begin()) {
          return false;
        }
        executeStatements(step, single, at);
        at[0] = Range.NONE;
        String milliseconds = String.valueOf((System.nanoTime() - start) / 1_000_000);
        run.commit(
            session.resetSql() + ";" + run.historyUpdate(step, run.nextRank(), milliseconds));
        run.finish(step, Duration.ofNanos(System.nanoTime() - start));
        return true;
      } catch (SQLException e) {
        run.requireConnectionAndLock(e);
        run.rollback();
        run.requireWritable(e);
        session.requireNotOver();
        if (run.isBlocked(e)) {
          run.backOff(step, e, backoff);
          // A prepared statement outlives the transaction.
          session.reset();
        } else if (at[0].last() > at[0].first()) {
          // Once more, one by one, so that the error names the statement that failed.
          single = at[0];
          session.reset();
        } else {
          ExitCode code = run.exitCode(e);
          throw run.failure(
              step, at[0].first(), e, code, "it was rolled back", hint(step, e, code));
        }
      }
    }
  }

  private String hint(MigrationStep step, SQLException e, ExitCode code) {
    if (session.driver().isRejectedInTransaction(e)) {
      return TransactionCheck.remedy(List.of(step.file()));
    }
    return code == ExitCode.RETRY
        ? run.retryHint(e)
        : "correct the file and run it again: nothing of it is left";
  }

  private void executeStatements(MigrationStep step, Range single, Range[] at) throws SQLException {
    try (StatementCursor message = step.statements().open(1, single)) {
      while (message.next()) {
        at[0] = new Range(message.first(), message.last());
        session.requireNotOver();
        run.send(message, true);
      }
    }
  }

  // ---- all steps in one transaction

  private void executeAtomically() throws SQLException {
    long start = System.nanoTime();
    Range[] at = {Range.NONE};
    int index = 0;
    int rank = run.nextRank();
    try {
      if (!run.begin()) {
        return;
      }
      for (; index < run.steps().size(); index++) {
        at[0] = Range.NONE;
        MigrationStep step = run.steps().get(index);
        session.notices().begin(step.label());
        run.progress().start(index);
        executeStatements(step, Range.ALL, at);
        session.notices().end();
        session.execute(
            session.resetSql()
                + ";"
                + session.transactionSettings()
                + run.historyUpdate(step, rank, "0"),
            true);
        rank += MigrationRun.insertsRow(step) ? 1 : 0;
      }
      run.commit("");
    } catch (SQLException e) {
      run.requireConnectionAndLock(e);
      run.rollback();
      run.requireWritable(e);
      session.requireNotOver();
      MigrationStep failed = run.steps().get(Math.min(index, run.steps().size() - 1));
      throw run.failure(
          failed,
          at[0].first(),
          e,
          run.exitCode(e),
          "the whole upgrade was rolled back",
          run.exitCode(e) == ExitCode.RETRY
              ? run.retryHint(e)
              : "correct the file and run it again");
    }
    Duration each = Duration.ofNanos((System.nanoTime() - start) / run.steps().size());
    for (MigrationStep step : run.steps()) {
      run.finish(step, each);
    }
  }
}
