package dev.slipway.driver.mysql;

import static dev.slipway.driver.ConnectIT.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.Certificates;
import dev.slipway.driver.Connections;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SessionOptions;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.pool.PoolIT;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MySQL's DSNs against a real server; skipped where none can run. */
class MysqlIT {
  private static final SessionOptions SESSION =
      new SessionOptions("slipway migrate", Duration.ofMillis(1500), Duration.ZERO);

  @TempDir Path folder;

  @Test
  void theMigratorsSessionIsWatchfulAndSendsSeveralStatements() throws SQLException {
    try (TestDatabase database = Server.MYSQL.database();
        Connection connection = migrator(database.dsn());
        Statement statement = connection.createStatement()) {
      assertEquals("60", one(connection, "SELECT @@wait_timeout"));
      assertEquals("2", one(connection, "SELECT @@lock_wait_timeout"));
      assertEquals("2", one(connection, "SELECT @@innodb_lock_wait_timeout"));
      statement.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1); UPDATE t SET a = 1");
      assertEquals(0, statement.getUpdateCount());
      assertTrue(!statement.getMoreResults() && statement.getUpdateCount() == 1);
      assertTrue(!statement.getMoreResults() && statement.getUpdateCount() == 1, "rows found");
      assertEquals(
          "slipway migrate",
          one(
              connection,
              "SELECT attr_value FROM performance_schema.session_account_connect_attrs"
                  + " WHERE attr_name = 'program_name' AND processlist_id = CONNECTION_ID()"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sql_mode=TRADITIONAL | @@sql_mode LIKE '%TRADITIONAL%' | 1",
        "sql_mode=%27ANSI%2CSTRICT_ALL_TABLES%27 | @@sql_mode LIKE '%STRICT_ALL%' | 1",
        "time_zone=%27%2B09%3A00%27 | @@time_zone | +09:00",
        "time_zone=-03:00 | @@time_zone | -03:00",
        "collation=utf8mb4_general_ci | @@collation_connection | utf8mb4_general_ci",
        "max_execution_time=1234 | @@max_execution_time | 1234",
        "foreign_key_checks=0 | @@foreign_key_checks | 0",
        "parseTime=true&loc=US%2FPacific | 1 | 1",
        "compress=true | 1 | 1",
        "maxAllowedPacket=0 | 1 | 1",
        "timeout=5s&readTimeout=3s&writeTimeout=3s | 1 | 1",
      })
  void parametersArriveInTheSession(String query, String expression, String value)
      throws SQLException {
    try (TestDatabase database = Server.MYSQL.database();
        Connection connection = migrator(database.dsn(query))) {
      assertEquals(value, one(connection, "SELECT " + expression));
    }
  }

  @Test
  void aReadTimeoutDoesNotEndAMigration() throws SQLException {
    try (TestDatabase database = Server.MYSQL.database();
        Connection connection = migrator(database.dsn("readTimeout=500ms"));
        Connection pooled =
            Drivers.require("mysql")
                .pooledConnector(Drivers.parse(database.dsn("readTimeout=500ms")), "t", () -> {})
                .open()) {
      assertEquals("0", one(connection, "SELECT SLEEP(1)"));
      SQLException e = assertThrows(SQLException.class, () -> one(pooled, "SELECT SLEEP(1)"));
      assertEquals(ExitCode.RETRY, Drivers.require("mysql").exitCode(e));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p@ss",
        "p:s/s",
        "p?s#s",
        "100%",
        "%41",
        "a b",
        "it's",
        "\"quoted\"",
        "päß€",
        "a&b=c",
        "a@b:c/d?e#f%g h",
        "x@tcp(y)/z"
      })
  void everyPasswordLetsInWithoutTlsAndWithAColdCache(String password) throws SQLException {
    try (TestDatabase database = Server.MYSQL.database()) {
      database.execute(
          "DROP USER IF EXISTS 'odd@user'@'%'",
          "CREATE USER 'odd@user'@'%' IDENTIFIED BY '" + password.replace("'", "''") + "'",
          "GRANT ALL ON *.* TO 'odd@user'@'%'");
      String dsn =
          database
              .dsn()
              .replaceFirst("root:[^@]*", "USER:PASSWORD")
              .replace("USER:PASSWORD", "odd@user:" + password);
      try (Connection connection = migrator(dsn)) {
        assertEquals("odd@user@%", one(connection, "SELECT CURRENT_USER()"));
      }
      SlipwayException wrong =
          assertThrows(SlipwayException.class, () -> migrator(dsn.replace("@tcp(", "x@tcp(")));
      assertEquals(ExitCode.USAGE, wrong.exitCode(), wrong.getMessage());
      assertFalse(wrong.getMessage().contains(password), wrong.getMessage());
    }
  }

  @Test
  void tlsIsWhatTheDsnSays() throws SQLException, IOException {
    try (TestDatabase database = Server.MYSQL.database()) {
      assertEquals("", cipher(database.dsn("tls=false")));
      assertEquals("", cipher(database.dsn()));
      assertFalse(cipher(database.dsn("tls=skip-verify")).isEmpty());
      assertFalse(cipher(database.dsn("tls=preferred")).isEmpty());
      refused(database.dsn("tls=true"), ExitCode.USAGE);
      Certificates others = new Certificates(Files.createDirectory(folder.resolve("others")));
      refused(database.dsn("tls=skip-verify&sslrootcert=" + others.authority()), ExitCode.USAGE);
      refused(database.dsn("tls=true&sslrootcert=/nowhere.pem"), ExitCode.USAGE);
    }
  }

  @Test
  void aMissingDatabaseAndAClosedPortAreToldApart() throws SQLException, IOException {
    try (TestDatabase database = Server.MYSQL.database()) {
      SlipwayException missing =
          refused(database.dsn().replace("/" + database.name(), "/none"), ExitCode.USAGE);
      assertTrue(missing.getMessage().contains("Unknown database 'none'"), missing.getMessage());
      int port = PoolIT.closedPort();
      SlipwayException away = refused("mysql://u:p@tcp(127.0.0.1:" + port + ")/d", ExitCode.RETRY);
      assertEquals(
          "cannot reach mysql at 127.0.0.1:" + port + ", database d: Connection refused",
          away.getMessage());
    }
  }

  private static String cipher(String dsn) throws SQLException {
    try (Connection connection = migrator(dsn)) {
      return one(
          connection,
          "SELECT variable_value FROM performance_schema.session_status"
              + " WHERE variable_name = 'Ssl_cipher'");
    }
  }

  private static SlipwayException refused(String dsn, ExitCode code) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> migrator(dsn));
    assertEquals(code, fault.exitCode(), fault.getMessage());
    return fault;
  }

  private static Connection migrator(String dsn) {
    return Connections.connect(Drivers.parse(dsn), SESSION, Duration.ZERO, _ -> {});
  }
}
