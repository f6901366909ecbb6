package dev.slipway.migration;

import dev.slipway.migration.MigrationStep.Direction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * SQLite: a few steps, each with its history row, in one transaction, as each commit waits for the
 * disk several times. When one of them fails, none of the message stays, and they run one by one.
 */
final class SqliteBatchExecutor extends BatchExecutor {
  private static final Pattern ATTACH = Pattern.compile("(?i)\\battach\\b");

  SqliteBatchExecutor(MigrationRun run) {
    // What is quick should not wait for what is slow, so it begins with one and grows.
    super(run, MESSAGE_CHARS_MAX, 1);
  }

  @Override
  boolean isBatchable(MigrationStep step) {
    // What a file attaches is detached after its transaction, before the next file.
    return step.transactional() && step.script().terminated() && !ATTACH.matcher(step.sql()).find();
  }

  @Override
  String message(int from, int to) {
    StringBuilder message = new StringBuilder();
    int rank = run.nextRank();
    String began = "'" + Instant.now().toString().replace("Z", "") + "'";
    for (int i = from; i < to; i++) {
      MigrationStep step = run.steps().get(i);
      message
          .append(step.sql())
          .append("\n;")
          .append(
              run.historyUpdate(
                  step,
                  rank,
                  "max(0, CAST((julianday('now') - julianday(" + began + ")) * 86400000 AS INT))"))
          .append(";\n");
      int used = step.row().map(HistoryRow::rank).orElse(rank);
      began = step.direction() == Direction.UP ? run.history().installedOn(used) : began;
      rank += MigrationRun.insertsRow(step) ? 1 : 0;
    }
    return message.toString();
  }

  @Override
  void execute(String message, List<Integer> times) throws SQLException {
    run.begin();
    run.session().execute(message, true);
    run.commit("");
    times.addAll(run.history().executionTimesFrom(run.nextRank()));
  }

  @Override
  void recover(int from, int to, SQLException e) {
    run.session().requireNotOver();
    executeSinglyUntil(to);
  }
}
