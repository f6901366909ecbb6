package dev.slipway.driver.postgres;

import static dev.slipway.driver.SqlQuoting.literal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** SQL that sets settings after a login, each statement ending in a semicolon. */
final class SettingsSql {
  /** How the settings start that determine what the next transactions are. */
  private static final String FOR_TRANSACTIONS = "default_transaction_";

  private SettingsSql() {}

  /** SQL for the session; empty for no settings. */
  static String forSession(Map<String, String> settings) {
    return settings.isEmpty()
        ? ""
        : "SELECT "
            + settings.entrySet().stream()
                .map(each -> set(each.getKey(), each.getValue(), false))
                .collect(Collectors.joining(", "))
            + ";";
  }

  /** SQL for a transaction, before its first query; empty for no settings. */
  static String forTransaction(Map<String, String> settings) {
    StringBuilder sql = new StringBuilder();
    List<String> others = new ArrayList<>();
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(FOR_TRANSACTIONS)) {
            // Possible before the first query only; the default counts for the next transaction.
            sql.append("SET LOCAL ")
                .append(name.substring("default_".length()))
                .append(" = ")
                .append(literal(value))
                .append(';');
          } else {
            others.add(set(name, value, true));
          }
        });
    if (!others.isEmpty()) {
      sql.append("SELECT ").append(String.join(", ", others)).append(';');
    }
    return sql.toString();
  }

  private static String set(String name, String value, boolean local) {
    return "set_config(" + literal(name) + ", " + literal(value) + ", " + local + ")";
  }
}
