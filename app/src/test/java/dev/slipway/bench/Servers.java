package dev.slipway.bench;

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
  static Optional<String> mysqlMissing() throws IOException {
    if (Docker.ask("version").isEmpty()) {
      return Optional.of("needs Docker, which does not answer; start it to measure this");
    }
    if (Docker.ask("image", "inspect", MYSQL_IMAGE).isEmpty()) {
      return Optional.of("needs the image " + MYSQL_IMAGE + ": docker pull " + MYSQL_IMAGE);
    }
    return Optional.empty();
  }

  /** Starts a MySQL in Docker, and answers its port once it takes queries. */
  int mysql() throws IOException, InterruptedException {
    String container =
        Docker.ask(
                "run",
                "--detach",
                "--rm",
                "--env",
                "MYSQL_ROOT_PASSWORD=" + MYSQL_PASSWORD,
                "--publish",
                "127.0.0.1::3306",
                MYSQL_IMAGE)
            .orElseThrow(() -> new IOException("docker run " + MYSQL_IMAGE + " failed"));
    open.add(() -> Docker.ask("rm", "--force", "--volumes", container));
    String address =
        Docker.ask("port", container, "3306/tcp")
            .orElseThrow(() -> new IOException("docker port " + container + " failed"));
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
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

  /** A port that leads to another one, each direction taking a millisecond longer. */
  int delayed(int port) throws IOException {
    DelayProxy proxy = new DelayProxy(port, Duration.ofMillis(1));
    open.add(proxy);
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
