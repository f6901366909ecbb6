package dev.slipway.migrate;

import dev.slipway.db.Sqlite;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.SqlScript.Kind;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step.Direction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Runs steps under the lock, in order, until one fails or the run has to end. What exactly one
 * transaction is, is decided here:
 *
 * <ul>
 *   <li>a transactional step is one transaction with its history row; PostgreSQL gets many such
 *       transactions in one message, so that a network's latency does not count per migration, and
 *       SQLite a few such steps in one transaction, as each commit waits for the disk;
 *   <li>any other step gets its row before its first statement, marked as incomplete, and the row
 *       follows the statements, so that a crash is always named. A statement that only writes rows
 *       shares a transaction with that mark, so it is never done twice. MySQL gets many such steps
 *       in one message too; the end of one and the begin of the next are one transaction.
 * </ul>
 */
final class Runner {
  private final Run run;
  private final Session session;
  private final Lock lock;
  private final History history;
  private final MarkedSteps marked;
  private final Optional<Batch> batch;

  Runner(Session session, Lock lock, int nextRank, List<Step> steps) {
    this.run = new Run(session, lock, nextRank, steps);
    this.session = session;
    this.lock = lock;
    this.history = session.history();
    this.marked = new MarkedSteps(run);
    this.batch =
        switch (session.dialect().kind()) {
          case POSTGRES -> Optional.of(new PostgresBatch(run));
          case MYSQL -> Optional.of(new MysqlBatch(run, marked));
          case SQLITE -> Optional.of(new SqliteBatch(run));
          // It makes one transaction of a message, and takes DDL in none.
          case COCKROACH -> Optional.empty();
        };
  }

  /** Runs every step. A {@link Fault} says what failed and how far the run came. */
  void run(boolean atomic) {
    try {
      history.create();
      if (atomic) {
        runAtomically();
        return;
      }
      while (run.done() < run.steps().size()) {
        session.refuseWhenOver();
        int index = run.done();
        Step step = run.steps().get(index);
        if (batch.filter(many -> many.takes(index)).isPresent()) {
          batch.get().send();
        } else if (step.transactional()) {
          transaction(step);
        } else {
          marked.run(step);
        }
      }
    } catch (SQLException e) {
      throw withSummary(session.fault(e, "the run on " + session.dsn().target() + " failed"));
    } catch (Fault fault) {
      throw withSummary(fault);
    }
  }

  private Fault withSummary(Fault fault) {
    Fault whole =
        Fault.of(fault.code(), fault.getMessage() + "\n" + summary()).cause(fault.getCause());
    return fault.hint().map(whole::hint).orElse(whole);
  }

  private String summary() {
    String verb = run.steps().getFirst().direction() == Direction.UP ? "applied" : "rolled back";
    String notTried =
        run.steps().stream()
            .skip(run.done() + 1L)
            .limit(3)
            .map(Step::label)
            .collect(Collectors.joining(", "));
    int more = run.steps().size() - run.done() - 4;
    return verb
        + " in this run: "
        + run.done()
        + " of "
        + run.steps().size()
        + (notTried.isEmpty() ? "" : "; not tried: " + notTried)
        + (more > 0 ? " and " + more + " more" : "");
  }

  // ---- one transaction, one step

  /** One step in a transaction of its own, statement by statement, so that an error has a place. */
  private void transaction(Step step) throws SQLException {
    Duration pause = Run.PAUSE_FIRST;
    while (true) {
      long start = System.nanoTime();
      int[] at = {0};
      try {
        session.run(lock.guard() + beginning(), true);
        body(step, at);
        String milliseconds = String.valueOf((System.nanoTime() - start) / 1_000_000);
        session.run(
            run.reset() + ";" + run.closing(step, run.nextRank(), milliseconds) + ";COMMIT", true);
        run.finish(step, Duration.ofNanos(System.nanoTime() - start));
        return;
      } catch (SQLException e) {
        run.refuseLost(e);
        run.rollback();
        session.refuseWhenOver();
        if (run.waits(e)) {
          pause = run.waitFor(step, e, pause);
        } else {
          ExitCode code = run.exitCode(e);
          throw run.failure(
              step,
              at[0],
              e,
              code,
              "it was rolled back",
              code == ExitCode.RETRY
                  ? Run.MORE_TIME_HINT
                  : "correct the file and run it again: nothing of it is left");
        }
      }
    }
  }

  private String beginning() {
    return session.dialect() instanceof Sqlite
        ? history.server().reset() + ";BEGIN IMMEDIATE;\n"
        : "BEGIN;\n";
  }

  private void body(Step step, int[] at) throws SQLException {
    for (Statement statement : step.script().statements()) {
      at[0]++;
      if (statement.kind() == Kind.COPY) {
        session.copy(step.script().sql(statement), step.script().data(statement));
      } else {
        session.run(step.script().sql(statement), true);
      }
    }
  }

  // ---- all steps in one transaction

  private void runAtomically() throws SQLException {
    long start = System.nanoTime();
    int[] at = {0};
    int index = 0;
    int rank = run.nextRank();
    try {
      session.run(lock.guard() + beginning(), true);
      for (; index < run.steps().size(); index++) {
        at[0] = 0;
        Step step = run.steps().get(index);
        body(step, at);
        session.run(run.reset() + ";" + run.closing(step, rank, "0"), true);
        rank += Run.opensRow(step) ? 1 : 0;
      }
      session.run("COMMIT", true);
    } catch (SQLException e) {
      run.refuseLost(e);
      run.rollback();
      session.refuseWhenOver();
      Step failed = run.steps().get(Math.min(index, run.steps().size() - 1));
      throw run.failure(
          failed,
          at[0],
          e,
          run.exitCode(e),
          "the whole upgrade was rolled back",
          "correct the file and run it again");
    }
    Duration each = Duration.ofNanos((System.nanoTime() - start) / run.steps().size());
    for (Step step : run.steps()) {
      run.finish(step, each);
    }
  }
}
