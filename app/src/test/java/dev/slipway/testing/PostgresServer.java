package dev.slipway.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A PostgreSQL server, and the databases on it. */
record PostgresServer(
    Server server,
    String host,
    int port,
    String password,
    boolean cockroach,
    Optional<GenericContainer<?>> container)
    implements RunningServer {
  private static final String USER = "slipway";

  /** From the binaries in a jar. It asks for a password, as servers do. */
  static PostgresServer embedded(Server server) {
    String password = Recording.secret();
    try {
      Path data = Files.createTempDirectory("slipway-postgres");
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(true)
              .setServerConfig("max_connections", "200")
              .setPGStartupWait(Duration.ofMinutes(1))
              .start();
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE ROLE " + USER + " SUPERUSER LOGIN PASSWORD '" + password + "'");
        Files.writeString(
            data.resolve("pg_hba.conf"),
            """
            local all all scram-sha-256
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """);
        statement.execute("SELECT pg_reload_conf()");
      }
      return new PostgresServer(
          server, "127.0.0.1", postgres.getPort(), password, false, Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** From an image that Docker has. */
  @SuppressWarnings("resource") // it lives until the process ends
  static PostgresServer container(Server server, String image) {
    String password = Recording.secret();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withEnv("POSTGRES_USER", USER)
            .withEnv("POSTGRES_PASSWORD", password)
            .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200")
            .withExposedPorts(5432)
            .waitingFor(
                new Answers(
                    target ->
                        DriverManager.getConnection(
                            url(target.getHost(), target.getMappedPort(5432), "postgres"),
                            USER,
                            password)));
    DockerImages.start(container);
    return new PostgresServer(
        server,
        container.getHost(),
        container.getMappedPort(5432),
        password,
        false,
        Optional.of(container));
  }

  /** The same server for databases whose {@code version()} is CockroachDB's. */
  PostgresServer callingItselfCockroach(Server server) {
    return new PostgresServer(server, host, port, password, true, container);
  }

  @Override
  public TestDatabase database(String name) {
    admin("CREATE DATABASE " + name);
    String scheme = cockroach ? "cockroach" : "postgres";
    TestDatabase database =
        new TestDatabase(
            server,
            scheme
                + "://"
                + USER
                + ":"
                + password
                + "@"
                + host
                + ":"
                + port
                + "/"
                + name
                + "?sslmode=disable",
            Optional.of(password),
            name,
            () -> DriverManager.getConnection(url(host, port, name), USER, password),
            () -> admin("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"));
    if (cockroach) {
      // The catalog belongs to this database alone. Sessions are serializable, as CockroachDB's.
      database.execute(
          """
          CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text
          LANGUAGE sql STABLE STRICT PARALLEL SAFE
          AS $$ SELECT 'CockroachDB CCL v25.4.0 (x86_64-pc-linux-gnu, built 2025/11/03)'::text $$
          """,
          "ALTER DATABASE " + name + " SET default_transaction_isolation = 'serializable'");
    }
    return database;
  }

  /** The embedded one comes without {@code pg_dumpall}. */
  @Override
  public Optional<String> dump() {
    return container.map(there -> withoutKeys(DockerImages.output(there, "pg_dumpall -U " + USER)));
  }

  @Override
  public Optional<String> schemaDump(TestDatabase database) {
    return container.map(
        there ->
            withoutKeys(
                DockerImages.output(
                    there, "pg_dump --schema-only -U " + USER + " " + database.name())));
  }

  /** Without psql's guard against names that look like its commands: random each time. */
  private static String withoutKeys(String dump) {
    return dump.replaceAll("(?m)^\\\\(un)?restrict .*\n", "");
  }

  private void admin(String sql) {
    try (Connection connection =
            DriverManager.getConnection(url(host, port, "postgres"), USER, password);
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
