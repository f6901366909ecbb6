package dev.slipway.testing;

import java.util.Optional;

/** A server that has started. */
interface RunningServer {
  /** A new, empty database with this name. */
  TestDatabase database(String name);

  /**
   * All databases, accounts, and grants, as the server's own program for backups writes them. Two
   * dumps of an unchanged server are equal. Empty where there is no such program.
   */
  default Optional<String> dump() {
    return Optional.empty();
  }

  /**
   * The schema of one database, as the server's own program for backups writes it. Empty where
   * there is no such program.
   */
  default Optional<String> schemaDump(TestDatabase database) {
    return Optional.empty();
  }

  /**
   * Loads a dump of one database into another, an empty one, with the server's own programs.
   *
   * @return whether there are such programs
   */
  default boolean copy(TestDatabase from, TestDatabase to) {
    return false;
  }
}
