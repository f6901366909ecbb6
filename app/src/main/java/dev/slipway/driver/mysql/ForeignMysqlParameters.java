package dev.slipway.driver.mysql;

import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Parameters that other tools have for MySQL: its own clients, Prisma, PlanetScale, sqlx, Rails,
 * Doctrine, and JDBC.
 */
final class ForeignMysqlParameters {
  private ForeignMysqlParameters() {}

  /**
   * Their handlers.
   *
   * @param own the parameters of go-sql-driver/mysql, for those that only have another name
   */
  static Map<String, ParameterHandler> handlers(Map<String, ParameterHandler> own) {
    Map<String, ParameterHandler> handlers = new LinkedHashMap<>();
    ParameterHandler sslMode = new SslMode();
    for (String name : List.of("ssl-mode", "sslmode", "sslMode", "ssl_mode")) {
      handlers.put(name, sslMode);
    }
    for (String name : List.of("ssl-ca", "sslca", "ssl_ca")) {
      alias(handlers, own, name, "sslrootcert");
    }
    alias(handlers, own, "ssl-cert", "sslcert");
    alias(handlers, own, "ssl_cert", "sslcert");
    alias(handlers, own, "ssl-key", "sslkey");
    alias(handlers, own, "ssl_key", "sslkey");
    handlers.put("ssl", ForeignMysqlParameters::ssl);
    handlers.put(
        "sslaccept",
        (p, d) ->
            ssl(
                new DsnParameter(
                    p.name(),
                    switch (p.value()) {
                      case "strict" -> "{\"rejectUnauthorized\":true}";
                      case "accept_invalid_certs" -> "true";
                      default -> throw p.mustBe("strict or accept_invalid_certs");
                    }),
                d));
    handlers.put("socket", ParameterHandler.property(MysqlDsnParser.SOCKET));
    handlers.put(
        "connect_timeout",
        (p, d) -> d.property("connectTimeout", String.valueOf(1000L * p.integer(0, 100_000))));
    handlers.put(
        "socket_timeout",
        (p, d) -> d.property("socketTimeout", String.valueOf(1000L * p.integer(0, 100_000))));
    ParameterHandler none = (p, d) -> {};
    handlers.put("statement_cache_size", none);
    handlers.put("statement-cache-capacity", none);
    handlers.put("serverVersion", none);
    alias(handlers, own, "encoding", "charset");
    alias(handlers, own, "timezone", "time_zone");
    alias(handlers, own, "time-zone", "time_zone");
    handlers.put(
        "useSSL",
        ParameterHandler.replaced(
            "use tls", p -> p.value().equals("false") ? "tls=false" : "tls=skip-verify"));
    handlers.put(
        "serverTimezone",
        ParameterHandler.replaced("use loc", p -> "loc=" + DsnParameter.encode(p.value())));
    handlers.put(
        "allowPublicKeyRetrieval",
        ParameterHandler.reject("the key is read where it is needed; leave it out"));
    return handlers;
  }

  /** The modes of MySQL's own clients. */
  private static final class SslMode implements ParameterHandler {
    @Override
    public void apply(DsnParameter parameter, DsnBuilder draft) {
      switch (mode(parameter)) {
        case "DISABLED", "PREFERRED", "REQUIRED" -> draft.property("sslMode", mode(parameter));
        case "DISABLE" -> draft.property("sslMode", "DISABLED");
        case "REQUIRE" -> draft.property("sslMode", "REQUIRED");
        case "VERIFY_IDENTITY" -> verifyIdentity(draft);
        case "VERIFY_CA" -> throw parameter.rejection("use tls=skip-verify with sslrootcert");
        default ->
            throw parameter.mustBe(
                "one of DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY");
      }
    }

    @Override
    public Optional<String> replacement(DsnParameter parameter) {
      return mode(parameter).equals("VERIFY_CA")
          ? Optional.of("tls=skip-verify&sslrootcert=/path/ca.pem")
          : Optional.empty();
    }

    private static String mode(DsnParameter parameter) {
      return parameter.value().toUpperCase(Locale.ROOT).replace('-', '_');
    }
  }

  /** JSON as mysql2 and PlanetScale have it, or a Boolean. */
  private static void ssl(DsnParameter parameter, DsnBuilder draft) {
    String json = parameter.value().replaceAll("[\\s\"]", "");
    if (json.equals("{rejectUnauthorized:true}")) {
      verifyIdentity(draft);
    } else if (json.equals("{rejectUnauthorized:false}")) {
      draft.property("sslMode", "REQUIRED");
    } else {
      draft.property("sslMode", parameter.bool() ? "REQUIRED" : "DISABLED");
    }
  }

  /** Without a file of its own, these tools trust the authorities of the system. */
  private static void verifyIdentity(DsnBuilder draft) {
    draft.property("sslMode", "VERIFY_IDENTITY");
    draft.properties.putIfAbsent(MysqlDsnParser.TLS_ROOT, "system");
  }

  private static void alias(
      Map<String, ParameterHandler> handlers,
      Map<String, ParameterHandler> own,
      String name,
      String target) {
    ParameterHandler handler = Objects.requireNonNull(own.get(target));
    handlers.put(name, (p, d) -> handler.apply(new DsnParameter(target, p.value()), d));
  }
}
