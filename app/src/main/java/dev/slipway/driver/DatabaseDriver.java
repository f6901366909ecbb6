package dev.slipway.driver;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlSyntax;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Everything in which one database differs from the others. An implementation has no state and a
 * public constructor without parameters; {@link Drivers} creates one instance of each.
 */
public interface DatabaseDriver {
  /** The lexical rules of its SQL. */
  SqlSyntax syntax();

  /** The name in file names and messages, as Ory uses it: {@code postgres}, {@code sqlite3}. */
  String name();

  /** The name of the product, for messages. */
  String productName();

  /** Other names in file names and DSN schemes. */
  List<String> aliases();

  /** Names that users confuse with {@link #name}, in lower case. */
  default List<String> confusedNames() {
    return List.of();
  }

  // ---- DSN

  /** An example of a DSN, for hints. */
  String dsnExample();

  /**
   * Parses what follows {@code scheme://}.
   *
   * @throws dev.slipway.error.SlipwayException (usage) for a DSN that is wrong
   */
  Dsn parse(String rest);

  /**
   * Builds the DSN of a database that the settings describe in parts.
   *
   * @throws dev.slipway.error.SlipwayException (usage) for a missing or wrong part
   */
  Dsn parse(DatabaseConfig.Parts parts);

  /** The usual scheme of a DSN. */
  default String scheme() {
    return name();
  }

  /** More schemes of DSNs, which are no names of the database anywhere else. */
  default List<String> schemes() {
    return List.of();
  }

  /** The names of the parameters of a DSN. */
  default Set<String> parameterNames() {
    return Set.of();
  }

  /** The DSNs without a scheme. */
  default List<String> shorthands() {
    return List.of();
  }

  /** Parses a DSN without a scheme, such as {@code memory}; empty for any other text. */
  default Optional<Dsn> parseShorthand(String text) {
    return Optional.empty();
  }

  /** The DSN that a text without a scheme probably stands for; empty for any other text. */
  default Optional<String> likelyDsn(String text) {
    return Optional.empty();
  }

  /** How JDBC URLs of this driver start; empty where it takes none. */
  Optional<String> jdbcPrefix();

  /** Parses a JDBC URL with {@link #jdbcPrefix}. */
  default Dsn parseJdbc(String url) {
    throw SlipwayException.usageError(productName() + " has no JDBC URLs of its own");
  }

  /**
   * The DSN with a schema that a setting names, which takes precedence over the DSN's own.
   *
   * @throws dev.slipway.error.SlipwayException (usage) where the database has no schemas
   */
  Dsn withSchema(Dsn dsn, String schema);

  /** The DSN with another database of the same server. */
  default Dsn withDatabase(Dsn dsn, String database) {
    return dsn.withDatabase(database);
  }

  /**
   * The DSN with this search path, the first name of which is the schema; the DSN itself where the
   * connection determines the schema.
   */
  default Dsn withSearchPath(Dsn dsn, List<String> path) {
    return dsn;
  }

  /**
   * The DSN with a search path that starts with its schema; the DSN itself without a search path.
   */
  default Dsn withSchemaInSearchPath(Dsn dsn) {
    return dsn;
  }

  // ---- connections

  /**
   * Opens a connection for a migrator. The caller closes it.
   *
   * @throws SQLException as the JDBC driver throws it; {@link Dsn#redact} its message
   */
  MigratorConnection connectMigrator(Dsn dsn, SessionOptions options) throws SQLException;

  /** Opens the same connection for work that needs no session of its own. */
  default Connection connect(Dsn dsn, SessionOptions options) throws SQLException {
    return connectMigrator(dsn, options).connection();
  }

  /**
   * The DSN that leads to a host which accepts writes; the DSN itself where it names one host, or
   * chooses among its hosts itself.
   *
   * @param required whether a host that is read-only is of no use; otherwise it is the last choice
   */
  default Dsn onWritableHost(Dsn dsn, boolean required) {
    return dsn;
  }

  /**
   * Checks that a session can write, before the first write.
   *
   * @throws SlipwayException naming the cause: (retry) a standby, or the configuration of the
   *     server; (usage) the role, the database, the file, or the DSN
   */
  void requireWritable(Dsn dsn, Connection connection) throws SQLException;

  /** Whether a write failed because the session is read-only. */
  boolean isReadOnly(SQLException e);

  /**
   * The database of a DSN, for messages, if it does not exist and connecting creates it; otherwise
   * empty.
   */
  default Optional<String> missingDatabase(Dsn dsn) {
    return Optional.empty();
  }

  /**
   * Opens the connections of a pool.
   *
   * @param replaceConnections makes the pool replace all connections after their current use
   */
  PooledConnector pooledConnector(Dsn dsn, String applicationName, Runnable replaceConnections);

  /**
   * The default size of a pool on a machine with few processors. Connections wait for a server's
   * disk most of the time, and commits that arrive together share one write: with 16 clients, 8
   * connections create 1.9 times as many identities as 4.
   */
  default int minPoolSize() {
    return 8;
  }

  /** The hint for a connection that failed. */
  String connectHint(Dsn dsn, SQLException e);

  /** Loggers of the JDBC driver that only repeat what Slipway's own messages contain. */
  default List<String> redundantLoggers() {
    return List.of();
  }

  // ---- SQL

  /** A name as a quoted identifier. */
  default String quote(String name) {
    return SqlQuoting.identifier(name);
  }

  /** A text as a string literal. */
  default String literal(String text) {
    return SqlQuoting.literal(text);
  }

  /** A new analyzer for statements with effects outside of their database. */
  IsolationAnalyzer isolationAnalyzer();

  /**
   * New lint rules for statements.
   *
   * @param oneRelease whether all files are of one release, so that a table that one of them
   *     creates is empty for all of them
   */
  StatementRules statementRules(boolean oneRelease);

  /** The lint rules that apply to this database, and not to every database. */
  List<LintRule> specificLintRules();

  /** Whether a lint rule applies to this database. */
  default boolean applies(LintRule rule) {
    return rule.isGeneral() || specificLintRules().contains(rule);
  }

  /** Reads the objects of a schema. */
  SchemaReader schemaReader();

  /** Writes a schema as SQL; empty for a database for which it cannot. */
  default Optional<SchemaDumper> schemaDumper() {
    return Optional.empty();
  }

  /** Reads rows as SQL; empty for a database for which it cannot. */
  default Optional<DataDumper> dataDumper() {
    return Optional.empty();
  }

  /** Finds the way from one schema to another; empty for a database for which it cannot. */
  default Optional<SchemaPlanner> schemaPlanner() {
    return Optional.empty();
  }

  /** How scratch databases are emptied. */
  ScratchSupport scratch();

  /** How scratch databases are created on the server; empty for a database without a server. */
  default Optional<ScratchServer> scratchServer() {
    return Optional.empty();
  }

  /** A table's name from {@link #schemaReader}, which may contain its schema, as SQL. */
  default String quoteTable(String table) {
    return quote(table);
  }

  /**
   * Flyway's parser, which decides whether Flyway runs a script in a transaction; empty where
   * Flyway runs every script in one.
   */
  default Optional<FlywayParserFactory> flywayParser() {
    return Optional.empty();
  }

  /** The SQL for the history table. */
  HistorySql historySql();

  /** The largest statement that the server takes. */
  default StatementLimit statementLimit(ServerInfo server) {
    return new StatementLimit(
        server.packetMax(), "the longest message of " + productName(), "split the statement");
  }

  /** What is between two statements of a file in one message. */
  default String statementSeparator() {
    return "\n;\n";
  }

  /** SQL for several migrations in one message; empty where each one is sent alone. */
  default Optional<MigrationBatchSql> batchSql(MigrationBatchSql.Context context) {
    return Optional.empty();
  }

  /**
   * The databases and logins of the server; empty for a database without a server.
   *
   * @param admin the administrator's DSN
   * @param opener opens connections with the administrator's login
   */
  default Optional<ServerAdministration> administration(
      Dsn admin, ServerAdministration.ConnectionOpener opener) {
    return Optional.empty();
  }

  // ---- locks

  /**
   * The lock of one migrator at a time.
   *
   * @param holderName this host's name, for other migrators
   */
  MigrationLock migrationLock(LockTarget target, String holderName);

  /**
   * One more lock for the first migration of a schema that nothing names explicitly, where two
   * search paths lead to different locks; it is the same for all schemas.
   *
   * @param historyTable the history table without its schema
   */
  default Optional<MigrationLock> firstMigrationLock(LockTarget target, String historyTable) {
    return Optional.empty();
  }

  /**
   * A query for the sessions that block another session, each as a text for messages; empty where
   * the server does not know them.
   *
   * @param session the number of the blocked session
   */
  default Optional<String> blockingSessionsQuery(long session) {
    return Optional.empty();
  }

  /**
   * A query for another session of the server, which returns a row while a statement runs in it;
   * empty for a database without a server, whose statements run in this process.
   *
   * @param session the number of the session that is observed
   */
  default Optional<String> runningStatementQuery(long session) {
    return Optional.empty();
  }

  // ---- sessions

  /** Whether a database has several schemas, of which the search path selects one. */
  default boolean hasSchemas() {
    return false;
  }

  /** Whether a schema is the server's own, so that no application has a history in it. */
  boolean isSystemSchema(String schema);

  /**
   * A search path that starts with a schema; empty where the connection determines the schema.
   *
   * @param path the search path of the session, as the server writes it
   */
  default List<String> searchPathStartingWith(String schema, String path) {
    return List.of();
  }

  /**
   * SQL, ending in a semicolon, that sets the search path; empty for an empty path.
   *
   * @param local until the end of the transaction; otherwise for the session
   */
  default String setSearchPath(List<String> path, boolean local) {
    return "";
  }

  /**
   * A query for the schemas that have a table, and in which the login may read it; empty for a
   * database with one schema.
   *
   * @param onSearchPath only schemas of the search path, in its order
   * @param except a schema to leave out
   */
  default Optional<String> schemasWithTableQuery(
      String table, boolean onSearchPath, Optional<String> except) {
    return Optional.empty();
  }

  /** Why several migrations cannot be one transaction; empty where they can. */
  default Optional<String> atomicLimitation() {
    return Optional.empty();
  }

  /**
   * A new finder of statements that cannot run in the transaction of a migration. By default it
   * finds none, which is right where each statement is a transaction of its own.
   */
  default NonTransactionalStatements nonTransactionalStatements() {
    return NonTransactionalStatements.none();
  }

  /** Whether an interrupted CREATE INDEX CONCURRENTLY can be retried after a DROP. */
  default boolean retriesConcurrentIndexes() {
    return false;
  }

  /** Whether an index of this name exists and is invalid. */
  default boolean isInvalidIndex(Connection connection, String name) throws SQLException {
    return false;
  }

  /**
   * Sends rows to a COPY … FROM STDIN.
   *
   * @param rows in COPY's text format, without the line that ends them
   */
  default void copy(Connection connection, String sql, Reader rows, NoticeHandler notices)
      throws SQLException {
    throw new SQLFeatureNotSupportedException(productName() + " has no COPY");
  }

  /** Cancels a running {@link #copy}, from another thread. */
  default void cancelCopy(Connection connection) throws SQLException {
    throw new SQLFeatureNotSupportedException(productName() + " has no COPY");
  }

  /**
   * Removes what a migration leaves in the session where {@link #resetSql} cannot; empty where it
   * can.
   *
   * @param connection the migrator's connection, before its first migration
   */
  default Optional<SessionCleaner> sessionCleaner(Connection connection) {
    return Optional.empty();
  }

  /**
   * The check of each transaction of a migrator; empty where the server checks everything.
   *
   * @param session the migrator's session
   */
  default Optional<PreCommitCheck> commitCheck(Dsn dsn, QuerySession session) {
    return Optional.empty();
  }

  /** SQL that gives a connection back to its owner after a migration; may be empty. */
  default String restoreSql(Dsn dsn) {
    return "";
  }

  /**
   * Runs every statement of a text; the first that fails ends it.
   *
   * @param results receives each result set
   */
  default void execute(Statement statement, String sql, ResultHandler results) throws SQLException {
    boolean hasResult = statement.execute(sql);
    while (hasResult || statement.getUpdateCount() != -1) {
      if (hasResult) {
        results.accept(statement.getResultSet());
      }
      hasResult = statement.getMoreResults();
    }
  }

  /**
   * Runs one statement of which a second copy may not fit into memory.
   *
   * @param utf8 the statement in UTF-8
   * @param results receives each result set
   */
  default void executeLarge(Statement statement, byte[] utf8, ResultHandler results)
      throws SQLException {
    execute(statement, new String(utf8, StandardCharsets.UTF_8), results);
  }

  /** Receives a result set. */
  interface ResultHandler {
    void accept(ResultSet result) throws SQLException;
  }

  /** SQL that starts a transaction. */
  default String startTransactionSql() {
    return "BEGIN";
  }

  /**
   * SQL, ending in a semicolon, that starts the transaction of a migration.
   *
   * @param reset restores the session's settings
   * @param settings the settings of the transaction, each ending in a semicolon
   */
  default String beginSql(String reset, String settings) {
    return "BEGIN;" + settings + "\n";
  }

  /** Whether a failed statement may have ended the transaction. */
  default boolean mayRollBackByItself() {
    return false;
  }

  /** The schemas whose tables a statement reaches by their name alone, and that of the history. */
  default Set<String> schemasInReach(ServerInfo server) {
    return Set.of(server.schema());
  }

  /**
   * SQL that undoes what a migration has set for its session.
   *
   * @param schema the schema of the run
   * @param reset restores the session's settings
   * @param isolated as in {@link MigratorConnection}
   */
  default String resetSql(Dsn dsn, String schema, String reset, boolean isolated) {
    return reset;
  }

  // ---- notices

  /**
   * Reads what the server has reported about the last message of a statement.
   *
   * @param failed whether the message failed
   */
  default void readNotices(Statement statement, boolean failed, NoticeHandler notices)
      throws SQLException {}

  /**
   * Reads a result that consists of notices.
   *
   * @return false if it consists of anything else; it is not read then
   */
  default boolean readNotices(ResultSet result, NoticeHandler notices) throws SQLException {
    return false;
  }

  // ---- errors and values

  /**
   * What the server adds to the message of an error: a text for each of detail, hint, and context,
   * with its name. May quote rows.
   */
  default List<String> diagnostics(SQLException e) {
    return List.of();
  }

  /**
   * The hint for a privilege that a statement lacks, with the GRANT to run; empty for any other
   * error.
   *
   * @param connection the connection that has sent the statement, for queries
   * @param server the server's description of the connection
   * @param sql the statement; may be empty
   */
  default Optional<String> privilegeHint(
      Connection connection, ServerInfo server, SQLException e, String sql) {
    return Optional.empty();
  }

  /** Whether a rolled back transaction takes CREATE and ALTER back too. */
  boolean transactionalDdl();

  /**
   * The exit code for a failure: {@link ExitCode#RETRY} when another attempt can succeed, {@link
   * ExitCode#USAGE} when the DSN is wrong, otherwise {@link ExitCode#MIGRATION}. Causes and next
   * exceptions count.
   *
   * <p>{@link ExitCode#USAGE} is meant for connecting: a statement of a migration that names a
   * missing database has the same error, and is a failed migration to its caller.
   */
  ExitCode exitCode(SQLException e);

  /** Whether a statement failed because a disk is full. Causes and next exceptions count. */
  boolean isDiskFull(SQLException e);

  /** Whether the login lacks a privilege on the server. */
  boolean isPermissionDenied(SQLException e);

  /** Whether what a query names as a table lacks one of its columns, or is no table. */
  boolean isUndefinedColumn(SQLException e);

  /** Whether a table does not exist any more, or the login may not read it. */
  default boolean isUnreadableTable(SQLException e) {
    return false;
  }

  /** Whether a statement failed because it cannot run in a transaction. */
  default boolean isRejectedInTransaction(SQLException e) {
    return false;
  }

  /** Whether a statement took too long, or was canceled. */
  boolean isTimeout(SQLException e);

  /** Whether an object that a statement creates exists already. */
  boolean isAlreadyCreated(SQLException e);

  /** Whether an object that a statement drops or renames does not exist any more. */
  boolean isAlreadyDropped(SQLException e);

  /**
   * Where in a statement the server saw an error, in characters from its start; empty where it does
   * not say.
   *
   * @param sql the statement as it was sent
   */
  OptionalInt position(SQLException e, String sql);

  /** Whether the driver takes several statements with values in one text, sent at once. */
  boolean supportsPipelining();

  /** What ends a SELECT that is to hold its rows; nothing where a transaction holds everything. */
  String rowLockClause();

  /**
   * Whether the database rolled a transaction back because of a concurrent one, so that a retry can
   * succeed: a serialization failure, a deadlock, a busy file.
   */
  boolean isSerializationFailure(SQLException e);

  /**
   * The unique key that refused a row, as a name that starts with its table's; empty for any other
   * failure.
   */
  Optional<String> duplicateKey(SQLException e);

  /**
   * A value as the driver takes it.
   *
   * @param value a string, number, Boolean, UUID, {@link Instant}, or {@link JsonValue}
   */
  Object toParameter(Object value);

  /** A time of the columns that our own tables have, to the microsecond. */
  Optional<Instant> instant(ResultSet row, int column) throws SQLException;
}
