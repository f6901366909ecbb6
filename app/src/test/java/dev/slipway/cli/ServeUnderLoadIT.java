package dev.slipway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Load;
import dev.slipway.testing.OwnServer;
import dev.slipway.testing.Recording;
import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server under creates and gets while its database or it itself goes. */
@Tag("alone")
@Timeout(180)
class ServeUnderLoadIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Duration UNREADY_WITHIN = Duration.ofSeconds(2);
  private static final Duration READY_WITHIN = Duration.ofSeconds(3);

  /** About a second, on a machine that has other things to do; less than what work may wait. */
  private static final Duration QUICK = Duration.ofSeconds(4);

  /** Of so many clients in ten seconds, if each were answered after a second: ten times as many. */
  private static final int AT_ONCE = Load.CLIENTS * 10 * 10;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Server.Family.class,
      names = {"POSTGRES", "MYSQL"})
  void anOutageIsAnsweredWith503AtOnceAndLosesAndDoublesNothing(Server.Family family)
      throws Exception {
    try (OwnServer database = OwnServer.of(family, folder)) {
      database.start();
      try (ServeProcess serve = ServeProcess.start(Map.of("DSN", database.dsn()), "--migrate")) {
        serve.awaitReadiness(200, SOON);
        var clients = new Clients(serve);
        try (Load load = clients.start()) {
          load.await(300, SOON);
          assertEquals(List.of(), load.failures());

          database.stop();
          Duration unready = serve.awaitReadiness(503, UNREADY_WITHIN);
          TimeUnit.SECONDS.sleep(10);
          database.start();
          long started = System.nanoTime();
          Duration ready = serve.awaitReadiness(200, READY_WITHIN);
          load.await(Load.CLIENTS, READY_WITHIN);
          long again = System.nanoTime();
          assertTrue(again - started < READY_WITHIN.toNanos());
          System.out.printf(
              "%s away for 10 s: unready after %d ms; %d requests answered 503, the slowest after"
                  + " %d ms; back %d ms after its start: ready after %d ms, %d requests done%n",
              family,
              unready.toMillis(),
              load.failures().size(),
              slowest(load).toMillis(),
              TimeUnit.NANOSECONDS.toMillis(again - started),
              ready.toMillis(),
              Load.CLIENTS);
          assertAnswered(load, QUICK);
          assertTrue(load.failures().size() > AT_ONCE, load::words);

          int before = load.failures().size();
          load.await(300, SOON);
          assertEquals(before, load.failures().size());
        }
        clients.compare(database.connect());
        serve.terminate();
        assertEquals(0, serve.exitCode(SOON), serve::said);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"POSTGRES", "MYSQL"})
  void aDatabaseThatSaysNothingMoreHoldsNoRequestBeyondItsTime(Server server) throws Exception {
    Duration limit = Duration.ofSeconds(4);
    try (TestDatabase database = server.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        ServeProcess serve =
            ServeProcess.start(
                Map.of("DSN", proxy.dsn(database.dsn()), "SERVE_REQUEST_TIMEOUT", "4s"),
                "--migrate")) {
      serve.awaitReadiness(200, SOON);
      var clients = new Clients(serve);
      try (Load load = clients.start()) {
        load.await(300, SOON);
        proxy.freeze();
        serve.awaitReadiness(503, UNREADY_WITHIN.plus(QUICK));
        TimeUnit.SECONDS.sleep(8);
        proxy.thaw();
        serve.awaitReadiness(200, READY_WITHIN);
        load.await(Load.CLIENTS, READY_WITHIN);
        System.out.printf(
            "silent for 8 s: %d requests answered 503, the slowest after %d ms%n",
            load.failures().size(), slowest(load).toMillis());
        assertAnswered(load, limit.plus(QUICK));
      }
      clients.compare(database.connect());
    }
  }

  /** As on a busy machine: what there is works, with a pause, and what is new takes its time. */
  @Test
  void newConnectionsThatTakeLongFailNoRequestWhileOthersWork() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        ServeProcess serve =
            ServeProcess.start(Map.of("DSN", proxy.dsn(database.dsn())), "--migrate")) {
      serve.awaitReadiness(200, SOON);
      proxy.delayNew(Duration.ofSeconds(2));
      var clients = new Clients(serve);
      try (Load load = clients.start()) {
        load.await(100, SOON);
        try (Connection blocker = database.connect();
            Statement statement = blocker.createStatement()) {
          blocker.setAutoCommit(false);
          statement.execute("LOCK TABLE identities IN ACCESS EXCLUSIVE MODE");
          TimeUnit.MILLISECONDS.sleep(1500);
          blocker.rollback();
        }
        load.await(300, SOON);
        assertTrue(serve.metric("slipway_pool_connections_max") > proxy.connections());
        assertEquals(List.of(), load.failures(), load::words);
      }
      clients.compare(database.connect());
      assertEquals(0, serve.metric("slipway_pool_timeouts_total"));
    }
  }

  @Test
  void aNewPasswordThenANewHostInTheFileFailNoRequest() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy first = TcpProxy.to(database.dsn()).open();
        TcpProxy second = TcpProxy.to(database.dsn()).open()) {
      String role = "r" + database.name();
      String password = Recording.secret();
      database.execute("CREATE ROLE " + role + " SUPERUSER LOGIN PASSWORD '" + password + "'");
      write(as(role, password, first.dsn(database.dsn())));
      try (ServeProcess serve =
          ServeProcess.start(Map.of("DSN_FILE", file().toString()), "--migrate")) {
        serve.awaitReadiness(200, SOON);
        var clients = new Clients(serve);
        try (Load load = clients.start()) {
          load.await(300, SOON);

          password = Recording.secret();
          write(as(role, password, first.dsn(database.dsn())));
          awaitMetric(serve, "slipway_dsn_failures_total", 1);
          database.execute("ALTER ROLE " + role + " PASSWORD '" + password + "'");
          awaitMetric(serve, "slipway_dsn_changes_total", 1);
          load.await(300, SOON);

          write(as(role, password, second.dsn(database.dsn())));
          awaitMetric(serve, "slipway_dsn_changes_total", 2);
          long start = System.nanoTime();
          while (first.connections() > 0) {
            assertTrue(System.nanoTime() - start < SOON.toNanos());
            TimeUnit.MILLISECONDS.sleep(50);
          }
          first.shut();
          load.await(300, SOON);

          write("mysql://elsewhere");
          awaitMetric(serve, "slipway_dsn_failures_total", 2);
          TimeUnit.SECONDS.sleep(5);
          load.await(300, SOON);
          assertEquals(2, serve.metric("slipway_dsn_failures_total"));
          assertEquals(List.of(), load.failures());
        }
        clients.compare(database.connect());
        assertEquals(
            2,
            serve
                .said()
                .lines()
                .filter(line -> line.contains("the changed DSN is not used, the old one stays: "))
                .count(),
            serve::said);
        assertTrue(serve.metric("slipway_pool_acquire_seconds_count") > 0);
        assertEquals(0, serve.metric("slipway_pool_timeouts_total"));
      } finally {
        database.execute("DROP OWNED BY " + role, "DROP ROLE " + role);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"POSTGRES", "MYSQL"})
  void theSignalFailsNoRequestAndNewConnectionsAreAnsweredForTheDrainDelay(Server server)
      throws Exception {
    try (TestDatabase database = server.database();
        ServeProcess serve =
            ServeProcess.start(
                Map.of("DSN", database.dsn(), "SERVE_DRAIN_DELAY", "4s"), "--migrate")) {
      serve.awaitReadiness(200, SOON);
      var clients = new Clients(serve);
      Load load = clients.start();
      load.await(300, SOON);
      serve.terminate();
      long asked = System.nanoTime();
      serve.awaitReadiness(503, Duration.ofSeconds(1));
      while (System.nanoTime() - asked < Duration.ofSeconds(3).toNanos()) {
        assertEquals("HTTP/1.1 200 OK", onANewConnection(serve.address(), "/admin/identities"));
        TimeUnit.MILLISECONDS.sleep(20);
      }
      load.end();
      assertEquals(List.of(), load.failures());
      assertEquals(0, serve.exitCode(Duration.ofSeconds(15)), serve::said);
      assertTrue(serve.said().contains("ended, every request was answered"), serve::said);
      clients.compare(database.connect());
    }
  }

  @Test
  void theSignalEndsItWhileItsDatabaseSaysNothing() throws Exception {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open();
        ServeProcess serve =
            ServeProcess.start(
                Map.of(
                    "DSN", proxy.dsn(database.dsn()),
                    "SERVE_REQUEST_TIMEOUT", "4s",
                    "SERVE_DRAIN_DELAY", "1s"),
                "--migrate")) {
      serve.awaitReadiness(200, SOON);
      try (Load load = new Clients(serve).start()) {
        load.await(300, SOON);
        proxy.freeze();
        serve.awaitReadiness(503, UNREADY_WITHIN.plus(QUICK));
        serve.terminate();
        load.end();
        assertAnswered(load, QUICK.multipliedBy(2));
      }
      assertEquals(0, serve.exitCode(Duration.ofSeconds(15)), serve::said);
      assertTrue(serve.said().contains("ended, every request was answered"), serve::said);
    }
  }

  /** Each failure is a 503 in time. */
  private static void assertAnswered(Load load, Duration limit) {
    assertFalse(load.failures().isEmpty());
    for (Load.Failure failure : load.failures()) {
      assertEquals(
          503, assertInstanceOf(Clients.Refused.class, failure.why()).status, failure::toString);
      assertTrue(failure.took().compareTo(limit) < 0, failure::toString);
    }
  }

  private static Duration slowest(Load load) {
    return load.failures().stream()
        .map(Load.Failure::took)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private static void awaitMetric(ServeProcess serve, String name, double value) throws Exception {
    long start = System.nanoTime();
    while (serve.metric(name) != value) {
      assertTrue(System.nanoTime() - start < SOON.toNanos(), () -> name + " stays" + serve.said());
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static String as(String role, String password, String dsn) {
    return dsn.replaceFirst("//[^@]+@", "//" + role + ":" + password + "@");
  }

  private Path file() {
    return folder.resolve("dsn");
  }

  /** As Kubernetes does it: the file is whole at any moment. */
  private void write(String dsn) throws IOException {
    Path next = Files.writeString(folder.resolve("next"), dsn + "\n");
    Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The first line of the answer. */
  private static String onANewConnection(URI address, String path) throws IOException {
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoTimeout((int) SOON.toMillis());
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("nothing");
    }
  }
}
