package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlanner;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Plans changes of a MySQL schema. Each ALTER TABLE names the algorithm and the lock with which
 * MySQL runs it, so that no statement blocks more than the plan says.
 */
final class MysqlSchemaPlanner implements SchemaPlanner {
  @Override
  public SchemaPlan plan(Connection start, Connection target, Request request) throws SQLException {
    return new MysqlSchemaPlan(
            PlannedSchema.read(start, request.excluded()),
            PlannedSchema.read(target, request.excluded()),
            request)
        .plan();
  }
}
