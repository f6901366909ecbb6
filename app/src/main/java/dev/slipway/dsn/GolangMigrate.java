package dev.slipway.dsn;

import java.util.Map;
import java.util.Set;

/** The parameters {@code x-…} of golang-migrate, which tell that tool how to migrate. */
final class GolangMigrate {
  /** Those with a parameter of the same meaning. */
  private static final Map<String, String> NAMES =
      Map.of(
          "x-statement-timeout", "statement_timeout",
          "x-tls-ca", "sslrootcert",
          "x-tls-cert", "sslcert",
          "x-tls-key", "sslkey");

  private GolangMigrate() {}

  static boolean isParameter(String name) {
    return name.matches("x-[a-z-]+");
  }

  /** The handler that rejects a parameter, and names what to write. */
  static ParameterHandler handler(String name, Set<String> known) {
    if (name.startsWith("x-migrations-table")) {
      return ParameterHandler.reject(
          "it names golang-migrate's own table, which `migrate sql adopt --from-table NAME` reads;"
              + " leave it out");
    }
    String own = NAMES.getOrDefault(name, "");
    if (!known.contains(own)) {
      return ParameterHandler.reject("it is a setting of golang-migrate; leave it out");
    }
    return ParameterHandler.replaced(
        "it is a setting of golang-migrate; use " + own,
        parameter -> own + "=" + DsnParameter.encode(parameter.value()));
  }
}
