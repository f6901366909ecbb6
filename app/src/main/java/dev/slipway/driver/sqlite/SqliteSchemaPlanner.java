package dev.slipway.driver.sqlite;

import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlanner;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Plans with SQLite itself: each statement runs on a copy of the schema in memory, and the next one
 * is found from what it has left there.
 */
final class SqliteSchemaPlanner implements SchemaPlanner {
  @Override
  public SchemaPlan plan(Connection start, Connection target, Request request) throws SQLException {
    SqliteSchema from = SqliteSchema.read(start, request.excluded());
    SqliteSchema to = SqliteSchema.read(target, request.excluded());
    try (Connection copy = SqliteConnections.inMemory()) {
      return new SqlitePlan(start, copy, from, to, request).plan();
    }
  }
}
