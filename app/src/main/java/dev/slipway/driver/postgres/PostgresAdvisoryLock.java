package dev.slipway.driver.postgres;

import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import java.sql.SQLException;
import java.util.Optional;

/** An advisory lock of the session. */
class PostgresAdvisoryLock implements MigrationLock {
  /** Flyway's number for its locks, to which it adds the hash of the table's name. */
  private static final long FLYWAY_NUMBER = 77431708279161L;

  /** Is part of the error of a failed {@link #guard}. */
  static final String LOST = "slipway-lock-lost";

  private final LockTarget target;
  private final long key;

  /**
   * @param name the text from which Flyway derives the key
   */
  PostgresAdvisoryLock(LockTarget target, String name) {
    this.target = target;
    this.key = FLYWAY_NUMBER + name.hashCode();
  }

  /** The lock's key. */
  final long key() {
    return key;
  }

  @Override
  public boolean tryAcquire() throws SQLException {
    return target.queryBoolean("SELECT pg_try_advisory_lock(" + key + ")");
  }

  @Override
  public Optional<String> holder() throws SQLException {
    return target.query(
        """
          SELECT 'session ' || a.pid || ' (user ' || coalesce(a.usename, '?')
            || coalesce(', application ' || nullif(a.application_name, ''), '')
            || coalesce(' from ' || host(a.client_addr), '') || '), connected since '
            || to_char(a.backend_start, 'HH24:MI:SS')
          FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
          WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.classid::bigint = %d AND l.objid::bigint = %d
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
            .formatted(key >>> 32, key & 0xFFFFFFFFL));
  }

  @Override
  public String guard() {
    return """
          SELECT CASE WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_locks
            WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid() AND granted
              AND classid::bigint = %d AND objid::bigint = %d AND objsubid = 1)
            THEN 1 ELSE ('%s-' || pg_catalog.pg_backend_pid())::int END;
          """
        .formatted(key >>> 32, key & 0xFFFFFFFFL, LOST);
  }

  @Override
  public boolean isLost(SQLException e) {
    return String.valueOf(e.getMessage()).contains(LOST);
  }

  @Override
  public void release() throws SQLException {
    target.query("SELECT pg_advisory_unlock(" + key + ")");
  }
}
