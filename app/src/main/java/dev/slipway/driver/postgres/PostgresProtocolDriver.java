package dev.slipway.driver.postgres;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.driver.JsonValue;
import dev.slipway.driver.MigratorConnection;
import dev.slipway.driver.NoticeHandler;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQuoting;
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
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

/** What PostgreSQL shares with databases that speak its protocol through its JDBC driver. */
public abstract class PostgresProtocolDriver implements DatabaseDriver {
  private static final SqlSyntax SYNTAX =
      new SqlSyntax(
          Set.of(
              Feature.NESTED_COMMENTS,
              Feature.ESCAPE_STRINGS,
              Feature.STANDARD_STRINGS,
              Feature.UNICODE_ESCAPES,
              Feature.NATIONAL_STRINGS,
              Feature.DOLLAR_QUOTES,
              Feature.PARENTHESIZED_STATEMENTS,
              Feature.ATOMIC_BODIES,
              Feature.BACKSLASH_COMMANDS,
              Feature.COPY_FROM_STDIN,
              Feature.CONCURRENT_INDEXES,
              Feature.CLIENT_ENCODING,
              Feature.ROUTINE_VARIABLES,
              Feature.CONCATENATION_OPERATOR,
              Feature.CAST_OPERATOR,
              Feature.QUOTE_FUNCTIONS),
          Set.of("PROCEDURE", "FUNCTION"));

  private static final Pattern REJECTED_LOGIN =
      Pattern.compile(
          "(database|role) .* does not exist|no such (database|user)"
              + "|(password )?authentication failed|no pg_hba.conf entry|auth failed");

  /** The JDBC driver's property for the search path, which takes precedence over the options. */
  static final String CURRENT_SCHEMA = "currentSchema";

  @Override
  public SqlSyntax syntax() {
    return SYNTAX;
  }

  // ---- DSN

  @Override
  public Set<String> parameterNames() {
    return Stream.concat(
            LibpqDsnParser.handlers().keySet().stream(), LibpqDsnParser.CONNECTION.stream())
        .collect(Collectors.toSet());
  }

  @Override
  public Dsn withSchema(Dsn dsn, String schema) {
    DsnBuilder builder = dsn.toBuilder();
    builder.schema = schema;
    return builder.build();
  }

  @Override
  public Dsn withSearchPath(Dsn dsn, List<String> path) {
    DsnBuilder builder = dsn.toBuilder();
    builder.schema = path.getFirst();
    builder.searchPath = SearchPath.sql(path);
    if (dsn.isJdbc()) {
      builder.url = JdbcUrl.without(dsn.url(), CURRENT_SCHEMA);
      builder.property(CURRENT_SCHEMA, builder.searchPath);
    } else {
      builder.setting(StartupOptions.SEARCH_PATH, builder.searchPath);
    }
    return builder.build();
  }

  @Override
  public Dsn withSchemaInSearchPath(Dsn dsn) {
    String path = dsn.searchPath();
    return dsn.schema().isEmpty() || SearchPath.explicit(path).equals(dsn.schema())
        ? dsn
        : withSearchPath(
            dsn,
            SearchPath.startingWith(
                dsn.schema().get(), path.isEmpty() ? SearchPath.DEFAULT : SearchPath.names(path)));
  }

  @Override
  public PooledConnector pooledConnector(
      Dsn dsn, String applicationName, Runnable replaceConnections) {
    Dsn pinned = withSchemaInSearchPath(dsn);
    return new PostgresPooledConnector(
        pinned,
        applicationName,
        new PoolerDetector(dsn.target(), serverStartSql(), replaceConnections));
  }

  /** An SQL expression that differs between two servers, or two starts of one. */
  protected abstract String serverStartSql();

  @Override
  public MigratorConnection connectMigrator(Dsn dsn, SessionOptions options) throws SQLException {
    return new PostgresMigratorConnector(
            dsn, options, PostgresConnections.migratorSettings(dsn, options), keepalives())
        .open();
  }

  @Override
  public void requireWritable(Dsn dsn, Connection connection) throws SQLException {
    PostgresWriteCheck.check(dsn, connection);
  }

  @Override
  public boolean isReadOnly(SQLException e) {
    return hasState(e, "25006");
  }

  /** Settings by which the server detects a dead migrator, and releases its lock. */
  protected abstract Map<String, String> keepalives();

  /** {@code E'…'} means the same in every session; a backslash in {@code '…'} does not. */
  @Override
  public String literal(String text) {
    return text.contains("\\")
        ? "E" + SqlQuoting.literal(text.replace("\\", "\\\\"))
        : SqlQuoting.literal(text);
  }

  /** The first dot ends the schema. */
  @Override
  public String quoteTable(String table) {
    return quote(table).replaceFirst("\\.", "\".\"");
  }

  @Override
  public boolean hasSchemas() {
    return true;
  }

  @Override
  public boolean isSystemSchema(String schema) {
    return schema.startsWith("pg_")
        || Set.of("information_schema", "crdb_internal").contains(schema);
  }

  @Override
  public List<String> searchPathStartingWith(String schema, String path) {
    return SearchPath.startingWith(schema, SearchPath.names(path));
  }

  @Override
  public Set<String> schemasInReach(ServerInfo server) {
    Set<String> schemas = new LinkedHashSet<>(Set.of(server.schema()));
    SearchPath.names(server.searchPath()).stream()
        .map(name -> name.equals(SearchPath.USER) ? server.user() : name)
        .forEach(schemas::add);
    return schemas;
  }

  /** A session setting would stay behind in the session of a transaction pooler. */
  @Override
  public String setSearchPath(List<String> path, boolean local) {
    return path.isEmpty()
        ? ""
        : "SET " + (local ? "LOCAL " : "") + "search_path = " + SearchPath.sql(path) + ";";
  }

  @Override
  public Optional<String> schemasWithTableQuery(
      String table, boolean onSearchPath, Optional<String> except) {
    return Optional.of(
        """
        SELECT n.nspname FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = %s AND c.relkind IN ('r', 'p')
          AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
          AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
          AND %s"""
            .formatted(
                literal(table),
                onSearchPath
                    ? "n.nspname = ANY (current_schemas(false))"
                        + " ORDER BY array_position(current_schemas(false), n.nspname)"
                    : "n.nspname <> " + literal(except.orElse("")) + " ORDER BY n.nspname"));
  }

  // ---- errors and values

  @Override
  public boolean isPermissionDenied(SQLException e) {
    return hasState(e, "42501");
  }

  @Override
  public boolean isDiskFull(SQLException e) {
    return all(e).anyMatch(each -> hasState(each, "53100"));
  }

  @Override
  public boolean isUndefinedColumn(SQLException e) {
    return hasState(e, "42703", "42809");
  }

  @Override
  public boolean isUnreadableTable(SQLException e) {
    return hasState(e, "42P01", "3F000", "42501", "42703");
  }

  @Override
  public boolean isTimeout(SQLException e) {
    return hasState(e, "57014");
  }

  @Override
  public boolean isAlreadyCreated(SQLException e) {
    // table or index, column, other object, schema, function
    return hasState(e, "42P07", "42701", "42710", "42P06", "42723");
  }

  @Override
  public boolean isAlreadyDropped(SQLException e) {
    // table, column, other object, schema
    return hasState(e, "42P01", "42703", "42704", "3F000");
  }

  private static boolean hasState(SQLException e, String... states) {
    return List.of(states).contains(String.valueOf(e.getSQLState()));
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return SqlExceptions.exitCode(e, PostgresProtocolDriver::classify);
  }

  @Override
  public OptionalInt position(SQLException e, String sql) {
    return e instanceof PSQLException p
            && p.getServerErrorMessage() != null
            && p.getServerErrorMessage().getPosition() > 0
        ? OptionalInt.of(p.getServerErrorMessage().getPosition() - 1)
        : OptionalInt.empty();
  }

  @Override
  public void executeLarge(Statement statement, byte[] utf8, ResultHandler results)
      throws SQLException {
    LargeStatements.execute(statement, utf8, sql -> execute(statement, sql, results));
  }

  @Override
  public boolean supportsPipelining() {
    return true;
  }

  @Override
  public String rowLockClause() {
    return " FOR UPDATE";
  }

  @Override
  public boolean isSerializationFailure(SQLException e) {
    // The session may not know a named statement, because a pooler has changed the session.
    return e.getSQLState() != null
        && List.of("40001", "40P01", PoolerDetector.UNKNOWN_STATEMENT).contains(e.getSQLState());
  }

  @Override
  public Optional<String> duplicateKey(SQLException e) {
    return all(e)
        .filter(each -> "23505".equals(each.getSQLState()))
        .filter(PSQLException.class::isInstance)
        .map(each -> ((PSQLException) each).getServerErrorMessage())
        .filter(Objects::nonNull)
        .map(message -> Objects.requireNonNullElse(message.getConstraint(), ""))
        .findFirst();
  }

  /** A batch hides what the server said behind a failure of its own. */
  private static Stream<SQLException> all(SQLException e) {
    return Stream.iterate(e, Objects::nonNull, SQLException::getNextException);
  }

  @Override
  public Object toParameter(Object value) {
    return switch (value) {
      case Instant time -> time.atOffset(ZoneOffset.UTC);
      case JsonValue json -> {
        var object = new PGobject();
        object.setType("jsonb");
        try {
          object.setValue(json.text());
        } catch (SQLException e) {
          throw new IllegalStateException("a PGobject took no text", e);
        }
        yield object;
      }
      default -> value;
    };
  }

  @Override
  public Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private static Optional<ExitCode> classify(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    boolean wrongDsn =
        switch (state) {
          // wrong password, no entry in pg_hba.conf, no such database, no right to connect to it
          case "28P01", "28000", "3D000" -> true;
          // The driver itself: the server speaks no TLS, or asks for a login that we cannot do.
          case "08004" -> e instanceof PSQLException p && p.getServerErrorMessage() == null;
          // PgBouncer, which quotes what the server said to its own login.
          case "08P01" -> REJECTED_LOGIN.matcher(String.valueOf(e.getMessage())).find();
          default -> false;
        };
    if (wrongDsn) {
      return Optional.of(ExitCode.USAGE);
    }
    boolean again =
        state.startsWith("08")
            || state.startsWith("53")
            || List.of("57P01", "57P02", "57P03", "40001", "40P01", "55P03").contains(state);
    return again ? Optional.of(ExitCode.RETRY) : Optional.empty();
  }

  @Override
  public String connectHint(Dsn dsn, SQLException e) {
    return PostgresHints.connect(dsn, e);
  }

  @Override
  public void readNotices(Statement statement, boolean failed, NoticeHandler notices)
      throws SQLException {
    PostgresHints.notices(statement.getWarnings(), notices);
  }

  @Override
  public List<String> diagnostics(SQLException e) {
    return PostgresHints.diagnostics(e);
  }

  @Override
  public Optional<String> privilegeHint(
      Connection connection, ServerInfo server, SQLException e, String sql) {
    return isPermissionDenied(e)
        ? PostgresHints.privilege(
            String.valueOf(e.getMessage()),
            diagnostics(e),
            server.user(),
            databaseName(connection),
            server.schema(),
            sql)
        : Optional.empty();
  }

  /** Read from the login, without a query. */
  private static String databaseName(Connection connection) {
    try {
      return Objects.requireNonNullElse(connection.getCatalog(), "");
    } catch (SQLException e) {
      return "";
    }
  }

  @Override
  public final String toString() {
    return name();
  }
}
