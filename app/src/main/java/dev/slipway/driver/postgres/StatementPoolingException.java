package dev.slipway.driver.postgres;

import java.sql.SQLException;

/** A pooler that runs each statement in a session of its own, so that there are no transactions. */
final class StatementPoolingException extends SQLException {
  static final String STATE = "0A000";
  static final String HINT =
      "set pool_mode to transaction or session in the pooler, or write the server's own address"
          + " into the DSN";

  private static final long serialVersionUID = 1;

  /**
   * Readiness shows the message alone, so it holds the next step too.
   *
   * @param why in the pooler's words, where it has some
   */
  StatementPoolingException(String why) {
    super("a pooler in statement mode, which runs no transactions (" + why + "); " + HINT, STATE);
  }
}
