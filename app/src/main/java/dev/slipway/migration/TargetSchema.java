package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import java.util.List;

/**
 * The schema of a run: where its history is, and where unqualified names are created. Decided at
 * the run's first connection and kept to its end, whatever a migration, an administrator or another
 * server process sets meanwhile.
 *
 * @param name the schema; MySQL's database, {@code main} on SQLite
 * @param explicit whether the DSN or a setting names it. Then no other schema's history counts
 * @param path the search path of PostgreSQL and CockroachDB, which begins with the schema; empty on
 *     the other databases
 */
record TargetSchema(String name, boolean explicit, List<String> path) {
  TargetSchema {
    path = List.copyOf(path);
  }

  /** The schema, from the server's description of a connection. */
  static TargetSchema of(String name, boolean explicit, DatabaseDriver driver, String searchPath) {
    return new TargetSchema(
        name, explicit || !driver.hasSchemas(), driver.searchPathStartingWith(name, searchPath));
  }

  /** The hint for a schema of the server's own, where no tool's history is; otherwise, another. */
  static String hint(String schema, DatabaseDriver driver, String otherwise) {
    return driver.isSystemSchema(schema)
        ? "this schema is the server's own; name the application's with --schema, or in the DSN"
        : otherwise;
  }

  /** The value of {@code --schema} that names a schema, as a shell takes it. */
  static String flag(String schema) {
    return "--schema "
        + (schema.matches("[A-Za-z0-9_.-]+") ? schema : "'" + schema.replace("'", "'\\''") + "'");
  }
}
