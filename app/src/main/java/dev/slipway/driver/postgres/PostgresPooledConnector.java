package dev.slipway.driver.postgres;

import dev.slipway.driver.PooledConnector;
import dev.slipway.dsn.Dsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.jdbc.PgConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Opens pooled connections, and detects a pooler between them and the server. Thread-safe. */
final class PostgresPooledConnector implements PooledConnector {
  private final Dsn dsn;
  private final String applicationName;
  private final PoolerDetector poolers;

  PostgresPooledConnector(Dsn dsn, String applicationName, PoolerDetector poolers) {
    this.dsn = dsn;
    this.applicationName = applicationName;
    this.poolers = poolers;
  }

  @Override
  public Connection open() throws SQLException {
    Properties properties = PostgresConnections.properties(dsn, applicationName);
    // Nothing is named before the session is known to be this connection's own.
    properties.setProperty(LibpqDsnParser.PREPARE_THRESHOLD, "0");
    // The server's own statements are short: one that gets no answer for so long gets none.
    properties.putIfAbsent(
        "socketTimeout", String.valueOf(PooledConnector.SOCKET_TIMEOUT.toSeconds()));
    if (!dsn.settings().isEmpty()) {
      properties.setProperty("options", StartupOptions.write(dsn.settings()));
    }
    Connection connection;
    Optional<SQLException> refused = Optional.empty();
    try {
      connection = PostgresConnections.connect(dsn, properties);
    } catch (SQLException e) {
      if (!"08P01".equals(e.getSQLState()) || transactionSql().isEmpty()) {
        throw e;
      }
      // PgBouncer takes no settings at the login, unless it is configured to drop them.
      refused = Optional.of(e);
      // Each transaction gets them behind a pooler.
      connection = PostgresConnections.connectWithoutSettings(dsn, properties);
    }
    try {
      boolean pooler = poolers.inspect(connection.unwrap(PgConnection.class));
      if (!pooler && refused.isPresent()) {
        throw refused.get();
      }
      if (!pooler) {
        ServerPreparedStatements.turnOn(connection.unwrap(PgConnection.class), prepareThreshold());
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      Optional<String> refusal = rejection(e);
      throw refusal.isPresent() && respondsOutsideTransaction(properties)
          ? new StatementPoolingException(refusal.get())
          : e;
    }
  }

  /** The answer also shows whether a pooler stands between the connection and the server. */
  @Override
  public boolean isAlive(Connection connection, Duration timeout) throws SQLException {
    poolers.compare(connection.unwrap(PgConnection.class));
    return true;
  }

  @Override
  public void recordError(SQLException e) {
    poolers.observe(e);
  }

  /** A pooler may drop the settings of the login. */
  @Override
  public Optional<String> transactionSettings() {
    return poolers.detected() ? transactionSql() : Optional.empty();
  }

  /** The session settings of the DSN as settings of a transaction; empty without settings. */
  private Optional<String> transactionSql() {
    Map<String, String> local = new LinkedHashMap<>(dsn.settings());
    if (!dsn.searchPath().isEmpty()) {
      local.put(StartupOptions.SEARCH_PATH, dsn.searchPath());
    }
    return Optional.of(SettingsSql.forTransaction(local)).filter(sql -> !sql.isEmpty());
  }

  /** How often a statement runs before it is named, where no pooler stands between; 0 is never. */
  private int prepareThreshold() {
    return Integer.parseInt(dsn.properties().getOrDefault(LibpqDsnParser.PREPARE_THRESHOLD, "5"));
  }

  /** What the other end said, if it refused, and not because it ends or is full. */
  private static Optional<String> rejection(SQLException e) {
    return Optional.of(e)
        .filter(PSQLException.class::isInstance)
        .map(each -> ((PSQLException) each).getServerErrorMessage())
        .filter(Objects::nonNull)
        .filter(message -> !String.valueOf(message.getSQLState()).matches("5[37].*"))
        .map(ServerErrorMessage::getMessage);
  }

  /** Whether a statement succeeds outside a transaction. */
  private boolean respondsOutsideTransaction(Properties properties) {
    try (Connection connection = PostgresConnections.connect(dsn, properties);
        Statement statement = connection.createStatement()) {
      return statement.execute("SELECT 1");
    } catch (SQLException e) {
      return false;
    }
  }
}
