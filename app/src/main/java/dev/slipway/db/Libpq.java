package dev.slipway.db;

import dev.slipway.fault.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
 * driver has it: a password or a row never goes over the network in clear text unless the DSN says
 * so. A unix socket is no network: there it is {@code disable}, as in libpq.
 */
final class Libpq {
  /** What our own socket and TLS factories read; the driver looks at none of them. */
  static final String ADDRESSES = "slipway.addresses";

  static final String KEEPALIVES_IDLE = "slipway.keepalives_idle";
  static final String KEEPALIVES_INTERVAL = "slipway.keepalives_interval";
  static final String KEEPALIVES_COUNT = "slipway.keepalives_count";
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

  private static final String HINT =
      "a setting of the server goes into options, as in options=-c%20name%3Dvalue";

  private Libpq() {}

  /** Reads what follows {@code ://}. */
  static Dsn parse(Dialect dialect, String rest, int port, Map<String, Rule> rules) {
    Draft draft = new Draft(dialect);
    Place place = place(rest);
    List<Parameter> parameters = new ArrayList<>();
    Map<String, String> of = new LinkedHashMap<>();
    for (Parameter parameter : place.parameters()) {
      if (List.of("host", "port", "user", "password", "dbname", "hostaddr")
          .contains(parameter.name())) {
        if (of.put(parameter.name(), parameter.value()) != null) {
          throw Fault.usage("the DSN parameter " + parameter.name() + " is given twice");
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
      throw Fault.usage("the DSN names no user")
          .hint("write it before the host, as in " + dialect.name() + "://user:password@host/name");
    }
    draft.property("user", user);
    if (!password.isEmpty()) {
      draft.property("password", draft.secret(password).reveal());
    }
    List<Host> hosts = hosts(place, of, port);
    draft.apply(parameters, rules, HINT);
    finish(draft, hosts, database, user, !password.isEmpty(), parameters);
    return Dsn.of(draft);
  }

  /** Every parameter of libpq, of pgx, and the server's settings that are worth a name. */
  static Map<String, Rule> rules() {
    Map<String, Rule> rules = PoolParameters.rules();
    rules.put("pool_max_conns", rules.get("max_conns"));
    rules.put("pool_min_conns", rules.get("max_idle_conns"));
    rules.put("pool_max_conn_lifetime", rules.get("max_conn_lifetime"));
    rules.put("pool_max_conn_idle_time", rules.get("max_conn_idle_time"));
    rules.put("pool_min_idle_conns", rules.get("max_idle_conns"));
    rules.put(
        "pool_max_conn_lifetime_jitter",
        Rule.refuse("lifetimes are varied by themselves; leave it out"));
    rules.put(
        "pool_health_check_period",
        Rule.refuse("connections are checked when they are handed out; leave it out"));

    rules.put(
        "sslmode",
        (p, d) -> {
          if (p.value().equals("allow")) {
            throw p.refused(
                "plain text first and TLS second protects nothing; use prefer or require");
          }
          Rule.property("sslmode", "disable", "prefer", "require", "verify-ca", "verify-full")
              .apply(p, d);
        });
    rules.put("requiressl", Rule.refuse("use sslmode=require"));
    rules.put("sslcompression", Rule.only(List.of("0"), "TLS is never compressed; leave it out"));
    rules.put("sslnegotiation", Rule.property("sslNegotiation", "postgres", "direct"));
    rules.put("sslrootcert", Rule.property(TLS_ROOT));
    rules.put("sslcert", Rule.property(TLS_CERT));
    rules.put(
        "sslkey",
        (p, d) -> {
          if (p.value().startsWith("pkcs11:") || p.value().contains(":pkcs11:")) {
            throw p.refused("keys in hardware cannot be read; name a PEM file");
          }
          d.property(TLS_KEY, p.value());
        });
    rules.put("sslpassword", (p, d) -> d.property(TLS_PASSWORD, d.secret(p.value()).reveal()));
    rules.put(
        "sslcertmode",
        (p, d) -> {
          if (p.value().equals("require")) {
            throw p.refused(
                "whether the server asks for a certificate is up to its pg_hba.conf; use"
                    + " allow");
          }
          Rule.property(TLS_CERT_MODE, "disable", "allow").apply(p, d);
        });
    rules.put(
        "sslcrl",
        Rule.refuse(
            "revocation lists are not read; use a short-lived certificate"
                + " or another sslrootcert"));
    rules.put("sslcrldir", rules.get("sslcrl"));
    rules.put("sslsni", (p, d) -> d.property(TLS_SNI, String.valueOf(p.truth())));
    rules.put("ssl_min_protocol_version", Rule.property(TLS_MIN, "TLSv1.2", "TLSv1.3"));
    rules.put("ssl_max_protocol_version", Rule.property(TLS_MAX, "TLSv1.2", "TLSv1.3"));
    rules.put("sslkeylogfile", Rule.refuse("session keys are never written to a file"));
    rules.put(
        "requirepeer",
        Rule.refuse(
            "the owner of a socket's other end cannot be asked;"
                + " protect the socket's folder by its permissions"));

    rules.put("require_auth", Rule.property("requireAuth"));
    rules.put("channel_binding", Rule.property("channelBinding", "disable", "prefer", "require"));
    rules.put("scram_client_key", Rule.refuse("give the password instead"));
    rules.put("scram_server_key", rules.get("scram_client_key"));
    rules.put(
        "passfile",
        Rule.refuse(
            "put the password into the DSN, and the DSN into a file that" + " DSN_FILE names"));
    rules.put(
        "service",
        Rule.refuse(
            "service files are not read; put the whole DSN into a file" + " that DSN_FILE names"));
    rules.put("servicefile", rules.get("service"));
    rules.put("krbsrvname", Rule.property("kerberosServerName"));
    rules.put("gsslib", Rule.property("gsslib", "gssapi", "sspi"));
    rules.put("gssencmode", Rule.property("gssEncMode", "disable", "prefer", "require"));
    rules.put(
        "gssdelegation",
        Rule.only(List.of("0"), "credentials are not delegated; leave it" + " out"));
    for (String name :
        List.of("oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope")) {
      rules.put(
          name,
          Rule.refuse("the driver knows no OAuth; use a password or a client" + " certificate"));
    }

    rules.put(
        "connect_timeout",
        (p, d) -> d.property("connectTimeout", String.valueOf(Math.max(0, p.number(-1, 100_000)))));
    rules.put("keepalives", (p, d) -> d.property("tcpKeepAlive", String.valueOf(p.truth())));
    rules.put(
        "keepalives_idle",
        (p, d) -> d.property(KEEPALIVES_IDLE, String.valueOf(p.number(0, 100_000))));
    rules.put(
        "keepalives_interval",
        (p, d) -> d.property(KEEPALIVES_INTERVAL, String.valueOf(p.number(0, 100_000))));
    rules.put(
        "keepalives_count",
        (p, d) -> d.property(KEEPALIVES_COUNT, String.valueOf(p.number(0, 1_000))));
    // The client's half of it is out of Java's reach; the server's setting of the same name keeps a
    // dead client's session from staying.
    rules.put("tcp_user_timeout", Rule.setting("tcp_user_timeout"));
    rules.put(
        "target_session_attrs",
        (p, d) ->
            d.property(
                "targetServerType",
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
    rules.put(
        "load_balance_hosts",
        (p, d) ->
            d.property(
                "loadBalanceHosts",
                switch (p.value()) {
                  case "disable" -> "false";
                  case "random" -> "true";
                  default -> throw p.mustBe("disable or random");
                }));
    rules.put("application_name", Rule.property("ApplicationName"));
    rules.put(
        "fallback_application_name",
        (p, d) -> d.property(Dsn.FALLBACK_APPLICATION_NAME, p.value()));
    rules.put(
        "client_encoding",
        (p, d) -> {
          if (!List.of("utf8", "utf-8", "unicode", "auto")
              .contains(p.value().toLowerCase(Locale.ROOT))) {
            throw p.refused("the driver speaks UTF8 only; leave it out");
          }
        });
    rules.put("datestyle", Rule.refuse("the driver needs ISO; leave it out"));
    rules.put(
        "replication",
        Rule.only(
            List.of("false", "off", "no", "0"),
            "a replication connection cannot run migrations; leave it out"));
    rules.put(
        "max_protocol_version",
        (p, d) ->
            d.property(
                "protocolVersion",
                switch (p.value()) {
                  case "3.0" -> "3.0";
                  case "3.2", "latest" -> "3.2";
                  default -> throw p.mustBe("3.0, 3.2 or latest");
                }));
    rules.put(
        "min_protocol_version",
        Rule.only(
            List.of("3.0"),
            "the driver has no lower bound; use max_protocol_version or leave it out"));
    rules.put("authtype", Rule.refuse("libpq gave it up long ago; leave it out"));
    rules.put("tty", rules.get("authtype"));
    rules.put("options", (p, d) -> ServerOptions.read(p).forEach(d::setting));
    rules.put("migration_table_name", Rule.refuse("use migrate.table (MIGRATE_TABLE, --table)"));

    Rule off = Rule.refuse("it is a switch of the Go driver; leave it out");
    for (String name :
        List.of(
            "statement_cache_capacity",
            "description_cache_capacity",
            "statement_cache_mode",
            "default_query_exec_mode",
            "prefer_simple_protocol",
            "binary_parameters",
            "disable_prepared_binary_result")) {
      rules.put(name, off);
    }
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
      rules.put(name, Rule.setting(name));
    }
    // Both spellings are in use; the driver sends its own at the start, so ours follows after it.
    rules.put("timezone", (p, d) -> d.property(Dsn.TIME_ZONE, p.value()));
    rules.put("TimeZone", rules.get("timezone"));
    return rules;
  }

  private record Place(
      String user, String password, String hosts, String database, List<Parameter> parameters) {}

  private record Host(String name, String port, String address) {
    boolean socket() {
      return name.startsWith("/");
    }

    String words() {
      return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + port;
    }
  }

  /** As libpq does it: credentials end at an {@code @} before the first {@code /}. */
  private static Place place(String rest) {
    int slash = rest.indexOf('/');
    String front = slash < 0 ? rest : rest.substring(0, slash);
    int at = front.lastIndexOf('@');
    if (at < 0 && rest.indexOf('@') > 0 && slash >= 0 && rest.indexOf('?') < 0) {
      throw Fault.usage("the DSN has a / before its @")
          .hint("in the user and the password, write / as %2F, @ as %40, : as %3A and % as %25");
    }
    String credentials = at < 0 ? "" : front.substring(0, at);
    String after = rest.substring(at + 1);
    int question = after.indexOf('?');
    String path = question < 0 ? after : after.substring(0, question);
    int end = path.indexOf('/');
    int colon = credentials.indexOf(':');
    return new Place(
        Draft.decode(colon < 0 ? credentials : credentials.substring(0, colon), "the user"),
        colon < 0 ? "" : Draft.decode(credentials.substring(colon + 1), "the password"),
        end < 0 ? path : path.substring(0, end),
        end < 0 ? "" : Draft.decode(path.substring(end + 1), "the database's name"),
        question < 0 ? List.of() : Draft.parameters(after.substring(question + 1)));
  }

  private static List<Host> hosts(Place place, Map<String, String> of, int defaultPort) {
    List<String> names = new ArrayList<>();
    List<String> ports = new ArrayList<>();
    for (String each : place.hosts().split(",", -1)) {
      int colon = each.lastIndexOf(':');
      boolean port = colon >= 0 && each.indexOf(']', colon) < 0;
      String name = port ? each.substring(0, colon) : each;
      if (name.startsWith("[") != name.endsWith("]")
          || name.indexOf(':') >= 0 && !name.startsWith("[")) {
        throw Fault.usage("the host in the DSN cannot be read")
            .hint(
                "write an IPv6 address in brackets, as in [::1]:5432; in the user and the"
                    + " password, write : as %3A, @ as %40 and / as %2F");
      }
      names.add(
          Draft.decode(
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
      throw Fault.usage(
          "the DSN names " + names.size() + " hosts, but not as many ports or" + " addresses");
    }
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String port = ports.get(i).isEmpty() ? String.valueOf(defaultPort) : ports.get(i);
      if (!port.matches("\\d{1,5}")
          || Integer.parseInt(port) < 1
          || Integer.parseInt(port) > 65535) {
        throw Fault.usage("the port in the DSN is no number from 1 to 65535")
            .hint("in the user and the password, write : as %3A, @ as %40 and / as %2F");
      }
      if (addresses.get(i).matches(".*[^0-9A-Fa-f.:%].*")) {
        throw Fault.usage("the DSN parameter hostaddr must be an IP address")
            .hint("a name goes into host");
      }
      if (!names.get(i).startsWith("/") && names.get(i).matches(".*[/?#&=@,;\\[\\]\\s].*")) {
        throw Fault.usage("the host in the DSN cannot be read")
            .hint(
                "a unix socket is named by its folder's absolute path, as in"
                    + " host=/run/postgresql");
      }
      hosts.add(
          new Host(names.get(i).isEmpty() ? "localhost" : names.get(i), port, addresses.get(i)));
    }
    if (hosts.size() > 1 && hosts.stream().anyMatch(Host::socket)) {
      throw Fault.usage("a unix socket cannot be one of several hosts")
          .hint("name the socket alone");
    }
    return hosts;
  }

  private static List<String> repeat(String text, int times) {
    return Collections.nCopies(times, text);
  }

  private static void finish(
      Draft draft,
      List<Host> hosts,
      String database,
      String user,
      boolean password,
      List<Parameter> parameters) {
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
    draft.target = draft.dialect.name() + " at " + where + ", database " + database;
    List<Parameter> shown = new ArrayList<>();
    if (first.socket()) {
      shown.add(new Parameter("host", first.name()));
      shown.add(new Parameter("port", first.port()));
    }
    shown.addAll(parameters);
    draft.redacted =
        draft.dialect.name()
            + "://"
            + user
            + (password ? ":***" : "")
            + "@"
            + (first.socket() ? "" : where)
            + "/"
            + database
            + Dsn.query(shown);
  }
}
