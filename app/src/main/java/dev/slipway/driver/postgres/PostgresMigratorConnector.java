package dev.slipway.driver.postgres;

import dev.slipway.driver.MigratorConnection;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.dsn.Dsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.jdbc.PgConnection;

/**
 * Opens a migrator's connection, also through a pooler. The settings are part of the login, where
 * RESET ALL between two files keeps them. A pooler such as PgBouncer or RDS Proxy rejects or
 * ignores them there, so they are compared after the login.
 *
 * <p>A pooler is detected by its behavior: the process ID of the login is not that of the session.
 * Its mode is, too: where two connections that are idle in turn use one session of the server, a
 * session belongs to a transaction.
 */
final class PostgresMigratorConnector {
  /** Timeouts of newer servers: a role's own would end a long migration. */
  private static final List<String> NEWER_TIMEOUTS =
      List.of("idle_session_timeout", "transaction_timeout");

  /** What another client of a pooler in transaction mode may have left in a session. */
  private static final List<String> FOREIGN_SETTINGS =
      List.of("TimeZone", "DateStyle", "IntervalStyle", "standard_conforming_strings");

  /**
   * More than the sessions of most pools: a pool that uses its sessions in turn hands out each of
   * them within so many statements, and the others hand out the latest.
   */
  private static final int COMPARISONS = 100;

  private static final String SECONDS_FOR_COMPARISON = "5";

  private final Dsn dsn;
  private final SessionOptions options;
  private final Map<String, String> settings;
  private final Map<String, String> keepalives;

  /**
   * @param settings the settings of the session
   * @param keepalives settings by which the server notices a dead migrator; not all servers have
   *     them
   */
  PostgresMigratorConnector(
      Dsn dsn,
      SessionOptions options,
      Map<String, String> settings,
      Map<String, String> keepalives) {
    this.dsn = dsn;
    this.options = options;
    this.settings = settings;
    this.keepalives = keepalives;
  }

  /**
   * Opens the connection.
   *
   * @throws StatementPoolingException for a pooler that runs no transactions
   */
  MigratorConnection open() throws SQLException {
    Connection connection = logIn();
    try {
      Session session = inspect(connection);
      if (session.pooled() && sharesSessions(connection)) {
        requireTransactions(connection);
        return new MigratorConnection(connection, false, transactionSettings());
      }
      String missing = session.missing();
      SqlQueries.execute(connection, missing);
      return new MigratorConnection(connection, true, missing);
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Connection logIn() throws SQLException {
    Map<String, String> all = new LinkedHashMap<>(keepalives);
    all.putAll(settings);
    try {
      return PostgresConnections.connect(dsn, properties(all));
    } catch (SQLException e) {
      return switch (String.valueOf(e.getSQLState())) {
        // The server does not have one of the settings for keepalives.
        case "42704", "22023" -> {
          all.remove("tcp_user_timeout");
          all.remove("client_connection_check_interval");
          yield PostgresConnections.connect(dsn, properties(all));
        }
        // PgBouncer, and RDS Proxy, take no settings at the login.
        case "08P01", "0A000" ->
            PostgresConnections.connectWithoutSettings(dsn, properties(Map.of()));
        default -> throw e;
      };
    }
  }

  private Properties properties(Map<String, String> all) {
    return PostgresConnections.migratorProperties(dsn, options, all);
  }

  /**
   * What a login has led to.
   *
   * @param pooled whether the session is not the one of the login
   * @param missing SQL for the settings that the session does not have
   */
  private record Session(boolean pooled, String missing) {}

  private Session inspect(Connection connection) throws SQLException {
    Map<String, String> wanted = new LinkedHashMap<>(settings);
    NEWER_TIMEOUTS.forEach(name -> wanted.putIfAbsent(name, "0"));
    Map<String, String> missing = new LinkedHashMap<>();
    long processId = 0;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(comparison(wanted))) {
      while (row.next()) {
        processId = row.getLong(1);
        String name = row.getString(2);
        String value = row.getString(3);
        String expected = Objects.requireNonNull(wanted.get(name));
        boolean exists = value != null || !NEWER_TIMEOUTS.contains(name);
        if (exists && !expected.equals(value)) {
          missing.put(name, expected);
        }
      }
    }
    return new Session(isPooled(connection, processId), SettingsSql.forSession(missing));
  }

  /** A query for the process ID of the session, and the name and the value of each setting. */
  private static String comparison(Map<String, String> wanted) {
    return "SELECT pg_backend_pid(), w.name, coalesce(s.setting, current_setting(w.name, true))"
        + " FROM (VALUES "
        + wanted.keySet().stream()
            .map(name -> "(" + SqlQuoting.literal(name) + ")")
            .collect(Collectors.joining(", "))
        + ") w (name) LEFT JOIN pg_catalog.pg_settings s ON lower(s.name) = lower(w.name)";
  }

  private static boolean isPooled(Connection connection, long processId) throws SQLException {
    // CockroachDB has it as an unsigned number.
    return connection.unwrap(PgConnection.class).getBackendPID() != (int) processId;
  }

  /** Whether another connection gets the session of this one while this one is idle. */
  private boolean sharesSessions(Connection first) throws SQLException {
    Properties properties = properties(Map.of());
    properties.setProperty("loginTimeout", SECONDS_FOR_COMPARISON);
    properties.setProperty("socketTimeout", SECONDS_FOR_COMPARISON);
    try (Connection second = PostgresConnections.connectWithoutSettings(dsn, properties)) {
      String before = processId(first);
      for (int i = 0; i < COMPARISONS; i++) {
        if (processId(second).equals(before) || !processId(first).equals(before)) {
          return true;
        }
      }
      return false;
    } catch (SQLException e) {
      // A pool in session mode whose last session is ours does not answer. Where the second
      // connection fails for another reason, the safe assumption is that sessions are shared.
      return !SqlExceptions.isSilence(e);
    }
  }

  private static String processId(Connection connection) throws SQLException {
    return SqlQueries.string(connection, "SELECT pg_backend_pid()");
  }

  private static void requireTransactions(Connection connection) throws SQLException {
    try {
      SqlQueries.execute(connection, "BEGIN");
      SqlQueries.execute(connection, "ROLLBACK");
    } catch (SQLException e) {
      throw new StatementPoolingException(
          Optional.ofNullable(e.getMessage()).orElse("BEGIN failed"));
    }
  }

  private String transactionSettings() {
    StringBuilder sql = new StringBuilder();
    for (String name : FOREIGN_SETTINGS) {
      if (settings.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
        sql.append("SET LOCAL ").append(name).append(" TO DEFAULT;");
      }
    }
    // A server before 17 does not have this one.
    return sql.append(SettingsSql.forTransaction(settings))
        .append("SELECT set_config(name, '0', true) FROM pg_catalog.pg_settings")
        .append(" WHERE name = 'transaction_timeout' AND setting <> '0';")
        .toString();
  }
}
