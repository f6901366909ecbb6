package dev.slipway.driver.mysql;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import dev.slipway.driver.PooledConnector;
import dev.slipway.driver.SessionOptions;
import dev.slipway.dsn.Dsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** Opens connections with MySQL's JDBC driver. */
final class MysqlConnections {
  /** The server's timeout of a SELECT. */
  private static final String MAX_EXECUTION_TIME = "max_execution_time";

  private static final int UNKNOWN_SYSTEM_VARIABLE = 1193;

  private MysqlConnections() {}

  /** Opens a migrator's connection. */
  static Connection connect(Dsn dsn, SessionOptions session) throws SQLException {
    Map<String, String> variables = new LinkedHashMap<>(dsn.settings());
    // The server ends the session of a migrator whose machine died, with its lock, after a minute
    // and not after eight hours. So a session that waits must send something within this time.
    variables.put("wait_timeout", "60");
    // A statement that queues behind a long query would queue all traffic behind itself. Whole
    // seconds, at least one; zero (off) leaves the server's own value.
    if (!session.ddlLockTimeout().isZero()) {
      String seconds =
          String.valueOf(Math.max(1, session.ddlLockTimeout().plusMillis(999).toSeconds()));
      variables.put("lock_wait_timeout", seconds);
      variables.put("innodb_lock_wait_timeout", seconds);
    }
    Properties properties = properties(dsn, session.applicationName(), variables);
    // A migration file goes as one message.
    properties.setProperty("allowMultiQueries", "true");
    // Reading results one by one is no reason to change a setting of the session.
    properties.setProperty("netTimeoutForStreamingResults", "0");
    properties.merge(
        "queryInterceptors", LargeStatements.class.getName(), (dsns, ours) -> dsns + "," + ours);
    // A login that gets no answer ends with the timeout of the connection. Statements may be long:
    // the deadline of the run ends them, and no timeout of the socket.
    properties.setProperty("socketTimeout", properties.getProperty("connectTimeout"));
    Connection connection = open(dsn, properties);
    try {
      if (!variables.containsKey(MAX_EXECUTION_TIME)) {
        turnOffExecutionTime(connection);
      }
      connection.setNetworkTimeout(Runnable::run, 0);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  /** Not part of the login, which has to succeed on MariaDB, so that the error can name it. */
  private static void turnOffExecutionTime(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION " + MAX_EXECUTION_TIME + " = 0");
    } catch (SQLException e) {
      if (e.getErrorCode() != UNKNOWN_SYSTEM_VARIABLE) {
        throw e;
      }
    }
  }

  /** Opens a connection of a pool. */
  static Connection openPooled(Dsn dsn, String applicationName) throws SQLException {
    Properties properties = properties(dsn, applicationName, dsn.settings());
    // The server's own statements are one each: what is injected could only be one more.
    properties.setProperty("allowMultiQueries", "false");
    // They are short, too: one that gets no answer for so long gets none.
    properties.putIfAbsent(
        "socketTimeout", String.valueOf(PooledConnector.SOCKET_TIMEOUT.toMillis()));
    return open(dsn, properties);
  }

  private static Connection open(Dsn dsn, Properties properties) throws SQLException {
    Connection connection = new NonRegisteringDriver().connect(dsn.url(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not take this URL", "08001");
    }
    if (dsn.schema().isPresent()) {
      // The server's init_connect may have chosen another database.
      try (Statement statement = connection.createStatement()) {
        statement.execute("USE " + MysqlQuoting.name(dsn.schema().get()));
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    }
    return connection;
  }

  /** What every connection gets. */
  private static Properties properties(
      Dsn dsn, String applicationName, Map<String, String> variables) {
    Properties properties = new Properties();
    // Every wait has an end.
    properties.setProperty("connectTimeout", "10000");
    // A firewall that forgets an idle connection says nothing.
    properties.setProperty("tcpKeepAlive", "true");
    // Keepalive intervals, unix sockets and certificates in PEM files are ours.
    properties.setProperty("socketFactory", MysqlSocketFactory.class.getName());
    // Rows are counted when found, so that an update that changes nothing is no miss.
    properties.setProperty("useAffectedRows", "false");
    properties.setProperty("characterEncoding", "UTF-8");
    // Times mean UTC whatever machine this is, as in the driver of Go.
    properties.setProperty("connectionTimeZone", "UTC");
    // A server must not be able to ask for our files.
    properties.setProperty("allowLoadLocalInfile", "false");
    // A connection that broke is broken: a silent new one would have lost lock and variables.
    properties.setProperty("autoReconnect", "false");
    // The server shows it in performance_schema.session_connect_attrs.
    properties.setProperty("connectionAttributes", "program_name:" + applicationName);
    dsn.properties().forEach(properties::setProperty);
    if (dsn.properties().containsKey(MysqlDsnParser.SOCKET)) {
      properties.setProperty("authenticationPlugins", UnixSocketPasswordPlugin.class.getName());
    }
    if ("DISABLED".equals(properties.getProperty("sslMode"))) {
      // Without TLS the password is sent under the server's public key, which has to be fetched.
      properties.setProperty("allowPublicKeyRetrieval", "true");
    }
    if (!variables.isEmpty()) {
      properties.setProperty(
          "sessionVariables",
          variables.entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(",")));
    }
    return properties;
  }
}
