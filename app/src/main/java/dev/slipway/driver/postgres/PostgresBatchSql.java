package dev.slipway.driver.postgres;

import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.sql.SqlScript.StatementKind;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Several transactions in one message, each of one migration and its history row. A transaction
 * that fails leaves no changes, and the ones before it stay.
 */
final class PostgresBatchSql implements MigrationBatchSql {
  private static final Pattern DEFINES =
      Pattern.compile("(?i)(create|drop|alter)\\s+(table|(unique\\s+)?index)\\s");
  private static final Pattern MAY_SET =
      Pattern.compile("(?i)\\b(select|set|execute|with)\\b|pg_temp");

  private final Context context;

  PostgresBatchSql(Context context) {
    this.context = context;
  }

  @Override
  public boolean accepts(Step step) {
    return step.transactional()
        && step.script().terminated()
        && step.sql().length() < MESSAGE_CHARS_MAX / 2
        && step.script().statements().stream().noneMatch(one -> one.kind() == StatementKind.COPY);
  }

  @Override
  public String message(List<? extends Step> steps) {
    StringBuilder message = new StringBuilder();
    String start = "statement_timestamp()";
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      message
          .append("BEGIN;")
          .append(context.transactionSettings())
          .append('\n')
          .append(step.sql())
          .append("\n;");
      if (!onlyDefines(step)) {
        message.append(context.reset()).append(';');
      }
      if (i + 1 < steps.size()) {
        // The last commit of the message flushes them all, and nothing is reported before it.
        message.append("SET LOCAL synchronous_commit = off;");
      }
      message
          .append(
              step.record(
                  "greatest(0, (extract(epoch FROM clock_timestamp() - "
                      + start
                      + ") * 1000)::int)"))
          .append(" RETURNING ")
          .append(step.isUp() ? "execution_time" : "0")
          .append(" AS " + TIME_COLUMN + ";COMMIT;\n");
      start = step.isUp() ? step.recordedAt() : start;
    }
    return message.toString();
  }

  /** Whether a migration only creates, changes, or drops tables and indexes, which sets nothing. */
  private static boolean onlyDefines(Step step) {
    return step.script().statements().stream()
        .map(step.script()::sql)
        .allMatch(sql -> DEFINES.matcher(sql).lookingAt() && !MAY_SET.matcher(sql).find());
  }

  @Override
  public String flushSql() {
    return "SELECT txid_current()";
  }
}
