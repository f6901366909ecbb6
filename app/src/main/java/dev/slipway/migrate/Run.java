package dev.slipway.migrate;

import dev.slipway.db.Mysql;
import dev.slipway.db.Sqlite;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step.Direction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The state of one run: which steps are done, which row of the history comes next; and what an
 * error means to it. For one thread.
 */
final class Run {
  /** The pause before the second try of a step that was in others' way. */
  static final Duration PAUSE_FIRST = Duration.ofMillis(500);

  static final String MORE_TIME_HINT =
      "run it again; where a statement needs more time, raise --statement-timeout";

  private static final Duration PAUSE_MAX = Duration.ofSeconds(20);

  private final Session session;
  private final Lock lock;
  private final History history;
  private final List<Step> steps;
  private final Deadline patience;
  private int nextRank;
  private int done;

  Run(Session session, Lock lock, int nextRank, List<Step> steps) {
    this.session = session;
    this.lock = lock;
    this.history = session.history();
    this.nextRank = nextRank;
    this.steps = steps;
    // A step that only waits for others' locks is tried again until the run is over; a run without
    // an end is given the time that it would have waited for another migrator.
    this.patience =
        session.settings().timeout().isZero()
            ? Deadline.in(session.settings().lockTimeout())
            : session.deadline();
  }

  Session session() {
    return session;
  }

  Lock lock() {
    return lock;
  }

  History history() {
    return history;
  }

  List<Step> steps() {
    return steps;
  }

  /** How many steps are done, and so the index of the next one. */
  int done() {
    return done;
  }

  /** The rank of the next row of the history. */
  int nextRank() {
    return nextRank;
  }

  /** A step and its history row are committed. */
  void finish(Step step, Duration time) {
    nextRank += opensRow(step) ? 1 : 0;
    done++;
    session.reporter().done(step, time);
  }

  /** How many of these steps the history says are done, counted from the first. */
  int countDone(int from, int to) throws SQLException {
    Map<Object, Boolean> present = new HashMap<>();
    for (HistoryRow row : history.read()) {
      present.put(row.version().<Object>map(version -> version).orElse(row.rank()), row.success());
    }
    int count = 0;
    for (int i = from; i < to; i++) {
      Step step = steps.get(i);
      Object key = step.file().version().<Object>map(version -> version).orElse(nextRank + count);
      boolean there = present.getOrDefault(key, false);
      if (there != (step.direction() == Direction.UP)) {
        break;
      }
      count++;
    }
    return count;
  }

  // ---- what the history and the session get

  /** What the history says once a step is complete; the duration is an SQL expression. */
  String closing(Step step, int rank, String milliseconds) {
    if (step.direction() == Direction.DOWN) {
      return history.delete(step.row().orElseThrow().rank());
    }
    return step.row().isPresent()
        ? history.settle(step.row().get().rank(), step, milliseconds)
        : history.insert(rank, step, milliseconds);
  }

  /** Whether a step gets a new row in the history. */
  static boolean opensRow(Step step) {
    return step.direction() == Direction.UP && step.row().isEmpty();
  }

  /** What undoes everything that a step may have set for its session. */
  String reset() {
    String reset = history.server().reset();
    return session.dialect() instanceof Mysql
        ? "UNLOCK TABLES;USE `" + history.server().schema().replace("`", "``") + "`;" + reset
        : reset + session.dsn().sessionSql().map(sql -> ";" + sql).orElse("");
  }

  /** Ends a transaction that failed. */
  void rollback() throws SQLException {
    if (session.dialect() instanceof Sqlite) {
      try {
        session.send("ROLLBACK");
      } catch (SQLException e) {
        // SQLite has rolled back by itself for the graver errors, and then there is nothing to do.
        System.getLogger(Run.class.getName()).log(System.Logger.Level.DEBUG, "rollback", e);
      }
    } else {
      session.send("ROLLBACK");
    }
  }

  // ---- what an error means

  /** Whether an error only says that somebody else was in the way. */
  boolean waits(SQLException e) {
    return exitCode(e) == ExitCode.RETRY && !timedOut(e);
  }

  /** What an error means; that a statement's own time was over is no fault of the statement. */
  ExitCode exitCode(SQLException e) {
    if (timedOut(e)) {
      return ExitCode.RETRY;
    }
    // A statement that names a database which is not there says nothing of the DSN.
    ExitCode code = session.dialect().exitCode(e);
    return code == ExitCode.USAGE ? ExitCode.MIGRATION : code;
  }

  /** Whether a statement was broken off for taking too long: trying again would take as long. */
  static boolean timedOut(SQLException e) {
    return "57014".equals(e.getSQLState()) || e.getErrorCode() == 3024 || e.getErrorCode() == 1317;
  }

  /** Whether trying again makes no sense any more. */
  boolean outOfPatience() {
    return patience.passed();
  }

  /** Lets others pass, and answers how long to pause the next time. */
  Duration waitFor(Step step, SQLException e, Duration pause) {
    String inTheWay = session.blocker().map(who -> ", blocked by " + who).orElse("");
    if (patience.passed()) {
      throw Fault.of(
              ExitCode.RETRY,
              "migration "
                  + step.label()
                  + " did not get its locks in "
                  + patience.elapsed().toSeconds()
                  + " s: "
                  + session.words(e)
                  + inTheWay)
          .hint("end what holds the lock, or run it again at a quieter hour");
    }
    session
        .reporter()
        .story(
            "migration "
                + step.label()
                + " steps back: "
                + session.words(e)
                + inTheWay
                + "; trying again in "
                + pause.toMillis()
                + " ms");
    session.rest(patience.remaining(pause));
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(PAUSE_MAX) < 0 ? longer : PAUSE_MAX;
  }

  /** Ends the run when it was not the step that failed, but what the run stands on. */
  void refuseLost(SQLException e) {
    if (lock.lost(e)) {
      throw lock.lostFault();
    }
    if (broken()) {
      throw Fault.of(
              ExitCode.RETRY,
              "the connection to " + session.dsn().target() + " broke: " + session.words(e))
          .hint("run it again: what was committed is in the history, the rest was rolled back")
          .cause(e);
    }
  }

  /** Whether the connection is gone. */
  boolean broken() {
    try {
      return session.connection().isClosed() || !session.connection().isValid(5);
    } catch (SQLException e) {
      return true;
    }
  }

  /**
   * A step's failure in words.
   *
   * @param number of the statement, from 1; 0 if it was none of them
   * @param consequence what has become of the step
   */
  Fault failure(
      Step step, int number, SQLException e, ExitCode code, String consequence, String hint) {
    SqlScript script = step.script();
    StringBuilder message =
        new StringBuilder("migration " + step.label() + " failed: " + session.words(e) + "\n");
    message.append("at ").append(step.file().path());
    if (number > 0 && number <= script.statements().size()) {
      Statement statement = script.statements().get(number - 1);
      SqlScript.Place place = script.place(offset(script, statement, e));
      message
          .append(':')
          .append(place.line())
          .append(':')
          .append(place.column())
          .append(", statement ")
          .append(number)
          .append(" of ")
          .append(script.statements().size())
          .append(": ")
          .append(script.excerpt(statement));
    }
    message.append('\n').append(consequence);
    return Fault.of(code, message.toString()).hint(hint).cause(e);
  }

  /** Where in the file the server saw the error; the statement's start where it does not say. */
  private int offset(SqlScript script, Statement statement, SQLException e) {
    OptionalInt position = session.dialect().position(e, script.sql(statement));
    int start = statement.start();
    return position.isEmpty()
        ? start
        : script
            .text()
            .offsetByCodePoints(
                start,
                Math.min(
                    position.getAsInt(), script.text().codePointCount(start, statement.end())));
  }
}
