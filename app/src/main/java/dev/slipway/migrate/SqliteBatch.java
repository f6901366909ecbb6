package dev.slipway.migrate;

import dev.slipway.migrate.Step.Direction;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/**
 * SQLite: a few steps, each with its history row, in one transaction, as each commit waits for the
 * disk several times. When one of them fails, none of the message stays, and they run one by one.
 */
final class SqliteBatch extends Batch {
  SqliteBatch(Run run) {
    // What is quick should not wait for what is slow, so it begins with one and grows.
    super(run, MESSAGE_CHARS_MAX, 1);
  }

  @Override
  boolean fits(Step step) {
    return step.transactional() && step.script().terminated();
  }

  @Override
  String message(int from, int to) {
    // A file may have set foreign_keys, which no transaction can change.
    StringBuilder message = new StringBuilder(run.reset()).append(";BEGIN IMMEDIATE;\n");
    int rank = run.nextRank();
    String began = "'" + Instant.now().toString().replace("Z", "") + "'";
    for (int i = from; i < to; i++) {
      Step step = run.steps().get(i);
      message
          .append(step.sql())
          .append("\n;")
          .append(
              run.closing(
                  step,
                  rank,
                  "max(0, CAST((julianday('now') - julianday(" + began + ")) * 86400000 AS INT))"))
          .append(";\n");
      int used = step.row().map(HistoryRow::rank).orElse(rank);
      began = step.direction() == Direction.UP ? run.history().installedOn(used) : began;
      rank += Run.opensRow(step) ? 1 : 0;
    }
    return message.append("COMMIT").toString();
  }

  @Override
  void send(String message, List<Integer> times) throws SQLException {
    run.session().run(message, true);
    times.addAll(run.history().executionTimesFrom(run.nextRank()));
  }

  @Override
  void recover(int from, int to, SQLException e) {
    run.session().refuseWhenOver();
    aloneUntil(to);
  }
}
