package dev.slipway.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A CockroachDB server without TLS, which therefore knows no passwords, and the databases on it.
 */
record CockroachServer(Server server, String host, int port) implements RunningServer {
  private static final String USER = "root";

  /** From an image that Docker has. */
  @SuppressWarnings("resource") // it lives until the process ends
  static CockroachServer container(Server server, String image) {
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withCommand("start-single-node", "--insecure", "--store=type=mem,size=512MiB")
            .withExposedPorts(26257)
            .waitingFor(
                new Answers(
                    target ->
                        DriverManager.getConnection(
                            url(target.getHost(), target.getMappedPort(26257), "defaultdb"),
                            USER,
                            "")));
    DockerImages.start(container);
    return new CockroachServer(server, container.getHost(), container.getMappedPort(26257));
  }

  @Override
  public TestDatabase database(String name) {
    admin("CREATE DATABASE " + name);
    return new TestDatabase(
        server,
        "cockroach://" + USER + "@" + host + ":" + port + "/" + name + "?sslmode=disable",
        Optional.empty(),
        name,
        () -> DriverManager.getConnection(url(host, port, name), USER, ""),
        () -> admin("DROP DATABASE IF EXISTS " + name + " CASCADE"));
  }

  private void admin(String sql) {
    try (Connection connection =
            DriverManager.getConnection(url(host, port, "defaultdb"), USER, "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static String url(String host, int port, String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database + "?sslmode=disable";
  }
}
