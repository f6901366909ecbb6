package dev.slipway.driver;

import java.sql.SQLException;

/** A check that a migrator runs before each commit. For one thread. */
public interface PreCommitCheck {
  /** Reads what the check needs to know before the transaction changes anything. */
  void begin() throws SQLException;

  /**
   * Checks the changes of the transaction.
   *
   * @throws SQLException if the transaction must not be committed; it is still open then
   */
  void check() throws SQLException;

  /** Notes that what {@link #check} has read is committed. */
  void committed();
}
