package dev.slipway.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Settings;
import dev.slipway.error.ExitCode;
import dev.slipway.testing.Load;
import dev.slipway.testing.OwnServer;
import dev.slipway.testing.Server;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The pool under load while its database goes and comes again. */
@Tag("alone")
@Timeout(180)
class PoolOutageIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(3);

  /** About a second, on a machine that has other things to do; less than what work may wait. */
  private static final Duration QUICK = Duration.ofSeconds(4);

  /** Of so many clients in ten seconds, if each were told after a second: ten times as many. */
  private static final int AT_ONCE = Load.CLIENTS * 10 * 10;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Server.Family.class,
      names = {"POSTGRES", "MYSQL"})
  void workFailsQuicklyWhileTheDatabaseIsAwayAndSucceedsOnceItIsBack(Server.Family family)
      throws Exception {
    try (OwnServer server = OwnServer.of(family, folder)) {
      server.start();
      WorkTable table = WorkTable.create(server::connect);
      try (ConnectionPool database =
              ConnectionPool.open(
                  () -> DatabaseConfig.of(server.dsn()), Settings.Pool.DEFAULT, "slipway test");
          Load load = Load.of(() -> table.writeAndRead(database))) {
        load.await(200, SOON);
        outage(server, load, Duration.ofSeconds(1));
        int before = load.failures().size();
        outage(server, load, Duration.ofSeconds(10));
        assertTrue(load.failures().size() - before > AT_ONCE, load::words);
        assertTrue(database.statistics().timeouts() > 0);
        for (Load.Failure failure : load.failures()) {
          assertEquals(
              ExitCode.RETRY, database.describeFailure((SQLException) failure.why()).exitCode());
        }
      }
      table.compare();
    }
  }

  static Stream<Server> servers() {
    return Stream.of(Server.POSTGRES, Server.MYSQL).filter(server -> server.missing().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aConnectionThatIsNeverAnsweredDoesNotHoldUpTheReturn(Server server) throws Exception {
    try (TestDatabase database = server.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open()) {
      underLoad(
          database,
          proxy,
          load -> {
            load.await(200, SOON);
            proxy.swallow();
            TimeUnit.SECONDS.sleep(5);
            proxy.open();
            load.await(100, BACK_WITHIN);
            assertQuick(load.failures());
          });
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void slowFirstConnectionsMakeNobodyGiveUp(Server server) throws Exception {
    try (TestDatabase database = server.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open().delayNew(Duration.ofMillis(1500))) {
      underLoad(
          database,
          proxy,
          load -> {
            load.await(200, SOON);
            assertEquals(List.of(), load.failures(), load::words);
          });
    }
  }

  static Stream<Arguments> questionsForTheIsolation() {
    return Stream.of(
            Arguments.of(Server.POSTGRES, "SHOW TRANSACTION ISOLATION LEVEL"),
            Arguments.of(Server.MYSQL, "@@session.transaction_isolation"))
        .filter(each -> ((Server) each.get()[0]).missing().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("questionsForTheIsolation")
  void aFirstConnectionThatBreaksWhileThePoolLooksAtItDoesNoLastingHarm(
      Server server, String question) throws Exception {
    try (TestDatabase database = server.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).cutAt(question).open()) {
      underLoad(
          database,
          proxy,
          load -> {
            load.await(100, SOON);
            assertFalse(proxy.cutting(), "nobody asked: " + question);
          });
    }
  }

  /** What happens while clients write and read through the proxy. */
  private interface Scene {
    void play(Load load) throws Exception;
  }

  /** Plays it, and compares what was written with what the clients were told. */
  private static void underLoad(TestDatabase database, TcpProxy proxy, Scene scene)
      throws Exception {
    WorkTable table = WorkTable.create(database::connect);
    try (ConnectionPool pool =
            ConnectionPool.open(
                () -> DatabaseConfig.of(proxy.dsn(database.dsn())),
                Settings.Pool.DEFAULT,
                "slipway test");
        Load load = Load.of(() -> table.writeAndRead(pool))) {
      scene.play(load);
    }
    table.compare();
  }

  private static void outage(OwnServer server, Load load, Duration time) throws Exception {
    int before = load.failures().size();
    server.stop();
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    server.start();
    Duration back = load.await(100, BACK_WITHIN);
    List<Load.Failure> failures = load.failures().subList(before, load.failures().size());
    System.out.printf(
        "away for %d s: %d failures, the slowest after %d ms; 100 done %d ms after its return%n",
        time.toSeconds(), failures.size(), slowest(failures).toMillis(), back.toMillis());
    assertQuick(failures);
  }

  private static void assertQuick(List<Load.Failure> failures) {
    assertFalse(failures.isEmpty());
    for (Load.Failure failure : failures) {
      assertTrue(failure.took().compareTo(QUICK) < 0, failure::toString);
    }
  }

  private static Duration slowest(List<Load.Failure> failures) {
    return failures.stream().map(Load.Failure::took).max(Duration::compareTo).orElse(Duration.ZERO);
  }
}
