package dev.slipway.driver;

import java.time.Duration;

/**
 * The settings of a migrator's session.
 *
 * @param applicationName what the server shows, unless the DSN names one
 * @param ddlLockTimeout how long a statement waits for a table's lock; zero for no limit
 * @param statementTimeout how long a statement may run; zero for no limit
 * @param createsDatabase whether a database that connecting creates may be created; otherwise the
 *     session is in an empty one that ends with it
 */
public record SessionOptions(
    String applicationName,
    Duration ddlLockTimeout,
    Duration statementTimeout,
    boolean createsDatabase) {
  /** Options for a session that may create its database. */
  public SessionOptions(
      String applicationName, Duration ddlLockTimeout, Duration statementTimeout) {
    this(applicationName, ddlLockTimeout, statementTimeout, true);
  }
}
