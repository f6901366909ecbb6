package dev.slipway.pool;

import static dev.slipway.driver.ConnectIT.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.testing.Load;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server's pool. */
public class PoolIT {
  private static final Settings.Pool QUICK =
      new Settings.Pool(
          OptionalInt.of(2),
          OptionalInt.of(0),
          Optional.empty(),
          Optional.empty(),
          Duration.ofMillis(500));

  @ParameterizedTest
  @MethodSource("dev.slipway.testing.Server#oneOfEach")
  void thePoolHandsOutWorkingConnectionsUpToItsLimit(Server server) throws SQLException {
    try (TestDatabase database = server.database();
        ConnectionPool pool = open(database.dsn("max_conns=1"), Settings.Pool.DEFAULT)) {
      try (Connection connection = pool.connection()) {
        assertEquals("1", one(connection, "SELECT 1"));
        assertEquals(1, pool.statistics().max());
        assertEquals(1, pool.statistics().active());
        try (Connection beside = pool.openUnpooled()) {
          assertEquals("1", one(beside, "SELECT 1"));
        }
      }
    }
  }

  @Test
  void whoGetsNoConnectionInTimeLearnsThatAllAreInUse() throws SQLException {
    try (TestDatabase database = Server.SQLITE.database();
        ConnectionPool pool = open(database.dsn(), QUICK);
        Connection first = pool.connection();
        Connection second = pool.connection()) {
      assertNotSame(first, second);
      SlipwayException fault =
          pool.describeFailure(assertThrows(SQLException.class, pool::connection));
      assertEquals(
          "no connection to "
              + pool.dsn().target()
              + ": none was free within 500ms (open 2 of 2, in use 2, waiting 0)",
          fault.getMessage());
      assertEquals(ExitCode.RETRY, fault.exitCode());
      assertEquals(1, pool.statistics().timeouts());
    }
  }

  @Test
  void aServerThatTakesNoMoreConnectionsDoesNotStopTheWorkOfThoseThereAre() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database()) {
      database.execute(
          "ALTER DATABASE " + database.name() + " CONNECTION LIMIT 1",
          "CREATE ROLE " + database.name() + " LOGIN PASSWORD 'x'");
      String dsn = database.dsn().replaceFirst("//[^@]+@", "//" + database.name() + ":x@");
      try (ConnectionPool pool = open(dsn, Settings.Pool.DEFAULT);
          Load load =
              Load.of(
                  () -> {
                    try (Connection connection = pool.connection()) {
                      one(connection, "SELECT pg_sleep(0.05)");
                    }
                  })) {
        // More than a second's worth, in turns.
        load.await(60, Duration.ofSeconds(20));
        assertEquals(List.of(), load.failures());
        assertEquals(1, pool.statistics().open());
      } finally {
        database.execute("DROP ROLE " + database.name());
      }
    }
  }

  @Test
  void theDsnsPoolParametersBeatTheSettings() {
    try (TestDatabase database = Server.SQLITE.database();
        ConnectionPool pool = open(database.dsn("max_conns=7"), QUICK)) {
      assertEquals(7, pool.statistics().max());
    }
  }

  @Test
  void twoConnectionsForEachCpuAndEnoughForAServer(@TempDir Path folder) {
    int forCpus = 2 * Runtime.getRuntime().availableProcessors();
    try (ConnectionPool file = open("sqlite://" + folder.resolve("x.db"), Settings.Pool.DEFAULT);
        ConnectionPool server = open("postgres://u@127.0.0.1:1/d", Settings.Pool.DEFAULT)) {
      assertEquals(forCpus, file.statistics().max());
      assertEquals(Math.max(8, forCpus), server.statistics().max());
    }
  }

  @Test
  void moreIdleThanOpenConnectionsAreRefused() {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> open("sqlite://x.db?max_conns=2&max_idle_conns=3", Settings.Pool.DEFAULT));
    assertEquals("max_idle_conns (3) must not be more than max_conns (2)", fault.getMessage());
  }

  @Test
  void sqliteHasForeignKeysInThePoolUnlessTheDsnSaysNo() throws SQLException {
    try (TestDatabase database = Server.SQLITE.database();
        ConnectionPool on = open(database.dsn(), QUICK);
        ConnectionPool off = open(database.dsn().replace("_fk=true", "_fk=false"), QUICK);
        Connection withKeys = on.connection();
        Connection without = off.connection()) {
      assertEquals("1", one(withKeys, "PRAGMA foreign_keys"));
      assertEquals("0", one(without, "PRAGMA foreign_keys"));
    }
  }

  @Test
  void memoryIsOneConnectionThatKeepsItsData() throws SQLException {
    try (ConnectionPool pool = open("memory", Settings.Pool.DEFAULT)) {
      try (Connection connection = pool.connection()) {
        connection.createStatement().executeUpdate("CREATE TABLE t (a int)");
      }
      assertThrows(
          SQLException.class,
          () -> {
            try (Connection connection = pool.connection()) {
              one(connection, "SELECT nonsense");
            }
          });
      try (Connection connection = pool.connection()) {
        assertEquals("0", one(connection, "SELECT count(*) FROM t"));
      }
      assertEquals(1, pool.statistics().max());
    }
  }

  @Test
  void memoryRefusesPoolSettings() {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> open("memory", QUICK));
    assertEquals(
        "a database in memory is one connection that lives as long as the process",
        fault.getMessage());
  }

  @Test
  void startsWhileTheDatabaseIsDownAndSaysWhyInTime() throws IOException {
    try (ConnectionPool pool =
        open("postgres://u:" + Recording.secret() + "@127.0.0.1:" + closedPort() + "/d", QUICK)) {
      long start = System.nanoTime();
      SQLException e = assertThrows(SQLException.class, pool::connection);
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 5);
      assertEquals(5, pool.describeFailure(e).exitCode().number());
    }
  }

  @Test
  void aChangedDsnIsTakenOverAndAWrongOneIsNot() throws SQLException {
    try (TestDatabase first = Server.POSTGRES.database();
        TestDatabase second = Server.POSTGRES.database()) {
      AtomicReference<String> text = new AtomicReference<>(first.dsn());
      try (ConnectionPool pool =
          ConnectionPool.open(() -> DatabaseConfig.of(text.get()), QUICK, "slipway test")) {
        assertEquals(first.name(), databaseOf(pool.connection()));
        assertEquals(first.name(), databaseOf(pool.openUnpooled()));

        text.set(second.dsn().replace(second.password().orElseThrow(), Recording.secret()));
        await(() -> pool.statistics().dsnFailures() == 1);
        assertEquals(first.name(), databaseOf(pool.openUnpooled()));

        text.set("mysql://u:p@tcp(h)/d");
        await(() -> pool.statistics().dsnFailures() == 2);
        assertEquals(first.name(), databaseOf(pool.openUnpooled()));

        text.set("postgres://u@h/d?sslmod=disable");
        await(() -> pool.statistics().dsnFailures() == 3);
        assertEquals(first.name(), databaseOf(pool.openUnpooled()));

        text.set(second.dsn());
        await(() -> pool.statistics().dsnChanges() == 1);
        assertEquals(second.name(), databaseOf(pool.openUnpooled()));
        assertEquals(second.name(), databaseOf(pool.connection()));
        assertEquals(3, pool.statistics().dsnFailures());
        assertEquals(1, pool.statistics().dsnChanges());
      }
    }
  }

  @Test
  void theFileThatDsnFileNamesIsFollowed(@TempDir Path folder) throws SQLException, IOException {
    try (TestDatabase first = Server.POSTGRES.database();
        TestDatabase second = Server.POSTGRES.database()) {
      Path file = Files.writeString(folder.resolve("dsn"), first.dsn() + "\n");
      Settings settings =
          Settings.load(Map.of(), Map.of("DSN_FILE", file.toString()), Optional.empty());
      try (ConnectionPool pool = ConnectionPool.open(settings::database, QUICK, "slipway test")) {
        assertEquals(first.name(), databaseOf(pool.openUnpooled()));
        Files.delete(file);
        await(() -> pool.statistics().dsnFailures() == 1);
        assertEquals(first.name(), databaseOf(pool.openUnpooled()));
        Files.writeString(file, second.dsn() + "\n");
        await(() -> pool.statistics().dsnChanges() == 1);
        assertEquals(second.name(), databaseOf(pool.openUnpooled()));
        assertEquals(second.name(), databaseOf(pool.connection()));
      }
    }
  }

  @Test
  void connectionsInUseOutliveAChangeAndAreNotUsedAgain() throws SQLException {
    try (TestDatabase first = Server.POSTGRES.database();
        TestDatabase second = Server.POSTGRES.database()) {
      AtomicReference<String> text = new AtomicReference<>(first.dsn());
      try (ConnectionPool pool =
          ConnectionPool.open(() -> DatabaseConfig.of(text.get()), QUICK, "slipway test")) {
        try (Connection used = pool.connection()) {
          text.set(second.dsn());
          await(() -> pool.statistics().dsnChanges() == 1);
          assertEquals(first.name(), one(used, "SELECT current_database()"));
        }
        assertEquals(second.name(), databaseOf(pool.connection()));
      }
    }
  }

  @Test
  void anUnreadableFolderIsAFailureOfTheConnection(@TempDir Path folder) {
    try (ConnectionPool pool = open("sqlite://" + folder + "/missing/x.db", QUICK)) {
      SQLException e = assertThrows(SQLException.class, pool::openUnpooled);
      assertEquals(2, pool.describeFailure(e).exitCode().number());
    }
  }

  private static void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < 20_000_000_000L);
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static String databaseOf(Connection connection) throws SQLException {
    try (connection) {
      return one(connection, "SELECT current_database()");
    }
  }

  private static ConnectionPool open(String dsn, Settings.Pool settings) {
    return ConnectionPool.open(() -> DatabaseConfig.of(dsn), settings, "slipway test");
  }

  public static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
