package dev.slipway.bench;

import dev.slipway.testing.Docker;
import dev.slipway.testing.TcpProxy;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The servers of one bench run. Unlike those of the tests, they write to the disk as they would in
 * earnest: what a commit costs belongs to what is measured.
 */
final class Servers implements AutoCloseable {
  /** The password of the MySQL server that {@link #mysql} starts. */
  static final String MYSQL_PASSWORD = UUID.randomUUID().toString().replace("-", "");

  private static final String MYSQL_IMAGE = "mysql:9";

  private final List<Closeable> open = new ArrayList<>();

  /** Starts a PostgreSQL from the binaries in a jar, and answers its port. */
  int postgres() throws IOException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setPGStartupWait(Duration.ofMinutes(1))
            .start();
    open.add(server);
    return server.getPort();
  }

  /** Why MySQL cannot run here, with what to do; empty when it can. */
  static Optional<String> mysqlMissing() {
    if (!Docker.responds()) {
      return Optional.of("needs Docker, which does not answer; start it to measure this");
    }
    if (!Docker.has(MYSQL_IMAGE)) {
      return Optional.of("needs the image " + MYSQL_IMAGE + ": docker pull " + MYSQL_IMAGE);
    }
    return Optional.empty();
  }

  /** Starts a MySQL in Docker, and answers its port once it takes queries. */
  int mysql() throws IOException, InterruptedException {
    String container =
        Docker.command("run", "--detach", "--rm", "--publish", "127.0.0.1::3306")
            .with("--env", "MYSQL_ROOT_PASSWORD=" + MYSQL_PASSWORD, MYSQL_IMAGE)
            .output()
            .strip();
    open.add(() -> Docker.command("rm", "--force", "--volumes", container).run());
    int port = Docker.publishedPort(container, 3306).getPort();
    awaitMysql(port);
    return port;
  }

  private static void awaitMysql(int port) throws IOException, InterruptedException {
    Instant end = Instant.now().plus(Duration.ofMinutes(2));
    String url =
        "jdbc:mysql://127.0.0.1:"
            + port
            + "/?user=root&password="
            + MYSQL_PASSWORD
            + "&sslMode=DISABLED&allowPublicKeyRetrieval=true";
    while (true) {
      try (Connection connection = DriverManager.getConnection(url)) {
        connection.isValid(1);
        return;
      } catch (SQLException e) {
        if (Instant.now().isAfter(end)) {
          throw new IOException("MySQL does not take connections: " + e.getMessage(), e);
        }
        Thread.sleep(Duration.ofMillis(250));
      }
    }
  }

  /** The port of a proxy that adds a millisecond to each direction. */
  int delayed(int port) {
    TcpProxy proxy = TcpProxy.to(port).delayed(Duration.ofMillis(1)).open();
    open.add(proxy::close);
    return proxy.port();
  }

  /** Stops everything, newest first. */
  @Override
  public void close() throws IOException {
    for (Closeable server : open.reversed()) {
      server.close();
    }
  }
}
