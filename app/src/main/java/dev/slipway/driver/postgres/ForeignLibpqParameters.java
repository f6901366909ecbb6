package dev.slipway.driver.postgres;

import dev.slipway.driver.SqlQuoting;
import dev.slipway.dsn.DsnBuilder;
import dev.slipway.dsn.DsnParameter;
import dev.slipway.dsn.ParameterHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Parameters that other tools add to libpq's: Prisma, node-postgres, sqlx, Rails, Django, Doctrine,
 * and JDBC.
 */
final class ForeignLibpqParameters {
  private ForeignLibpqParameters() {}

  /**
   * Their handlers.
   *
   * @param libpq libpq's own parameters, for those that only have another name
   */
  static Map<String, ParameterHandler> handlers(Map<String, ParameterHandler> libpq) {
    Map<String, ParameterHandler> handlers = new LinkedHashMap<>();
    ParameterHandler schema =
        (p, d) -> d.setting(StartupOptions.SEARCH_PATH, SqlQuoting.identifier(p.value()));
    handlers.put("schema", schema);
    handlers.put(
        PostgresProtocolDriver.CURRENT_SCHEMA,
        (p, d) -> d.setting(StartupOptions.SEARCH_PATH, p.value()));
    // PgBouncer in transaction mode has no named statements.
    handlers.put(
        "pgbouncer",
        (p, d) -> {
          if (p.bool()) {
            LibpqDsnParser.named(d, "0");
          }
        });
    ParameterHandler cache =
        (p, d) -> {
          if (p.integer(0, 1_000_000) == 0) {
            LibpqDsnParser.named(d, "0");
          }
        };
    handlers.put("statement_cache_size", cache);
    handlers.put("statement-cache-capacity", cache);
    handlers.put(
        "socket_timeout",
        (p, d) -> d.property("socketTimeout", String.valueOf(p.integer(0, 100_000))));
    handlers.put(
        "ssl",
        (p, d) ->
            d.properties.putIfAbsent(
                "sslmode", p.value().equals("no-verify") || p.bool() ? "require" : "disable"));
    ParameterHandler strict =
        ParameterHandler.replaced(
            "use sslmode=verify-full with sslrootcert",
            p -> "sslmode=verify-full&sslrootcert=system");
    handlers.put(
        "sslaccept",
        new ParameterHandler() {
          @Override
          public void apply(DsnParameter p, DsnBuilder d) {
            if (!p.value().equals("accept_invalid_certs")) {
              strict.apply(p, d);
            }
          }

          @Override
          public Optional<String> replacement(DsnParameter p) {
            return strict.replacement(p);
          }
        });
    handlers.put(
        "sslidentity",
        ParameterHandler.reject("name PEM files in sslcert and sslkey; leave it out"));
    ParameterHandler none = (p, d) -> {};
    handlers.put("uselibpqcompat", none);
    handlers.put("serverVersion", none);
    handlers.put("encoding", libpq.get("client_encoding"));
    handlers.put("charset", libpq.get("client_encoding"));
    alias(handlers, libpq, "ssl-mode", "sslmode");
    alias(handlers, libpq, "ssl-root-cert", "sslrootcert");
    alias(handlers, libpq, "ssl-ca", "sslrootcert");
    alias(handlers, libpq, "ssl-cert", "sslcert");
    alias(handlers, libpq, "ssl-key", "sslkey");
    alias(handlers, libpq, "ApplicationName", "application_name");
    return handlers;
  }

  private static void alias(
      Map<String, ParameterHandler> handlers,
      Map<String, ParameterHandler> libpq,
      String name,
      String own) {
    ParameterHandler handler = Objects.requireNonNull(libpq.get(own));
    handlers.put(name, (p, d) -> handler.apply(new DsnParameter(own, p.value()), d));
  }
}
