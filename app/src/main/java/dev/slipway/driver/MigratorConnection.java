package dev.slipway.driver;

import java.sql.Connection;

/**
 * A migrator's connection, and the settings that its login does not hold.
 *
 * @param connection in autocommit; the receiver closes it
 * @param isolated whether the connection has a session of the server to itself. Behind a pooler in
 *     transaction mode it has not: each transaction may run in another session, which other clients
 *     use next, so nothing may be set or locked beyond a transaction
 * @param settings SQL, each statement ending in a semicolon, which sets what the server or a pooler
 *     did not take at the login: for the session, where it has to follow each reset of the session;
 *     otherwise for the transaction, at its start. Empty where the login holds everything
 */
public record MigratorConnection(Connection connection, boolean isolated, String settings) {
  /** A connection whose login holds all settings. */
  public static MigratorConnection of(Connection connection) {
    return new MigratorConnection(connection, true, "");
  }
}
