package dev.slipway.testing;

import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A server in a container, whose files are in a small file system in memory that can be filled. */
public final class ServerOnSmallDisk implements AutoCloseable {
  private static final String DISK = "/disk";
  private static final String OPTIONS = "rw,mode=1777,size=";

  private final GenericContainer<?> container;
  private final String dsn;

  private ServerOnSmallDisk(GenericContainer<?> container, String dsn) {
    this.container = container;
    this.dsn = dsn;
  }

  /** Starts a server with an empty database; the test is skipped where none can run. */
  public static ServerOnSmallDisk startOrSkip(Server.Family family) {
    boolean mysql = family == Server.Family.MYSQL;
    Server server = mysql ? Server.MYSQL : Server.POSTGRES_17;
    server.missing().ifPresent(Assumptions::abort);
    String password = Recording.secret();
    int port = mysql ? 3306 : 5432;
    String query = mysql ? "?sslMode=DISABLED&allowPublicKeyRetrieval=true" : "?sslmode=disable";
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(server.image()))
            .withTmpFs(Map.of(DISK, OPTIONS + (mysql ? "300m" : "100m")))
            .withEnv(
                mysql
                    ? Map.of("MYSQL_ROOT_PASSWORD", password, "MYSQL_DATABASE", "test")
                    : Map.of(
                        "POSTGRES_PASSWORD",
                        password,
                        "POSTGRES_DB",
                        "test",
                        "PGDATA",
                        DISK + "/data"))
            .withExposedPorts(port)
            .waitingFor(
                new Answers(
                    target ->
                        DriverManager.getConnection(
                            "jdbc:%s://%s:%d/test%s"
                                .formatted(
                                    mysql ? "mysql" : "postgresql",
                                    target.getHost(),
                                    target.getMappedPort(port),
                                    query),
                            mysql ? "root" : "postgres",
                            password)));
    if (mysql) {
      container.withCommand(
          "mysqld",
          "--skip-log-bin",
          "--datadir=" + DISK + "/data",
          "--innodb-redo-log-capacity=8M");
    }
    DockerImages.start(container);
    String address = container.getHost() + ":" + container.getMappedPort(port);
    return new ServerOnSmallDisk(
        container,
        mysql
            ? "mysql://root:" + password + "@tcp(" + address + ")/test"
            : "postgres://postgres:" + password + "@" + address + "/test?sslmode=disable");
  }

  /** In the form that {@code DSN} takes. */
  public String dsn() {
    return dsn;
  }

  /** Leaves no space on the disk. */
  public void fill() {
    DockerImages.output(container, "cat /dev/zero >" + DISK + "/filler 2>/dev/null || true");
  }

  /** Deletes what filled it. */
  public void free() {
    DockerImages.output(container, "rm " + DISK + "/filler");
  }

  @Override
  public void close() {
    container.stop();
  }
}
