package dev.slipway.lint;

import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The verdict of MySQL: whether it accepts a change with ALGORITHM=INSTANT, or with
 * ALGORITHM=INPLACE, LOCK=NONE; how many rows a statement changes; and what the statements of the
 * release return afterwards.
 */
final class MysqlVerdict implements ServerVerdict {
  private static final int ALL_ROWS = 190;
  private static final Pattern OPTIONS =
      Pattern.compile(", (?:ALGORITHM=COPY|LOCK=SHARED|LOCK=EXCLUSIVE)");

  private static final List<Integer> UNSUPPORTED = List.of(1845, 1846);

  private final TestDatabase database;
  private final LintSamples samples;
  private final Connection connection;
  private final String user;
  private final ReleaseResults before;
  private boolean changed;

  MysqlVerdict(TestDatabase database, LintSamples samples) throws SQLException {
    this.database = database;
    this.samples = samples;
    this.connection = database.connect();
    this.user = "app_" + database.name();
    create();
    this.before = release();
  }

  private void create() throws SQLException {
    execute("DROP DATABASE IF EXISTS " + database.name());
    execute("CREATE DATABASE " + database.name());
    execute("USE " + database.name());
    for (String sql : samples.statements(samples.schema() + samples.rows())) {
      execute(sql);
    }
    execute("DROP USER IF EXISTS " + user);
    execute("CREATE USER " + user + " IDENTIFIED BY 'secret'");
    execute("GRANT SELECT, EXECUTE, UPDATE, DELETE ON " + database.name() + ".* TO " + user);
    execute("GRANT INSERT ON " + database.name() + ".customers TO " + user);
    execute("GRANT INSERT ON " + database.name() + ".orders TO " + user);
    execute("GRANT INSERT ON " + database.name() + ".cache TO " + user);
    changed = false;
  }

  private int execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(sql) ? 0 : statement.getUpdateCount();
    }
  }

  @Override
  public Optional<String> judge(String migration) throws SQLException {
    if (changed) {
      create();
    }
    changed = true;
    try {
      for (String sql : samples.statements(migration.replace("FROM app", "FROM " + user))) {
        Optional<String> verdict = run(sql);
        if (verdict.isPresent()) {
          return verdict;
        }
      }
      return before.brokenIn(release());
    } finally {
      execute("UNLOCK TABLES");
    }
  }

  private Optional<String> run(String sql) {
    try {
      boolean ofNewTable = sql.contains("fresh");
      boolean alters = sql.matches("(?is)(ALTER TABLE|CREATE (\\w+ )?INDEX).*");
      if (alters && !ofNewTable && !sql.contains("ANALYZE")) {
        return alter(sql);
      }
      boolean changesRows = sql.matches("(?is)(UPDATE|DELETE|WITH).*");
      int rows = execute(sql);
      return changesRows && rows >= ALL_ROWS
          ? Optional.of("changes " + rows + " rows")
          : Optional.empty();
    } catch (SQLException e) {
      return Optional.of("fails: " + e.getMessage());
    }
  }

  private Optional<String> alter(String sql) throws SQLException {
    String plain = OPTIONS.matcher(sql).replaceAll("");
    List<String> options =
        sql.matches(".*=(INSTANT|INPLACE).*")
            ? List.of("")
            : List.of("ALGORITHM=INSTANT", "ALGORITHM=INPLACE, LOCK=NONE");
    SQLException last = null;
    for (String option : options) {
      try {
        execute(option.isEmpty() ? sql : with(option, plain));
        return Optional.empty();
      } catch (SQLException e) {
        last = e;
        if (!UNSUPPORTED.contains(e.getErrorCode())) {
          throw e;
        }
      }
    }
    return Optional.of("copies or locks: " + last.getMessage());
  }

  /** The statement with options, which stand before the actions of ALTER TABLE. */
  private static String with(String option, String sql) {
    if (!sql.startsWith("ALTER")) {
      return sql + " " + option.replace(",", "");
    }
    String separator = sql.matches("ALTER TABLE \\w+ (PARTITION BY|REMOVE).*") ? " " : ", ";
    return sql.replaceFirst("(ALTER TABLE \\w+) ", "$1 " + option + separator);
  }

  private ReleaseResults release() throws SQLException {
    try (Connection app =
        DriverManager.getConnection(connection.getMetaData().getURL(), user, "secret")) {
      try (Statement statement = app.createStatement()) {
        statement.execute("SET lock_wait_timeout = 1, innodb_lock_wait_timeout = 1");
      }
      app.setAutoCommit(false);
      ReleaseResults results = ReleaseResults.read(app, samples.release());
      app.rollback();
      return results;
    }
  }

  @Override
  public void close() throws SQLException {
    execute("DROP USER IF EXISTS " + user);
    connection.close();
  }
}
