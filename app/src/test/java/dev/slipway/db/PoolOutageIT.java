package dev.slipway.db;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Secret;
import dev.slipway.config.Settings;
import dev.slipway.fault.ExitCode;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The pool under load while its database goes and comes again. */
@Timeout(180)
class PoolOutageIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration BACK_WITHIN = Duration.ofSeconds(3);

  /** About a second, on a machine that has other things to do. */
  private static final Duration QUICK = Duration.ofMillis(2500);

  /** Once everybody knows. */
  private static final Duration AT_ONCE = Duration.ofMillis(500);

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
      try (Database database =
              Database.open(
                  () -> Secret.of(server.dsn()), Settings.Pool.DEFAULT, "slipway test");
          Load load = Load.of(() -> table.writeAndRead(database))) {
        load.await(200, SOON);
        outage(server, load, Duration.ofSeconds(1));
        outage(server, load, Duration.ofSeconds(10));
        assertTrue(database.gauges().timeouts() > 0);
        for (Load.Failure failure : load.failures()) {
          assertEquals(ExitCode.RETRY, database.fault((SQLException) failure.why()).code());
        }
      }
      table.compare();
    }
  }

  static Stream<Server> servers() {
    return Stream.of(Server.POSTGRES, Server.MYSQL)
        .filter(server -> server.missing().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aConnectionThatIsNeverAnsweredDoesNotHoldUpTheReturn(Server server) throws Exception {
    try (TestDatabase database = server.database();
        TcpProxy proxy = TcpProxy.to(database).open()) {
      WorkTable table = WorkTable.create(database::connect);
      try (Database pool =
              Database.open(
                  () -> Secret.of(proxy.dsn(database)), Settings.Pool.DEFAULT, "slipway test");
          Load load = Load.of(() -> table.writeAndRead(pool))) {
        load.await(200, SOON);
        proxy.swallow();
        TimeUnit.SECONDS.sleep(5);
        proxy.open();
        load.await(100, BACK_WITHIN);
        for (Load.Failure failure : load.failures()) {
          assertTrue(failure.took().compareTo(QUICK) < 0, failure::toString);
        }
      }
      table.compare();
    }
  }

  private static void outage(OwnServer server, Load load, Duration time) throws Exception {
    int before = load.failures().size();
    long begin = System.nanoTime();
    server.stop();
    TimeUnit.NANOSECONDS.sleep(time.toNanos());
    server.start();
    Duration back = load.await(100, BACK_WITHIN);
    long known = begin + TimeUnit.SECONDS.toNanos(2);
    List<Load.Failure> failures = load.failures().subList(before, load.failures().size());
    System.out.printf(
        "away for %d s: %d failures, the slowest after %d ms; 100 done %d ms after its return%n",
        time.toSeconds(), failures.size(), slowest(failures).toMillis(), back.toMillis());
    assertTrue(failures.size() > Load.CLIENTS / 2, () -> load.words());
    for (Load.Failure failure : failures) {
      Duration limit = failure.startNanos() - known > 0 ? AT_ONCE : QUICK;
      assertTrue(failure.took().compareTo(limit) < 0, failure::toString);
    }
  }

  private static Duration slowest(List<Load.Failure> failures) {
    return failures.stream().map(Load.Failure::took).max(Duration::compareTo).orElse(Duration.ZERO);
  }
}
