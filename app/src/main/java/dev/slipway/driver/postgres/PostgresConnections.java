package dev.slipway.driver.postgres;

import dev.slipway.driver.JdbcUrl;
import dev.slipway.driver.SessionOptions;
import dev.slipway.dsn.Dsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/** Opens connections through PostgreSQL's JDBC driver. */
final class PostgresConnections {
  private PostgresConnections() {}

  /** The settings of a migrator's session. */
  static Map<String, String> migratorSettings(Dsn dsn, SessionOptions session) {
    Map<String, String> settings = new LinkedHashMap<>();
    // Off unless the DSN sets them, also where the role or the database has them.
    settings.put("statement_timeout", "0");
    settings.put("idle_in_transaction_session_timeout", "0");
    settings.putAll(dsn.settings());
    // A statement that queues behind a long query would queue all traffic behind itself.
    settings.put("lock_timeout", String.valueOf(session.ddlLockTimeout().toMillis()));
    if (!session.statementTimeout().isZero()) {
      settings.put("statement_timeout", String.valueOf(session.statementTimeout().toMillis()));
    }
    return settings;
  }

  static Properties migratorProperties(
      Dsn dsn, SessionOptions session, Map<String, String> settings) {
    Properties properties = properties(dsn, session.applicationName());
    if (!settings.isEmpty()) {
      properties.setProperty("options", StartupOptions.write(settings));
    }
    // The driver must not take a message of several statements apart: functions with BEGIN ATOMIC
    // would break, and the positions of errors would count within one statement.
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty(ProtocolStreams.SERVERS_DATE_STYLE, "true");
    // Statements may be long; the deadline of the run ends them, no timeout of the socket.
    properties.remove("socketTimeout");
    return properties;
  }

  static Connection connect(Dsn dsn, Properties properties) throws SQLException {
    return connect(dsn.url(), properties);
  }

  static Connection connect(String url, Properties properties) throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    Optional.ofNullable(properties.getProperty(LibpqDsnParser.PROXY_OPTION))
        .ifPresent(
            option ->
                all.setProperty(
                    "options", (option + " " + all.getProperty("options", "")).strip()));
    Connection connection = new Driver().connect(url, all);
    if (connection == null) {
      throw new SQLException("the driver does not take this URL", "08001");
    }
    return connection;
  }

  /** Opens a connection without the settings that are part of the login. */
  static Connection connectWithoutSettings(Dsn dsn, Properties properties) throws SQLException {
    String url = dsn.url();
    for (String name : List.of("options", PostgresProtocolDriver.CURRENT_SCHEMA)) {
      properties.remove(name);
      url = JdbcUrl.without(url, name);
    }
    return connect(url, properties);
  }

  private static String applicationName(Dsn dsn, String ours) {
    return Optional.ofNullable(dsn.properties().get("ApplicationName"))
        .or(
            () ->
                Optional.ofNullable(dsn.properties().get(LibpqDsnParser.FALLBACK_APPLICATION_NAME)))
        .orElse(ours);
  }

  /** What every connection gets. */
  static Properties properties(Dsn dsn, String applicationName) {
    Properties properties = new Properties();
    // The name goes into the start of the connection, where RESET ALL does not wipe it, only if the
    // driver knows that the server is not older than 9.
    properties.setProperty("assumeMinServerVersion", "10");
    properties.setProperty("ApplicationName", applicationName(dsn, applicationName));
    // Every wait has an end, also that for an address that swallows packets.
    properties.setProperty("connectTimeout", "10");
    // A server that died and a firewall that forgets say nothing: noticed after 25 s, not 2 h.
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty(LibpqDsnParser.KEEPALIVES_IDLE, "10");
    properties.setProperty(LibpqDsnParser.KEEPALIVES_INTERVAL, "5");
    properties.setProperty(LibpqDsnParser.KEEPALIVES_COUNT, "3");
    // Keepalive intervals, unix sockets and hostaddr are ours.
    properties.setProperty("socketFactory", PostgresSocketFactory.class.getName());
    // Keys in PEM files of every form, from memory: the driver reads one form only.
    properties.setProperty("sslfactory", PostgresTlsSocketFactory.class.getName());
    // Kerberos only where the DSN asks for it: looking for a ticket takes seconds on some machines.
    properties.setProperty("gssEncMode", "disable");
    // Error texts quote rows in their detail; those may be personal.
    properties.setProperty("logServerErrorDetail", "false");
    dsn.properties().forEach(properties::setProperty);
    if ("false".equals(properties.getProperty("tcpKeepAlive"))) {
      properties.setProperty(LibpqDsnParser.KEEPALIVES_IDLE, "0");
    }
    if (!dsn.isJdbc()) {
      // The driver has two timeouts: of the TCP connection to one host, and of the whole login.
      int seconds = Integer.parseInt(properties.getProperty("connectTimeout"));
      long hosts = 1 + dsn.url().chars().filter(c -> c == ',').count();
      properties.setProperty("loginTimeout", String.valueOf(seconds * hosts));
    } else {
      // The driver's own reading of the URL decides about TLS there.
      properties.setProperty("sslfactory", JdbcUrlTlsSocketFactory.class.getName());
    }
    return properties;
  }
}
