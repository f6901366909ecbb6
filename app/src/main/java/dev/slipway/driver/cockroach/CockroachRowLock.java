package dev.slipway.driver.cockroach;

import dev.slipway.driver.HistorySql;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A row of the history table, which is renewed and expires. */
final class CockroachRowLock implements MigrationLock {
  private static final String LOST = "slipway-lock-lost";
  private static final String SERIALIZATION_FAILURE = "40001";
  private static final long RENEWAL_NANOS = 10_000_000_000L;
  private static final int EXPIRES_SECONDS = 60;
  private static final int RELEASE_ATTEMPTS = 20;

  /** Another migrator has created the table, or the row, at the same moment. */
  private static final Set<String> LOST_RACE = Set.of(SERIALIZATION_FAILURE, "42P07", "23505");

  private final LockTarget target;
  private final String holderName;
  private final String id = UUID.randomUUID().toString().replace("-", "");
  private volatile long renewedNanos = System.nanoTime();

  /**
   * @param holderName this host's name, for other migrators
   */
  CockroachRowLock(LockTarget target, String holderName) {
    this.target = target;
    this.holderName = holderName;
  }

  @Override
  public boolean tryAcquire() throws SQLException {
    try {
      boolean acquired = insertRow();
      renewedNanos = System.nanoTime();
      return acquired;
    } catch (SQLException e) {
      if (LOST_RACE.contains(String.valueOf(e.getSQLState()))) {
        return false;
      }
      throw e;
    }
  }

  /** The row is in the table that it protects, so the table has to exist. */
  private boolean insertRow() throws SQLException {
    target.createTable().run();
    target.update(
        "DELETE FROM "
            + target.table()
            + " WHERE installed_rank = "
            + HistorySql.LOCK_RANK
            + " AND (script = 'slipway' AND installed_on < clock_timestamp()"
            + " - INTERVAL '"
            + EXPIRES_SECONDS
            + " seconds' OR script <> 'slipway'"
            + " AND installed_on < clock_timestamp() - INTERVAL '10 minutes')");
    return 1
        == target.update(
            "INSERT INTO "
                + target.table()
                + " (installed_rank, version,"
                + " description, type, script, checksum, installed_by, installed_on,"
                + " execution_time, success) VALUES ("
                + HistorySql.LOCK_RANK
                + ", '"
                + id
                + "', 'flyway-lock', '',"
                + " 'slipway', 0, '"
                + holderName.replace("'", "''")
                + "', clock_timestamp(), 0,"
                + " TRUE) ON CONFLICT (installed_rank) DO NOTHING");
  }

  @Override
  public Optional<String> holder() throws SQLException {
    return target.query(
        "SELECT coalesce(nullif(installed_by, ''), 'plain Flyway')"
            + " || ', last seen ' || installed_on FROM "
            + target.table()
            + " WHERE installed_rank = "
            + HistorySql.LOCK_RANK);
  }

  @Override
  public String guard() {
    return """
          SELECT CASE WHEN EXISTS (SELECT 1 FROM %s WHERE installed_rank = %d AND version = '%s')
            THEN 1 ELSE ('%s-' || now()::text)::int END;
          """
        .formatted(target.table(), HistorySql.LOCK_RANK, id, LOST);
  }

  @Override
  public boolean isLost(SQLException e) {
    return String.valueOf(e.getMessage()).contains(LOST);
  }

  @Override
  public boolean renewalDue() {
    return System.nanoTime() - renewedNanos > RENEWAL_NANOS;
  }

  @Override
  public void renew(Connection connection) throws SQLException {
    renewedNanos = System.nanoTime();
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "UPDATE " + target.table() + " SET installed_on = clock_timestamp()" + ofThisLock());
    }
  }

  private String ofThisLock() {
    return " WHERE installed_rank = " + HistorySql.LOCK_RANK + " AND version = '" + id + "'";
  }

  /**
   * A waiting migrator may change the row at the same time. A row that stays would make every
   * migrator wait until it expires.
   */
  @Override
  public void release() throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        target.update("DELETE FROM " + target.table() + ofThisLock());
        return;
      } catch (SQLException e) {
        if (!SERIALIZATION_FAILURE.equals(e.getSQLState())) {
          throw e;
        }
        if (attempt == RELEASE_ATTEMPTS) {
          return;
        }
      }
    }
  }
}
