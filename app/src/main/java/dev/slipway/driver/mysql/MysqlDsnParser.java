package dev.slipway.driver.mysql;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Secret;
import dev.slipway.driver.JdbcUrl;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import dev.slipway.dsn.ParameterHandlers;
import dev.slipway.dsn.PercentDecoder;
import dev.slipway.error.SlipwayException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The DSN of MySQL, with the parameters of go-sql-driver/mysql.
 *
 * <p>{@code mysql://[user[:password]@][tcp(host[:port])|unix(/path)]/database[?name=value&…]}. User
 * and password are literal, {@code %} included; the password ends at the last {@code @} before the
 * address. The database's name and the values are decoded.
 *
 * <p>{@code mysql://[user[:password]@]host[:port]/database[?name=value&…]} is a URL, as other tools
 * have it: everything is decoded.
 */
public final class MysqlDsnParser {
  /** What our own socket factory reads; the driver keeps it and looks at none of it. */
  static final String SOCKET = "slipway.socket";

  /** Present when TLS is ours and not the driver's. */
  static final String TLS = "slipway.tls";

  static final String TLS_ROOT = "slipway.sslrootcert";
  static final String TLS_CERT = "slipway.sslcert";
  static final String TLS_KEY = "slipway.sslkey";
  static final String TLS_PASSWORD = "slipway.sslpassword";

  private static final int PORT = 3306;
  private static final Pattern GO_ADDRESS = Pattern.compile("(^|@)(tcp[46]?|unix)\\(");
  private static final Pattern GO_DSN = Pattern.compile("^\\S+@(tcp[46]?|unix)\\(.*\\)/");

  /** The JDBC driver's property for the database, which takes precedence over the URL's path. */
  static final String DATABASE = "dbname";

  private static final String CLEARTEXT = "slipway.allowCleartextPasswords";
  private static final String NATIVE = "slipway.allowNativePasswords";

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

  private MysqlDsnParser() {}

  /** Parses what follows {@code mysql://}. */
  static Dsn parse(String driver, String rest) {
    if (isUrl(rest)) {
      return parseUrl(driver, rest);
    }
    UrlParts place = place(rest);
    int at = place.front().lastIndexOf('@', addressStart(place.front()));
    String credentials = at < 0 ? "" : place.front().substring(0, at);
    String address = place.front().substring(at + 1);
    int colon = credentials.indexOf(':');
    return build(
        driver,
        colon < 0 ? credentials : credentials.substring(0, colon),
        colon < 0 ? "" : credentials.substring(colon + 1),
        address,
        PercentDecoder.decode(place.database(), "the database's name"),
        place.parameters());
  }

  /** Whether the address is a plain host, without {@code tcp(…)} or {@code unix(…)}. */
  private static boolean isUrl(String rest) {
    String front = rest.replaceFirst("\\?.*", "");
    int at = front.lastIndexOf('@');
    String address = front.substring(at + 1);
    return !GO_ADDRESS.matcher(rest).find() && address.matches("[^/(][^/]*/[^/]*");
  }

  private static Dsn parseUrl(String driver, String rest) {
    int question = rest.indexOf('?');
    String front = question < 0 ? rest : rest.substring(0, question);
    int at = front.lastIndexOf('@');
    int slash = front.indexOf('/', at + 1);
    String credentials = at < 0 ? "" : front.substring(0, at);
    int colon = credentials.indexOf(':');
    return build(
        driver,
        PercentDecoder.decode(
            colon < 0 ? credentials : credentials.substring(0, colon), "the user"),
        colon < 0 ? "" : PercentDecoder.decode(credentials.substring(colon + 1), "the password"),
        "tcp(" + front.substring(at + 1, slash) + ")",
        PercentDecoder.decode(front.substring(slash + 1), "the database's name"),
        question < 0 ? List.of() : DsnParameter.parseQuery(rest.substring(question + 1)));
  }

  /** Whether a text is a DSN of go-sql-driver/mysql, which has no scheme. */
  static boolean isGoDsn(String text) {
    return text.indexOf("://") < 0 && GO_DSN.matcher(text).find();
  }

  /**
   * Builds the DSN of settings in parts. TLS is optional here: tools that read these settings do
   * not use TLS, and the settings have no word for it.
   */
  static Dsn parse(String driver, DatabaseConfig.Parts parts) {
    return build(
        driver,
        parts.username().orElse(""),
        parts.password().map(Secret::reveal).orElse(""),
        "tcp(" + parts.hostAndPort() + ")",
        parts.requireName(),
        DsnParameter.withDefault(DsnParameter.parseQuery(parts.query()), "tls", "preferred"));
  }

  private static Dsn build(
      String driver,
      String user,
      String password,
      String address,
      String database,
      List<DsnParameter> parameters) {
    DsnBuilder draft = new DsnBuilder(driver);
    if (user.isEmpty()) {
      throw SlipwayException.usageError("the DSN names no user")
          .hint("write it first, as in mysql://user:password@tcp(host:3306)/name");
    }
    draft.property("user", user);
    if (!password.isEmpty()) {
      draft.property("password", draft.secret(password).reveal());
    }
    draft.schema = database;
    draft.front =
        "mysql://"
            + user
            + (password.isEmpty() ? "" : ":***")
            + "@"
            + address
            + "/"
            + DsnParameter.encode(database);
    ParameterHandlers.applyAll(parameters, handlers(), draft, HINT);
    String where =
        address(draft, draft.property(SOCKET).map(p -> "unix(" + p + ")").orElse(address));
    tls(draft, parameters);
    draft.url =
        draft.url + "/" + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    draft.target = "mysql at " + where + (database.isEmpty() ? "" : ", database " + database);
    draft.redacted = draft.front + DsnBuilder.redactedQuery(parameters);
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

  /** Sets the URL up to the database; returns the address for messages. */
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

  /** Every parameter of go-sql-driver/mysql, other tools' names, and the session variables. */
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
          // Zero asks the server, which is the default of the JDBC driver.
          if (bytes > 0) {
            d.property("maxAllowedPacket", String.valueOf(bytes));
          }
        });
    handlers.put("timeout", (p, d) -> d.property("connectTimeout", millis(p.duration())));
    handlers.put("readTimeout", MysqlDsnParser::socketTimeout);
    handlers.put("writeTimeout", MysqlDsnParser::socketTimeout);
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
    handlers.putAll(ForeignMysqlParameters.handlers(handlers));
    return handlers;
  }

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
            && ((value.startsWith("'") && value.endsWith("'"))
                || (value.startsWith("\"") && value.endsWith("\"")));
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

  /** Parses a JDBC URL. */
  static Dsn parseJdbc(String driver, String text) {
    JdbcUrl url = JdbcUrl.of(text);
    DsnBuilder builder = url.builder(driver);
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
}
