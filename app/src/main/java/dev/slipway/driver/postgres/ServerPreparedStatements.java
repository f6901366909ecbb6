package dev.slipway.driver.postgres;

import java.lang.reflect.Field;
import java.util.UUID;
import org.postgresql.core.v3.QueryExecutorImpl;
import org.postgresql.jdbc.PgConnection;

/**
 * Named prepared statements of PostgreSQL's driver, {@code S_1}, {@code S_2} and so on for each
 * connection, which the server parses once.
 *
 * <p>Were a pooler not detected, another connection's session might have a statement of the same
 * name, and run that one without an error: a COMMIT in place of an INSERT, say. So each connection
 * counts from a random number. A name then means one statement everywhere, and the worst is a
 * session that does not know it, which is an error before anything has happened. The driver has no
 * setting for that.
 */
final class ServerPreparedStatements {
  private ServerPreparedStatements() {}

  /**
   * Turns them on for a connection that has not sent one yet.
   *
   * @param threshold how often a statement runs before it is named; 0 is never
   */
  static void turnOn(PgConnection connection, int threshold) {
    if (threshold == 0) {
      return;
    }
    try {
      Field number = QueryExecutorImpl.class.getDeclaredField("nextUniqueID");
      number.setAccessible(true);
      // Positive, and with room to count.
      number.setLong(
          connection.getQueryExecutor(), UUID.randomUUID().getMostSignificantBits() >>> 2);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the driver is not the one that this was written for", e);
    }
    connection.setPrepareThreshold(threshold);
  }
}
