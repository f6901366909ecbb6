package dev.slipway.lint;

import dev.slipway.driver.SqlQueries;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The verdict of SQLite, which has one writer at a time anyway: whether a migration fails on tables
 * with rows, and what the statements of the release return afterwards.
 */
final class SqliteVerdict implements ServerVerdict {
  private final LintSamples samples;
  private final Connection connection;
  private final ReleaseResults before;

  SqliteVerdict(TestDatabase database, LintSamples samples) throws SQLException {
    this.samples = samples;
    this.connection = database.connect();
    for (String sql : samples.statements(samples.schema() + samples.rows())) {
      SqlQueries.execute(connection, sql);
    }
    connection.setAutoCommit(false);
    this.before = ReleaseResults.read(connection, samples.release());
    connection.rollback();
  }

  @Override
  public Optional<String> judge(String migration) throws SQLException {
    try {
      for (String sql : samples.statements(migration)) {
        try {
          SqlQueries.execute(connection, sql);
        } catch (SQLException e) {
          return Optional.of("fails: " + e.getMessage());
        }
      }
      return before.brokenIn(ReleaseResults.read(connection, samples.release()));
    } finally {
      connection.rollback();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
