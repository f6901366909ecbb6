package dev.slipway.lint;

import dev.slipway.driver.SqlQueries;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The verdict of PostgreSQL: which locks a migration holds ({@code pg_locks}), whether files of
 * tables are new ({@code relfilenode}), how many rows it reads and changes under a lock ({@code
 * pg_stat_xact_user_tables}), and what the statements of the release return afterwards.
 */
final class PostgresVerdict implements ServerVerdict {
  /** Fewer rows than each table has, and more than the keys in the samples select. */
  private static final int MANY_ROWS = 100;

  private static final int ALL_ROWS = 190;

  /** Locks that writers wait for; a materialized view only has readers. */
  private static final String BLOCKING =
      "(mode = 'AccessExclusiveLock' OR c.relkind <> 'm' AND mode IN ('ShareLock',"
          + " 'ShareRowExclusiveLock', 'ExclusiveLock'))";

  private static final String RELATIONS =
      "SELECT c.oid, c.relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname IN ('public', 'archive') AND c.relkind IN ('r', 'p', 'm', 'i')";

  private final LintSamples samples;
  private final Connection connection;
  private final Map<Long, Long> files;
  private final String relations;
  private final ReleaseResults before;

  PostgresVerdict(TestDatabase database, LintSamples samples) throws SQLException {
    this.samples = samples;
    this.connection = database.connect();
    String role = "app_" + database.name();
    SqlQueries.execute(connection, "CREATE ROLE " + role);
    SqlQueries.execute(connection, samples.schema());
    SqlQueries.execute(connection, samples.rows());
    SqlQueries.execute(connection, "GRANT USAGE ON SCHEMA public, archive TO " + role);
    SqlQueries.execute(connection, "GRANT ALL ON ALL TABLES IN SCHEMA public, archive TO " + role);
    SqlQueries.execute(connection, "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + role);
    SqlQueries.execute(connection, "SET TimeZone = 'Europe/Berlin'");
    SqlQueries.execute(connection, "SET max_parallel_maintenance_workers = 0");
    SqlQueries.execute(connection, "SET max_parallel_workers_per_gather = 0");
    connection.setAutoCommit(false);
    this.files = files();
    this.relations =
        "(" + String.join(", ", files.keySet().stream().map(String::valueOf).toList()) + ")";
    this.before = release(role);
    connection.rollback();
    this.role = role;
  }

  private final String role;

  @Override
  public Optional<String> judge(String migration) throws SQLException {
    try {
      List<String> statements = samples.statements(migration.replace("FROM app", "FROM " + role));
      for (String sql : statements) {
        Optional<String> verdict = run(sql);
        if (verdict.isPresent()) {
          return verdict;
        }
      }
      return before.brokenIn(release(role));
    } finally {
      connection.rollback();
    }
  }

  private Optional<String> run(String sql) throws SQLException {
    long reads = number("sum(seq_tup_read + coalesce(idx_tup_fetch, 0))");
    long changes = number("sum(n_tup_upd + n_tup_del)");
    try {
      SqlQueries.execute(connection, sql);
    } catch (SQLException e) {
      return Optional.of("fails: " + e.getMessage());
    }
    Map<Long, Long> now = files();
    boolean rewritten =
        now.entrySet().stream()
            .anyMatch(
                each ->
                    files.containsKey(each.getKey())
                        && !files.get(each.getKey()).equals(each.getValue()));
    if (rewritten) {
      return Optional.of("rewrites a table or an index");
    }
    Optional<String> lock = lock();
    long read = number("sum(seq_tup_read + coalesce(idx_tup_fetch, 0))") - reads;
    if (lock.isPresent() && (read >= MANY_ROWS || sql.startsWith("LOCK"))) {
      return Optional.of("reads " + read + " rows under " + lock.get());
    }
    long changed = number("sum(n_tup_upd + n_tup_del)") - changes;
    return changed >= ALL_ROWS ? Optional.of("changes " + changed + " rows") : Optional.empty();
  }

  private Optional<String> lock() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT mode FROM pg_locks JOIN pg_class c ON c.oid = relation"
                    + " WHERE pid = pg_backend_pid() AND "
                    + BLOCKING
                    + " AND relation IN "
                    + relations)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  private long number(String expression) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT coalesce("
                    + expression
                    + ", 0) FROM pg_stat_xact_user_tables WHERE relid IN "
                    + relations)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Map<Long, Long> files() throws SQLException {
    Map<Long, Long> all = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(RELATIONS)) {
      while (rows.next()) {
        all.put(rows.getLong(1), rows.getLong(2));
      }
    }
    return all;
  }

  private ReleaseResults release(String login) throws SQLException {
    SqlQueries.execute(connection, "SET LOCAL ROLE " + login);
    return ReleaseResults.read(connection, samples.release());
  }

  @Override
  public void close() throws SQLException {
    connection.rollback();
    SqlQueries.execute(connection, "DROP OWNED BY " + role);
    SqlQueries.execute(connection, "DROP ROLE " + role);
    connection.commit();
    connection.close();
  }
}
