package dev.slipway.driver.postgres;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Secret;
import dev.slipway.dsn.Dsn;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import dev.slipway.dsn.ParameterHandlers;
import dev.slipway.dsn.PercentDecoder;
import dev.slipway.error.SlipwayException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * libpq's URLs and parameters, which PostgreSQL and CockroachDB share: what each becomes for
 * pgjdbc.
 *
 * <p>{@code scheme://[user[:password]@][host[:port],…][/database][?name=value&…]}, with {@code %XX}
 * decoded everywhere. Of the query {@code host}, {@code port}, {@code user}, {@code password} and
 * {@code dbname} beat what stands before it.
 *
 * <p>Without {@code sslmode} it is {@code require}, as Ory documents, and not {@code prefer} as the
 * driver has it: a password or a row never crosses the network in clear text unless the DSN allows
 * it. A unix socket is no network: there it is {@code disable}, as in libpq.
 */
public final class LibpqDsnParser {
  /** What our own socket and TLS factories read; the driver looks at none of them. */
  static final String ADDRESSES = "slipway.addresses";

  static final String KEEPALIVES_IDLE = "slipway.keepalives_idle";

  /** The JDBC driver's property for the kind of host to choose among several. */
  static final String TARGET = "targetServerType";

  static final String KEEPALIVES_INTERVAL = "slipway.keepalives_interval";
  static final String KEEPALIVES_COUNT = "slipway.keepalives_count";

  /** Used without {@code application_name}, before the name that Slipway would send. */
  static final String FALLBACK_APPLICATION_NAME = "slipway.fallback_application_name";

  /** An option that a proxy before the server reads, and every login needs. */
  static final String PROXY_OPTION = "slipway.proxy_option";

  /** How often a statement runs before the driver names it; 0 is never. */
  static final String PREPARE_THRESHOLD = "prepareThreshold";

  static final String TLS_ROOT = "slipway.sslrootcert";
  static final String TLS_CERT = "slipway.sslcert";
  static final String TLS_KEY = "slipway.sslkey";
  static final String TLS_PASSWORD = "slipway.sslpassword";
  static final String TLS_CERT_MODE = "slipway.sslcertmode";
  static final String TLS_SNI = "slipway.sslsni";
  static final String TLS_MIN = "slipway.ssl_min_protocol_version";
  static final String TLS_MAX = "slipway.ssl_max_protocol_version";

  /** Where a unix socket stands in a URL: an address of this machine that nobody else uses. */
  private static final String SOCKET_HOST = "127.255.255.254";

  /** The parameters that may stand in the URL itself. */
  static final List<String> CONNECTION =
      List.of("host", "port", "user", "password", "dbname", "hostaddr");

  private static final String HINT =
      "a setting of the server goes into options, as in options=-c%20name%3Dvalue";

  private LibpqDsnParser() {}

  /** Reads what follows {@code ://}. */
  public static Dsn parse(
      String driver, String rest, int port, Map<String, ParameterHandler> handlers) {
    return build(driver, split(rest), port, handlers);
  }

  /** Reads {@code host=db user=app dbname=app}. */
  static Dsn parseKeywords(
      String driver, String text, int port, Map<String, ParameterHandler> handlers) {
    return build(driver, new UrlParts("", "", "", "", KeywordDsn.parse(text)), port, handlers);
  }

  /**
   * Builds the DSN of settings in parts. TLS is optional there: tools that read these settings do
   * not use TLS, and the settings cannot request it.
   */
  public static Dsn parse(
      String driver, DatabaseConfig.Parts parts, int port, Map<String, ParameterHandler> handlers) {
    return build(
        driver,
        new UrlParts(
            parts.username().orElse(""),
            parts.password().map(Secret::reveal).orElse(""),
            parts.hostAndPort(),
            parts.requireName(),
            DsnParameter.withDefault(DsnParameter.parseQuery(parts.query()), "sslmode", "prefer")),
        port,
        handlers);
  }

  private static Dsn build(
      String driver, UrlParts place, int port, Map<String, ParameterHandler> handlers) {
    DsnBuilder draft = new DsnBuilder(driver);
    List<DsnParameter> parameters = new ArrayList<>();
    Map<String, String> of = new LinkedHashMap<>();
    for (DsnParameter parameter : place.parameters()) {
      if (CONNECTION.contains(parameter.name())) {
        if (of.put(parameter.name(), parameter.value()) != null) {
          throw SlipwayException.usageError(
              "the DSN parameter " + parameter.name() + " is given twice");
        }
      } else {
        parameters.add(parameter);
      }
    }
    String user = of.getOrDefault("user", place.user());
    String password = of.getOrDefault("password", place.password());
    String database = of.getOrDefault("dbname", place.database());
    if (database.isEmpty()) {
      database = user;
    }
    if (user.isEmpty()) {
      throw SlipwayException.usageError("the DSN names no user")
          .hint("write it before the host, as in " + driver + "://user:password@host/name");
    }
    draft.property("user", user);
    if (!password.isEmpty()) {
      draft.property("password", draft.secret(password).reveal());
    }
    List<Host> hosts = hosts(place, of, port);
    draft.front =
        driver
            + "://"
            + DsnParameter.encode(user)
            + (password.isEmpty() ? "" : ":***")
            + "@"
            + hosts.stream().map(Host::words).collect(Collectors.joining(","))
            + "/"
            + DsnParameter.encode(database);
    ParameterHandlers.applyAll(parameters, handlers, draft, HINT);
    draft.searchPath = draft.settings.getOrDefault(StartupOptions.SEARCH_PATH, "");
    draft.schema = SearchPath.explicit(draft.searchPath).orElse("");
    finish(draft, hosts, database, user, !password.isEmpty(), parameters);
    return draft.build();
  }

  /** Every parameter of libpq, of pgx, and the server's settings that are worth a name. */
  public static Map<String, ParameterHandler> handlers() {
    Map<String, ParameterHandler> handlers = ParameterHandlers.pool();
    handlers.put("pool_max_conns", handlers.get("max_conns"));
    handlers.put("pool_min_conns", handlers.get("max_idle_conns"));
    handlers.put("pool_max_conn_lifetime", handlers.get("max_conn_lifetime"));
    handlers.put("pool_max_conn_idle_time", handlers.get("max_conn_idle_time"));
    handlers.put("pool_min_idle_conns", handlers.get("max_idle_conns"));
    handlers.put(
        "pool_max_conn_lifetime_jitter",
        ParameterHandler.reject("lifetimes are varied by themselves; leave it out"));
    handlers.put(
        "pool_health_check_period",
        ParameterHandler.reject("connections are checked when they are handed out; leave it out"));

    handlers.put(
        "sslmode",
        (p, d) -> {
          if (p.value().equals("allow")) {
            throw p.rejection(
                "plain text first and TLS second protects nothing; use prefer or require");
          }
          if (p.value().equals("no-verify")) {
            // node-postgres' name for libpq's require.
            d.property("sslmode", "require");
            return;
          }
          ParameterHandler.property(
                  "sslmode", "disable", "prefer", "require", "verify-ca", "verify-full")
              .apply(p, d);
        });
    handlers.put("requiressl", ParameterHandler.reject("use sslmode=require"));
    handlers.put(
        "sslcompression",
        ParameterHandler.only(List.of("0"), "TLS is never compressed; leave it out"));
    handlers.put(
        "sslnegotiation", ParameterHandler.property("sslNegotiation", "postgres", "direct"));
    handlers.put("sslrootcert", ParameterHandler.property(TLS_ROOT));
    handlers.put("sslcert", ParameterHandler.property(TLS_CERT));
    handlers.put(
        "sslkey",
        (p, d) -> {
          if (p.value().startsWith("pkcs11:") || p.value().contains(":pkcs11:")) {
            throw p.rejection("keys in hardware cannot be read; name a PEM file");
          }
          d.property(TLS_KEY, p.value());
        });
    handlers.put("sslpassword", (p, d) -> d.property(TLS_PASSWORD, d.secret(p.value()).reveal()));
    handlers.put(
        "sslcertmode",
        (p, d) -> {
          if (p.value().equals("require")) {
            throw p.rejection(
                "whether the server asks for a certificate is up to its pg_hba.conf; use"
                    + " allow");
          }
          ParameterHandler.property(TLS_CERT_MODE, "disable", "allow").apply(p, d);
        });
    handlers.put(
        "sslcrl",
        ParameterHandler.reject(
            "revocation lists are not read; use a short-lived certificate"
                + " or another sslrootcert"));
    handlers.put("sslcrldir", handlers.get("sslcrl"));
    handlers.put("sslsni", (p, d) -> d.property(TLS_SNI, String.valueOf(p.bool())));
    handlers.put(
        "ssl_min_protocol_version", ParameterHandler.property(TLS_MIN, "TLSv1.2", "TLSv1.3"));
    handlers.put(
        "ssl_max_protocol_version", ParameterHandler.property(TLS_MAX, "TLSv1.2", "TLSv1.3"));
    handlers.put(
        "sslkeylogfile", ParameterHandler.reject("session keys are never written to a file"));
    handlers.put(
        "requirepeer",
        ParameterHandler.reject(
            "the owner of a socket's other end cannot be asked;"
                + " protect the socket's folder by its permissions"));

    handlers.put("require_auth", ParameterHandler.property("requireAuth"));
    handlers.put(
        "channel_binding",
        ParameterHandler.property("channelBinding", "disable", "prefer", "require"));
    handlers.put("scram_client_key", ParameterHandler.reject("give the password instead"));
    handlers.put("scram_server_key", handlers.get("scram_client_key"));
    handlers.put(
        "passfile",
        ParameterHandler.reject(
            "put the password into the DSN, and the DSN into a file that" + " DSN_FILE names"));
    handlers.put(
        "service",
        ParameterHandler.reject(
            "service files are not read; put the whole DSN into a file" + " that DSN_FILE names"));
    handlers.put("servicefile", handlers.get("service"));
    handlers.put("krbsrvname", ParameterHandler.property("kerberosServerName"));
    handlers.put("gsslib", ParameterHandler.property("gsslib", "gssapi", "sspi"));
    handlers.put(
        "gssencmode", ParameterHandler.property("gssEncMode", "disable", "prefer", "require"));
    handlers.put(
        "gssdelegation",
        ParameterHandler.only(List.of("0"), "credentials are not delegated; leave it" + " out"));
    for (String name :
        List.of("oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope")) {
      handlers.put(
          name,
          ParameterHandler.reject(
              "the driver knows no OAuth; use a password or a client" + " certificate"));
    }

    handlers.put(
        "connect_timeout",
        (p, d) ->
            d.property("connectTimeout", String.valueOf(Math.max(0, p.integer(-1, 100_000)))));
    handlers.put("keepalives", (p, d) -> d.property("tcpKeepAlive", String.valueOf(p.bool())));
    handlers.put(
        "keepalives_idle",
        (p, d) -> d.property(KEEPALIVES_IDLE, String.valueOf(p.integer(0, 100_000))));
    handlers.put(
        "keepalives_interval",
        (p, d) -> d.property(KEEPALIVES_INTERVAL, String.valueOf(p.integer(0, 100_000))));
    handlers.put(
        "keepalives_count",
        (p, d) -> d.property(KEEPALIVES_COUNT, String.valueOf(p.integer(0, 1_000))));
    // The client's half of it is out of Java's reach; the server's setting of the same name keeps a
    // dead client's session from staying.
    handlers.put("tcp_user_timeout", ParameterHandler.setting("tcp_user_timeout"));
    handlers.put(
        "target_session_attrs",
        (p, d) ->
            d.property(
                TARGET,
                switch (p.value()) {
                  case "any" -> "any";
                  // The driver asks for transaction_read_only in either case.
                  case "read-write", "primary" -> "primary";
                  case "read-only", "standby" -> "secondary";
                  case "prefer-standby" -> "preferSecondary";
                  default ->
                      throw p.mustBe(
                          "one of any, read-write, read-only, primary, standby, prefer-standby");
                }));
    handlers.put(
        "load_balance_hosts",
        (p, d) ->
            d.property(
                "loadBalanceHosts",
                switch (p.value()) {
                  case "disable" -> "false";
                  case "random" -> "true";
                  default -> throw p.mustBe("disable or random");
                }));
    handlers.put("application_name", ParameterHandler.property("ApplicationName"));
    handlers.put(
        "fallback_application_name", (p, d) -> d.property(FALLBACK_APPLICATION_NAME, p.value()));
    handlers.put(
        "client_encoding",
        (p, d) -> {
          if (!List.of("utf8", "utf-8", "unicode", "auto")
              .contains(p.value().toLowerCase(Locale.ROOT))) {
            throw p.rejection("the driver speaks UTF8 only; leave it out");
          }
        });
    handlers.put("datestyle", ParameterHandler.setting("DateStyle"));
    handlers.put(
        "replication",
        ParameterHandler.only(
            List.of("false", "off", "no", "0"),
            "a replication connection cannot run migrations; leave it out"));
    handlers.put(
        "max_protocol_version",
        (p, d) ->
            d.property(
                "protocolVersion",
                switch (p.value()) {
                  case "3.0" -> "3.0";
                  case "3.2", "latest" -> "3.2";
                  default -> throw p.mustBe("3.0, 3.2 or latest");
                }));
    handlers.put(
        "min_protocol_version",
        ParameterHandler.only(
            List.of("3.0"),
            "the driver has no lower bound; use max_protocol_version or leave it out"));
    handlers.put("authtype", ParameterHandler.reject("libpq gave it up long ago; leave it out"));
    handlers.put("tty", handlers.get("authtype"));
    handlers.put(
        "options",
        (p, d) ->
            StartupOptions.read(p)
                .forEach(
                    (name, value) -> {
                      if (StartupOptions.isForProxy(name)) {
                        d.property(PROXY_OPTION, name + "=" + value);
                      } else {
                        d.setting(name, value);
                      }
                    }));
    handlers.put(
        "migration_table_name",
        ParameterHandler.reject("use migrate.table (MIGRATE_TABLE, --table)"));

    ParameterHandler off = ParameterHandler.reject("it is a switch of the Go driver; leave it out");
    for (String name :
        List.of(
            "statement_cache_capacity",
            "description_cache_capacity",
            "disable_prepared_binary_result")) {
      handlers.put(name, off);
    }
    handlers.putAll(statementHandlers());
    for (String name :
        List.of(
            "search_path",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "idle_session_timeout",
            "transaction_timeout",
            "default_transaction_isolation",
            "default_transaction_read_only",
            "default_transaction_deferrable",
            "client_min_messages",
            "role",
            "row_security",
            "tcp_keepalives_idle",
            "tcp_keepalives_interval",
            "tcp_keepalives_count",
            "client_connection_check_interval")) {
      handlers.put(name, ParameterHandler.setting(name));
    }
    // Both spellings are in use.
    handlers.put("timezone", ParameterHandler.setting("TimeZone"));
    handlers.put("TimeZone", handlers.get("timezone"));
    handlers.putAll(ForeignLibpqParameters.handlers(handlers));
    return handlers;
  }

  /** Whether statements are prepared by name: the driver's parameter, and those of Go's drivers. */
  public static Map<String, ParameterHandler> statementHandlers() {
    Map<String, ParameterHandler> handlers = new LinkedHashMap<>();
    // The driver has -1 for "from the first time on", and for a way to transfer values.
    handlers.put(
        PREPARE_THRESHOLD, (p, d) -> named(d, p.integer(-1, 1_000_000) == -1 ? "1" : p.value()));
    handlers.put(
        "default_query_exec_mode",
        named("cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"));
    handlers.put("statement_cache_mode", named("prepare", "describe"));
    handlers.put(
        "prefer_simple_protocol",
        (p, d) -> {
          if (p.bool()) {
            named(d, "0");
          }
        });
    handlers.put("binary_parameters", named("no", "yes"));
    return handlers;
  }

  /** A parameter whose first value leaves named statements on; the others turn them off. */
  private static ParameterHandler named(String on, String... off) {
    return (parameter, draft) -> {
      if (List.of(off).contains(parameter.value())) {
        named(draft, "0");
      } else if (!parameter.value().equals(on)) {
        throw parameter.mustBe("one of " + on + ", " + String.join(", ", off));
      }
    };
  }

  /** One parameter that turns them off is enough, whatever the others say. */
  static void named(DsnBuilder draft, String threshold) {
    draft.properties.merge(
        PREPARE_THRESHOLD, threshold, (before, now) -> before.equals("0") ? before : now);
  }

  /**
   * Reads the parameters about named statements in the query of a JDBC URL. The JDBC driver knows
   * one of them, and would turn them on before a pooler can be detected.
   *
   * @return the query without them
   */
  static String readStatementParameters(String query, DsnBuilder builder) {
    Map<String, ParameterHandler> handlers = statementHandlers();
    Map<Boolean, List<String>> parts =
        Arrays.stream(query.split("&"))
            .collect(
                Collectors.partitioningBy(
                    each -> handlers.containsKey(each.replaceFirst("=.*", ""))));
    ParameterHandlers.applyAll(
        DsnParameter.parseQuery(String.join("&", parts.get(true))), handlers, builder, "");
    return String.join("&", parts.get(false));
  }

  private record UrlParts(
      String user, String password, String hosts, String database, List<DsnParameter> parameters) {}

  private record Host(String name, String port, String address) {
    boolean socket() {
      return name.startsWith("/");
    }

    String words() {
      return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /** As libpq does it: credentials end at an {@code @} before the first {@code /}. */
  private static UrlParts split(String rest) {
    int slash = rest.indexOf('/');
    String front = slash < 0 ? rest : rest.substring(0, slash);
    int at = front.lastIndexOf('@');
    if (at < 0 && rest.indexOf('@') > 0 && slash >= 0 && rest.indexOf('?') < 0) {
      throw SlipwayException.usageError("the DSN has a / before its @")
          .hint("in the user and the password, write / as %2F, @ as %40, : as %3A and % as %25");
    }
    String credentials = at < 0 ? "" : front.substring(0, at);
    String after = rest.substring(at + 1);
    int question = after.indexOf('?');
    String path = question < 0 ? after : after.substring(0, question);
    int end = path.indexOf('/');
    int colon = credentials.indexOf(':');
    return new UrlParts(
        PercentDecoder.decode(
            colon < 0 ? credentials : credentials.substring(0, colon), "the user"),
        colon < 0 ? "" : PercentDecoder.decode(credentials.substring(colon + 1), "the password"),
        end < 0 ? path : path.substring(0, end),
        end < 0 ? "" : PercentDecoder.decode(path.substring(end + 1), "the database's name"),
        question < 0 ? List.of() : DsnParameter.parseQuery(after.substring(question + 1)));
  }

  private static List<Host> hosts(UrlParts place, Map<String, String> of, int defaultPort) {
    List<String> names = new ArrayList<>();
    List<String> ports = new ArrayList<>();
    for (String each : place.hosts().split(",", -1)) {
      int colon = each.lastIndexOf(':');
      boolean port = colon >= 0 && each.indexOf(']', colon) < 0;
      String name = port ? each.substring(0, colon) : each;
      if (name.startsWith("[") != name.endsWith("]")
          || (name.indexOf(':') >= 0 && !name.startsWith("["))) {
        throw SlipwayException.usageError("the host in the DSN cannot be read")
            .hint(
                "write an IPv6 address in brackets, as in [::1]:5432; in the user and the"
                    + " password, write : as %3A, @ as %40 and / as %2F");
      }
      names.add(
          PercentDecoder.decode(
              name.startsWith("[") ? name.substring(1, name.length() - 1) : name, "the host"));
      ports.add(port ? each.substring(colon + 1) : "");
    }
    if (of.containsKey("host")) {
      names = List.of(of.get("host").split(",", -1));
      if (ports.size() != names.size()) {
        ports = repeat("", names.size());
      }
    }
    if (of.containsKey("port")) {
      List<String> given = List.of(of.get("port").split(",", -1));
      ports = given.size() == 1 ? repeat(given.getFirst(), names.size()) : given;
    }
    List<String> addresses =
        of.containsKey("hostaddr")
            ? List.of(of.get("hostaddr").split(",", -1))
            : repeat("", names.size());
    if (names.stream().allMatch(String::isEmpty) && of.containsKey("hostaddr")) {
      names = addresses;
      ports = ports.size() == names.size() ? ports : repeat("", names.size());
    }
    if (ports.size() != names.size() || addresses.size() != names.size()) {
      throw SlipwayException.usageError(
          "the DSN names " + names.size() + " hosts, but not as many ports or" + " addresses");
    }
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String port = ports.get(i).isEmpty() ? String.valueOf(defaultPort) : ports.get(i);
      if (!port.matches("\\d{1,5}")
          || Integer.parseInt(port) < 1
          || Integer.parseInt(port) > 65535) {
        throw SlipwayException.usageError("the port in the DSN is no number from 1 to 65535")
            .hint("in the user and the password, write : as %3A, @ as %40 and / as %2F");
      }
      if (addresses.get(i).matches(".*[^0-9A-Fa-f.:%].*")) {
        throw SlipwayException.usageError("the DSN parameter hostaddr must be an IP address")
            .hint("a name goes into host");
      }
      if (!names.get(i).startsWith("/") && names.get(i).matches(".*[/?#&=@,;\\[\\]\\s].*")) {
        throw SlipwayException.usageError("the host in the DSN cannot be read")
            .hint(
                "a unix socket is named by its folder's absolute path, as in"
                    + " host=/run/postgresql");
      }
      hosts.add(
          new Host(names.get(i).isEmpty() ? "localhost" : names.get(i), port, addresses.get(i)));
    }
    if (hosts.size() > 1 && hosts.stream().anyMatch(Host::socket)) {
      throw SlipwayException.usageError("a unix socket cannot be one of several hosts")
          .hint("name the socket alone");
    }
    return hosts;
  }

  private static List<String> repeat(String text, int times) {
    return Collections.nCopies(times, text);
  }

  private static void finish(
      DsnBuilder draft,
      List<Host> hosts,
      String database,
      String user,
      boolean password,
      List<DsnParameter> parameters) {
    Host first = hosts.getFirst();
    List<String> addresses = new ArrayList<>();
    List<String> inUrl = new ArrayList<>();
    for (Host host : hosts) {
      if (host.socket()) {
        String path = host.name() + "/.s.PGSQL." + host.port();
        inUrl.add(SOCKET_HOST + ":" + host.port());
        addresses.add(SOCKET_HOST + ":" + host.port() + "=" + path);
        draft.replacements.put(SOCKET_HOST + ":" + host.port(), path);
        draft.replacements.put(SOCKET_HOST, path);
      } else {
        inUrl.add(host.words());
        if (!host.address().isEmpty()) {
          addresses.add(host.name() + ":" + host.port() + "=" + host.address());
        }
      }
    }
    if (first.socket()) {
      draft.property("sslmode", "disable");
    } else {
      draft.properties.putIfAbsent("sslmode", "require");
    }
    if (!addresses.isEmpty()) {
      draft.property(ADDRESSES, String.join("\n", addresses));
    }
    draft.url =
        "jdbc:postgresql://"
            + String.join(",", inUrl)
            + "/"
            + URLEncoder.encode(database, StandardCharsets.UTF_8);
    String where =
        first.socket()
            ? first.name() + "/.s.PGSQL." + first.port()
            : hosts.stream().map(Host::words).collect(Collectors.joining(","));
    draft.target = draft.driver() + " at " + where + ", database " + database;
    List<DsnParameter> shown = new ArrayList<>();
    if (first.socket()) {
      shown.add(new DsnParameter("host", first.name()));
      shown.add(new DsnParameter("port", first.port()));
    }
    shown.addAll(parameters);
    draft.redacted =
        draft.driver()
            + "://"
            + user
            + (password ? ":***" : "")
            + "@"
            + (first.socket() ? "" : where)
            + "/"
            + database
            + DsnBuilder.redactedQuery(shown);
  }
}
