package dev.slipway.db;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
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
public final class Mysql implements Dialect {
  static final Mysql DIALECT = new Mysql();

  /** What our own socket factory reads; the driver keeps it and looks at none of it. */
  static final String SOCKET = "slipway.socket";

  /** Present when TLS is ours and not the driver's. */
  static final String TLS = "slipway.tls";

  static final String TLS_ROOT = "slipway.sslrootcert";
  static final String TLS_CERT = "slipway.sslcert";
  static final String TLS_KEY = "slipway.sslkey";
  static final String TLS_PASSWORD = "slipway.sslpassword";

  private static final int PORT = 3306;
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

  private Mysql() {}

  @Override
  public Kind kind() {
    return Kind.MYSQL;
  }

  @Override
  public String name() {
    return "mysql";
  }

  @Override
  public List<String> synonyms() {
    return List.of();
  }

  /** Each CREATE and ALTER commits what came before it. */
  @Override
  public boolean transactionalDdl() {
    return false;
  }

  @Override
  public ExitCode exitCode(SQLException e) {
    return Failures.exitCode(e, Mysql::judge);
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
  public boolean pipelines() {
    return false;
  }

  @Override
  public String rowLock() {
    return " FOR UPDATE";
  }

  /** A deadlock took the whole transaction back; a lock that was not got in time is given up. */
  @Override
  public boolean rolledBack(SQLException e) {
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
  public Object bound(Object value) {
    return switch (value) {
      case UUID id -> id.toString();
      case Instant time -> LocalDateTime.ofInstant(time, ZoneOffset.UTC);
      case JsonValue json -> json.text();
      default -> value;
    };
  }

  @Override
  public Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, LocalDateTime.class))
        .map(time -> time.toInstant(ZoneOffset.UTC));
  }

  @Override
  public String toString() {
    return name();
  }

  static Dsn parse(String rest) {
    Draft draft = new Draft(DIALECT);
    Place place = place(rest);
    int at = place.front().lastIndexOf('@', addressStart(place.front()));
    String credentials = at < 0 ? "" : place.front().substring(0, at);
    String address = place.front().substring(at + 1);
    int colon = credentials.indexOf(':');
    String user = colon < 0 ? credentials : credentials.substring(0, colon);
    if (user.isEmpty()) {
      throw Fault.usage("the DSN names no user")
          .hint("write it first, as in mysql://user:password@tcp(host:3306)/name");
    }
    draft.property("user", user);
    boolean password = colon >= 0 && colon + 1 < credentials.length();
    if (password) {
      draft.property("password", draft.secret(credentials.substring(colon + 1)).reveal());
    }
    String database = Draft.decode(place.database(), "the database's name");
    draft.apply(place.parameters(), rules(), HINT);
    String where = address(draft, address);
    tls(draft, place.parameters());
    draft.url =
        draft.url + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    draft.target = "mysql at " + where + (database.isEmpty() ? "" : ", database " + database);
    draft.redacted =
        "mysql://"
            + user
            + (password ? ":***" : "")
            + "@"
            + address
            + "/"
            + database
            + Dsn.query(place.parameters());
    return Dsn.of(draft);
  }

  private record Place(String front, String database, List<Parameter> parameters) {}

  /**
   * The driver of Go looks for the last {@code /}; so a {@code /} in a value has to be {@code %2F}.
   * Where that leaves an address without its closing bracket, a value holds the {@code /}, and the
   * address ends at the last bracket that a {@code /} follows.
   */
  private static Place place(String rest) {
    int slash = rest.lastIndexOf('/');
    if (slash > 0 && rest.charAt(slash - 1) != ')') {
      int bracket = rest.lastIndexOf(")/");
      slash = bracket >= 0 ? bracket + 1 : slash;
    }
    if (slash < 0) {
      throw Fault.usage("the DSN has no / before the database's name")
          .hint("write it as in mysql://user:password@tcp(host:3306)/name");
    }
    String after = rest.substring(slash + 1);
    int question = after.indexOf('?');
    return new Place(
        rest.substring(0, slash),
        question < 0 ? after : after.substring(0, question),
        question < 0 ? List.of() : Draft.parameters(after.substring(question + 1)));
  }

  /** An {@code @} within {@code unix(@name)} starts no address. */
  private static int addressStart(String front) {
    int bracket = front.endsWith(")") ? front.lastIndexOf('(') : -1;
    return bracket < 0 ? front.length() : bracket;
  }

  /** Sets the URL up to the database, and gives the address in words. */
  private static String address(Draft draft, String address) {
    if (address.isEmpty()) {
      draft.url = "jdbc:mysql://127.0.0.1:" + PORT;
      return "127.0.0.1:" + PORT;
    }
    if (address.startsWith("unix(") && address.endsWith(")")) {
      String path = address.substring(5, address.length() - 1);
      if (!path.startsWith("/")) {
        throw Fault.usage("the unix socket in the DSN must be an absolute path")
            .hint("write it as in mysql://user:password@unix(/run/mysqld/mysqld.sock)/name");
      }
      draft.property(SOCKET, path);
      // The socket factory connects to the path; the URL needs some address, which nobody looks up.
      draft.url = "jdbc:mysql://127.0.0.1:" + PORT;
      return path;
    }
    if (!address.matches("tcp[46]?\\(.*\\)")) {
      throw Fault.usage("the address in the DSN must be tcp(host:port) or unix(/path)")
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
      throw Fault.usage("the host in the DSN cannot be read")
          .hint("write an IPv6 address in brackets, as in tcp([::1]:3306)");
    }
    if (!number.matches("\\d{1,5}")
        || Integer.parseInt(number) < 1
        || Integer.parseInt(number) > 65535) {
      throw Fault.usage("the port in the DSN is no number from 1 to 65535");
    }
    String where = (host.isEmpty() ? "localhost" : host) + ":" + number;
    draft.url = "jdbc:mysql://" + where;
    return where;
  }

  /** Every parameter of go-sql-driver/mysql, and the session variables. */
  static Map<String, Rule> rules() {
    Map<String, Rule> rules = PoolParameters.rules();
    rules.put("collation", Rule.property("connectionCollation"));
    rules.put(
        "charset",
        (p, d) ->
            d.property(
                "characterEncoding",
                switch (p.value().split(",")[0].toLowerCase(Locale.ROOT)) {
                  case "utf8mb4", "utf8mb3", "utf8" -> "UTF-8";
                  case "latin1" -> "Cp1252";
                  case "ascii" -> "US-ASCII";
                  default -> throw p.refused("use utf8mb4, which holds every character");
                }));
    rules.put(
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
    rules.put(
        "maxAllowedPacket",
        (p, d) -> {
          int bytes = p.number(0, 999_999_999);
          // Zero asks the server, which is what the driver does when it is told nothing.
          if (bytes > 0) {
            d.property("maxAllowedPacket", String.valueOf(bytes));
          }
        });
    rules.put("timeout", (p, d) -> d.property("connectTimeout", millis(p.duration())));
    rules.put("readTimeout", Mysql::socketTimeout);
    rules.put("writeTimeout", Mysql::socketTimeout);
    rules.put(
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
                      throw p.refused(
                          "named configurations exist in Go programs only; use true,"
                              + " skip-verify, preferred or false, with sslrootcert, sslcert and sslkey");
                }));
    rules.put("sslrootcert", Rule.property(TLS_ROOT));
    rules.put("sslcert", Rule.property(TLS_CERT));
    rules.put("sslkey", Rule.property(TLS_KEY));
    rules.put("sslpassword", (p, d) -> d.property(TLS_PASSWORD, d.secret(p.value()).reveal()));
    rules.put("parseTime", (p, d) -> p.truth());
    rules.put(
        "multiStatements",
        Rule.only(
            List.of("true", "1"), "migrations are sent several statements at once; leave it out"));
    rules.put(
        "clientFoundRows",
        Rule.only(
            List.of("true", "1"), "rows are counted when found, changed or not; leave it out"));
    rules.put(
        "interpolateParams",
        (p, d) -> d.property("useServerPrepStmts", String.valueOf(!p.truth())));
    rules.put("compress", (p, d) -> d.property("useCompression", String.valueOf(p.truth())));
    rules.put("connectionAttributes", Rule.property("connectionAttributes"));
    rules.put(
        "allowAllFiles", (p, d) -> d.property("allowLoadLocalInfile", String.valueOf(p.truth())));
    rules.put(
        "allowCleartextPasswords", (p, d) -> d.property(CLEARTEXT, String.valueOf(p.truth())));
    rules.put("allowNativePasswords", (p, d) -> d.property(NATIVE, String.valueOf(p.truth())));
    rules.put(
        "allowOldPasswords",
        Rule.only(List.of("false", "0"), "no server since MySQL 5.7 knows them; leave it out"));
    rules.put("allowFallbackToPlaintext", Rule.only(List.of("false", "0"), "use tls=preferred"));
    rules.put(
        "checkConnLiveness",
        Rule.only(List.of("true", "1"), "connections are always checked before use; leave it out"));
    rules.put(
        "columnsWithAlias",
        Rule.only(List.of("false", "0"), "columns are read by their own names; leave it out"));
    rules.put(
        "rejectReadOnly",
        Rule.only(
            List.of("false", "0"),
            "a failover is noticed by the connection it closes; set max_conn_lifetime=5m to leave a"
                + " demoted server"));
    rules.put(
        "serverPubKey",
        Rule.refuse("keys registered by name exist in Go programs only; use tls=true"));
    rules.put(
        "timeTruncate",
        Rule.only(
            List.of("0", "0s"),
            "fractions of seconds are kept as the column has them; leave it out"));
    rules.put("strict", Rule.refuse("the driver of Go gave it up; use sql_mode=TRADITIONAL"));
    rules.put("autocommit", Rule.refuse("transactions are begun and ended by slipway"));
    rules.put("tx_isolation", Rule.refuse("use transaction_isolation"));
    rules.put("tx_read_only", Rule.refuse("use transaction_read_only"));
    rules.put("migration_table_name", Rule.refuse("use migrate.table (MIGRATE_TABLE, --table)"));
    for (String variable : VARIABLES) {
      rules.put(variable, (p, d) -> d.setting(variable, literal(p)));
    }
    return rules;
  }

  private static final String CLEARTEXT = "slipway.allowCleartextPasswords";
  private static final String NATIVE = "slipway.allowNativePasswords";

  /** The driver has one timeout for both directions: the longer of the two. */
  private static void socketTimeout(Parameter parameter, Draft draft) {
    long millis = parameter.duration().toMillis();
    long other = Long.parseLong(draft.found("socketTimeout").orElse("0"));
    draft.property("socketTimeout", String.valueOf(Math.max(millis, other)));
  }

  private static String millis(Duration duration) {
    return String.valueOf(duration.toMillis());
  }

  /** A value as SQL: numbers and bare words stay, everything else becomes a quoted text. */
  private static String literal(Parameter parameter) {
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

  private static void tls(Draft draft, List<Parameter> parameters) {
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
      throw Fault.usage("the DSN names certificates, but TLS is off").hint("add tls=true");
    }
    if (draft.properties.containsKey(SOCKET) && !off) {
      Optional<Parameter> tls =
          parameters.stream().filter(each -> each.name().equals("tls")).findFirst();
      throw tls.orElseThrow().refused("a unix socket is no network; leave it out");
    }
    List<String> disabled = new ArrayList<>();
    if (!"true".equals(draft.properties.remove(CLEARTEXT))) {
      disabled.add("mysql_clear_password");
    } else if (off) {
      throw Fault.usage("allowCleartextPasswords needs TLS").hint("add tls=true");
    }
    if ("false".equals(draft.properties.remove(NATIVE))) {
      disabled.add("mysql_native_password");
    }
    if (!disabled.isEmpty()) {
      draft.property("disabledAuthenticationPlugins", String.join(",", disabled));
    }
  }

  /** What the server has to prove: as in libpq, a given authority counts in every mode. */
  static TlsFiles.Trust trust(boolean name, boolean authority) {
    if (name) {
      return TlsFiles.Trust.AUTHORITY_AND_NAME;
    }
    return authority ? TlsFiles.Trust.AUTHORITY : TlsFiles.Trust.ANYONE;
  }

  /** The migrator's connection. */
  static Connection migrator(Dsn dsn, Database.Session session) throws SQLException {
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

  /** A connection of the server's pool. */
  static Connection pooled(Dsn dsn, String applicationName) throws SQLException {
    Properties properties = properties(dsn, applicationName, dsn.settings());
    // The server's own statements are one each: what is injected could only be one more.
    properties.setProperty("allowMultiQueries", "false");
    // They are short, too: one that gets no answer for so long gets none.
    properties.putIfAbsent("socketTimeout", String.valueOf(Database.SILENCE.toMillis()));
    return open(dsn, properties);
  }

  private static Connection open(Dsn dsn, Properties properties) throws SQLException {
    Connection connection = new NonRegisteringDriver().connect(dsn.url(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not take this URL", "08001");
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
    properties.setProperty("socketFactory", MysqlSockets.class.getName());
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
      properties.setProperty("authenticationPlugins", MysqlSocketPassword.class.getName());
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

  private static Optional<ExitCode> judge(SQLException e) {
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

  /** What to do about a connection that failed. */
  static String hint(SQLException e) {
    return switch (e.getErrorCode()) {
      case 1045, 1698 ->
          "check user and password in the DSN; both are taken as they are, without" + " %XX";
      case 1049 ->
          "create the database first (slipway database create), or"
              + " correct its name in the DSN";
      case 1044 -> "grant the user rights on this database";
      default ->
          Failures.tls(e)
              ? "check tls, sslrootcert, sslcert and sslkey in the DSN, and the host's name"
              : "check host and port in the DSN, and that the server runs; --wait 60s waits for it";
    };
  }
}
