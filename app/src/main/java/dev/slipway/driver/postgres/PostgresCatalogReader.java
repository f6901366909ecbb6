package dev.slipway.driver.postgres;

import dev.slipway.driver.QueryCatalogReader;
import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Reads the part of PostgreSQL's catalog that CockroachDB has too. */
public final class PostgresCatalogReader extends QueryCatalogReader {
  /** A reader with these queries, as {@link QueryCatalogReader}. */
  public PostgresCatalogReader(List<String> queries, List<String> omitted) {
    super(queries, omitted);
  }

  @Override
  protected void read(Connection connection, ObjectHandler objects) throws SQLException {
    // The definitions of two databases are compared, whatever their settings are.
    SqlQueries.execute(connection, "SET DateStyle TO ISO");
    super.read(
        connection,
        (object, table, definition) -> {
          String canonical = CanonicalExpressions.canonical(definition);
          objects.accept(
              object,
              table,
              object.startsWith("column ")
                  ? CanonicalExpressions.withoutNullDefault(canonical)
                  : canonical);
        });
  }
}
