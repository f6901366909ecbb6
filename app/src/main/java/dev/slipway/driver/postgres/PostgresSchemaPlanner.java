package dev.slipway.driver.postgres;

import dev.slipway.driver.PlannedStatement;
import dev.slipway.driver.SchemaPlan;
import dev.slipway.driver.SchemaPlanner;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Plans the change of a PostgreSQL schema. An object that only one schema has is created or
 * dropped. Of the others, what PostgreSQL can change in place is changed; the rest is dropped and
 * created with what depends on it, unless it holds data. Names change first: the renames are tried
 * on the start in a transaction that is rolled back, so that the server itself writes the new names
 * everywhere.
 */
final class PostgresSchemaPlanner implements SchemaPlanner {
  @Override
  public SchemaPlan plan(Connection start, Connection target, Request request) throws SQLException {
    SchemaGraph after = read(target, request.excluded(), List.of());
    List<String> renames = new ArrayList<>(PlannedRenames.statements(request.renames()));
    SchemaGraph before = read(start, request.excluded(), renames);
    List<String> more = PlannedRenames.ofIndexesAndConstraints(before, after);
    if (!more.isEmpty()) {
      renames.addAll(more);
      before = read(start, request.excluded(), renames);
    }
    List<String> rejected = new ArrayList<>();
    Set<String> kept = request.managedOnly() ? KeptObjects.find(before, after, rejected) : Set.of();
    SchemaComparison comparison =
        SchemaComparison.of(before, after.with(before, kept), request.managedOnly());
    List<PlannedStatement> statements = new ArrayList<>();
    renames.stream().map(PlannedStatement::of).forEach(statements::add);
    statements.addAll(new SchemaChanges(comparison, !request.managedOnly(), rejected).statements());
    return new SchemaPlan(
        statements,
        rejected.stream().distinct().sorted().toList(),
        PlannedRenames.possible(comparison),
        List.copyOf(kept));
  }

  private static SchemaGraph read(Connection connection, Set<String> excluded, List<String> renames)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "BEGIN ISOLATION LEVEL REPEATABLE READ" + (renames.isEmpty() ? " READ ONLY" : ""));
      try {
        statement.execute(PostgresSchemaReader.SETTINGS);
        for (String rename : renames) {
          statement.execute(rename);
        }
        return SchemaGraphReader.read(connection, statement, excluded);
      } finally {
        statement.execute("ROLLBACK");
      }
    }
  }
}
