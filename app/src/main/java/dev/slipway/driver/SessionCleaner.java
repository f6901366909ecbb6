package dev.slipway.driver;

import java.sql.SQLException;

/**
 * Removes what a migration leaves in the session beyond its end, so that the next one finds the
 * session as the first one did. Keeps the migration lock. For one thread.
 */
public interface SessionCleaner {
  /** Reads a statement of a migration, before it is sent. */
  void observe(String sql) throws SQLException;

  /** Removes what the statements since the last call may have left. */
  void clean() throws SQLException;
}
