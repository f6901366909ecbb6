package dev.slipway.lint;

import java.sql.SQLException;
import java.util.Optional;

/** What a real server does with a migration. */
interface ServerVerdict extends AutoCloseable {
  /**
   * Why the migration stops or breaks a service that runs meanwhile, or fails; empty if it does
   * not. Leaves the database as it was.
   */
  Optional<String> judge(String migration) throws SQLException;

  @Override
  default void close() throws SQLException {}
}
