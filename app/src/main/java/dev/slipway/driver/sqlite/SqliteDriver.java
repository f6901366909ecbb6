package dev.slipway.driver.sqlite;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Suggestions;
import dev.slipway.driver.BatchSql;
import dev.slipway.driver.CatalogReader;
import dev.slipway.driver.CommitCheck;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.FlywayParserFactory;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.driver.JsonValue;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.QuerySession;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.StatementRules;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import dev.slipway.dsn.ParameterHandlers;
import dev.slipway.dsn.PercentDecoder;
import dev.slipway.dsn.PoolParameters;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlSyntax.Feature;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.flywaydb.core.internal.database.sqlite.SQLiteParser;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * SQLite: schemes, parameters (those of mattn/go-sqlite3 and of SQLite's own URIs), driver
 * properties, errors.
 *
 * <p>{@code sqlite://<path>[?name=value&…]}: what follows {@code sqlite://} up to the {@code ?} is
 * the path as it is, relative to the working directory unless it starts with {@code /}. After
 * {@code file:} it is decoded, as SQLite has it. {@code memory}, {@code sqlite://:memory:} and
 * {@code mode=memory} are a database in memory.
 */
public final class SqliteDriver implements DatabaseDriver {

  private static final String NAME = "sqlite3";

  private static final String HINT =
      "see the settings reference for every parameter; others can be set by PRAGMA in a migration";

  /** SQLite's own URI parameters, which go into the file's URI. */
  private static final String URI = "slipway.uri.";

  /** The driver's own parameter; it reads the value as SQLite reads a pragma's. */
  private static final Pattern FOREIGN_KEYS_IN_JDBC =
      Pattern.compile("(?i)[?&]foreign_keys=(1|on|true|yes)(&|$)");

  private static final Pattern ALREADY_CREATED =
      Pattern.compile("already exists|duplicate column name");
  private static final Pattern ALREADY_DROPPED = Pattern.compile("no such (table|column|index)");
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

  /** Detaches databases: the next file, and the transaction around it, must not reach them. */
  @Override
  public void cleanUp(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      List<String> names = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')")) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
      for (String name : names) {
        statement.executeUpdate("DETACH " + SqlQuoting.identifier(name));
      }
    }
  }

  /** A migrator does not enforce foreign keys; the connection's owner relies on them. */
  @Override
  public String restoreSql(Dsn dsn) {
    return enforcesForeignKeys(dsn) ? "PRAGMA foreign_keys = ON" : "";
  }

  @Override
  public Optional<CommitCheck> commitCheck(Dsn dsn, QuerySession session) {
    return enforcesForeignKeys(dsn)
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
  public boolean isPermissionDenied(SQLException e) {
    return false;
  }

  @Override
  public boolean isUndefinedColumn(SQLException e) {
    return String.valueOf(e.getMessage()).contains("no such column");
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
  public StatementRules statementRules(boolean oneRelease) {
    return new SqliteLintRules(oneRelease);
  }

  @Override
  public List<LintRule> specificLintRules() {
    return List.of(LintRule.NOT_IN_TRANSACTION, SqliteLintRules.ALTER, SqliteLintRules.ADD_COLUMN);
  }

  @Override
  public CatalogReader catalogReader() {
    return new SqliteCatalogReader(SYNTAX);
  }

  @Override
  public ScratchSupport scratch() {
    return new SqliteScratchSupport();
  }

  @Override
  public Optional<BatchSql> batchSql(BatchSql.Context context) {
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
  public Optional<Dsn> parseShorthand(String text) {
    return text.equals("memory") || text.startsWith("memory?")
        ? Optional.of(parse(":memory:" + text.substring("memory".length())))
        : Optional.empty();
  }

  @Override
  public Optional<String> jdbcPrefix() {
    return Optional.of("jdbc:sqlite:");
  }

  @Override
  public Dsn parseJdbc(String text) {
    JdbcUrl url = JdbcUrl.of(text);
    DsnBuilder builder = url.builder(NAME);
    checkJdbcParameters(url);
    builder.file = url.base().substring("jdbc:sqlite:".length());
    builder.inMemory =
        builder.file.isEmpty() || text.contains(":memory:") || text.contains("mode=memory");
    return builder.build();
  }

  /** The JDBC driver takes an unknown parameter for a part of the file's name. */
  private static void checkJdbcParameters(JdbcUrl url) {
    if (url.base().startsWith("jdbc:sqlite:file:")) {
      return;
    }
    List<String> known =
        Arrays.stream(SQLiteConfig.Pragma.values())
            .map(each -> each.pragmaName.toLowerCase(Locale.ROOT))
            .toList();
    Optional<String> unknown =
        Arrays.stream(url.query().split("&"))
            .filter(each -> !each.isEmpty())
            .map(each -> each.replaceAll("=.*", ""))
            .filter(each -> !known.contains(each.toLowerCase(Locale.ROOT)))
            .findFirst();
    if (unknown.isPresent()) {
      throw SlipwayException.usageError(
          "unknown parameter "
              + unknown.get()
              + " in the jdbc:sqlite: URL"
              + Suggestions.didYouMean(unknown.get(), known));
    }
  }

  @Override
  public Dsn withSchema(Dsn dsn, String schema) {
    throw SlipwayException.usageError("--schema does not apply to SQLite: a database is one file")
        .hint(
            "leave out --schema (MIGRATE_SCHEMA, migrate.schema), and name another file in the"
                + " DSN");
  }

  @Override
  public Dsn parse(String rest) {
    int question = rest.indexOf('?');
    return question < 0
        ? build(rest, List.of())
        : build(rest.substring(0, question), DsnParameter.parseQuery(rest.substring(question + 1)));
  }

  @Override
  public Dsn parse(DatabaseConfig.Parts parts) {
    return build(parts.requireName(), DsnParameter.parseQuery(parts.parameters().reveal()));
  }

  private static Dsn build(String file, List<DsnParameter> parameters) {
    DsnBuilder draft = new DsnBuilder(NAME);
    String path = file;
    if (path.startsWith("file:")) {
      path = PercentDecoder.decode(path.substring("file:".length()), "the file's path");
      path = path.startsWith("///") ? path.substring(2) : path;
    }
    draft.inMemory =
        path.equals(":memory:") || parameters.contains(new DsnParameter("mode", "memory"));
    if (path.isEmpty() && !draft.inMemory) {
      throw SlipwayException.usageError("the DSN names no file")
          .hint("write it as in sqlite:///var/lib/app/app.db, or use the DSN memory");
    }
    if (path.indexOf('\0') >= 0) {
      throw SlipwayException.usageError("the file in the DSN holds a NUL character");
    }
    ParameterHandlers.applyAll(parameters, handlers(), draft, HINT);
    if (draft.inMemory) {
      finishMemory(draft);
    } else {
      draft.file = path;
      draft.url = "jdbc:sqlite:" + uri(draft, path);
      draft.target = "sqlite3 file " + path;
    }
    draft.redacted =
        draft.inMemory && parameters.isEmpty()
            ? "memory"
            : "sqlite://"
                + (draft.inMemory ? ":memory:" : path)
                + DsnBuilder.redactedQuery(parameters);
    return draft.build();
  }

  private static void finishMemory(DsnBuilder draft) {
    PoolParameters pool = draft.pool;
    boolean one = pool.maxConns().isEmpty() || pool.maxConns().getAsInt() == 1;
    boolean oneIdle = pool.maxIdleConns().isEmpty() || pool.maxIdleConns().getAsInt() == 1;
    boolean limits =
        pool.lifetime().filter(each -> !each.isZero()).isPresent()
            || pool.idleTime().filter(each -> !each.isZero()).isPresent();
    if (!one || !oneIdle || limits) {
      throw SlipwayException.usageError(
              "a database in memory is one connection that lives as long as the process")
          .hint(
              "leave max_conns, max_idle_conns, max_conn_lifetime and max_conn_idle_time out of"
                  + " the DSN");
    }
    draft.url = "jdbc:sqlite::memory:";
    draft.target = "sqlite3 in memory";
  }

  /** A URI keeps a ? or a % in the file's name apart from parameters. */
  private static String uri(DsnBuilder draft, String path) {
    StringBuilder uri = new StringBuilder("file:");
    for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (each & 0xff);
      if (c < 128 && (Character.isLetterOrDigit(c) || "/._-~:@+,=".indexOf(c) >= 0)) {
        uri.append(c);
      } else {
        uri.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
      }
    }
    String query =
        draft.properties.entrySet().stream()
            .filter(each -> each.getKey().startsWith(URI))
            .map(each -> each.getKey().substring(URI.length()) + "=" + each.getValue())
            .collect(Collectors.joining("&"));
    draft.properties.keySet().removeIf(each -> each.startsWith(URI));
    return query.isEmpty() ? uri.toString() : uri + "?" + query;
  }

  /** Every parameter of mattn/go-sqlite3, SQLite's URIs, and modernc's {@code _pragma}. */
  public static Map<String, ParameterHandler> handlers() {
    Map<String, ParameterHandler> handlers = ParameterHandlers.pool();
    pragma(handlers, "foreign_keys", List.of("_foreign_keys", "_fk"), SqliteDriver::onOff);
    pragma(
        handlers,
        "defer_foreign_keys",
        List.of("_defer_foreign_keys", "_defer_fk"),
        SqliteDriver::onOff);
    pragma(
        handlers,
        "busy_timeout",
        List.of("_busy_timeout", "_timeout"),
        p -> String.valueOf(p.integer(0, 86_400_000)));
    pragma(
        handlers,
        "journal_mode",
        List.of("_journal_mode", "_journal"),
        p -> keyword(p, "DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL", "OFF"));
    pragma(
        handlers,
        "synchronous",
        List.of("_synchronous", "_sync"),
        p -> keyword(p, "0", "OFF", "1", "NORMAL", "2", "FULL", "3", "EXTRA"));
    pragma(
        handlers,
        "locking_mode",
        List.of("_locking_mode", "_locking"),
        p -> keyword(p, "NORMAL", "EXCLUSIVE"));
    pragma(
        handlers,
        "case_sensitive_like",
        List.of("_case_sensitive_like", "_cslike"),
        SqliteDriver::onOff);
    pragma(
        handlers, "recursive_triggers", List.of("_recursive_triggers", "_rt"), SqliteDriver::onOff);
    pragma(
        handlers,
        "secure_delete",
        List.of("_secure_delete"),
        p ->
            p.value().equalsIgnoreCase("FAST") || p.value().equalsIgnoreCase("DEFAULT")
                ? p.value().toUpperCase(Locale.ROOT)
                : onOff(p));
    pragma(
        handlers,
        "cache_size",
        List.of("_cache_size"),
        p -> String.valueOf(p.integer(-999_999_999, 999_999_999)));
    pragma(
        handlers,
        "auto_vacuum",
        List.of("_auto_vacuum", "_vacuum"),
        p -> keyword(p, "0", "NONE", "1", "FULL", "2", "INCREMENTAL"));
    pragma(
        handlers,
        "ignore_check_constraints",
        List.of("_ignore_check_constraints"),
        SqliteDriver::onOff);
    pragma(handlers, "query_only", List.of("_query_only"), SqliteDriver::onOff);
    pragma(
        handlers,
        "writable_schema",
        List.of("_writable_schema"),
        p -> p.value().equalsIgnoreCase("RESET") ? "RESET" : onOff(p));
    handlers.put(
        "_txlock",
        (p, d) ->
            d.property(
                "transaction_mode",
                switch (p.value()) {
                  case "deferred" -> "DEFERRED";
                  case "immediate" -> "IMMEDIATE";
                  case "exclusive" -> "EXCLUSIVE";
                  default -> throw p.mustBe("one of deferred, immediate, exclusive");
                }));
    handlers.put("_pragma", SqliteDriver::pragmaCall);

    handlers.put(
        "mode",
        (p, d) -> {
          if (!p.value().equals("memory")) {
            ParameterHandler.property(URI + "mode", "ro", "rw", "rwc").apply(p, d);
          }
        });
    handlers.put(
        "cache",
        (p, d) -> {
          // The one connection to a database in memory shares its cache with all who use it.
          if (!d.inMemory && !p.value().equals("private")) {
            throw p.rejection(
                "in a shared cache a busy table fails at once, whatever the busy timeout;"
                    + " leave it out");
          }
        });
    handlers.put("immutable", (p, d) -> d.property(URI + "immutable", p.bool() ? "1" : "0"));
    handlers.put("nolock", (p, d) -> d.property(URI + "nolock", p.bool() ? "1" : "0"));
    handlers.put("psow", (p, d) -> d.property(URI + "psow", p.bool() ? "1" : "0"));
    handlers.put(
        "vfs",
        ParameterHandler.property(URI + "vfs", "unix", "unix-dotfile", "unix-excl", "unix-none"));
    handlers.put(
        "_mutex",
        ParameterHandler.only(
            List.of("full"), "a connection is always safe for several threads; leave it out"));
    handlers.put(
        "_loc", ParameterHandler.only(List.of("UTC"), "times are stored as UTC; leave it out"));
    ParameterHandler auth =
        ParameterHandler.reject(
            "SQLite gave its user authentication up; protect the file by its" + " permissions");
    for (String name : List.of("_auth", "_auth_user", "_auth_pass", "_auth_crypt", "_auth_salt")) {
      handlers.put(name, auth);
    }
    ParameterHandler key =
        ParameterHandler.reject(
            "encrypted files need another build of SQLite; use an encrypted volume");
    handlers.put("_key", key);
    handlers.put("_crypto_key", key);
    handlers.put(
        "_stmt_cache_size",
        ParameterHandler.reject("statements are cached by themselves; leave it out"));
    handlers.put(
        "_time_format",
        ParameterHandler.reject("it belongs to another driver of Go; leave it out"));
    handlers.put("_time_integer_format", handlers.get("_time_format"));
    handlers.put("_texttotime", handlers.get("_time_format"));
    handlers.put("_inttotime", handlers.get("_time_format"));
    handlers.put(
        "migration_table_name",
        ParameterHandler.reject("use migrate.table (MIGRATE_TABLE, --table)"));
    return handlers;
  }

  private interface PragmaValue {
    String of(DsnParameter parameter);
  }

  private static void pragma(
      Map<String, ParameterHandler> handlers,
      String pragma,
      List<String> names,
      PragmaValue reading) {
    for (String name : names) {
      handlers.put(
          name,
          (p, d) -> {
            String value = reading.of(p);
            String before = d.settings.put(pragma, value);
            if (before != null && !before.equals(value)) {
              throw SlipwayException.usageError("the DSN sets " + pragma + " twice")
                  .hint("keep one of " + String.join(", ", names));
            }
          });
    }
  }

  /** {@code _pragma=busy_timeout(5000)}, which may come several times. */
  private static void pragmaCall(DsnParameter parameter, DsnBuilder draft) {
    String value = parameter.value();
    String name = value.replaceAll("[(=].*", "");
    ParameterHandler rule = handlers().get("_" + name);
    if (rule == null || !value.matches("[a-z_]+(\\([A-Za-z0-9_-]+\\)|=[A-Za-z0-9_-]+)")) {
      throw parameter.mustBe(
          "name(value) with one of the pragmas that have a parameter of their"
              + " own, such as busy_timeout(5000)");
    }
    String argument = value.substring(name.length() + 1).replace(")", "");
    rule.apply(new DsnParameter("_" + name, argument), draft);
  }

  private static String onOff(DsnParameter parameter) {
    return parameter.bool() ? "ON" : "OFF";
  }

  private static String keyword(DsnParameter parameter, String... words) {
    String value = parameter.value().toUpperCase(Locale.ROOT);
    if (!List.of(words).contains(value)) {
      throw parameter.mustBe("one of " + String.join(", ", words));
    }
    return value;
  }

  @Override
  public Connection connect(Dsn dsn, SessionOptions session) throws SQLException {
    Map<String, String> pragmas = pragmas(dsn, Math.max(0, session.ddlLockTimeout().toMillis()));
    // Rebuilding a table, as SQLite asks for in most changes, would cascade into other tables; and
    // real histories fail with them on (a foreign key to a column without a unique index).
    pragmas.put("foreign_keys", "OFF");
    return open(dsn, pragmas, "IMMEDIATE");
  }

  @Override
  public PooledConnector pooledConnector(
      Dsn dsn, String applicationName, Runnable replaceConnections) {
    return () -> {
      try {
        return openPooled(dsn);
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

  private static Connection openPooled(Dsn dsn) throws SQLException {
    Map<String, String> pragmas = pragmas(dsn, 5000);
    pragmas.putIfAbsent("foreign_keys", "ON");
    return open(dsn, pragmas, dsn.properties().getOrDefault("transaction_mode", "IMMEDIATE"));
  }

  private static boolean enforcesForeignKeys(Dsn dsn) {
    if (dsn.isJdbc()) {
      return FOREIGN_KEYS_IN_JDBC.matcher(dsn.url()).find();
    }
    return dsn.settings().getOrDefault("foreign_keys", dsn.inMemory() ? "ON" : "OFF").equals("ON");
  }

  private static Map<String, String> pragmas(Dsn dsn, long busyMillis) {
    Map<String, String> pragmas = new LinkedHashMap<>(dsn.settings());
    pragmas.putIfAbsent("busy_timeout", String.valueOf(busyMillis));
    return pragmas;
  }

  private static Connection open(Dsn dsn, Map<String, String> pragmas, String transactionMode)
      throws SQLException {
    Properties properties = new Properties();
    // A transaction that starts reading and then writes fails at once when another one wrote in
    // between, whatever the busy timeout; one that takes the lock at its start waits.
    properties.setProperty("transaction_mode", transactionMode);
    // Before the first statement, which may wait already.
    properties.setProperty("busy_timeout", pragmas.get("busy_timeout"));
    properties.setProperty(
        "open_mode",
        String.valueOf(
            SQLiteOpenMode.READWRITE.flag
                | SQLiteOpenMode.CREATE.flag
                | SQLiteOpenMode.OPEN_URI.flag
                | SQLiteOpenMode.FULLMUTEX.flag));
    if (!dsn.isJdbc()) {
      dsn.file().ifPresent(SqliteDriver::checkFolder);
    }
    String file = dsn.url().substring("jdbc:sqlite:".length());
    loadLibrary();
    Connection connection = new JDBC4Connection(dsn.url(), file, properties);
    try (Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> pragma : pragmas.entrySet()) {
        statement.execute("PRAGMA " + pragma.getKey() + " = " + pragma.getValue());
      }
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** The driver would do it at its first connection, and leave the second one a broken class. */
  private static void loadLibrary() {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception e) {
      System.getLogger("dev.slipway.driver").log(System.Logger.Level.DEBUG, "SQLite's library", e);
      // It unpacks the library, unless a folder that holds it is named.
      throw SlipwayException.usageError(
              "SQLite's native library cannot be loaded from the temporary folder "
                  + System.getProperty("java.io.tmpdir"))
          .hint(
              "make that folder writable and let it hold programs, or name another one in"
                  + " SLIPWAY_JAVA_OPTS=-Dorg.sqlite.tmpdir=...");
    }
  }

  /** SQLite says "unable to open database file" to all of this. */
  private static void checkFolder(Path file) {
    Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
    if (Files.isDirectory(file)) {
      throw SlipwayException.usageError("the SQLite file " + file + " is a folder");
    }
    if (!Files.isDirectory(folder.toAbsolutePath())) {
      throw SlipwayException.usageError("the folder of the SQLite file " + file + " does not exist")
          .hint(
              "create it, or correct the path in the DSN; sqlite:///a/b is absolute, sqlite://a/b"
                  + " is relative to the working directory");
    }
  }

  private static Optional<ExitCode> classify(SQLException e) {
    // The lowest byte is the primary code.
    int primary = e.getErrorCode() & 0xff;
    return switch (primary) {
      case 5 -> Optional.of(ExitCode.RETRY);
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
