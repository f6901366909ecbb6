package dev.slipway.migrate;

import dev.slipway.db.Mysql;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.HistoryRow.Standstill;
import dev.slipway.migrate.SqlScript.Kind;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step.Direction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Steps outside a transaction, statement by statement. A step's row is in the history before its
 * first statement, as incomplete, and follows the statements, so that a crash is always named. A
 * statement that only writes rows shares a transaction with that, so it is never done twice.
 */
final class MarkedSteps {
  private static final Duration PAUSE_MAX = Duration.ofSeconds(10);
  private static final String REPAIR_HINT =
      "correct the cause, then `slipway migrate sql repair`; `up` then goes on at this statement";

  private final Run run;
  private final Session session;
  private final Lock lock;
  private final History history;

  MarkedSteps(Run run) {
    this.run = run;
    this.session = run.session();
    this.lock = run.lock();
    this.history = run.history();
  }

  /** Runs a step, or the rest of one that stopped half way. */
  void run(Step step) throws SQLException {
    int rank = step.row().map(HistoryRow::rank).orElse(run.nextRank());
    session.send(lock.guard());
    if (step.concurrentIndex() && step.row().isPresent()) {
      dropInvalidIndex(step);
    }
    if (step.direction() == Direction.DOWN && step.row().get().success()) {
      note(history.markUndone(rank, step.file().script()));
    } else if (step.row().isEmpty()) {
      note(history.mark(rank, step));
    }
    goOn(step, rank, step.firstStatement());
  }

  /**
   * Runs the rest of a step whose row is there already.
   *
   * @param first the statement to begin with, from 1
   */
  void goOn(Step step, int rank, int first) throws SQLException {
    long start = System.nanoTime();
    List<Statement> all = step.script().statements();
    Duration pause = Run.PAUSE_FIRST;
    int groupStart = 0;
    boolean noted = false;
    for (int number = first; number <= all.size(); number++) {
      Statement statement = all.get(number - 1);
      boolean inside = groupStart > 0;
      try {
        if (!inside && !noted) {
          session.send(lock.guard() + history.progress(rank, new Standstill(number, false, false)));
        }
        noted = false;
        groupStart = group(statement.kind(), groupStart, number);
        if (statement.kind() == Kind.ROWS && !inside) {
          rows(step, statement, rank, number);
          noted = true;
        } else if (statement.kind() == Kind.CONCURRENT_INDEX) {
          concurrently(step.script().sql(statement));
        } else if (statement.kind() == Kind.COPY) {
          session.copy(step.script().sql(statement), step.script().data(statement));
        } else {
          session.send(step.script().sql(statement));
        }
        pause = Run.PAUSE_FIRST;
      } catch (SQLException e) {
        if (step.probable()
            && number == step.firstStatement()
            && TakenEffect.shows(e, step.script().sql(statement), session.dialect())) {
          session
              .reporter()
              .story(
                  "statement "
                      + number
                      + " of "
                      + step.file().script()
                      + " had taken effect before the crash: "
                      + session.words(e));
          continue;
        }
        pause = refuseOrWait(step, rank, number, inside ? groupStart : number, e, pause);
        number = (inside ? groupStart : number) - 1;
        groupStart = 0;
      }
    }
    session.send(run.reset());
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    note(
        step.direction() == Direction.DOWN
            ? history.delete(rank)
            : history.settle(rank, step, String.valueOf(milliseconds)));
    run.finish(step, Duration.ofMillis(milliseconds));
  }

  /**
   * CREATE and DROP INDEX CONCURRENTLY queue nobody behind themselves while they wait, so they may
   * wait longer than {@code --ddl-lock-timeout}: until the statement's own time, or the run's, is
   * over. A signal breaks them off.
   */
  private void concurrently(String sql) throws SQLException {
    session.send("SET lock_timeout = 0");
    session.send(sql, true);
    session.send("RESET lock_timeout");
  }

  /** The number of the statement that opened the group we are in; 0 outside of any. */
  private static int group(Kind kind, int groupStart, int number) {
    return switch (kind) {
      case BEGIN, LOCK_TABLES -> number;
      case COMMIT, UNLOCK_TABLES -> 0;
      case PLAIN, ROWS, TRANSACTION_CONTROL, COPY, CONCURRENT_INDEX, CLIENT_ENCODING, SHELL ->
          groupStart;
    };
  }

  /** A statement that only writes rows, in one transaction with the note that it is done. */
  private void rows(Step step, Statement statement, int rank, int number) throws SQLException {
    session.send(session.dialect() instanceof Mysql ? "START TRANSACTION" : "BEGIN");
    session.send(step.script().sql(statement));
    session.send(history.progress(rank, new Standstill(number + 1, false, false)));
    session.send("COMMIT");
  }

  /**
   * After a statement has failed outside a transaction: writes down where the step stands and ends
   * the run, or answers how long to pause before the next try.
   *
   * @param number of the statement that failed
   * @param resume the statement from which the step would go on: earlier in a group
   */
  private Duration refuseOrWait(
      Step step, int rank, int number, int resume, SQLException e, Duration pause)
      throws SQLException {
    if (lock.lost(e)) {
      throw lock.lostFault();
    }
    if (run.broken()) {
      throw run.failure(
              step,
              number,
              e,
              ExitCode.MIGRATION,
              "the connection broke, so the statement may or may not have taken effect",
              REPAIR_HINT)
          .cause(e);
    }
    run.rollback();
    boolean again = run.exitCode(e) == ExitCode.RETRY || session.over();
    if (!again) {
      note(history.progress(rank, new Standstill(resume, true, false)));
      throw run.failure(
          step,
          number,
          e,
          ExitCode.MIGRATION,
          resume > 1 ? "what came before it in the file stays" : "nothing of the file is left",
          step.concurrentIndex()
              ? "correct the cause; the next `up` drops the invalid index and tries again"
              : REPAIR_HINT);
    }
    if (!session.over() && !Run.timedOut(e) && !run.outOfPatience()) {
      Duration next = run.waitFor(step, e, pause);
      if (!session.over()) {
        return next;
      }
    }
    release(step, rank, resume);
    if (session.over()) {
      throw session.ended();
    }
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
        "run it again: it goes on at this statement");
  }

  /** Leaves a step so that the next run goes on with it by itself. */
  private void release(Step step, int rank, int resume) throws SQLException {
    if (step.concurrentIndex()) {
      note(history.progress(rank, new Standstill(resume, true, false)));
    } else if (resume == 1 && Run.opensRow(step)) {
      note(history.delete(rank));
    } else {
      note(history.progress(rank, new Standstill(resume, true, true)));
    }
  }

  /** Writes into the history, again while others are in the way. */
  private void note(String sql) throws SQLException {
    for (Duration pause = Duration.ofMillis(50); ; pause = pause.multipliedBy(2)) {
      try {
        session.send(sql);
        return;
      } catch (SQLException e) {
        if (!run.waits(e) || pause.compareTo(PAUSE_MAX) > 0 || run.broken()) {
          throw e;
        }
        run.rollback();
        session.rest(pause);
      }
    }
  }

  private void dropInvalidIndex(Step step) throws SQLException {
    String sql = step.sql();
    String name =
        ConcurrentIndex.name(sql)
            .orElseThrow(
                () ->
                    Fault.of(
                            ExitCode.MIGRATION,
                            step.file().path()
                                + ": the index has no name, so what a broken run left of it cannot be "
                                + "found")
                        .hint("give the index a name in the file"));
    if (session.invalidIndex(name)) {
      try {
        concurrently("DROP INDEX CONCURRENTLY IF EXISTS " + name);
      } catch (SQLException e) {
        run.refuseLost(e);
        session.refuseWhenOver();
        throw run.failure(
            step,
            1,
            e,
            run.exitCode(e),
            "the invalid index "
                + name
                + " of a broken run could not be dropped"
                + session.blocker().map(who -> "; it was blocked by " + who).orElse(""),
            Run.MORE_TIME_HINT);
      }
      session.reporter().story("dropped the invalid index " + name + ", which a broken run left");
    }
  }
}
