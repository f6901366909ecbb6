package dev.slipway.driver.mysql;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Secret;
import dev.slipway.driver.BatchSql;
import dev.slipway.driver.CatalogReader;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.IsolationAnalyzer;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.driver.JsonValue;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.LockTarget;
import dev.slipway.driver.MigrationLock;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.QueryCatalogReader;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.ServerAdministration;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.StatementRules;
import dev.slipway.driver.TlsConfig;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import dev.slipway.dsn.ParameterHandlers;
import dev.slipway.dsn.PercentDecoder;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlSyntax.Feature;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
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

/**
 * MySQL: schemes, parameters (those of go-sql-driver/mysql), driver properties, errors.
 *
 * <p>{@code mysql://[user[:password]@][tcp(host[:port])|unix(/path)]/database[?name=value&…]}. User
 * and password are taken as they are, {@code %} included; the password ends at the last {@code @}
 * before the address. The database's name and the values are decoded.
 */
public final class MysqlDriver implements DatabaseDriver {

  /** What our own socket factory reads; the driver keeps it and looks at none of it. */
  static final String SOCKET = "slipway.socket";

  /** Present when TLS is ours and not the driver's. */
  static final String TLS = "slipway.tls";

  static final String TLS_ROOT = "slipway.sslrootcert";
  static final String TLS_CERT = "slipway.sslcert";
  static final String TLS_KEY = "slipway.sslkey";
  static final String TLS_PASSWORD = "slipway.sslpassword";

  private static final String NAME = "mysql";
  private static final int PORT = 3306;

  /** The JDBC driver's property for the database, which takes precedence over the URL's path. */
  private static final String DATABASE = "dbname";

  private static final Pattern KEY = Pattern.compile(" for key '([^']+)'$");
  private static final Pattern LINE = Pattern.compile("at line (\\d{1,9})$");
  private static final String HINT =
      "a system variable that is not in the list can be set in the server's configuration";

  /** Session variables that are worth a name; each becomes SET name = value. */
  private static final List<String> VARIABLES =
      List.of(
          "sql_mode",
          "time_zone",
          "wait_timeout",
          "interactive_timeout",
          "lock_wait_timeout",
          "innodb_lock_wait_timeout",
          "max_execution_time",
          "transaction_isolation",
          "transaction_read_only",
          "foreign_key_checks",
          "unique_checks",
          "sql_safe_updates",
          "net_read_timeout",
          "net_write_timeout",
          "group_concat_max_len",
          "innodb_strict_mode",
          "sql_require_primary_key",
          "sql_generate_invisible_primary_key",
          "show_create_table_verbosity",
          "default_storage_engine",
          "default_tmp_storage_engine",
          "explicit_defaults_for_timestamp",
          "sql_log_bin",
          "sort_buffer_size",
          "join_buffer_size",
          "tmp_table_size",
          "max_heap_table_size",
          "lc_time_names",
          "old_alter_table",
          "optimizer_switch",
          "sql_auto_is_null",
          "sql_big_selects",
          "sql_quote_show_create",
          "default_collation_for_utf8mb4",
          "collation_connection",
          "innodb_ddl_threads",
          "innodb_ddl_buffer_size",
          "innodb_parallel_read_threads",
          "max_statement_time",
          "updatable_views_with_limit",
          "div_precision_increment",
          "cte_max_recursion_depth");

  private static final SqlSyntax SYNTAX =
      new SqlSyntax(
          Set.of(
              Feature.HASH_COMMENTS,
              Feature.SPACED_LINE_COMMENTS,
              Feature.EXECUTABLE_COMMENTS,
              Feature.BACKSLASH_ESCAPES,
              Feature.CHARSET_INTRODUCERS,
              Feature.NATIONAL_STRINGS,
              Feature.DOUBLE_QUOTED_STRINGS,
              Feature.DIGIT_NAMES,
              Feature.DELIMITER_COMMAND,
              Feature.LOCK_TABLES,
              Feature.SESSION_TRANSACTIONS,
              Feature.USER_VARIABLES),
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
    return quoteName(name);
  }

  static String quoteName(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @Override
  public String literal(String text) {
    return stringLiteral(text);
  }

  static String stringLiteral(String text) {
    return SqlQuoting.literal(text).replace("\\", "\\\\");
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
        LintRule.HALF_APPLIED);
  }

  @Override
  public CatalogReader catalogReader() {
    return new QueryCatalogReader(MysqlCatalogQueries.ALL);
  }

  @Override
  public ScratchSupport scratch() {
    return new MysqlScratchSupport();
  }

  @Override
  public Optional<BatchSql> batchSql(BatchSql.Context context) {
    return Optional.of(new MysqlBatchSql(context));
  }

  @Override
  public Optional<ServerAdministration> administration(
      Dsn admin, ServerAdministration.ConnectionOpener opener) {
    return Optional.of(new MysqlAdministration(admin, opener));
  }

  @Override
  public HistorySql historySql() {
    return new MysqlHistorySql();
  }

  @Override
  public String startTransactionSql() {
    return "START TRANSACTION";
  }

  @Override
  public String resetSql(Dsn dsn, String schema, String reset) {
    return "UNLOCK TABLES;USE " + quoteName(schema) + ";" + reset;
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

  /** MySQL says the line alone, in words. */
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
  public Optional<String> jdbcPrefix() {
    return Optional.of("jdbc:mysql:");
  }

  @Override
  public Dsn parseJdbc(String text) {
    JdbcUrl url = JdbcUrl.of(text);
    DsnBuilder builder = url.builder(NAME);
    int slash = url.base().lastIndexOf('/');
    builder.schema =
        url.value(DATABASE)
            .orElseGet(
                () ->
                    slash > url.base().indexOf("//") + 1
                        ? JdbcUrl.decode(url.base().substring(slash + 1))
                        : "");
    return builder.build();
  }

  /** A schema is a database. */
  @Override
  public Dsn withSchema(Dsn dsn, String schema) {
    if (!dsn.isJdbc()) {
      return withDatabase(dsn, schema);
    }
    DsnBuilder builder = dsn.toBuilder();
    builder.schema = schema;
    builder.property(DATABASE, schema);
    builder.url = JdbcUrl.without(dsn.url(), DATABASE);
    return builder.build();
  }

  @Override
  public Dsn withDatabase(Dsn dsn, String database) {
    DsnBuilder builder = dsn.withDatabase(database).toBuilder();
    builder.schema = database;
    return builder.build();
  }

  @Override
  public Dsn parse(String rest) {
    UrlParts place = place(rest);
    int at = place.front().lastIndexOf('@', addressStart(place.front()));
    String credentials = at < 0 ? "" : place.front().substring(0, at);
    String address = place.front().substring(at + 1);
    int colon = credentials.indexOf(':');
    return build(
        colon < 0 ? credentials : credentials.substring(0, colon),
        colon < 0 ? "" : credentials.substring(colon + 1),
        address,
        PercentDecoder.decode(place.database(), "the database's name"),
        place.parameters());
  }

  /**
   * TLS is optional here: tools that read these settings do not use TLS, and the settings have no
   * word for it.
   */
  @Override
  public Dsn parse(DatabaseConfig.Parts parts) {
    return build(
        parts.username().orElse(""),
        parts.password().map(Secret::reveal).orElse(""),
        "tcp(" + parts.hostAndPort() + ")",
        parts.requireName(),
        DsnParameter.withDefault(
            DsnParameter.parseQuery(parts.parameters().reveal()), "tls", "preferred"));
  }

  private static Dsn build(
      String user,
      String password,
      String address,
      String database,
      List<DsnParameter> parameters) {
    DsnBuilder draft = new DsnBuilder(NAME);
    if (user.isEmpty()) {
      throw SlipwayException.usageError("the DSN names no user")
          .hint("write it first, as in mysql://user:password@tcp(host:3306)/name");
    }
    draft.property("user", user);
    if (!password.isEmpty()) {
      draft.property("password", draft.secret(password).reveal());
    }
    draft.schema = database;
    ParameterHandlers.applyAll(parameters, handlers(), draft, HINT);
    String where = address(draft, address);
    tls(draft, parameters);
    draft.url =
        draft.url + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    draft.target = "mysql at " + where + (database.isEmpty() ? "" : ", database " + database);
    draft.redacted =
        "mysql://"
            + user
            + (password.isEmpty() ? "" : ":***")
            + "@"
            + address
            + "/"
            + database
            + DsnBuilder.redactedQuery(parameters);
    return draft.build();
  }

  private record UrlParts(String front, String database, List<DsnParameter> parameters) {}

  /**
   * The driver of Go looks for the last {@code /}; so a {@code /} in a value has to be {@code %2F}.
   * Where that leaves an address without its closing bracket, a value holds the {@code /}, and the
   * address ends at the last bracket that a {@code /} follows.
   */
  private static UrlParts place(String rest) {
    int slash = rest.lastIndexOf('/');
    if (slash > 0 && rest.charAt(slash - 1) != ')') {
      int bracket = rest.lastIndexOf(")/");
      slash = bracket >= 0 ? bracket + 1 : slash;
    }
    if (slash < 0) {
      throw SlipwayException.usageError("the DSN has no / before the database's name")
          .hint("write it as in mysql://user:password@tcp(host:3306)/name");
    }
    String after = rest.substring(slash + 1);
    int question = after.indexOf('?');
    return new UrlParts(
        rest.substring(0, slash),
        question < 0 ? after : after.substring(0, question),
        question < 0 ? List.of() : DsnParameter.parseQuery(after.substring(question + 1)));
  }

  /** An {@code @} within {@code unix(@name)} starts no address. */
  private static int addressStart(String front) {
    int bracket = front.endsWith(")") ? front.lastIndexOf('(') : -1;
    return bracket < 0 ? front.length() : bracket;
  }

  /** Sets the URL up to the database, and gives the address in words. */
  private static String address(DsnBuilder draft, String address) {
    if (address.isEmpty()) {
      draft.url = "jdbc:mysql://127.0.0.1:" + PORT;
      return "127.0.0.1:" + PORT;
    }
    if (address.startsWith("unix(") && address.endsWith(")")) {
      String path = address.substring(5, address.length() - 1);
      if (!path.startsWith("/")) {
        throw SlipwayException.usageError("the unix socket in the DSN must be an absolute path")
            .hint("write it as in mysql://user:password@unix(/run/mysqld/mysqld.sock)/name");
      }
      draft.property(SOCKET, path);
      // The socket factory connects to the path; the URL needs some address, which nobody looks up.
      draft.url = "jdbc:mysql://127.0.0.1:" + PORT;
      return path;
    }
    if (!address.matches("tcp[46]?\\(.*\\)")) {
      throw SlipwayException.usageError(
              "the address in the DSN must be tcp(host:port) or unix(/path)")
          .hint(
              "write it as in mysql://user:password@tcp(host:3306)/name; user and password are"
                  + " taken as they are, without %XX");
    }
    String hostAndPort = address.substring(address.indexOf('(') + 1, address.length() - 1);
    int colon = hostAndPort.lastIndexOf(':');
    boolean port = colon >= 0 && hostAndPort.indexOf(']', colon) < 0;
    String host = port ? hostAndPort.substring(0, colon) : hostAndPort;
    String number = port ? hostAndPort.substring(colon + 1) : String.valueOf(PORT);
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    if (!brackets && !host.matches("[^\\[\\]:,;/?#&=@()\\s]*")) {
      throw SlipwayException.usageError("the host in the DSN cannot be read")
          .hint("write an IPv6 address in brackets, as in tcp([::1]:3306)");
    }
    if (!number.matches("\\d{1,5}")
        || Integer.parseInt(number) < 1
        || Integer.parseInt(number) > 65535) {
      throw SlipwayException.usageError("the port in the DSN is no number from 1 to 65535");
    }
    String where = (host.isEmpty() ? "localhost" : host) + ":" + number;
    draft.url = "jdbc:mysql://" + where;
    return where;
  }

  /** Every parameter of go-sql-driver/mysql, and the session variables. */
  public static Map<String, ParameterHandler> handlers() {
    Map<String, ParameterHandler> handlers = ParameterHandlers.pool();
    handlers.put("collation", ParameterHandler.property("connectionCollation"));
    handlers.put(
        "charset",
        (p, d) ->
            d.property(
                "characterEncoding",
                switch (p.value().split(",")[0].toLowerCase(Locale.ROOT)) {
                  case "utf8mb4", "utf8mb3", "utf8" -> "UTF-8";
                  case "latin1" -> "Cp1252";
                  case "ascii" -> "US-ASCII";
                  default -> throw p.rejection("use utf8mb4, which holds every character");
                }));
    handlers.put(
        "loc",
        (p, d) -> {
          try {
            d.property(
                "connectionTimeZone",
                p.value().equals("Local") ? "LOCAL" : ZoneId.of(p.value()).getId());
          } catch (DateTimeException e) {
            throw p.mustBe("a time zone such as UTC, Local or US%2FPacific").cause(e);
          }
        });
    handlers.put(
        "maxAllowedPacket",
        (p, d) -> {
          int bytes = p.integer(0, 999_999_999);
          // Zero asks the server, which is what the driver does when it is told nothing.
          if (bytes > 0) {
            d.property("maxAllowedPacket", String.valueOf(bytes));
          }
        });
    handlers.put("timeout", (p, d) -> d.property("connectTimeout", millis(p.duration())));
    handlers.put("readTimeout", MysqlDriver::socketTimeout);
    handlers.put("writeTimeout", MysqlDriver::socketTimeout);
    handlers.put(
        "tls",
        (p, d) ->
            d.property(
                "sslMode",
                switch (p.value()) {
                  case "true" -> "VERIFY_IDENTITY";
                  case "false" -> "DISABLED";
                  case "skip-verify" -> "REQUIRED";
                  case "preferred" -> "PREFERRED";
                  default ->
                      throw p.rejection(
                          "named configurations exist in Go programs only; use true,"
                              + " skip-verify, preferred or false, with sslrootcert, sslcert and sslkey");
                }));
    handlers.put("sslrootcert", ParameterHandler.property(TLS_ROOT));
    handlers.put("sslcert", ParameterHandler.property(TLS_CERT));
    handlers.put("sslkey", ParameterHandler.property(TLS_KEY));
    handlers.put("sslpassword", (p, d) -> d.property(TLS_PASSWORD, d.secret(p.value()).reveal()));
    handlers.put("parseTime", (p, d) -> p.bool());
    handlers.put(
        "multiStatements",
        ParameterHandler.only(
            List.of("true", "1"), "migrations are sent several statements at once; leave it out"));
    handlers.put(
        "clientFoundRows",
        ParameterHandler.only(
            List.of("true", "1"), "rows are counted when found, changed or not; leave it out"));
    handlers.put(
        "interpolateParams", (p, d) -> d.property("useServerPrepStmts", String.valueOf(!p.bool())));
    handlers.put("compress", (p, d) -> d.property("useCompression", String.valueOf(p.bool())));
    handlers.put("connectionAttributes", ParameterHandler.property("connectionAttributes"));
    handlers.put(
        "allowAllFiles", (p, d) -> d.property("allowLoadLocalInfile", String.valueOf(p.bool())));
    handlers.put(
        "allowCleartextPasswords", (p, d) -> d.property(CLEARTEXT, String.valueOf(p.bool())));
    handlers.put("allowNativePasswords", (p, d) -> d.property(NATIVE, String.valueOf(p.bool())));
    handlers.put(
        "allowOldPasswords",
        ParameterHandler.only(
            List.of("false", "0"), "no server since MySQL 5.7 knows them; leave it out"));
    handlers.put(
        "allowFallbackToPlaintext",
        ParameterHandler.only(List.of("false", "0"), "use tls=preferred"));
    handlers.put(
        "checkConnLiveness",
        ParameterHandler.only(
            List.of("true", "1"), "connections are always checked before use; leave it out"));
    handlers.put(
        "columnsWithAlias",
        ParameterHandler.only(
            List.of("false", "0"), "columns are read by their own names; leave it out"));
    handlers.put(
        "rejectReadOnly",
        ParameterHandler.only(
            List.of("false", "0"),
            "a failover is noticed by the connection it closes; set max_conn_lifetime=5m to leave a"
                + " demoted server"));
    handlers.put(
        "serverPubKey",
        ParameterHandler.reject("keys registered by name exist in Go programs only; use tls=true"));
    handlers.put(
        "timeTruncate",
        ParameterHandler.only(
            List.of("0", "0s"),
            "fractions of seconds are kept as the column has them; leave it out"));
    handlers.put(
        "strict", ParameterHandler.reject("the driver of Go gave it up; use sql_mode=TRADITIONAL"));
    handlers.put(
        "autocommit", ParameterHandler.reject("transactions are begun and ended by slipway"));
    handlers.put("tx_isolation", ParameterHandler.reject("use transaction_isolation"));
    handlers.put("tx_read_only", ParameterHandler.reject("use transaction_read_only"));
    handlers.put(
        "migration_table_name",
        ParameterHandler.reject("use migrate.table (MIGRATE_TABLE, --table)"));
    for (String variable : VARIABLES) {
      handlers.put(variable, (p, d) -> d.setting(variable, literal(p)));
    }
    return handlers;
  }

  private static final String CLEARTEXT = "slipway.allowCleartextPasswords";
  private static final String NATIVE = "slipway.allowNativePasswords";

  /** The driver has one timeout for both directions: the longer of the two. */
  private static void socketTimeout(DsnParameter parameter, DsnBuilder draft) {
    long millis = parameter.duration().toMillis();
    long other = Long.parseLong(draft.property("socketTimeout").orElse("0"));
    draft.property("socketTimeout", String.valueOf(Math.max(millis, other)));
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toMillis());
  }

  /** A value as SQL: numbers and bare words stay, everything else becomes a quoted text. */
  private static String literal(DsnParameter parameter) {
    String value = parameter.value();
    if (value.matches("-?\\d+|[A-Za-z_][A-Za-z0-9_]*")) {
      return value;
    }
    boolean quoted =
        value.length() >= 2
            && (value.startsWith("'") && value.endsWith("'")
                || value.startsWith("\"") && value.endsWith("\""));
    String text = quoted ? value.substring(1, value.length() - 1) : value;
    if (!text.matches("[A-Za-z0-9_ ,.:/+=@-]*")) {
      throw parameter.mustBe(
          "a number, a word, or letters, digits and _ , . : / + = @ - in quotes");
    }
    return "'" + text + "'";
  }

  private static void tls(DsnBuilder draft, List<DsnParameter> parameters) {
    // As in the driver of Go. A unix socket is no network.
    draft.properties.putIfAbsent("sslMode", "DISABLED");
    boolean files =
        List.of(TLS_ROOT, TLS_CERT, TLS_KEY, TLS_PASSWORD).stream()
            .anyMatch(draft.properties::containsKey);
    boolean off = draft.properties.get("sslMode").equals("DISABLED");
    if (!off) {
      draft.property(TLS, "files");
    }
    if (files && off) {
      throw SlipwayException.usageError("the DSN names certificates, but TLS is off")
          .hint("add tls=true");
    }
    if (draft.properties.containsKey(SOCKET) && !off) {
      Optional<DsnParameter> tls =
          parameters.stream().filter(each -> each.name().equals("tls")).findFirst();
      throw tls.orElseThrow().rejection("a unix socket is no network; leave it out");
    }
    List<String> disabled = new ArrayList<>();
    if (!"true".equals(draft.properties.remove(CLEARTEXT))) {
      disabled.add("mysql_clear_password");
    } else if (off) {
      throw SlipwayException.usageError("allowCleartextPasswords needs TLS").hint("add tls=true");
    }
    if ("false".equals(draft.properties.remove(NATIVE))) {
      disabled.add("mysql_native_password");
    }
    if (!disabled.isEmpty()) {
      draft.property("disabledAuthenticationPlugins", String.join(",", disabled));
    }
  }

  /** What the server has to prove: as in libpq, a given authority counts in every mode. */
  static TlsConfig.TrustMode trust(boolean name, boolean authority) {
    if (name) {
      return TlsConfig.TrustMode.AUTHORITY_AND_NAME;
    }
    return authority ? TlsConfig.TrustMode.AUTHORITY : TlsConfig.TrustMode.ANYONE;
  }

  /** The migrator's connection. */
  @Override
  public Connection connect(Dsn dsn, SessionOptions session) throws SQLException {
    Map<String, String> variables = new LinkedHashMap<>(dsn.settings());
    // The server ends the session of a migrator whose machine died, with its lock, after a minute
    // and not after eight hours. So a session that waits must send something within this time.
    variables.put("wait_timeout", "60");
    // A statement that queues behind a long query would queue all traffic behind itself. Whole
    // seconds, at least one; zero (off) leaves the server's own value.
    if (!session.ddlLockTimeout().isZero()) {
      String seconds =
          String.valueOf(Math.max(1, session.ddlLockTimeout().plusMillis(999).toSeconds()));
      variables.put("lock_wait_timeout", seconds);
      variables.put("innodb_lock_wait_timeout", seconds);
    }
    Properties properties = properties(dsn, session.applicationName(), variables);
    // A migration file goes as one message.
    properties.setProperty("allowMultiQueries", "true");
    // Statements may be long; the deadline of the run ends them, no timeout of the socket.
    properties.setProperty("socketTimeout", "0");
    return open(dsn, properties);
  }

  @Override
  public PooledConnector pooledConnector(
      Dsn dsn, String applicationName, Runnable replaceConnections) {
    return () -> openPooled(dsn, applicationName);
  }

  private static Connection openPooled(Dsn dsn, String applicationName) throws SQLException {
    Properties properties = properties(dsn, applicationName, dsn.settings());
    // The server's own statements are one each: what is injected could only be one more.
    properties.setProperty("allowMultiQueries", "false");
    // They are short, too: one that gets no answer for so long gets none.
    properties.putIfAbsent(
        "socketTimeout", String.valueOf(PooledConnector.SOCKET_TIMEOUT.toMillis()));
    return open(dsn, properties);
  }

  private static Connection open(Dsn dsn, Properties properties) throws SQLException {
    Connection connection = new NonRegisteringDriver().connect(dsn.url(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not take this URL", "08001");
    }
    if (dsn.schema().isPresent()) {
      // The server's init_connect may have chosen another database.
      try (Statement statement = connection.createStatement()) {
        statement.execute("USE " + quoteName(dsn.schema().get()));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  /** What every connection gets. */
  private static Properties properties(
      Dsn dsn, String applicationName, Map<String, String> variables) {
    Properties properties = new Properties();
    // Every wait has an end.
    properties.setProperty("connectTimeout", "10000");
    // A firewall that forgets an idle connection says nothing.
    properties.setProperty("tcpKeepAlive", "true");
    // Keepalive intervals, unix sockets and certificates in PEM files are ours.
    properties.setProperty("socketFactory", MysqlSocketFactory.class.getName());
    // Rows are counted when found, so that an update that changes nothing is no miss.
    properties.setProperty("useAffectedRows", "false");
    properties.setProperty("characterEncoding", "UTF-8");
    // Times mean UTC whatever machine this is, as in the driver of Go.
    properties.setProperty("connectionTimeZone", "UTC");
    // A server must not be able to ask for our files.
    properties.setProperty("allowLoadLocalInfile", "false");
    // A connection that broke is broken: a silent new one would have lost lock and variables.
    properties.setProperty("autoReconnect", "false");
    // The server shows it in performance_schema.session_connect_attrs.
    properties.setProperty("connectionAttributes", "program_name:" + applicationName);
    dsn.properties().forEach(properties::setProperty);
    if (dsn.properties().containsKey(SOCKET)) {
      properties.setProperty("authenticationPlugins", UnixSocketPasswordPlugin.class.getName());
    }
    if ("DISABLED".equals(properties.getProperty("sslMode"))) {
      // Without TLS the password is sent under the server's public key, which has to be fetched.
      properties.setProperty("allowPublicKeyRetrieval", "true");
    }
    if (!variables.isEmpty()) {
      properties.setProperty(
          "sessionVariables",
          variables.entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(",")));
    }
    return properties;
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
    if (code == null && (state.startsWith("08") || state.equals("40001"))) {
      code = ExitCode.RETRY;
    }
    return Optional.ofNullable(code);
  }

  @Override
  public String connectHint(Dsn dsn, SQLException e) {
    return switch (e.getErrorCode()) {
      case 1045, 1698 ->
          "check user and password in the DSN; both are taken as they are, without" + " %XX";
      case 1049 ->
          "create the database first (slipway database create), or"
              + " correct its name in the DSN";
      case 1044 -> "grant the user rights on this database";
      default ->
          SqlExceptions.isTlsFailure(e)
              ? "check tls, sslrootcert, sslcert and sslkey in the DSN, and the host's name"
              : "check host and port in the DSN, and that the server runs; --wait 60s waits for it";
    };
  }
}
