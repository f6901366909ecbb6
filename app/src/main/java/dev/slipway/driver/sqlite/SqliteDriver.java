package dev.slipway.driver.sqlite;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.FlywayParserFactory;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.driver.JsonValue;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationBatchSql;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.MigratorConnection;
import dev.slipway.driver.NonTransactionalStatements;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.PreCommitCheck;
import dev.slipway.driver.QuerySession;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SchemaPlanner;
import dev.slipway.driver.SchemaReader;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SessionCleaner;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.StatementRules;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlSyntax.Feature;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.internal.database.sqlite.SQLiteParser;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** SQLite. */
public class SqliteDriver implements DatabaseDriver {
  private static final String NAME = "sqlite3";
  private static final int FULL = 13;

  private static final Pattern FILE =
      Pattern.compile("[A-Za-z0-9_./-]+\\.(db|sqlite|sqlite3|db3|s3db)");

  private static final Pattern ALREADY_CREATED =
      Pattern.compile("already exists|duplicate column name");
  private static final Pattern ALREADY_DROPPED = Pattern.compile("no such (table|column|index)");
  private static final Pattern REJECTED_IN_TRANSACTION =
      Pattern.compile("(inside|from within) a transaction");
  private static final Pattern COLUMNS = Pattern.compile("constraint failed: ([^)]+)");

  /** As our tables keep times: of one length, so that their order as text is that in time. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final SqlSyntax SYNTAX =
      new SqlSyntax(Set.of(Feature.BRACKETED_NAMES, Feature.DOT_COMMANDS), Set.of("TRIGGER"));

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
    return "SQLite";
  }

  @Override
  public List<String> aliases() {
    return List.of("sqlite");
  }

  @Override
  public MigrationLock migrationLock(LockTarget target, String holderName) {
    return new SqliteFileLock(target.dsn().file(), holderName);
  }

  @Override
  public boolean isSystemSchema(String schema) {
    return false;
  }

  @Override
  public Optional<SessionCleaner> sessionCleaner(Connection connection) {
    return Optional.of(new SqliteSessionCleaner(connection));
  }

  /** A migrator does not enforce foreign keys; the connection's owner relies on them. */
  @Override
  public String restoreSql(Dsn dsn) {
    return SqliteDsnParser.enforcesForeignKeys(dsn) ? "PRAGMA foreign_keys = ON" : "";
  }

  @Override
  public Optional<PreCommitCheck> commitCheck(Dsn dsn, QuerySession session) {
    return SqliteDsnParser.enforcesForeignKeys(dsn)
        ? Optional.of(new SqliteForeignKeyCheck(session))
        : Optional.empty();
  }

  @Override
  public Optional<FlywayParserFactory> flywayParser() {
    return Optional.of(SQLiteParser::new);
  }

  /** The JDBC driver's execute() runs the first statement of a text and drops the others. */
  @Override
  public void execute(Statement statement, String sql, ResultHandler results) throws SQLException {
    statement.executeUpdate(sql);
  }

  @Override
  public void executeLarge(Statement statement, byte[] utf8, ResultHandler results)
      throws SQLException {
    LargeStatements.execute(statement, utf8);
  }

  @Override
  public boolean isPermissionDenied(SQLException e) {
    return false;
  }

  @Override
  public boolean isDiskFull(SQLException e) {
    return SqlExceptions.anyMatch(e, each -> (each.getErrorCode() & 0xff) == FULL);
  }

  @Override
  public boolean isUndefinedColumn(SQLException e) {
    return String.valueOf(e.getMessage()).contains("no such column");
  }

  @Override
  public boolean isRejectedInTransaction(SQLException e) {
    return REJECTED_IN_TRANSACTION.matcher(String.valueOf(e.getMessage())).find();
  }

  @Override
  public boolean isTimeout(SQLException e) {
    return false;
  }

  @Override
  public boolean isAlreadyCreated(SQLException e) {
    return ALREADY_CREATED.matcher(String.valueOf(e.getMessage())).find();
  }

  @Override
  public boolean isAlreadyDropped(SQLException e) {
    return ALREADY_DROPPED.matcher(String.valueOf(e.getMessage())).find();
  }

  @Override
  public IsolationAnalyzer isolationAnalyzer() {
    return new SqliteIsolation(syntax());
  }

  @Override
  public NonTransactionalStatements nonTransactionalStatements() {
    return new SqliteNonTransactionalStatements();
  }

  @Override
  public StatementRules statementRules(boolean oneRelease) {
    return new SqliteLintRules(oneRelease);
  }

  @Override
  public List<LintRule> specificLintRules() {
    return List.of(LintRule.NOT_IN_TRANSACTION, SqliteLintRules.ALTER, SqliteLintRules.ADD_COLUMN);
  }

  @Override
  public Optional<SchemaDumper> schemaDumper() {
    return Optional.of(new SqliteSchemaDumper());
  }

  @Override
  public Optional<SchemaPlanner> schemaPlanner() {
    return Optional.of(new SqliteSchemaPlanner());
  }

  @Override
  public Optional<DataDumper> dataDumper() {
    return Optional.of(new SqliteDataDumper());
  }

  @Override
  public SchemaReader schemaReader() {
    return new SqliteSchemaReader();
  }

  @Override
  public ScratchSupport scratch() {
    return new SqliteScratchSupport();
  }

  @Override
  public Optional<MigrationBatchSql> batchSql(MigrationBatchSql.Context context) {
    return Optional.of(new SqliteBatchSql());
  }

  @Override
  public HistorySql historySql() {
    return new SqliteHistorySql();
  }

  @Override
  public String beginSql(String reset, String settings) {
    return reset + ";BEGIN IMMEDIATE;\n";
  }

  @Override
  public boolean mayRollBackByItself() {
    return true;
  }

  @Override
  public boolean transactionalDdl() {
    return true;
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return SqlExceptions.exitCode(e, SqliteDriver::classify);
  }

  @Override
  public OptionalInt position(SQLException e, String sql) {
    return OptionalInt.empty();
  }

  @Override
  public boolean supportsPipelining() {
    return false;
  }

  @Override
  public String rowLockClause() {
    return "";
  }

  @Override
  public boolean isSerializationFailure(SQLException e) {
    return (e.getErrorCode() & 0xff) == 5;
  }

  /** The columns are named at the end of the message: {@code … failed: table.column, …}. */
  @Override
  public Optional<String> duplicateKey(SQLException e) {
    // The error's own code is the primary one, which all constraints share.
    boolean unique =
        e instanceof SQLiteException sqlite
            && (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE
                || sqlite.getResultCode() == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
    if (!unique) {
      return Optional.empty();
    }
    Matcher columns = COLUMNS.matcher(String.valueOf(e.getMessage()));
    return Optional.of(columns.find() ? columns.group(1) : "");
  }

  @Override
  public Object toParameter(Object value) {
    return switch (value) {
      case UUID id -> id.toString();
      case Instant time -> TIME.format(time);
      case JsonValue json -> json.text();
      default -> value;
    };
  }

  @Override
  public Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getString(column)).map(Instant::parse);
  }

  @Override
  public String toString() {
    return name();
  }

  @Override
  public String dsnExample() {
    return "sqlite:///path/file.db or memory";
  }

  @Override
  public List<String> shorthands() {
    return List.of("memory");
  }

  @Override
  public Optional<Dsn> parseShorthand(String text) {
    if (text.equals("memory") || text.startsWith("memory?")) {
      return Optional.of(parse(":memory:" + text.substring("memory".length())));
    }
    return SqliteDsnParser.withoutScheme(text).map(this::parse);
  }

  @Override
  public Optional<String> likelyDsn(String text) {
    return FILE.matcher(text).matches() ? Optional.of("sqlite://" + text) : Optional.empty();
  }

  @Override
  public String scheme() {
    return "sqlite";
  }

  @Override
  public Set<String> parameterNames() {
    return SqliteDsnParser.handlers().keySet();
  }

  @Override
  public Optional<String> jdbcPrefix() {
    return Optional.of("jdbc:sqlite:");
  }

  @Override
  public Dsn parse(String rest) {
    return SqliteDsnParser.parse(name(), rest);
  }

  @Override
  public Dsn parse(DatabaseConfig.Parts parts) {
    return SqliteDsnParser.parse(name(), parts);
  }

  @Override
  public Dsn parseJdbc(String url) {
    return SqliteDsnParser.parseJdbc(name(), url);
  }

  @Override
  public Dsn withSchema(Dsn dsn, String schema) {
    throw SlipwayException.usageError("--schema does not apply to SQLite: a database is one file")
        .hint(
            "leave out --schema (MIGRATE_SCHEMA, migrate.schema), and name another file in the"
                + " DSN");
  }

  @Override
  public MigratorConnection connectMigrator(Dsn dsn, SessionOptions options) throws SQLException {
    return MigratorConnection.of(SqliteConnections.connect(dsn, options));
  }

  @Override
  public void requireWritable(Dsn dsn, Connection connection) throws SQLException {
    SqliteWriteCheck.check(dsn, connection);
  }

  @Override
  public boolean isReadOnly(SQLException e) {
    return (e.getErrorCode() & 0xff) == SQLiteErrorCode.SQLITE_READONLY.code;
  }

  @Override
  public Optional<String> missingDatabase(Dsn dsn) {
    return dsn.file()
        .filter(file -> !Files.exists(file))
        .map(file -> "the file " + file.toAbsolutePath());
  }

  @Override
  public PooledConnector pooledConnector(
      Dsn dsn, String applicationName, Runnable replaceConnections) {
    return () -> {
      try {
        return SqliteConnections.openPooled(dsn);
      } catch (SlipwayException e) {
        // A pool handles only SQLExceptions.
        throw new SQLException(e.getMessage(), "08001", SQLiteErrorCode.SQLITE_CANTOPEN.code, e);
      }
    };
  }

  /** A file has one writer at a time. */
  @Override
  public int minPoolSize() {
    return 2;
  }

  @Override
  public List<String> redundantLoggers() {
    return List.of("org.sqlite.SQLiteJDBCLoader");
  }

  private static Optional<ExitCode> classify(SQLException e) {
    // The lowest byte is the primary code.
    int primary = e.getErrorCode() & 0xff;
    return switch (primary) {
      case 5, FULL -> Optional.of(ExitCode.RETRY);
      // cannot open, no database file
      case 14, 26 -> Optional.of(ExitCode.USAGE);
      default -> Optional.empty();
    };
  }

  @Override
  public String connectHint(Dsn dsn, SQLException e) {
    return switch (e.getErrorCode() & 0xff) {
      case 5 -> "another process is writing; try again";
      case 8, 14 ->
          "check that the user who runs slipway may write the file and its folder"
              + dsn.file().map(file -> ": " + file.toAbsolutePath()).orElse("");
      case 26 -> "the file is no SQLite database, or it is encrypted";
      default -> "check the file";
    };
  }
}
