package dev.slipway.driver.sqlite;

import dev.slipway.driver.MigrationBatchSql;
import java.time.Instant;
import java.util.List;

/**
 * A few migrations, each with its history row, in one transaction, because each commit waits for
 * the disk several times.
 */
final class SqliteBatchSql implements MigrationBatchSql {
  @Override
  public boolean accepts(Step step) {
    // What a file leaves in the connection is removed after its transaction, before the next file.
    return step.transactional()
        && step.script().terminated()
        && !SqliteSessionCleaner.mayLeave(step.sql());
  }

  /** A fast migration should not wait for a slow one, so the number starts with one and grows. */
  @Override
  public int firstSteps() {
    return 1;
  }

  @Override
  public boolean isOneTransaction() {
    return true;
  }

  @Override
  public String message(List<? extends Step> steps) {
    StringBuilder message = new StringBuilder();
    String start = "'" + Instant.now().toString().replace("Z", "") + "'";
    for (Step step : steps) {
      message
          .append(step.sql())
          .append("\n;")
          .append(
              step.record(
                  "max(0, CAST((julianday('now') - julianday(" + start + ")) * 86400000 AS INT))"))
          .append(";\n");
      start = step.isUp() ? step.recordedAt() : start;
    }
    return message.toString();
  }
}
