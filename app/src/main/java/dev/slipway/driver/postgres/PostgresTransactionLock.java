package dev.slipway.driver.postgres;

import dev.slipway.driver.LockTarget;
import dev.slipway.driver.SqlQuoting;
import java.sql.SQLException;

/**
 * The same advisory lock, held by one transaction at a time. Behind a pooler in transaction mode, a
 * lock of a session would stay in the pool, and nobody could release it. Other migrators may run
 * between two transactions, so the guard also compares the history.
 */
final class PostgresTransactionLock extends PostgresAdvisoryLock {
  private static final String CHANGED = "slipway-history-changed";

  private final LockTarget target;
  private String unchanged = "true";

  PostgresTransactionLock(LockTarget target, String name) {
    super(target, name);
    this.target = target;
  }

  @Override
  public boolean perTransaction() {
    return true;
  }

  /** Whether the lock is free: it is released at once. */
  @Override
  public boolean tryAcquire() throws SQLException {
    return target.queryBoolean("SELECT pg_try_advisory_xact_lock(" + key() + ")");
  }

  @Override
  public String guard() {
    return """
        SELECT CASE WHEN pg_catalog.pg_try_advisory_xact_lock(%d)
          THEN 1 ELSE ('%s-' || pg_catalog.pg_backend_pid())::int END;
        SELECT CASE WHEN %s THEN 1 ELSE ('%s-' || pg_catalog.pg_backend_pid())::int END;
        """
        .formatted(key(), LOST, unchanged, CHANGED);
  }

  @Override
  public void rememberHistory() throws SQLException {
    String table = SqlQuoting.literal(target.table());
    if (target.queryBoolean("SELECT to_regclass(" + table + ") IS NULL")) {
      unchanged = "pg_catalog.to_regclass(" + table + ") IS NULL";
      return;
    }
    String rows =
        "(SELECT coalesce(hashtextextended(string_agg(concat_ws(' ', installed_rank, version,"
            + " checksum, success, extract(epoch FROM installed_on)), ',' ORDER BY installed_rank),"
            + " 0), 0) FROM "
            + target.table()
            + ")";
    unchanged = rows + " = " + target.query("SELECT " + rows).orElseThrow();
  }

  @Override
  public boolean isHistoryChanged(SQLException e) {
    return String.valueOf(e.getMessage()).contains(CHANGED);
  }

  /** The transaction has released it. */
  @Override
  public void release() {}
}
