package dev.slipway.migration;

import dev.slipway.migration.HistoryRow.FailurePoint;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * MySQL: many steps in one message, each with its mark in the history before its first statement.
 */
final class MysqlBatchExecutor extends BatchExecutor {
  private static final Pattern CALL = Pattern.compile("(?i)\\bcall\\b");
  private static final Pattern USE = Pattern.compile("(?i)\\buse\\b");
  private static final String TIME = "@slipway_took";

  private final NonTransactionalExecutor alone;

  MysqlBatchExecutor(MigrationRun run, NonTransactionalExecutor alone) {
    super(run, Math.min(MESSAGE_CHARS_MAX, run.history().server().packetMax() / 4), STEPS_FIRST);
    this.alone = alone;
  }

  @Override
  boolean isBatchable(MigrationStep step) {
    return !step.file().autocommit()
        && MigrationRun.insertsRow(step)
        && step.script().terminated()
        && step.sql().length() < Math.min(MESSAGE_CHARS_MAX, run.history().server().packetMax() / 8)
        && step.script().statements().stream()
            .allMatch(one -> one.kind() == StatementKind.PLAIN || one.kind() == StatementKind.ROWS)
        // A procedure may leave a transaction open, or answer with rows of any kind.
        && !CALL.matcher(step.sql()).find();
  }

  @Override
  String message(int from, int to) {
    int first = run.nextRank();
    StringBuilder message = new StringBuilder(run.lock().guard());
    add(
        message,
        "SET @slipway_began = SYSDATE(6)",
        run.history().insertStarted(first, run.steps().get(from)));
    for (int i = from; i < to; i++) {
      int rank = first + (i - from);
      boolean open = marked(message, run.steps().get(i), rank);
      // The end of one step and the begin of the next are one statement: one flush.
      add(
          message,
          i + 1 < to
              ? run.history()
                  .completeAndStart(rank, run.steps().get(i), TIME, run.steps().get(i + 1))
              : run.history().complete(rank, run.steps().get(i), TIME));
      if (open) {
        add(message, "COMMIT");
      }
    }
    add(
        message,
        "SELECT execution_time AS "
            + MigrationSession.TIME_COLUMN
            + " FROM "
            + run.history().table()
            + " WHERE installed_rank BETWEEN "
            + first
            + " AND "
            + (first + to - from - 1)
            + " ORDER BY installed_rank");
    return message.toString();
  }

  /**
   * A step's statements. Before each, its number is in the history, committed. Statements that only
   * write rows are one transaction, up to and with the number of what follows them.
   *
   * @return whether that is the end of the step, which then belongs to the open transaction
   */
  private boolean marked(StringBuilder message, MigrationStep step, int rank) {
    boolean open = false;
    int number = 0;
    for (Statement statement : step.script().statements()) {
      number++;
      boolean rows = statement.kind() == StatementKind.ROWS;
      if (number > 1 && !(open && rows)) {
        add(message, run.history().progress(rank, new FailurePoint(number, false, false)));
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
      add(message, "USE " + run.session().driver().quote(run.history().server().schema()));
    }
    // What the file has set for its session ends here, in the statement that looks at the clock.
    add(
        message,
        run.history().server().reset()
            + ", @slipway_took = TIMESTAMPDIFF(MICROSECOND, "
            + "@slipway_began, SYSDATE(6)) DIV 1000, @slipway_began = SYSDATE(6)");
    return open;
  }

  private static void add(StringBuilder message, String... statements) {
    for (String sql : statements) {
      message.append(sql).append("\n;\n");
    }
  }

  /** A signal waits for the message: nothing in it can be rolled back. */
  @Override
  void execute(String message, List<Integer> times) throws SQLException {
    run.session().execute(message, false, times::add);
  }

  /**
   * The history says how far the message came. The step that was under way goes on alone, so that
   * the statement that failed is found out by its own error.
   */
  @Override
  void recover(int from, int to, SQLException e) throws SQLException {
    finishDone(from, to);
    int rank = run.nextRank();
    HistoryRow row =
        run.history().read().stream()
            .filter(one -> one.rank() == rank)
            .findFirst()
            .orElseThrow(() -> run.session().failure(e, "cannot write the history"));
    alone.resume(run.steps().get(run.done()), rank, row.failurePoint().statement());
  }
}
