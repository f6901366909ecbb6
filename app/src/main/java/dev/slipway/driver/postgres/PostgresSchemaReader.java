package dev.slipway.driver.postgres;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * Reads the schema of a PostgreSQL database: every row and column of every system catalog, except
 * {@link IgnoredCatalogs}, with names in place of numbers. A property that a later version of
 * PostgreSQL adds is compared without a change here. CONNECT is the only privilege it needs.
 */
public final class PostgresSchemaReader implements SchemaReader {
  private static final int ATTEMPTS = 3;

  /** What the server prints depends on these, also if a role or a database sets them. */
  static final String SETTINGS =
      """
      SET LOCAL standard_conforming_strings TO on; SET LOCAL quote_all_identifiers TO off;
      SET LOCAL timezone TO 'UTC'; SET LOCAL datestyle TO 'ISO'; SET LOCAL intervalstyle TO 'postgres';
      SET LOCAL bytea_output TO 'hex'; SET LOCAL extra_float_digits TO 3;
      SET LOCAL lc_monetary TO 'C'; SET LOCAL jit TO off""";

  @Override
  public SchemaContents read(Connection connection, Set<String> excluded) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        return readAtOneMoment(connection, excluded);
      } catch (SQLException e) {
        // The server prints definitions as of now: a concurrent DROP is an internal error there.
        if (attempt == ATTEMPTS || !"XX000".equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  private static SchemaContents readAtOneMoment(Connection connection, Set<String> excluded)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      try {
        statement.execute(SETTINGS);
        return new CatalogReading(statement, excluded).read();
      } finally {
        statement.execute("ROLLBACK");
      }
    }
  }
}
