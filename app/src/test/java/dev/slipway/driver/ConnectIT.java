package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The migrator's connection on every server that can run here. */
public class ConnectIT {
  private static final SessionOptions SESSION =
      new SessionOptions("slipway migrate", Duration.ofSeconds(5), Duration.ZERO);

  @ParameterizedTest
  @MethodSource("dev.slipway.testing.Server#oneOfEach")
  void theMigratorConnectsInAutocommitAndMayWrite(Server server) throws SQLException {
    try (TestDatabase database = server.database();
        Connection connection =
            Drivers.of(Drivers.parse(database.dsn()))
                .connect(Drivers.parse(database.dsn()), SESSION);
        Statement statement = connection.createStatement()) {
      assertTrue(connection.getAutoCommit());
      statement.executeUpdate("CREATE TABLE t (a int)");
      statement.executeUpdate("INSERT INTO t VALUES (42)");
      assertEquals("42", one(connection, "SELECT a FROM t"));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"POSTGRES_14", "POSTGRES_17"})
  void olderServersTakeTheMigratorsSettings(Server server) throws SQLException {
    try (TestDatabase database = server.database();
        Connection connection =
            Drivers.of(Drivers.parse(database.dsn()))
                .connect(Drivers.parse(database.dsn()), SESSION)) {
      assertEquals("5s", one(connection, "SHOW lock_timeout"));
      assertEquals("5s", one(connection, "SHOW client_connection_check_interval"));
    }
  }

  public static String one(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertTrue(result.next());
      return result.getString(1);
    }
  }
}
