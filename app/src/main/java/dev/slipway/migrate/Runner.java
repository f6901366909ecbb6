package dev.slipway.migrate;

import dev.slipway.db.Cockroach;
import dev.slipway.db.Mysql;
import dev.slipway.db.Postgres;
import dev.slipway.db.Sqlite;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.HistoryRow.Standstill;
import dev.slipway.migrate.SqlScript.Kind;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step.Direction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.regex.Pattern;

/**
 * Runs steps under the lock, in order, until one fails or the run has to end. What exactly one
 * transaction is, is decided here:
 *
 * <ul>
 *   <li>a transactional step is one transaction with its history row; PostgreSQL gets many such
 *       transactions in one message, so that a network's latency does not count per migration;
 *   <li>any other step gets its row before its first statement, marked as incomplete, and the row
 *       follows the statements, so that a crash is always named. A statement that only writes rows
 *       shares a transaction with that mark, so it is never done twice. MySQL gets many such steps
 *       in one message too; the end of one and the begin of the next are one transaction.
 * </ul>
 */
final class Runner {
  private static final int CHUNK_FIRST = 8;
  private static final int CHUNK_MAX = 512;
  private static final int MESSAGE_CHARS_MAX = 500_000;
  private static final Duration CHUNK_SHORT = Duration.ofMillis(200);
  private static final Duration CHUNK_LONG = Duration.ofMillis(800);
  private static final Duration PAUSE_FIRST = Duration.ofMillis(500);
  private static final Duration PAUSE_MAX = Duration.ofSeconds(20);

  private static final Pattern CALL = Pattern.compile("(?i)\\bcall\\b");
  private static final Pattern USE = Pattern.compile("(?i)\\buse\\b");
  private static final String MYSQL_TIME = "@slipway_took";

  private static final String MORE_TIME_HINT =
      "run it again; where a statement needs more time, raise --statement-timeout";

  private final Session session;
  private final Lock lock;
  private final History history;
  private final List<Step> steps;
  private final Deadline patience;
  private int nextRank;
  private int chunk = CHUNK_FIRST;
  private int aloneUntil;
  private int done;

  Runner(Session session, Lock lock, int nextRank, List<Step> steps) {
    this.session = session;
    this.lock = lock;
    this.history = session.history();
    this.nextRank = nextRank;
    this.steps = steps;
    // A step that only waits for others' locks is tried again until the run is over; a run without
    // an end is given the time that it would have waited for another migrator.
    this.patience = session.settings().timeout().isZero()
        ? Deadline.in(session.settings().lockTimeout())
        : session.deadline();
  }

  /** Runs every step. A {@link Fault} says what failed and how far the run came. */
  void run(boolean atomic) {
    try {
      history.create();
      if (atomic) {
        runAtomically();
        return;
      }
      while (done < steps.size()) {
        session.refuseWhenOver();
        Step step = steps.get(done);
        boolean alone = done < aloneUntil;
        if (!alone && batchable(step)) {
          switch (session.dialect()) {
            case Postgres _ -> transactions();
            case Mysql _ -> markedSteps();
            case Sqlite _, Cockroach _ -> throw new IllegalStateException("not in batches");
          }
        } else if (step.transactional()) {
          transaction(step, alone);
        } else {
          statements(step);
        }
      }
    } catch (SQLException e) {
      throw withSummary(session.fault(e, "the run on " + session.dsn().target() + " failed"));
    } catch (Fault fault) {
      throw withSummary(fault);
    }
  }

  private Fault withSummary(Fault fault) {
    Fault whole = Fault.of(fault.code(), fault.getMessage() + "\n" + summary()).cause(
        fault.getCause());
    return fault.hint().map(whole::hint).orElse(whole);
  }

  private String summary() {
    String verb = steps.getFirst().direction() == Direction.UP ? "applied" : "rolled back";
    String notTried = steps.stream().skip(done + 1L).limit(3).map(Step::label)
        .collect(Collectors.joining(", "));
    int more = steps.size() - done - 4;
    return verb + " in this run: " + done + " of " + steps.size()
        + (notTried.isEmpty() ? "" : "; not tried: " + notTried)
        + (more > 0 ? " and " + more + " more" : "");
  }

  private boolean batchable(Step step) {
    return switch (session.dialect()) {
      case Postgres _ -> step.transactional() && step.script().terminated()
          && step.sql().length() < MESSAGE_CHARS_MAX / 2
          && step.script().statements().stream().noneMatch(one -> one.kind() == Kind.COPY);
      case Mysql _ -> !step.file().autocommit() && step.direction() == Direction.UP
          && step.row().isEmpty() && step.script().terminated()
          && step.sql().length() < Math.min(MESSAGE_CHARS_MAX, history.server().packetMax() / 8)
          && step.script().statements().stream().allMatch(
              one -> one.kind() == Kind.PLAIN || one.kind() == Kind.ROWS)
          // A procedure may answer more than once, and the answers tell which statement failed.
          && !CALL.matcher(step.sql()).find();
      case Sqlite _, Cockroach _ -> false;
    };
  }

  // ---- PostgreSQL: many transactions in one message

  private void transactions() throws SQLException {
    int from = done;
    int to = chunkEnd(from, MESSAGE_CHARS_MAX);
    StringBuilder message = new StringBuilder(lock.guard());
    int rank = nextRank;
    String began = "statement_timestamp()";
    for (int i = from; i < to; i++) {
      Step step = steps.get(i);
      message.append("BEGIN;\n").append(step.sql()).append("\n;").append(reset()).append(';');
      if (i < to - 1) {
        // The last commit of the message flushes all of them to the disk; nothing is reported before.
        message.append("SET LOCAL synchronous_commit = off;");
      }
      message.append(timed(step, rank, began)).append(";COMMIT;\n");
      int used = step.row().map(HistoryRow::rank).orElse(rank);
      began = step.direction() == Direction.UP ? history.installedOn(used) : began;
      rank += opensRow(step) ? 1 : 0;
    }
    long start = System.nanoTime();
    List<Integer> times = new ArrayList<>();
    try {
      session.run(message.toString(), true, times::add);
    } catch (SQLException e) {
      recover(from, to, e);
      return;
    }
    for (int i = from; i < to; i++) {
      finish(steps.get(i), Duration.ofMillis(i - from < times.size() ? times.get(i - from) : 0));
    }
    adapt(Duration.ofNanos(System.nanoTime() - start));
  }

  /** The first step after {@code from} that does not fit into one message with it any more. */
  private int chunkEnd(int from, int charsMax) {
    int chars = 0;
    int to = from;
    while (to < steps.size() && to - from < chunk && batchable(steps.get(to))
        && (to == from || chars + steps.get(to).sql().length() < charsMax)) {
      chars += steps.get(to).sql().length();
      to++;
    }
    return to;
  }

  /** The history's part of a step in a message of many; it answers how long the step took. */
  private String timed(Step step, int rank, String began) {
    String milliseconds = "(extract(epoch FROM clock_timestamp() - " + began + ") * 1000)::int";
    return closing(step, rank, milliseconds) + " RETURNING "
        + (step.direction() == Direction.UP ? "execution_time" : "0") + " AS " + Sql.TIME_COLUMN;
  }

  /** What the history says once a step is complete; the duration is an SQL expression. */
  private String closing(Step step, int rank, String milliseconds) {
    if (step.direction() == Direction.DOWN) {
      return history.delete(step.row().orElseThrow().rank());
    }
    return step.row().isPresent()
        ? history.settle(step.row().get().rank(), step, milliseconds)
        : history.insert(rank, step, milliseconds);
  }

  private static boolean opensRow(Step step) {
    return step.direction() == Direction.UP && step.row().isEmpty();
  }

  /**
   * After a message that failed: sees how far it came, and lets the rest of it run one by one, so
   * that the one that failed is found out by its own error.
   */
  private void recover(int from, int to, SQLException e) throws SQLException {
    refuseLost(e);
    rollback();
    // Those that were committed before the error are on the disk once this is.
    session.send("SELECT txid_current()");
    int applied = countDone(from, to);
    for (int i = from; i < from + applied; i++) {
      finish(steps.get(i), Duration.ZERO);
    }
    session.refuseWhenOver();
    aloneUntil = to;
    chunk = CHUNK_FIRST;
  }

  private int countDone(int from, int to) throws SQLException {
    Map<Object, Boolean> present = new HashMap<>();
    for (HistoryRow row : history.read()) {
      present.put(row.version().<Object>map(version -> version).orElse(row.rank()),
          row.success());
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

  private void refuseLost(SQLException e) {
    if (lock.lost(e)) {
      throw lock.lostFault();
    }
    if (broken()) {
      throw Fault.of(ExitCode.RETRY, "the connection to " + session.dsn().target() + " broke: "
              + session.words(e))
          .hint("run it again: what was committed is in the history, the rest was rolled back")
          .cause(e);
    }
  }

  private boolean broken() {
    try {
      return session.connection().isClosed() || !session.connection().isValid(5);
    } catch (SQLException e) {
      return true;
    }
  }

  private void rollback() throws SQLException {
    if (session.dialect() instanceof Sqlite) {
      try {
        session.send("ROLLBACK");
      } catch (SQLException e) {
        // SQLite has rolled back by itself for the graver errors, and then there is nothing to do.
        System.getLogger(Runner.class.getName()).log(System.Logger.Level.DEBUG, "rollback", e);
      }
    } else {
      session.send("ROLLBACK");
    }
  }

  private void adapt(Duration took) {
    if (took.compareTo(CHUNK_SHORT) < 0) {
      chunk = Math.min(CHUNK_MAX, chunk * 2);
    } else if (took.compareTo(CHUNK_LONG) > 0) {
      chunk = Math.max(1, chunk / 2);
    }
  }

  private void finish(Step step, Duration time) {
    nextRank += opensRow(step) ? 1 : 0;
    done++;
    session.reporter().done(step, time);
  }

  // ---- one transaction, one step

  /** One step in a transaction of its own, statement by statement where an error has to be found. */
  private void transaction(Step step, boolean diagnose) throws SQLException {
    boolean whole = session.dialect() instanceof Sqlite && !diagnose;
    Duration pause = PAUSE_FIRST;
    while (true) {
      long start = System.nanoTime();
      int[] at = {0};
      try {
        if (whole) {
          session.run(beginning() + step.sql() + "\n;" + ending(step, start), true);
        } else {
          session.run(lock.guard() + beginning(), true);
          body(step, at);
          session.run(reset() + ";" + ending(step, start), true);
        }
        finish(step, Duration.ofNanos(System.nanoTime() - start));
        return;
      } catch (SQLException e) {
        refuseLost(e);
        rollback();
        session.refuseWhenOver();
        if (waits(e)) {
          pause = waitFor(step, e, pause);
        } else if (whole) {
          whole = false;
        } else {
          ExitCode code = exitCode(e);
          throw failure(step, at[0], e, code, "it was rolled back", code == ExitCode.RETRY
              ? MORE_TIME_HINT
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

  private String ending(Step step, long start) {
    String milliseconds = String.valueOf((System.nanoTime() - start) / 1_000_000);
    return closing(step, nextRank, milliseconds) + ";COMMIT;";
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

  /** Whether an error only says that somebody else was in the way. */
  private boolean waits(SQLException e) {
    return exitCode(e) == ExitCode.RETRY && !timedOut(e);
  }

  /** What an error means; that a statement's own time was over is no fault of the statement. */
  private ExitCode exitCode(SQLException e) {
    if (timedOut(e)) {
      return ExitCode.RETRY;
    }
    // A statement that names a database which is not there says nothing of the DSN.
    ExitCode code = session.dialect().exitCode(e);
    return code == ExitCode.USAGE ? ExitCode.MIGRATION : code;
  }

  /** Whether a statement was broken off for taking too long: trying again would take as long. */
  private static boolean timedOut(SQLException e) {
    return "57014".equals(e.getSQLState()) || e.getErrorCode() == 3024
        || e.getErrorCode() == 1317;
  }

  private Duration waitFor(Step step, SQLException e, Duration pause) {
    String inTheWay = session.blocker().map(who -> ", blocked by " + who).orElse("");
    if (patience.passed()) {
      throw Fault.of(ExitCode.RETRY, "migration " + step.label() + " did not get its locks in "
              + patience.elapsed().toSeconds() + " s: " + session.words(e) + inTheWay)
          .hint("end what holds the lock, or run it again at a quieter hour");
    }
    session.reporter().story("migration " + step.label() + " steps back: " + session.words(e)
        + inTheWay + "; trying again in " + pause.toMillis() + " ms");
    session.rest(patience.remaining(pause));
    Duration longer = pause.multipliedBy(2);
    return longer.compareTo(PAUSE_MAX) < 0 ? longer : PAUSE_MAX;
  }

  // ---- all steps in one transaction

  private void runAtomically() throws SQLException {
    long start = System.nanoTime();
    int[] at = {0};
    int index = 0;
    int rank = nextRank;
    try {
      session.run(lock.guard() + beginning(), true);
      for (; index < steps.size(); index++) {
        at[0] = 0;
        Step step = steps.get(index);
        body(step, at);
        session.run(reset() + ";" + closing(step, rank, "0"), true);
        rank += opensRow(step) ? 1 : 0;
      }
      session.run("COMMIT", true);
    } catch (SQLException e) {
      refuseLost(e);
      rollback();
      session.refuseWhenOver();
      Step failed = steps.get(Math.min(index, steps.size() - 1));
      throw failure(failed, at[0], e, exitCode(e),
          "the whole upgrade was rolled back", "correct the file and run it again");
    }
    Duration each = Duration.ofNanos((System.nanoTime() - start) / steps.size());
    for (Step step : steps) {
      finish(step, each);
    }
  }

  // ---- MySQL: many marked steps in one message

  private void markedSteps() throws SQLException {
    int from = done;
    int to = chunkEnd(from, Math.min(MESSAGE_CHARS_MAX, history.server().packetMax() / 4));
    int first = nextRank;
    StringBuilder message = new StringBuilder(lock.guard());
    add(message, "SET @slipway_began = SYSDATE(6)", history.mark(first, steps.get(from)));
    for (int i = from; i < to; i++) {
      int rank = first + (i - from);
      boolean open = marked(message, steps.get(i), rank);
      // The end of one step and the begin of the next are one statement: one flush.
      add(message, i + 1 < to
          ? history.settleAndMark(rank, steps.get(i), MYSQL_TIME, steps.get(i + 1))
          : history.settle(rank, steps.get(i), MYSQL_TIME));
      if (open) {
        add(message, "COMMIT");
      }
    }
    add(message, "SELECT execution_time AS " + Sql.TIME_COLUMN + " FROM " + history.table()
        + " WHERE installed_rank BETWEEN " + first + " AND " + (first + to - from - 1)
        + " ORDER BY installed_rank");
    long start = System.nanoTime();
    List<Integer> times = new ArrayList<>();
    try {
      session.run(message.toString(), false, times::add);
    } catch (SQLException e) {
      recoverMarked(from, to, e);
      return;
    }
    for (int i = from; i < to; i++) {
      finish(steps.get(i), Duration.ofMillis(i - from < times.size() ? times.get(i - from) : 0));
    }
    adapt(Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * A step's statements. Before each, its number is in the history, committed. Statements that only
   * write rows are one transaction, up to and with the number of what follows them.
   *
   * @return whether that is the end of the step, which then belongs to the open transaction
   */
  private boolean marked(StringBuilder message, Step step, int rank) {
    boolean open = false;
    int number = 0;
    for (Statement statement : step.script().statements()) {
      number++;
      boolean rows = statement.kind() == Kind.ROWS;
      if (number > 1 && !(open && rows)) {
        add(message, history.progress(rank, new Standstill(number, false, false)));
      }
      if (open && !rows) {
        add(message, "COMMIT");
      } else if (rows && !open) {
        add(message, "START TRANSACTION");
      }
      open = rows;
      add(message, step.script().sql(statement));
    }
    if (USE.matcher(step.sql()).find()) {
      add(message, "USE `" + history.server().schema().replace("`", "``") + "`");
    }
    // What the file has set for its session ends here, in the statement that looks at the clock.
    add(message, history.server().reset() + ", @slipway_took = TIMESTAMPDIFF(MICROSECOND, "
        + "@slipway_began, SYSDATE(6)) DIV 1000, @slipway_began = SYSDATE(6)");
    return open;
  }

  private static void add(StringBuilder message, String... statements) {
    for (String sql : statements) {
      message.append(sql).append("\n;\n");
    }
  }

  /**
   * After a message that failed: the history says how far it came. The step that was under way goes
   * on alone, so that the statement that failed is found out by its own error.
   */
  private void recoverMarked(int from, int to, SQLException e) throws SQLException {
    refuseLost(e);
    rollback();
    int complete = countDone(from, to);
    int rank = nextRank + complete;
    for (int i = from; i < from + complete; i++) {
      finish(steps.get(i), Duration.ZERO);
    }
    HistoryRow row = history.read().stream().filter(one -> one.rank() == rank).findFirst()
        .orElseThrow(() -> session.fault(e, "cannot write the history"));
    chunk = CHUNK_FIRST;
    statements(steps.get(done), rank, row.standstill().statement(), PAUSE_FIRST);
  }

  // ---- statement by statement, outside a transaction

  private void statements(Step step) throws SQLException {
    int rank = step.row().map(HistoryRow::rank).orElse(nextRank);
    session.send(lock.guard());
    if (step.concurrentIndex() && step.row().isPresent()) {
      dropInvalidIndex(step);
    }
    if (step.direction() == Direction.DOWN && step.row().get().success()) {
      note(history.markUndone(rank, step.file().script()));
    } else if (step.row().isEmpty()) {
      note(history.mark(rank, step));
    }
    statements(step, rank, step.firstStatement(), PAUSE_FIRST);
  }

  /** Runs the rest of a step whose row is there already. */
  private void statements(Step step, int rank, int first, Duration firstPause)
      throws SQLException {
    long start = System.nanoTime();
    List<Statement> all = step.script().statements();
    Duration pause = firstPause;
    int groupStart = 0;
    boolean noted = false;
    for (int number = first; number <= all.size(); number++) {
      Statement statement = all.get(number - 1);
      boolean inside = groupStart > 0;
      try {
        if (!inside && !noted) {
          session.send(lock.guard()
              + history.progress(rank, new Standstill(number, false, false)));
        }
        noted = false;
        groupStart = group(statement.kind(), groupStart, number);
        if (statement.kind() == Kind.ROWS && !inside) {
          rows(step, statement, rank, number);
          noted = true;
        } else if (statement.kind() == Kind.COPY) {
          session.copy(step.script().sql(statement), step.script().data(statement));
        } else {
          session.send(patiently(statement, step.script().sql(statement)),
              statement.kind() == Kind.CONCURRENT_INDEX);
        }
        pause = PAUSE_FIRST;
      } catch (SQLException e) {
        if (step.probable() && number == step.firstStatement() && takenEffect(e)) {
          session.reporter().story("statement " + number + " of " + step.file().script()
              + " had taken effect before the crash: " + session.words(e));
          continue;
        }
        pause = refuseOrWait(step, rank, number, inside ? groupStart : number, e, pause);
        number = (inside ? groupStart : number) - 1;
        groupStart = 0;
      }
    }
    session.send(reset());
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    note(step.direction() == Direction.DOWN
        ? history.delete(rank)
        : history.settle(rank, step, String.valueOf(milliseconds)));
    finish(step, Duration.ofMillis(milliseconds));
  }

  /** What undoes everything that a step may have set for its session. */
  private String reset() {
    String reset = history.server().reset();
    return session.dialect() instanceof Mysql
        ? "UNLOCK TABLES;USE `" + history.server().schema().replace("`", "``") + "`;" + reset
        : reset + session.dsn().sessionSql().map(sql -> ";" + sql).orElse("");
  }

  /**
   * CREATE INDEX CONCURRENTLY queues nobody behind itself while it waits, so it may wait longer than
   * {@code --ddl-lock-timeout}: until the statement's own time, or the run's, is over.
   */
  private String patiently(Statement statement, String sql) throws SQLException {
    if (statement.kind() == Kind.CONCURRENT_INDEX) {
      session.send("SET lock_timeout = 0");
    }
    return sql;
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
  private Duration refuseOrWait(Step step, int rank, int number, int resume, SQLException e,
      Duration pause) throws SQLException {
    if (lock.lost(e)) {
      throw lock.lostFault();
    }
    if (broken()) {
      throw failure(step, number, e, ExitCode.MIGRATION,
          "the connection broke, so the statement may or may not have taken effect",
          REPAIR_HINT).cause(e);
    }
    rollback();
    boolean again = exitCode(e) == ExitCode.RETRY || session.over();
    if (!again) {
      note(history.progress(rank, new Standstill(resume, true, false)));
      throw failure(step, number, e, ExitCode.MIGRATION,
          resume > 1 ? "what came before it in the file stays" : "nothing of the file is left",
          step.concurrentIndex()
              ? "correct the cause; the next `up` drops the invalid index and tries again"
              : REPAIR_HINT);
    }
    if (!session.over() && !timedOut(e) && !patience.passed()) {
      Duration next = waitFor(step, e, pause);
      if (!session.over()) {
        return next;
      }
    }
    release(step, rank, resume);
    if (session.over()) {
      throw session.ended();
    }
    String who = session.blocker().map(name -> "; it was blocked by " + name).orElse("");
    throw failure(step, number, e, ExitCode.RETRY, (step.concurrentIndex()
            ? "an invalid index may be left, which the next run drops"
            : "the statement left nothing") + who,
        "run it again: it goes on at this statement");
  }

  /** Leaves a step so that the next run goes on with it by itself. */
  private void release(Step step, int rank, int resume) throws SQLException {
    if (step.concurrentIndex()) {
      note(history.progress(rank, new Standstill(resume, true, false)));
    } else if (resume == 1 && opensRow(step)) {
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
        if (!waits(e) || pause.compareTo(PAUSE_MAX) > 0 || broken()) {
          throw e;
        }
        rollback();
        session.rest(pause);
      }
    }
  }

  private static final String REPAIR_HINT =
      "correct the cause, then `slipway migrate sql repair`; `up` then goes on at this statement";

  private void dropInvalidIndex(Step step) throws SQLException {
    String sql = step.sql();
    String name = ConcurrentIndex.name(sql).orElseThrow(() -> Fault.of(ExitCode.MIGRATION,
        step.file().path() + ": the index has no name, so what a broken run left of it cannot be "
            + "found").hint("give the index a name in the file"));
    if (session.invalidIndex(name)) {
      session.send("SET lock_timeout = 0");
      try {
        session.send("DROP INDEX CONCURRENTLY IF EXISTS " + name, true);
      } catch (SQLException e) {
        refuseLost(e);
        session.refuseWhenOver();
        throw failure(step, 1, e, exitCode(e),
            "the invalid index " + name + " of a broken run could not be dropped"
                + session.blocker().map(who -> "; it was blocked by " + who).orElse(""),
            MORE_TIME_HINT);
      }
      session.reporter().story("dropped the invalid index " + name + ", which a broken run left");
    }
  }

  /** Whether an error says that what a statement should do has been done already. */
  private boolean takenEffect(SQLException e) {
    return switch (session.dialect()) {
      case Postgres _, Cockroach _ -> e.getSQLState() != null && switch (e.getSQLState()) {
        case "42P07", "42701", "42710", "42P06", "42723", "42P01", "42703", "42704", "3F000" ->
            true;
        default -> false;
      };
      case Mysql _ -> switch (e.getErrorCode()) {
        case 1007, 1008, 1022, 1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1304, 1305, 1359,
            1360, 1826 -> true;
        default -> false;
      };
      case Sqlite _ -> String.valueOf(e.getMessage())
          .matches("(?s).*(already exists|duplicate column name|no such (table|column|index)).*");
    };
  }

  // ---- failure in words

  private Fault failure(Step step, int number, SQLException e, ExitCode code, String consequence,
      String hint) {
    SqlScript script = step.script();
    StringBuilder message = new StringBuilder("migration " + step.label() + " failed: "
        + session.words(e) + "\n");
    message.append("at ").append(step.file().path());
    if (number > 0 && number <= script.statements().size()) {
      Statement statement = script.statements().get(number - 1);
      SqlScript.Place place = script.place(offset(script, statement, e));
      message.append(':').append(place.line()).append(':').append(place.column())
          .append(", statement ").append(number).append(" of ")
          .append(script.statements().size()).append(": ").append(script.excerpt(statement));
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
        : script.text().offsetByCodePoints(start, Math.min(position.getAsInt(),
            script.text().codePointCount(start, statement.end())));
  }
}
