package dev.slipway.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A MySQL server, and the databases on it. */
record MysqlServer(
    Server server, String host, int port, String password, GenericContainer<?> container)
    implements RunningServer {
  private static final String USER = "root";

  private static final String DUMP =
      "export MYSQL_PWD=$MYSQL_ROOT_PASSWORD; mysqldump --user="
          + USER
          + " --no-data --routines --events --triggers --skip-dump-date --set-gtid-purged=OFF";

  /** From an image that Docker has. Its files are in memory: tests wait for no disk. */
  @SuppressWarnings("resource") // it lives until the process ends
  static MysqlServer container(Server server, String image) {
    String password = Recording.secret();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withEnv("MYSQL_ROOT_PASSWORD", password)
            .withTmpFs(Map.of("/var/lib/mysql", "rw"))
            .withCommand(
                "mysqld",
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-doublewrite=0",
                "--max-connections=200")
            .withExposedPorts(3306)
            .waitingFor(
                new Answers(
                    target ->
                        DriverManager.getConnection(
                            url(target.getHost(), target.getMappedPort(3306), ""),
                            USER,
                            password)));
    DockerImages.start(container);
    return new MysqlServer(
        server, container.getHost(), container.getMappedPort(3306), password, container);
  }

  @Override
  public TestDatabase database(String name) {
    admin("CREATE DATABASE " + name);
    return new TestDatabase(
        server,
        "mysql://" + USER + ":" + password + "@tcp(" + host + ":" + port + ")/" + name,
        Optional.of(password),
        name,
        () -> DriverManager.getConnection(url(host, port, name), USER, password),
        () -> admin("DROP DATABASE IF EXISTS " + name));
  }

  /**
   * Without what differs between two dumps: the date, the transactions counted so far, and the
   * statistics of indexes, which the server renews in the background.
   */
  @Override
  public Optional<String> dump() {
    return Optional.of(
        DockerImages.output(
            container,
            "MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysqldump --user="
                + USER
                + " --all-databases --routines"
                + " --events --triggers --hex-blob --skip-extended-insert --skip-dump-date"
                + " --set-gtid-purged=OFF --ignore-table=mysql.innodb_index_stats"
                + " --ignore-table=mysql.innodb_table_stats"));
  }

  @Override
  public Optional<String> schemaDump(TestDatabase database) {
    return Optional.of(DockerImages.output(container, DUMP + " --databases " + database.name()));
  }

  @Override
  public boolean copy(TestDatabase from, TestDatabase to) {
    DockerImages.output(
        container, DUMP + " " + from.name() + " | mysql --user=" + USER + " " + to.name());
    return true;
  }

  private void admin(String sql) {
    try (Connection connection = DriverManager.getConnection(url(host, port, ""), USER, password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static String url(String host, int port, String database) {
    return "jdbc:mysql://"
        + host
        + ":"
        + port
        + "/"
        + database
        + "?sslMode=DISABLED&allowPublicKeyRetrieval=true";
  }
}
