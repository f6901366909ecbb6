package dev.slipway.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** In a container, which keeps its files while it is stopped. */
final class OwnMysql implements OwnServer {
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

  private final String password = Recording.secret();
  private final int port;
  private final GenericContainer<?> container;

  @SuppressWarnings("resource") // stopped when this process ends
  OwnMysql(int port) {
    this.port = port;
    this.container =
        new GenericContainer<>(DockerImageName.parse(Server.MYSQL.image()))
            .withEnv("MYSQL_ROOT_PASSWORD", password)
            .withEnv("MYSQL_DATABASE", "test")
            .withCommand("mysqld", "--skip-log-bin")
            .withExposedPorts(3306)
            .waitingFor(new Answers(target -> connect()));
    container.setPortBindings(List.of(port + ":3306"));
  }

  @Override
  public String dsn() {
    return "mysql://root:" + password + "@tcp(" + container.getHost() + ":" + port + ")/test";
  }

  @Override
  public void start() {
    if (container.getContainerId() == null) {
      DockerImages.start(container);
      return;
    }
    container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    Instant deadline = Instant.now().plus(ANSWERS_WITHIN);
    while (true) {
      try (Connection _ = connect()) {
        return;
      } catch (SQLException e) {
        if (Instant.now().isAfter(deadline)) {
          throw new IllegalStateException("the container's database does not answer", e);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  @Override
  public void stop() {
    container.getDockerClient().stopContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mysql://"
            + container.getHost()
            + ":"
            + port
            + "/test?sslMode=DISABLED&allowPublicKeyRetrieval=true&connectTimeout=1000",
        "root",
        password);
  }

  @Override
  public void close() {
    container.stop();
  }
}
