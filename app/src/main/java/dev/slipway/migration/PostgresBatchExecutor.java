package dev.slipway.migration;

import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.sql.SqlScript.StatementKind;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * PostgreSQL: many transactions in one message, each of a step and its history row. Of one that
 * fails nothing is left, the ones before it stay.
 */
final class PostgresBatchExecutor extends BatchExecutor {
  private static final Pattern DEFINES =
      Pattern.compile("(?i)(create|drop|alter)\\s+(table|(unique\\s+)?index)\\s");
  private static final Pattern MAY_SET = Pattern.compile("(?i)\\b(select|set|execute|with)\\b");

  PostgresBatchExecutor(MigrationRun run) {
    super(run, MESSAGE_CHARS_MAX, STEPS_FIRST);
  }

  @Override
  boolean isBatchable(MigrationStep step) {
    return step.transactional()
        && step.script().terminated()
        && step.sql().length() < MESSAGE_CHARS_MAX / 2
        && step.script().statements().stream().noneMatch(one -> one.kind() == StatementKind.COPY);
  }

  @Override
  String message(int from, int to) {
    StringBuilder message = new StringBuilder(run.lock().guard());
    int rank = run.nextRank();
    String began = "statement_timestamp()";
    for (int i = from; i < to; i++) {
      MigrationStep step = run.steps().get(i);
      message
          .append("BEGIN;")
          .append(run.transactionSettings())
          .append('\n')
          .append(step.sql())
          .append("\n;");
      if (!onlyDefines(step)) {
        message.append(run.reset()).append(';');
      }
      if (i < to - 1) {
        // The last commit of the message flushes them all; nothing is reported before.
        message.append("SET LOCAL synchronous_commit = off;");
      }
      message.append(timed(step, rank, began)).append(";COMMIT;\n");
      int used = step.row().map(HistoryRow::rank).orElse(rank);
      began = step.direction() == Direction.UP ? run.history().installedOn(used) : began;
      rank += MigrationRun.insertsRow(step) ? 1 : 0;
    }
    return message.toString();
  }

  /** Whether a step only makes, changes or drops tables and indexes, which sets nothing. */
  private static boolean onlyDefines(MigrationStep step) {
    return step.script().statements().stream()
        .map(step.script()::sql)
        .allMatch(sql -> DEFINES.matcher(sql).lookingAt() && !MAY_SET.matcher(sql).find());
  }

  /** The history's part of a step in a message of many; it answers how long the step took. */
  private String timed(MigrationStep step, int rank, String began) {
    String milliseconds =
        "greatest(0, (extract(epoch FROM clock_timestamp() - " + began + ") * 1000)::int)";
    return run.historyUpdate(step, rank, milliseconds)
        + " RETURNING "
        + (step.direction() == Direction.UP ? "execution_time" : "0")
        + " AS "
        + MigrationSession.TIME_COLUMN;
  }

  @Override
  void execute(String message, List<Integer> times) throws SQLException {
    run.session().execute(message, true, times::add);
  }

  /** Lets the rest run one by one, so that the step that failed is found out by its own error. */
  @Override
  void recover(int from, int to, SQLException e) throws SQLException {
    // Those that were committed before the error are on the disk once this is.
    run.session().executeUnchecked("SELECT txid_current()");
    finishDone(from, to);
    run.session().requireNotOver();
    executeSinglyUntil(to);
  }
}
