package dev.slipway.driver.mysql;

import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import java.sql.SQLException;
import java.util.Optional;

/** A named lock of the session. */
final class MysqlNamedLock implements MigrationLock {
  private static final String LOST = "slipway-lock-lost";
  private static final int INVALID_JSON = 3141;

  private final LockTarget target;
  private final String name;

  MysqlNamedLock(LockTarget target) {
    this.target = target;
    this.name = "Flyway-" + target.table().hashCode();
  }

  @Override
  public boolean tryAcquire() throws SQLException {
    return target.queryBoolean("SELECT GET_LOCK('" + name + "', 0) = 1");
  }

  @Override
  public Optional<String> holder() throws SQLException {
    return target.query("SELECT CONCAT('session ', IS_USED_LOCK('" + name + "'))");
  }

  @Override
  public String guard() {
    return "SELECT IF(IS_USED_LOCK('"
        + name
        + "') = CONNECTION_ID(), 1, JSON_EXTRACT(CONCAT('"
        + LOST
        + "-', CONNECTION_ID()), '$'));\n";
  }

  @Override
  public boolean isLost(SQLException e) {
    return e.getErrorCode() == INVALID_JSON
        && String.valueOf(e.getMessage()).contains("json_extract");
  }

  @Override
  public void release() throws SQLException {
    target.query("SELECT RELEASE_LOCK('" + name + "')");
  }
}
