package dev.slipway.verify;

import dev.slipway.testing.TestDatabase;
import java.util.List;
import java.util.Random;

/** A schema of one database that changes at random. For one thread. */
interface RandomSchema {
  /** The statements that create it in an empty database, in order. */
  List<String> statements();

  /**
   * Changes it once, by one of all changes that `generate` makes in place.
   *
   * @return the `--rename` of the change; empty for any other change
   */
  List<String> mutate(Random random);

  /**
   * The schema of a database as the database itself describes it, in lines that do not depend on
   * the order of columns or statements.
   */
  List<String> describe(TestDatabase database);
}
