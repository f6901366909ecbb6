package dev.slipway.pool;

import static dev.slipway.driver.ConnectIT.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.testing.Load;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The DSN in a file changes under load, and no work fails. */
@Timeout(120)
class PoolRotationIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;

  static Stream<Server> servers() {
    return Stream.of(Server.POSTGRES, Server.MYSQL).filter(server -> server.missing().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aNewPasswordInTheFileWaitsForTheServers(Server server) throws Exception {
    try (TestDatabase database = server.database();
        Role role = Role.create(database)) {
      write(role.dsn());
      WorkTable table = WorkTable.create(database::connect);
      try (ConnectionPool pool = open();
          Load load = Load.of(() -> table.writeAndRead(pool))) {
        load.await(200, SOON);
        String password = Recording.secret();
        write(role.dsn(password));
        await(() -> pool.statistics().dsnFailures() == 1);
        load.await(200, SOON);
        role.change(password);
        assertTakenOver(pool, load, 1);
        assertEquals(1, pool.statistics().dsnFailures());
      }
      table.compare();
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aNewPasswordOfTheServerWaitsForTheFiles(Server server) throws Exception {
    try (TestDatabase database = server.database();
        Role role = Role.create(database)) {
      write(role.dsn() + (role.dsn().contains("?") ? "&" : "?") + "max_conns=20");
      WorkTable table = WorkTable.create(database::connect);
      try (ConnectionPool pool = open();
          Load load = Load.of(() -> table.writeAndRead(pool))) {
        load.await(200, SOON);
        // Work takes so many of them away that the pool wants more all the time, in vain.
        List<Connection> away = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          away.add(pool.connection());
        }
        load.await(200, SOON);
        String password = Recording.secret();
        role.change(password);
        assertThrows(SQLException.class, pool::openUnpooled);
        TimeUnit.SECONDS.sleep(3);
        load.await(200, SOON);
        for (Connection each : away) {
          each.close();
        }
        write(role.dsn(password));
        assertTakenOver(pool, load, 1);
      }
      table.compare();
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aPasswordThatChangesDuringAnOutageNeedsNoRestart(Server server) throws Exception {
    try (TestDatabase database = server.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        Role role = Role.create(database)) {
      write(proxy.dsn(role.dsn()));
      WorkTable table = WorkTable.create(database::connect);
      try (ConnectionPool pool = open();
          Load load = Load.of(() -> table.writeAndRead(pool))) {
        load.await(200, SOON);
        proxy.shut();
        String password = Recording.secret();
        role.change(password);
        proxy.open();
        await(() -> load.words().contains(role.name()));
        write(proxy.dsn(role.dsn(password)));
        load.await(200, SOON);
        assertEquals(0, pool.statistics().dsnFailures());
      }
      table.compare();
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aNewHostIsMovedToAndTheOldOneMayGo(Server server) throws Exception {
    try (TestDatabase database = server.database();
        TcpProxy first = TcpProxy.to(database.dsn()).open();
        TcpProxy second = TcpProxy.to(database.dsn()).open()) {
      write(first.dsn(database.dsn()));
      WorkTable table = WorkTable.create(database::connect);
      try (ConnectionPool pool = open();
          Load load = Load.of(() -> table.writeAndRead(pool))) {
        load.await(200, SOON);
        write(second.dsn(database.dsn()));
        assertTakenOver(pool, load, 1);
        await(() -> first.connections() == 0);
        first.shut();
        load.await(500, SOON);
        assertTrue(second.connections() > 0);
        assertEquals(List.of(), load.failures());
      }
      table.compare();
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aBrokenDsnHoldsNobodyUp(Server server) throws Exception {
    String quickly =
        server.family() == Server.Family.MYSQL ? "readTimeout=2s" : "connect_timeout=2";
    try (TestDatabase database = server.database();
        TcpProxy silent = TcpProxy.to(database.dsn()).open().freeze()) {
      String good = database.dsn("max_conns=20");
      write(good);
      WorkTable table = WorkTable.create(database::connect);
      try (ConnectionPool pool = open();
          Load load = Load.of(() -> table.writeAndRead(pool))) {
        load.await(200, SOON);
        String silence = silent.dsn(database.dsn());
        write(silence + (silence.contains("?") ? "&" : "?") + quickly);
        long start = System.nanoTime();
        while (pool.statistics().dsnFailures() < 1) {
          // New connections go on being made with the old one.
          pool.openUnpooled().close();
          load.await(10, SOON);
          assertTrue(System.nanoTime() - start < SOON.toNanos());
        }
        write("postgres:/nonsense");
        await(() -> pool.statistics().dsnFailures() == 2);
        Files.delete(file());
        await(() -> pool.statistics().dsnFailures() == 3);
        write(good);
        load.await(200, SOON);
        assertEquals(List.of(), load.failures());
        assertEquals(0, pool.statistics().dsnChanges());
      }
      table.compare();
    }
  }

  /** From then on, and with no failure, all work is done on connections made since. */
  private static void assertTakenOver(ConnectionPool pool, Load load, long changes)
      throws Exception {
    Set<String> old = sessions(pool);
    await(() -> pool.statistics().dsnChanges() == changes);
    await(
        () -> {
          try {
            return sessions(pool).stream().noneMatch(old::contains);
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
        });
    load.await(200, SOON);
    assertEquals(List.of(), load.failures());
  }

  /** The server's names for some of the pool's connections. */
  private static Set<String> sessions(ConnectionPool pool) throws SQLException {
    Set<String> sessions = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 50; i++) {
      try (Connection connection = pool.connection()) {
        sessions.add(
            one(
                connection,
                pool.driver().equals(Drivers.require("mysql"))
                    ? "SELECT connection_id()"
                    : "SELECT pg_backend_pid()"));
      }
    }
    return sessions;
  }

  private ConnectionPool open() {
    Settings settings =
        Settings.load(Map.of(), Map.of("DSN_FILE", file().toString()), Optional.empty());
    return ConnectionPool.open(settings::database, Settings.Pool.DEFAULT, "slipway test");
  }

  private Path file() {
    return folder.resolve("dsn");
  }

  /** As Kubernetes does it: the file is whole at any moment. */
  private void write(String dsn) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), dsn + "\n");
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < SOON.toNanos());
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** A role with all privileges, whose password changes. */
  private record Role(TestDatabase database, String name, String password)
      implements AutoCloseable {
    static Role create(TestDatabase database) {
      Role role = new Role(database, "r" + database.name(), Recording.secret());
      switch (database.family()) {
        case MYSQL ->
            database.execute(
                "CREATE USER " + role.name + " IDENTIFIED BY '" + role.password + "'",
                "GRANT ALL ON *.* TO " + role.name);
        case POSTGRES, COCKROACH, SQLITE ->
            database.execute(
                "CREATE ROLE " + role.name + " SUPERUSER LOGIN PASSWORD '" + role.password + "'");
      }
      return role;
    }

    void change(String next) {
      database.execute(
          switch (database.family()) {
            case MYSQL -> "ALTER USER " + name + " IDENTIFIED BY '" + next + "'";
            case POSTGRES, COCKROACH, SQLITE -> "ALTER ROLE " + name + " PASSWORD '" + next + "'";
          });
    }

    String dsn() {
      return dsn(password);
    }

    String dsn(String with) {
      return database.dsn().replaceFirst("//[^@]+@", "//" + name + ":" + with + "@");
    }

    @Override
    public void close() {
      database.execute(
          switch (database.family()) {
            case MYSQL -> "DROP USER " + name;
            case POSTGRES, COCKROACH, SQLITE -> "DROP ROLE " + name;
          });
    }
  }
}
