package dev.slipway.migration;

import dev.slipway.config.Backoff;
import dev.slipway.driver.PreCommitCheck;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.sql.SqlScript.StatementKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of one run: which steps are done, which row of the history comes next; and what an
 * error means to it. For one thread.
 */
final class MigrationRun {
  /** The pause before the second try of a step that was in others' way. */
  private static final Duration MIN_BACKOFF = Duration.ofMillis(500);

  static final String DISK_FULL_HINT = "free disk space, and run it again";

  /** The start of a hint, in place of which a more exact one may stand. */
  static final String CORRECT_CAUSE = "correct the cause";

  static final String MORE_TIME_HINT =
      "run it again; where a statement needs more time, raise --statement-timeout";

  private static final Duration MAX_BACKOFF = Duration.ofSeconds(20);

  private final MigrationSession session;
  private final HeldLock lock;
  private final HistoryTable history;
  private final List<MigrationStep> steps;
  private final StepProgress progress;
  private final Deadline retryDeadline;
  private final Optional<PreCommitCheck> commitCheck;
  private int nextRank;
  private volatile int done;
  private volatile boolean outsideTransaction;
  private boolean historyChanged;

  MigrationRun(MigrationSession session, HeldLock lock, int nextRank, List<MigrationStep> steps) {
    this.session = session;
    this.lock = lock;
    this.history = session.history();
    this.nextRank = nextRank;
    this.steps = steps;
    this.progress = new StepProgress(session.reporter(), steps);
    // A step that only waits for others' locks is tried again until the run is over; a run without
    // an end is given the time that it would have waited for another migrator.
    this.retryDeadline =
        session.settings().timeout().isZero()
            ? Deadline.in(session.settings().lockTimeout())
            : session.deadline();
    this.commitCheck = session.driver().commitCheck(session.dsn(), session);
  }

  MigrationSession session() {
    return session;
  }

  HeldLock lock() {
    return lock;
  }

  HistoryTable history() {
    return history;
  }

  /** Reports the steps. */
  StepProgress progress() {
    return progress;
  }

  List<MigrationStep> steps() {
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
  void finish(MigrationStep step, Duration time) {
    lock.firstRowCommitted();
    session.notices().end();
    outsideTransaction = false;
    record(step, time);
    session.cleanUp(step.label());
  }

  private void record(MigrationStep step, Duration time) {
    nextRank += insertsRow(step) ? 1 : 0;
    int completed = done + 1;
    done = completed;
    progress.complete(completed - 1, time);
  }

  /** Records the steps that another connection has read as complete; returns their number. */
  int recordComplete(List<HistoryRow> rows) {
    int first = done;
    List<Duration> complete = complete(first, steps.size(), rows);
    for (int i = 0; i < complete.size(); i++) {
      record(steps.get(first + i), complete.get(i));
    }
    return complete.size();
  }

  /** Reports the steps of a message under way that another connection shows as committed. */
  void reportCommitted(Connection other, int from, int to) throws SQLException {
    List<Duration> complete = complete(from, to, session.historyOn(other).read());
    for (int i = 0; i < complete.size(); i++) {
      progress.complete(from + i, complete.get(i));
    }
    if (from + complete.size() < to) {
      progress.start(from + complete.size());
    }
  }

  /** The next step, or several, run outside a transaction from now on. */
  void beginOutsideTransaction() {
    outsideTransaction = true;
  }

  /** Whether a step outside a transaction has begun and is not complete. Thread-safe. */
  boolean outsideTransaction() {
    return outsideTransaction;
  }

  /** How many of these steps the history says are done, counted from the first. */
  int countDone(int from, int to) throws SQLException {
    return complete(from, to, history.read()).size();
  }

  /** The durations of the steps that these rows show as complete, counted from the first. */
  private List<Duration> complete(int from, int to, List<HistoryRow> read) {
    Map<Object, HistoryRow> rows = new HashMap<>();
    for (HistoryRow row : read) {
      rows.put(row.version().<Object>map(version -> version).orElse(row.rank()), row);
    }
    List<Duration> complete = new ArrayList<>();
    for (int i = from; i < to; i++) {
      MigrationStep step = steps.get(i);
      Object key =
          step.file().version().<Object>map(version -> version).orElse(nextRank + complete.size());
      HistoryRow row = rows.get(key);
      // A down migration may revert a failed migration, whose row exists without success.
      if (step.direction() == Direction.UP ? row == null || !row.success() : row != null) {
        break;
      }
      complete.add(row == null ? Duration.ZERO : Duration.ofMillis(row.executionTime()));
    }
    return complete;
  }

  // ---- what the history and the session get

  /** What the history says once a step is complete; the duration is an SQL expression. */
  String historyUpdate(MigrationStep step, int rank, String milliseconds) {
    if (step.direction() == Direction.DOWN) {
      return history.delete(step.row().orElseThrow().rank());
    }
    return step.row().isPresent()
        ? history.complete(step.row().get().rank(), step, milliseconds)
        : history.insert(rank, step, milliseconds);
  }

  /** Whether a step gets a new row in the history. */
  static boolean insertsRow(MigrationStep step) {
    return step.direction() == Direction.UP && step.row().isEmpty();
  }

  /**
   * Sends the cursor's message, also when the run has to end.
   *
   * @param cancellable whether a signal breaks it off
   */
  void send(StatementCursor message, boolean cancellable) throws SQLException {
    if (message.kind() == StatementKind.COPY) {
      session.copy(message.sql(), message.rows(), cancellable);
    } else if (message.isLarge()) {
      session.executeLargeUnchecked(message.takeUtf8(), cancellable);
    } else {
      session.observe(message.sql());
      session.executeUnchecked(message.sql(), cancellable);
    }
  }

  /**
   * Opens the transaction of one or several steps. Where each transaction takes the lock, waits for
   * other migrators.
   *
   * @return false if another migrator has changed the history, so that a new plan is necessary; no
   *     transaction is open then
   */
  boolean begin() throws SQLException {
    String sql = session.driver().beginSql(history.server().reset(), session.transactionSettings());
    while (!beginWithLock(sql)) {
      lock.awaitRelease();
    }
    return !historyChanged;
  }

  private boolean beginWithLock(String sql) throws SQLException {
    try {
      session.execute(lock.guard() + sql, true);
      beginCommitCheck();
      return true;
    } catch (SQLException e) {
      if (!lock.perTransaction()) {
        throw e;
      }
      historyChanged = lock.isHistoryChanged(e);
      if (!historyChanged && !lock.isLost(e)) {
        throw e;
      }
      return historyChanged;
    }
  }

  /**
   * Creates the history table if it does not exist.
   *
   * @return false as in {@link #begin}
   */
  boolean createHistory() throws SQLException {
    if (!lock.perTransaction() || history.exists()) {
      history.create();
      return true;
    }
    if (!begin()) {
      return false;
    }
    try {
      history.createInTransaction();
      lock.rememberHistory();
      session.execute("COMMIT", true);
    } catch (SQLException e) {
      rollback();
      throw e;
    }
    return true;
  }

  /**
   * Commits the transaction.
   *
   * @param last the statements that end it; may be empty
   * @throws SQLException also if the check of the transaction fails; it is still open then
   */
  void commit(String last) throws SQLException {
    if (lock.perTransaction()) {
      session.execute(last.isEmpty() ? "SELECT 1" : last, true);
      lock.rememberHistory();
      session.execute("COMMIT", true);
      return;
    }
    if (commitCheck.isEmpty()) {
      session.execute(last.isEmpty() ? "COMMIT" : last + ";COMMIT", true);
      return;
    }
    if (!last.isEmpty()) {
      session.execute(last, true);
    }
    commitCheck.get().check();
    session.execute("COMMIT", true);
    commitCheck.get().committed();
  }

  /** Reads what the check of a commit needs to know before a step changes anything. */
  void beginCommitCheck() throws SQLException {
    if (commitCheck.isPresent()) {
      commitCheck.get().begin();
    }
  }

  /** Checks what a step without a transaction of its own has committed. */
  void checkCommit() throws SQLException {
    if (commitCheck.isPresent()) {
      commitCheck.get().check();
      commitCheck.get().committed();
    }
  }

  /** Ends a transaction that failed. */
  void rollback() throws SQLException {
    if (session.driver().mayRollBackByItself()) {
      try {
        session.executeUnchecked("ROLLBACK");
      } catch (SQLException e) {
        // The database has rolled back by itself.
        System.getLogger(MigrationRun.class.getName())
            .log(System.Logger.Level.DEBUG, "rollback", e);
      }
    } else {
      session.executeUnchecked("ROLLBACK");
    }
  }

  // ---- what an error means

  /** Whether an error only shows that other sessions were in the way: a pause can help. */
  boolean isBlocked(SQLException e) {
    return exitCode(e) == ExitCode.RETRY && !timedOut(e) && !session.driver().isDiskFull(e);
  }

  /** What an error means; that a statement's own time was over is no fault of the statement. */
  ExitCode exitCode(SQLException e) {
    if (timedOut(e)) {
      return ExitCode.RETRY;
    }
    // A statement that names a database which is not there says nothing of the DSN.
    ExitCode code = session.driver().exitCode(e);
    return code == ExitCode.USAGE ? ExitCode.MIGRATION : code;
  }

  /** Whether a statement was broken off for taking too long: trying again would take as long. */
  boolean timedOut(SQLException e) {
    return session.driver().isTimeout(e);
  }

  /** What to do about an error for which another run can help. */
  String retryHint(SQLException e) {
    return session.driver().isDiskFull(e) ? DISK_FULL_HINT : MORE_TIME_HINT;
  }

  /** Whether trying again makes no sense any more. */
  boolean retriesExhausted() {
    return retryDeadline.passed();
  }

  /** The pauses of a step that other sessions block. */
  static Backoff backoff() {
    return new Backoff(MIN_BACKOFF, MAX_BACKOFF);
  }

  /** Pauses so that other sessions can finish, or fails when the time for retries is used up. */
  void backOff(MigrationStep step, SQLException e, Backoff backoff) {
    Duration pause = backoff.next();
    String inTheWay = session.blocker().map(who -> ", blocked by " + who).orElse("");
    if (retryDeadline.passed()) {
      throw SlipwayException.of(
              ExitCode.RETRY,
              "migration "
                  + step.label()
                  + " did not get its locks in "
                  + retryDeadline.elapsed().toSeconds()
                  + " s: "
                  + session.errorMessage(e)
                  + inTheWay)
          .hint("end what holds the lock, or run it again at a quieter hour");
    }
    session
        .reporter()
        .log(
            "migration "
                + step.label()
                + " steps back: "
                + session.errorMessage(e)
                + inTheWay
                + "; trying again in "
                + pause.toMillis()
                + " ms");
    session.sleep(retryDeadline.remaining(pause));
  }

  /** Ends the run when it was not the step that failed, but what the run stands on. */
  void requireConnectionAndLock(SQLException e) {
    if (lock.isLost(e)) {
      throw lock.lostException();
    }
    if (connectionBroken()) {
      throw ConnectionLoss.of(this, e);
    }
  }

  /** Ends the run if a step failed because the server has become read-only, as in a failover. */
  void requireWritable(SQLException e) throws SQLException {
    if (session.driver().isReadOnly(e)) {
      session.requireWritable();
    }
  }

  /** Whether the connection is gone. */
  boolean connectionBroken() {
    try {
      return session.connection().isClosed() || !session.connection().isValid(5);
    } catch (SQLException e) {
      return true;
    }
  }

  /**
   * Describes the failure of a step.
   *
   * @param number of the statement, from 1; 0 if no statement caused it
   * @param consequence what has become of the step
   */
  SlipwayException failure(
      MigrationStep step,
      int number,
      SQLException e,
      ExitCode code,
      String consequence,
      String hint) {
    session.notices().end();
    StringBuilder message =
        new StringBuilder(
            "migration "
                + step.label()
                + " failed: "
                + session.errorMessage(e)
                + session.details(e)
                + "\n");
    String sql = "";
    int line = 0;
    message.append("at ").append(step.file().path());
    if (number > 0 && number <= step.statements().count()) {
      sql = step.statements().sql(number);
      MigrationScript.Place place =
          step.statements().place(number, text -> session.driver().position(e, text));
      line = place.position().line();
      message
          .append(':')
          .append(line)
          .append(':')
          .append(place.position().column())
          .append(", statement ")
          .append(number)
          .append(" of ")
          .append(step.statements().count())
          .append(": ")
          .append(session.excerpt(place.excerpt()));
    }
    message.append('\n').append(consequence);
    String remedy =
        session
            .privilegeHint(e, sql)
            .map(
                grant ->
                    hint.startsWith(CORRECT_CAUSE)
                        ? grant + hint.substring(CORRECT_CAUSE.length())
                        : grant + ", then run it again")
            .orElse(hint);
    SlipwayException failure = SlipwayException.of(code, message.toString()).hint(remedy).cause(e);
    return line > 0 ? failure.at(step.file().path(), line) : failure;
  }
}
