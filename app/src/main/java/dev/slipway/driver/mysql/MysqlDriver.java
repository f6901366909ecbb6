package dev.slipway.driver.mysql;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.driver.JsonValue;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.MigratorConnection;
import dev.slipway.driver.NoticeHandler;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SchemaPlanner;
import dev.slipway.driver.SchemaReader;
import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.SessionCleaner;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.StatementLimit;
import dev.slipway.driver.StatementRules;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.error.ExitCode;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlSyntax.Feature;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MySQL. */
public final class MysqlDriver implements DatabaseDriver {
  private static final String NAME = "mysql";
  private static final Pattern KEY = Pattern.compile(" for key '([^']+)'$");
  private static final Pattern NO_SPACE =
      Pattern.compile("(?i)\\berr(no|or|code):? 28\\b|no space left on device|disk is full");
  private static final Pattern LINE = Pattern.compile("at line (\\d{1,9})$");
  private static final SqlSyntax SYNTAX =
      new SqlSyntax(
          Set.of(
              Feature.HASH_COMMENTS,
              Feature.SPACED_LINE_COMMENTS,
              Feature.EXECUTABLE_COMMENTS,
              Feature.BACKSLASH_ESCAPES,
              Feature.SQL_MODE,
              Feature.CHARSET_INTRODUCERS,
              Feature.NATIONAL_STRINGS,
              Feature.DOUBLE_QUOTED_STRINGS,
              Feature.DIGIT_NAMES,
              Feature.DELIMITER_COMMAND,
              Feature.LOCK_TABLES,
              Feature.SESSION_TRANSACTIONS,
              Feature.USER_VARIABLES,
              Feature.IF_FUNCTION,
              Feature.DATABASE_FUNCTION),
          Set.of("TRIGGER", "PROCEDURE", "FUNCTION", "EVENT"));

  @Override
  public SqlSyntax syntax() {
    return SYNTAX;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String productName() {
    return "MySQL";
  }

  @Override
  public List<String> aliases() {
    return List.of();
  }

  @Override
  public String quote(String name) {
    return MysqlQuoting.name(name);
  }

  @Override
  public String literal(String text) {
    return MysqlQuoting.value(text);
  }

  @Override
  public MigrationLock migrationLock(LockTarget target, String holderName) {
    return new MysqlNamedLock(target);
  }

  @Override
  public Optional<String> blockingSessionsQuery(long session) {
    return Optional.of(
        """
          SELECT DISTINCT CONCAT('session ', o.PROCESSLIST_ID, ' (user ', o.PROCESSLIST_USER,
            ' from ', o.PROCESSLIST_HOST, '), ', o.PROCESSLIST_COMMAND, ' for ',
            o.PROCESSLIST_TIME, ' s')
          FROM performance_schema.metadata_locks w
          JOIN performance_schema.threads t ON t.THREAD_ID = w.OWNER_THREAD_ID
          JOIN performance_schema.metadata_locks h ON h.OBJECT_TYPE = w.OBJECT_TYPE
            AND h.OBJECT_SCHEMA = w.OBJECT_SCHEMA AND h.OBJECT_NAME = w.OBJECT_NAME
            AND h.LOCK_STATUS = 'GRANTED' AND h.OWNER_THREAD_ID <> w.OWNER_THREAD_ID
          JOIN performance_schema.threads o ON o.THREAD_ID = h.OWNER_THREAD_ID
          WHERE w.LOCK_STATUS = 'PENDING' AND t.PROCESSLIST_ID = %d LIMIT 3"""
            .formatted(session));
  }

  /** The list has the login's own sessions without further privileges. */
  @Override
  public Optional<String> runningStatementQuery(long session) {
    return Optional.of(
        "SELECT 1 FROM information_schema.processlist WHERE id = "
            + session
            + " AND command <> 'Sleep'");
  }

  @Override
  public boolean isSystemSchema(String schema) {
    return Set.of("mysql", "sys", "information_schema", "performance_schema").contains(schema);
  }

  @Override
  public Optional<String> atomicLimitation() {
    return Optional.of("MySQL ends a transaction with every CREATE, ALTER or DROP");
  }

  @Override
  public boolean isPermissionDenied(SQLException e) {
    return Set.of(1044, 1142, 1227, 1410).contains(e.getErrorCode());
  }

  /** Some errors have the system's error 28 only in their text. */
  @Override
  public boolean isDiskFull(SQLException e) {
    return SqlExceptions.anyMatch(e, MysqlDriver::isFull);
  }

  private static boolean isFull(SQLException e) {
    return Set.of(1021, 1114).contains(e.getErrorCode())
        || NO_SPACE.matcher(String.valueOf(e.getMessage())).find();
  }

  @Override
  public boolean isUndefinedColumn(SQLException e) {
    return e.getErrorCode() == 1054;
  }

  @Override
  public boolean isTimeout(SQLException e) {
    return e.getErrorCode() == 3024 || e.getErrorCode() == 1317;
  }

  @Override
  public boolean isAlreadyCreated(SQLException e) {
    // database, table, column, index, primary key, routine, trigger, foreign key, its index
    return Set.of(1007, 1050, 1060, 1061, 1068, 1304, 1359, 1826, 1022).contains(e.getErrorCode());
  }

  @Override
  public boolean isAlreadyDropped(SQLException e) {
    // database, table to drop, column, key or column to drop, table, procedure, trigger
    return Set.of(1008, 1051, 1054, 1091, 1146, 1305, 1360).contains(e.getErrorCode());
  }

  @Override
  public IsolationAnalyzer isolationAnalyzer() {
    return new MysqlIsolation(syntax());
  }

  @Override
  public StatementRules statementRules(boolean oneRelease) {
    return new MysqlLintRules(oneRelease);
  }

  @Override
  public List<LintRule> specificLintRules() {
    return List.of(
        LintRule.VOLATILE_DEFAULT,
        LintRule.ALL_ROWS,
        MysqlLintRules.TABLE_COPY,
        LintRule.HALF_APPLIED,
        LintRule.EXPLICIT_LOCK,
        LintRule.DROP_DEFAULT,
        LintRule.REVOKE);
  }

  @Override
  public Optional<SchemaDumper> schemaDumper() {
    return Optional.of(new MysqlSchemaDumper());
  }

  @Override
  public Optional<DataDumper> dataDumper() {
    return Optional.of(new MysqlDataDumper());
  }

  @Override
  public Optional<SchemaPlanner> schemaPlanner() {
    return Optional.of(new MysqlSchemaPlanner());
  }

  @Override
  public SchemaReader schemaReader() {
    return new MysqlSchemaReader();
  }

  @Override
  public ScratchSupport scratch() {
    return new MysqlScratchSupport();
  }

  @Override
  public Optional<ScratchServer> scratchServer() {
    return Optional.of(new MysqlScratchSupport());
  }

  @Override
  public Optional<MigrationBatchSql> batchSql(MigrationBatchSql.Context context) {
    return Optional.of(new MysqlBatchSql(context));
  }

  @Override
  public Optional<ServerAdministration> administration(
      Dsn admin, ServerAdministration.ConnectionOpener opener) {
    return Optional.of(new MysqlAdministration(admin, opener));
  }

  /** The server keeps the warnings of one statement. */
  @Override
  public String statementSeparator() {
    return "\n;\n" + MysqlWarnings.FIRST + ";\n" + MysqlWarnings.COUNT + ";\n";
  }

  @Override
  public StatementLimit statementLimit(ServerInfo server) {
    return new StatementLimit(
        server.packetMax(),
        "max_allowed_packet of the server",
        "split the statement, or raise max_allowed_packet of the server");
  }

  @Override
  public HistorySql historySql() {
    return new MysqlHistorySql();
  }

  @Override
  public Optional<SessionCleaner> sessionCleaner(Connection connection) {
    return Optional.of(new MysqlSessionCleaner(connection, SYNTAX));
  }

  @Override
  public String startTransactionSql() {
    return "START TRANSACTION";
  }

  @Override
  public String resetSql(Dsn dsn, String schema, String reset, boolean isolated) {
    return "UNLOCK TABLES;USE " + MysqlQuoting.name(schema) + ";" + reset;
  }

  /** Each CREATE and ALTER commits what came before it. */
  @Override
  public boolean transactionalDdl() {
    return false;
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return SqlExceptions.exitCode(e, MysqlDriver::classify);
  }

  /** MySQL reports only the line, at the end of the message. */
  @Override
  public OptionalInt position(SQLException e, String sql) {
    Matcher line = LINE.matcher(String.valueOf(e.getMessage()));
    if (!line.find()) {
      return OptionalInt.empty();
    }
    int start = 0;
    for (int number = Integer.parseInt(line.group(1)); number > 1; number--) {
      start = sql.indexOf('\n', start) + 1;
    }
    return OptionalInt.of(sql.codePointCount(0, start));
  }

  @Override
  public void executeLarge(Statement statement, byte[] utf8, ResultHandler results)
      throws SQLException {
    LargeStatements.execute(utf8, sql -> execute(statement, sql, results));
  }

  @Override
  public boolean supportsPipelining() {
    return false;
  }

  @Override
  public String rowLockClause() {
    return " FOR UPDATE";
  }

  /** A deadlock took the whole transaction back; a lock that was not got in time is given up. */
  @Override
  public boolean isSerializationFailure(SQLException e) {
    return e.getErrorCode() == 1213 || e.getErrorCode() == 1205;
  }

  /** The key is named at the end of the message alone: {@code … for key 'table.key'}. */
  @Override
  public Optional<String> duplicateKey(SQLException e) {
    if (e.getErrorCode() != 1062) {
      return Optional.empty();
    }
    Matcher key = KEY.matcher(String.valueOf(e.getMessage()));
    return Optional.of(key.find() ? key.group(1) : "");
  }

  @Override
  public Object toParameter(Object value) {
    return switch (value) {
      case UUID id -> id.toString();
      case Instant time -> LocalDateTime.ofInstant(time, ZoneOffset.UTC);
      case JsonValue json -> json.text();
      default -> value;
    };
  }

  @Override
  public Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, LocalDateTime.class))
        .map(time -> time.toInstant(ZoneOffset.UTC));
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public String dsnExample() {
    return "mysql://user:password@tcp(host:3306)/name";
  }

  @Override
  public Optional<Dsn> parseShorthand(String text) {
    return MysqlDsnParser.isGoDsn(text) ? Optional.of(parse(text)) : Optional.empty();
  }

  @Override
  public Set<String> parameterNames() {
    return MysqlDsnParser.handlers().keySet();
  }

  @Override
  public List<String> confusedNames() {
    return List.of("mysql2");
  }

  @Override
  public Optional<String> jdbcPrefix() {
    return Optional.of("jdbc:mysql:");
  }

  @Override
  public Dsn parse(String rest) {
    return MysqlDsnParser.parse(NAME, rest);
  }

  @Override
  public Dsn parse(DatabaseConfig.Parts parts) {
    return MysqlDsnParser.parse(NAME, parts);
  }

  @Override
  public Dsn parseJdbc(String url) {
    return MysqlDsnParser.parseJdbc(NAME, url);
  }

  /** A schema is a database. */
  @Override
  public Dsn withSchema(Dsn dsn, String schema) {
    if (!dsn.isJdbc()) {
      return withDatabase(dsn, schema);
    }
    DsnBuilder builder = dsn.toBuilder();
    builder.schema = schema;
    builder.property(MysqlDsnParser.DATABASE, schema);
    builder.url = JdbcUrl.without(dsn.url(), MysqlDsnParser.DATABASE);
    return builder.build();
  }

  @Override
  public Dsn withDatabase(Dsn dsn, String database) {
    DsnBuilder builder = dsn.withDatabase(database).toBuilder();
    builder.schema = database;
    return builder.build();
  }

  @Override
  public MigratorConnection connectMigrator(Dsn dsn, SessionOptions options) throws SQLException {
    return MigratorConnection.of(MysqlConnections.connect(dsn, options));
  }

  @Override
  public void requireWritable(Dsn dsn, Connection connection) throws SQLException {
    MysqlWriteCheck.check(dsn, connection);
  }

  @Override
  public boolean isReadOnly(SQLException e) {
    return Set.of(1290, 1792, 1836).contains(e.getErrorCode());
  }

  @Override
  public PooledConnector pooledConnector(
      Dsn dsn, String applicationName, Runnable replaceConnections) {
    return () -> MysqlConnections.openPooled(dsn, applicationName);
  }

  private static Optional<ExitCode> classify(SQLException e) {
    ExitCode code =
        switch (e.getErrorCode()) {
          // wrong password, no right to the database, no such database, login not possible
          case 1045, 1044, 1049, 1698, 1251, 1862, 3118, 1130 -> ExitCode.USAGE;
          // lock wait, deadlock, server gone, connection lost, too many connections, shutting down
          case 1205, 1213, 2006, 2013, 1040, 1053 -> ExitCode.RETRY;
          default -> null;
        };
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (code == null && (state.startsWith("08") || state.equals("40001") || isFull(e))) {
      code = ExitCode.RETRY;
    }
    return Optional.ofNullable(code);
  }

  @Override
  public String connectHint(Dsn dsn, SQLException e) {
    return MysqlHints.connect(dsn, e);
  }

  @Override
  public Optional<String> privilegeHint(
      Connection connection, ServerInfo server, SQLException e, String sql) {
    return MysqlHints.privilege(e, "", server.schema(), sql).isEmpty()
        ? Optional.empty()
        : MysqlHints.privilege(e, account(connection), server.schema(), sql);
  }

  /** The account that the server has chosen for the login; its host may be a pattern. */
  private static String account(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CURRENT_USER()")) {
      return row.next() ? row.getString(1) : "";
    } catch (SQLException e) {
      System.getLogger(MysqlDriver.class.getName())
          .log(System.Logger.Level.DEBUG, "read the account", e);
      return "";
    }
  }

  /**
   * The JDBC driver would read all results first, and drop them if a later statement fails. Where
   * warnings are among them, it reads one by one.
   */
  @Override
  public void execute(Statement statement, String sql, ResultHandler results) throws SQLException {
    if (sql.contains(MysqlWarnings.FIRST)) {
      statement.setFetchSize(Integer.MIN_VALUE);
    }
    DatabaseDriver.super.execute(statement, sql, results);
  }

  @Override
  public void readNotices(Statement statement, boolean failed, NoticeHandler notices)
      throws SQLException {
    if (!failed) {
      MysqlWarnings.read(statement, notices);
    }
  }

  @Override
  public boolean readNotices(ResultSet result, NoticeHandler notices) throws SQLException {
    return MysqlWarnings.read(result, notices);
  }
}
