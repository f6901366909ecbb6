package dev.slipway.driver.mysql;

import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Several migrations in one message. Before each statement, its number is in the history, because
 * DDL commits by itself.
 */
final class MysqlBatchSql implements MigrationBatchSql {
  private static final Pattern USE = Pattern.compile("(?i)\\buse\\b");
  private static final Pattern SHOWS = Pattern.compile("(?i)\\bshow\\s+(warnings|errors|count)\\b");
  private static final String TIME = "@slipway_took";

  private final Context context;

  MysqlBatchSql(Context context) {
    this.context = context;
  }

  @Override
  public boolean accepts(Step step) {
    return !step.autocommit()
        && step.insertsRow()
        && step.script().terminated()
        && step.sql().length() < Math.min(MESSAGE_CHARS_MAX, context.server().packetMax() / 8)
        && step.script().statements().stream()
            .allMatch(one -> one.kind() == StatementKind.PLAIN || one.kind() == StatementKind.ROWS)
        // The server would report the warnings of the statement before it.
        && !SHOWS.matcher(step.sql()).find()
        // A procedure may also leave a transaction open, or return rows of any kind.
        && step.script().statements().stream()
            .map(step.script()::sql)
            .noneMatch(MysqlSessionCleaner::mayLeave);
  }

  @Override
  public int charsMax() {
    return Math.min(MESSAGE_CHARS_MAX, context.server().packetMax() / 4);
  }

  /** DDL cannot be rolled back. */
  @Override
  public boolean isCancellable() {
    return false;
  }

  @Override
  public String message(List<? extends Step> steps) {
    StringBuilder message = new StringBuilder();
    Step first = steps.getFirst();
    add(message, "SET @slipway_began = SYSDATE(6)", first.insertRows(first.startedValues()));
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      boolean open = addStatements(message, step);
      // The end of a migration and the start of the next one are one statement: one flush.
      add(
          message,
          i + 1 < steps.size() ? completeAndStart(step, steps.get(i + 1)) : step.complete(TIME));
      if (open) {
        add(message, "COMMIT");
      }
    }
    add(
        message,
        "SELECT execution_time AS "
            + TIME_COLUMN
            + " FROM "
            + context.table()
            + " WHERE installed_rank BETWEEN "
            + first.rank()
            + " AND "
            + steps.getLast().rank()
            + " ORDER BY installed_rank");
    return message.toString();
  }

  private static String completeAndStart(Step step, Step next) {
    return step.insertRows(step.completedValues(TIME), next.startedValues())
        + " ON DUPLICATE KEY UPDATE execution_time = VALUES(execution_time), "
        + "success = VALUES(success), installed_on = VALUES(installed_on)";
  }

  /**
   * Adds the statements of a migration. Statements that only write rows are one transaction, up to
   * and with the number of what follows them.
   *
   * @return whether that is the end of the migration, which then belongs to the open transaction
   */
  private boolean addStatements(StringBuilder message, Step step) {
    boolean open = false;
    int number = 0;
    for (Statement statement : step.script().statements()) {
      number++;
      boolean rows = statement.kind() == StatementKind.ROWS;
      if (number > 1 && !(open && rows)) {
        add(message, step.recordProgress(number));
      }
      if (open && !rows) {
        add(message, "COMMIT");
      } else if (rows && !open) {
        add(message, "START TRANSACTION");
      }
      open = rows;
      add(message, step.script().sql(statement), MysqlWarnings.FIRST, MysqlWarnings.COUNT);
    }
    if (USE.matcher(step.sql()).find()) {
      add(message, "USE " + MysqlQuoting.name(context.server().schema()));
    }
    // One statement restores the session's settings and reads the clock.
    add(
        message,
        context.server().reset()
            + ", @slipway_took = TIMESTAMPDIFF(MICROSECOND, "
            + "@slipway_began, SYSDATE(6)) DIV 1000, @slipway_began = SYSDATE(6)");
    return open;
  }

  private static void add(StringBuilder message, String... statements) {
    for (String sql : statements) {
      message.append(sql).append("\n;\n");
    }
  }
}
