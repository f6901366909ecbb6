package dev.slipway.migration;

import dev.slipway.config.Backoff;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.HistoryRow.FailurePoint;
import dev.slipway.migration.MigrationScript.Range;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.sql.ConcurrentIndexStatement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Steps outside a transaction, statement by statement. A step's row is in the history before its
 * first statement, as incomplete, and follows the statements, so that a crash is always named. A
 * statement that only writes rows shares a transaction with that, so it is never done twice.
 */
final class NonTransactionalExecutor {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);
  private static final Pattern REMOVES = Pattern.compile("(?i)\\b(drop|rename)\\b");

  /** Statements that commit on their way: canceled, they leave what they have done so far. */
  private static final Pattern COMMITS_PARTS =
      Pattern.compile(
          "(?is)\\bcall\\b|\\b(drop|reindex|detach)\\b.*\\bconcurrently\\b|\\bdo\\b.*\\bcommit\\b");

  static final String REPAIR_HINT =
      MigrationRun.CORRECT_CAUSE
          + ", then `slipway migrate sql repair`; `up` then goes on at this statement";

  private final MigrationRun run;
  private final MigrationSession session;
  private final HeldLock lock;
  private final HistoryTable history;

  NonTransactionalExecutor(MigrationRun run) {
    this.run = run;
    this.session = run.session();
    this.lock = run.lock();
    this.history = run.history();
  }

  /** Runs a step, or the rest of a partially applied one. */
  void execute(MigrationStep step) throws SQLException {
    run.beginOutsideTransaction();
    int rank = step.row().map(HistoryRow::rank).orElse(run.nextRank());
    session.executeUnchecked(
        lock.guard() + session.driver().setSearchPath(session.schema().path(), false));
    if (step.concurrentIndex() && step.row().isPresent()) {
      dropInvalidIndex(step);
    }
    if (step.direction() == Direction.DOWN && step.row().get().success()) {
      updateHistory(history.startRevert(rank, step.file().script()));
    } else if (step.row().isEmpty()) {
      updateHistory(history.insertStarted(rank, step));
    }
    resume(step, rank, step.firstStatement());
  }

  /**
   * Runs the rest of a step whose row is there already.
   *
   * @param first the statement to begin with, from 1
   */
  void resume(MigrationStep step, int rank, int first) throws SQLException {
    session.notices().begin(step.label());
    long start = System.nanoTime();
    Backoff backoff = MigrationRun.backoff();
    Range single = Range.NONE;
    int groupStart = 0;
    boolean noted = false;
    run.beginCommitCheck();
    StatementCursor message = step.statements().open(first, single);
    try {
      while (next(message, rank)) {
        int number = message.first();
        boolean inside = groupStart > 0;
        if (session.isOver()) {
          throw stop(step, rank, inside ? groupStart : number);
        }
        try {
          if (!inside && !noted) {
            session.executeUnchecked(
                lock.guard() + history.progress(rank, new FailurePoint(number, false, false)));
          }
          noted = false;
          groupStart = group(message.kind(), groupStart, number);
          if (message.kind() == StatementKind.ROWS && !inside) {
            executeWithProgress(message, rank);
            noted = true;
          } else if (message.kind() == StatementKind.CONCURRENT_INDEX) {
            concurrently(message.sql());
          } else {
            run.send(message, false);
          }
          backoff = MigrationRun.backoff();
        } catch (SQLException e) {
          if (step.firstMayBeApplied()
              && number == step.firstStatement()
              && isAlreadyApplied(e, message)) {
            session
                .reporter()
                .log(
                    "statement "
                        + number
                        + " of "
                        + step.file().script()
                        + " had taken effect before the crash: "
                        + session.errorMessage(e));
            continue;
          }
          int resume = inside ? groupStart : number;
          if (message.last() > number && !lock.isLost(e) && !run.connectionBroken()) {
            // Once more, one by one, so that the error names the statement that failed.
            run.rollback();
            single = new Range(number, message.last());
          } else {
            failOrBackOff(step, rank, number, resume, e, backoff);
          }
          message.close();
          message = step.statements().open(resume, single);
          groupStart = 0;
        }
      }
    } finally {
      message.close();
    }
    checkCommit(step, rank);
    session.reset();
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    updateHistory(
        step.direction() == Direction.DOWN
            ? history.delete(rank)
            : history.complete(rank, step, String.valueOf(milliseconds)));
    run.finish(step, Duration.ofMillis(milliseconds));
  }

  /** Moves to the next message; records where the step ends if the file cannot be read on. */
  private boolean next(StatementCursor message, int rank) throws SQLException {
    try {
      return message.next();
    } catch (SlipwayException e) {
      run.rollback();
      updateHistory(history.progress(rank, new FailurePoint(message.last() + 1, true, false)));
      throw SlipwayException.of(ExitCode.MIGRATION, e.getMessage()).hint(REPAIR_HINT).cause(e);
    }
  }

  /** Whether the error of a statement that may have run before a crash shows that it did. */
  private boolean isAlreadyApplied(SQLException e, StatementCursor message) {
    return session.driver().isAlreadyCreated(e)
        || (!message.isLarge()
            && REMOVES.matcher(message.sql()).find()
            && session.driver().isAlreadyDropped(e));
  }

  /** Ends the run if the step has added violations: its changes are committed and stay. */
  private void checkCommit(MigrationStep step, int rank) throws SQLException {
    try {
      run.checkCommit();
    } catch (SQLException e) {
      run.requireConnectionAndLock(e);
      session.requireNotOver();
      updateHistory(
          history.progress(rank, new FailurePoint(step.statements().count() + 1, true, false)));
      throw run.failure(
          step,
          0,
          e,
          run.exitCode(e),
          "the file runs outside a transaction, so its changes stay",
          "correct the rows, then `slipway migrate sql repair`; `up` then completes the file");
    }
  }

  /**
   * CREATE and DROP INDEX CONCURRENTLY queue nobody behind themselves while they wait, so they may
   * wait longer than {@code --ddl-lock-timeout}: until the statement's own time, or the run's, is
   * over. A signal breaks them off.
   */
  private void concurrently(String sql) throws SQLException {
    session.executeUnchecked("SET lock_timeout = 0");
    session.executeUnchecked(sql, true);
    session.executeUnchecked("RESET lock_timeout");
  }

  /** The number of the statement that opened the group we are in; 0 outside of any. */
  private static int group(StatementKind kind, int groupStart, int number) {
    return switch (kind) {
      case BEGIN, LOCK_TABLES -> number;
      case COMMIT, UNLOCK_TABLES -> 0;
      case PLAIN, ROWS, TRANSACTION_CONTROL, COPY, CONCURRENT_INDEX, CLIENT_ENCODING, SHELL ->
          groupStart;
    };
  }

  /** Statements that only write rows, in one transaction with the note that they are done. */
  private void executeWithProgress(StatementCursor message, int rank) throws SQLException {
    session.executeUnchecked(session.driver().startTransactionSql());
    run.send(message, false);
    session.executeUnchecked(
        history.progress(rank, new FailurePoint(message.last() + 1, false, false)));
    session.executeUnchecked("COMMIT");
  }

  /**
   * After a statement has failed outside a transaction: records where the step stands and ends the
   * run, or pauses before the next attempt.
   *
   * @param number of the statement that failed
   * @param resume the statement from which the step would go on: earlier in a group
   */
  private void failOrBackOff(
      MigrationStep step, int rank, int number, int resume, SQLException e, Backoff backoff)
      throws SQLException {
    run.requireConnectionAndLock(e);
    run.rollback();
    if (run.timedOut(e) && !step.concurrentIndex() && commitsParts(step, number)) {
      throw run.failure(
          step,
          number,
          e,
          ExitCode.MIGRATION,
          "it was canceled, and what it has committed before that stays",
          REPAIR_HINT);
    }
    boolean again = run.exitCode(e) == ExitCode.RETRY || session.isOver();
    if (!again) {
      updateHistory(history.progress(rank, new FailurePoint(resume, true, false)));
      throw run.failure(
          step,
          number,
          e,
          ExitCode.MIGRATION,
          resume > 1 ? "what came before it in the file stays" : "nothing of the file is left",
          step.concurrentIndex()
              ? MigrationRun.CORRECT_CAUSE
                  + "; the next `up` drops the invalid index and tries again"
              : REPAIR_HINT);
    }
    if (!session.isOver() && run.isBlocked(e) && !run.retriesExhausted()) {
      run.backOff(step, e, backoff);
      if (!session.isOver()) {
        return;
      }
    }
    if (session.isOver()) {
      throw stop(step, rank, resume);
    }
    release(step, rank, resume);
    String who = session.blocker().map(name -> "; it was blocked by " + name).orElse("");
    throw run.failure(
        step,
        number,
        e,
        ExitCode.RETRY,
        (step.concurrentIndex()
                ? "an invalid index may be left, which the next run drops"
                : "the statement left nothing")
            + who,
        session.driver().isDiskFull(e)
            ? MigrationRun.DISK_FULL_HINT
            : "run it again: it goes on at this statement");
  }

  /**
   * The end of the run before a statement, which has left nothing. The next run continues with it.
   */
  private SlipwayException stop(MigrationStep step, int rank, int resume) throws SQLException {
    run.rollback();
    release(step, rank, resume);
    SlipwayException end = session.endOfRun();
    return resume == 1 || step.concurrentIndex()
        ? end
        : SlipwayException.of(
                ExitCode.MIGRATION,
                end.getMessage()
                    + "\n"
                    + step.label()
                    + " is incomplete: "
                    + (resume - 1)
                    + " of "
                    + step.statements().count()
                    + " statements took effect")
            .hint("run it again: it continues at statement " + resume);
  }

  private static boolean commitsParts(MigrationStep step, int number) {
    return COMMITS_PARTS.matcher(step.statements().sql(number)).find();
  }

  /** Leaves a step so that the next run goes on with it by itself. */
  private void release(MigrationStep step, int rank, int resume) throws SQLException {
    if (step.concurrentIndex()) {
      updateHistory(history.progress(rank, new FailurePoint(resume, true, false)));
    } else if (resume == 1 && MigrationRun.insertsRow(step)) {
      updateHistory(history.delete(rank));
    } else {
      updateHistory(history.progress(rank, new FailurePoint(resume, true, true)));
    }
  }

  /** Writes into the history, again while others are in the way. */
  private void updateHistory(String sql) throws SQLException {
    Backoff backoff = new Backoff(Duration.ofMillis(50), PAUSE_MAX);
    while (true) {
      try {
        session.executeUnchecked(sql);
        return;
      } catch (SQLException e) {
        Duration pause = backoff.next();
        if (!run.isBlocked(e) || pause.equals(PAUSE_MAX) || run.connectionBroken()) {
          throw e;
        }
        run.rollback();
        session.sleep(pause);
      }
    }
  }

  private void dropInvalidIndex(MigrationStep step) throws SQLException {
    String name =
        ConcurrentIndexStatement.indexName(step.statements().sql(1))
            .orElseThrow(
                () ->
                    SlipwayException.of(
                            ExitCode.MIGRATION,
                            step.file().path()
                                + ": the index has no name, so what a broken run left of it cannot be "
                                + "found")
                        .hint("give the index a name in the file"));
    if (session.driver().isInvalidIndex(session.connection(), name)) {
      try {
        concurrently("DROP INDEX CONCURRENTLY IF EXISTS " + name);
      } catch (SQLException e) {
        run.requireConnectionAndLock(e);
        session.requireNotOver();
        throw run.failure(
            step,
            1,
            e,
            run.exitCode(e),
            "the invalid index "
                + name
                + " of a broken run could not be dropped"
                + session.blocker().map(who -> "; it was blocked by " + who).orElse(""),
            MigrationRun.MORE_TIME_HINT);
      }
      session.reporter().log("dropped the invalid index " + name + ", which a broken run left");
    }
  }
}
