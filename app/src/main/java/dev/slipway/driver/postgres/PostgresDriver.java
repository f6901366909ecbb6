package dev.slipway.driver.postgres;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Secret;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.FlywayParserFactory;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.NonTransactionalStatements;
import dev.slipway.driver.NoticeHandler;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SchemaPlanner;
import dev.slipway.driver.SchemaReader;
import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.driver.StatementRules;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import java.io.IOException;
import java.io.Reader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.database.postgresql.PostgreSQLParser;
import org.postgresql.PGConnection;
import org.postgresql.util.PasswordUtil;

/** PostgreSQL. */
public final class PostgresDriver extends PostgresProtocolDriver {
  private static final String NAME = "postgres";
  private static final int PORT = 5432;

  /** Deallocates what PREPARE has prepared, and not what the protocol has. */
  private static final String DEALLOCATE_OWN =
      """
      DO 'DECLARE statement text; BEGIN
        FOR statement IN SELECT name FROM pg_catalog.pg_prepared_statements WHERE from_sql LOOP
          EXECUTE format(''DEALLOCATE %I'', statement);
        END LOOP; END'""";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String productName() {
    return "PostgreSQL";
  }

  @Override
  public List<String> aliases() {
    return List.of("postgresql", "pg", "pgx");
  }

  @Override
  public List<String> confusedNames() {
    return List.of("psql", "pgsql");
  }

  @Override
  public String dsnExample() {
    return "postgres://user:password@host:5432/name";
  }

  @Override
  public Dsn parse(String rest) {
    return LibpqDsnParser.parse(NAME, rest, PORT, LibpqDsnParser.handlers());
  }

  @Override
  public Dsn parse(DatabaseConfig.Parts parts) {
    return LibpqDsnParser.parse(NAME, parts, PORT, LibpqDsnParser.handlers());
  }

  @Override
  public Optional<Dsn> parseShorthand(String text) {
    return KeywordDsn.is(text)
        ? Optional.of(LibpqDsnParser.parseKeywords(NAME, text, PORT, LibpqDsnParser.handlers()))
        : Optional.empty();
  }

  @Override
  public List<String> schemes() {
    return List.of("pgx4", "pgx5", "postgis");
  }

  @Override
  public Optional<String> jdbcPrefix() {
    return Optional.of("jdbc:postgresql:");
  }

  @Override
  public Dsn parseJdbc(String text) {
    JdbcUrl url = JdbcUrl.of(text);
    DsnBuilder builder = url.builder(NAME);
    builder.searchPath =
        url.value(CURRENT_SCHEMA)
            .or(() -> url.value("options").map(StartupOptions::searchPath))
            .orElse("");
    builder.schema = SearchPath.explicit(builder.searchPath).orElse("");
    builder.url =
        new JdbcUrl(url.base(), LibpqDsnParser.readStatementParameters(url.query(), builder))
            .toString();
    return builder.build();
  }

  @Override
  public boolean transactionalDdl() {
    return true;
  }

  @Override
  public IsolationAnalyzer isolationAnalyzer() {
    return new PostgresIsolation(syntax());
  }

  @Override
  public NonTransactionalStatements nonTransactionalStatements() {
    return new PostgresNonTransactionalStatements();
  }

  @Override
  public StatementRules statementRules(boolean oneRelease) {
    return new PostgresLintRules(oneRelease);
  }

  @Override
  public List<LintRule> specificLintRules() {
    return List.of(
        PostgresRules.INDEX_LOCKS,
        PostgresRules.CONCURRENTLY_ALONE,
        LintRule.NOT_IN_TRANSACTION,
        PostgresRules.SET_NOT_NULL,
        PostgresRules.CONSTRAINT_LOCKS,
        PostgresRules.VALIDATE_APART,
        LintRule.VOLATILE_DEFAULT,
        LintRule.TYPE_CHANGE,
        PostgresRules.ROWS_BEHIND_DDL,
        LintRule.ALL_ROWS,
        PostgresRules.SEVERAL_TABLES,
        PostgresRules.EXCLUSION_LOCKS,
        PostgresRules.REFRESH_LOCKS,
        PostgresRules.DETACH_LOCKS,
        LintRule.TABLE_REWRITE,
        LintRule.EXPLICIT_LOCK,
        LintRule.ROW_SECURITY,
        LintRule.DROP_DEFAULT,
        LintRule.REVOKE);
  }

  @Override
  public Optional<SchemaDumper> schemaDumper() {
    return Optional.of(new PostgresSchemaDumper());
  }

  @Override
  public Optional<DataDumper> dataDumper() {
    return Optional.of(new PostgresDataDumper());
  }

  @Override
  public Optional<SchemaPlanner> schemaPlanner() {
    return Optional.of(new PostgresSchemaPlanner());
  }

  @Override
  public SchemaReader schemaReader() {
    return new PostgresSchemaReader();
  }

  /** The reader's names are SQL. */
  @Override
  public String quoteTable(String table) {
    return table;
  }

  @Override
  public ScratchSupport scratch() {
    return new PostgresScratchSupport();
  }

  @Override
  public Optional<ScratchServer> scratchServer() {
    return Optional.of(new PostgresScratchSupport());
  }

  @Override
  public Optional<FlywayParserFactory> flywayParser() {
    return Optional.of(PostgreSQLParser::new);
  }

  @Override
  public Optional<MigrationBatchSql> batchSql(MigrationBatchSql.Context context) {
    return Optional.of(new PostgresBatchSql(context));
  }

  @Override
  public Optional<ServerAdministration> administration(
      Dsn admin, ServerAdministration.ConnectionOpener opener) {
    return Optional.of(new PostgresAdministration(admin, opener));
  }

  @Override
  public Dsn onWritableHost(Dsn dsn, boolean required) {
    String hosts = dsn.url().replaceFirst("^jdbc:postgresql://([^/?]*).*", "$1");
    if (!hosts.contains(",")
        || dsn.properties().containsKey(LibpqDsnParser.TARGET)
        || dsn.url().contains(LibpqDsnParser.TARGET + "=")) {
      return dsn;
    }
    DsnBuilder builder = dsn.toBuilder();
    builder.property(LibpqDsnParser.TARGET, required ? "primary" : "preferPrimary");
    return builder.build();
  }

  @Override
  public HistorySql historySql() {
    return new PostgresHistorySql();
  }

  @Override
  public MigrationLock migrationLock(LockTarget target, String holderName) {
    return target.isolated()
        ? new PostgresAdvisoryLock(target, target.table())
        : new PostgresTransactionLock(target, target.table());
  }

  @Override
  public Optional<MigrationLock> firstMigrationLock(LockTarget target, String historyTable) {
    return target.isolated()
        ? Optional.of(new PostgresAdvisoryLock(target, "first migration of " + historyTable))
        : Optional.empty();
  }

  @Override
  public Optional<String> blockingSessionsQuery(long session) {
    return Optional.of(
        """
          SELECT 'session ' || a.pid || ' (user ' || coalesce(a.usename, '?')
            || coalesce(', application ' || nullif(a.application_name, ''), '')
            || coalesce(' from ' || host(a.client_addr), '') || '), ' || coalesce(a.state, '?')
            || coalesce(', in a transaction since ' || to_char(a.xact_start, 'HH24:MI:SS'), '')
          FROM pg_stat_activity a WHERE a.pid = ANY(pg_blocking_pids(%d)) ORDER BY a.pid LIMIT 3"""
            .formatted(session));
  }

  /** A session that waits for its client runs nothing, also in an open transaction. */
  @Override
  public Optional<String> runningStatementQuery(long session) {
    return Optional.of(
        "SELECT 1 FROM pg_stat_activity WHERE pid = " + session + " AND state = 'active'");
  }

  /** Also a procedure or a block that ends the transaction. */
  @Override
  public boolean isRejectedInTransaction(SQLException e) {
    return "25001".equals(e.getSQLState()) || "2D000".equals(e.getSQLState());
  }

  @Override
  public boolean retriesConcurrentIndexes() {
    return true;
  }

  @Override
  public boolean isInvalidIndex(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(?)")) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  @Override
  protected String serverStartSql() {
    return "pg_postmaster_start_time()";
  }

  /**
   * In a session that a pooler shares, the statements that the pooler has prepared have to stay.
   */
  @Override
  public String resetSql(Dsn dsn, String schema, String reset, boolean isolated) {
    return reset + ";" + (isolated ? "DEALLOCATE ALL" : DEALLOCATE_OWN);
  }

  /** Detected in about half a minute. Some platforms do not have the last two settings. */
  @Override
  protected Map<String, String> keepalives() {
    return Map.of(
        "tcp_keepalives_idle", "10",
        "tcp_keepalives_interval", "5",
        "tcp_keepalives_count", "3",
        "tcp_user_timeout", "30000",
        "client_connection_check_interval", "5000");
  }

  @Override
  public void copy(Connection connection, String sql, Reader rows, NoticeHandler notices)
      throws SQLException {
    // Those of the login, and of earlier messages.
    connection.clearWarnings();
    try {
      connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, rows);
    } catch (IOException e) {
      throw new SQLException("the connection broke during COPY", "08006", e);
    } finally {
      if (!connection.isClosed()) {
        PostgresHints.notices(connection.getWarnings(), notices);
      }
    }
  }

  @Override
  public void cancelCopy(Connection connection) throws SQLException {
    connection.unwrap(PGConnection.class).cancelQuery();
  }

  /**
   * What a server keeps of a password (SCRAM-SHA-256): it may be sent in its place, and stand in a
   * log or in quotes. CockroachDB takes it too.
   */
  public static String verifier(Secret password) {
    return PasswordUtil.encodeScramSha256(password.reveal().toCharArray());
  }
}
