package dev.slipway.driver;

import static dev.slipway.driver.ConnectIT.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.github.dockerjava.api.model.Bind;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/** MySQL's unix socket, and TLS with an authority of our own; skipped where Docker is not. */
@TestInstance(Lifecycle.PER_CLASS)
class MysqlTlsIT {
  private static final SessionOptions SESSION =
      new SessionOptions("slipway migrate", Duration.ofSeconds(5), Duration.ZERO);

  private Path folder;

  private GenericContainer<?> mysql;
  private Certificates ours;
  private Certificates others;
  private Path sockets;
  private String password;

  @BeforeAll
  @SuppressWarnings("resource") // stopped after all tests
  void start(@TempDir Path temporary) throws IOException, GeneralSecurityException, SQLException {
    Server.MYSQL.missing().ifPresent(Assumptions::abort);
    folder = temporary;
    ours = new Certificates(Files.createDirectory(folder.resolve("ours")));
    others = new Certificates(Files.createDirectory(folder.resolve("others")));
    ours.sign("server", "localhost", List.of("RSA"), "san=dns:localhost");
    ours.sign("client", "certified", List.of("RSA"));
    password = Recording.secret();
    sockets = Files.createTempDirectory(Path.of("/tmp"), "sl");
    Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.copy(ours.authority(), sockets.resolve("ca.pem"));
    Files.copy(folder.resolve("ours/server.pem"), sockets.resolve("server.pem"));
    Files.copy(ours.pkcs8("server"), sockets.resolve("server.key"));
    mysql =
        new GenericContainer<>(DockerImageName.parse("mysql:9"))
            .withEnv("MYSQL_ROOT_PASSWORD", password)
            .withTmpFs(Map.of("/var/lib/mysql", "rw"))
            // A bind by Testcontainers' own method starts another image first, to look around.
            .withCreateContainerCmdModifier(
                command -> command.getHostConfig().withBinds(Bind.parse(sockets + ":/shared:rw")))
            .withCommand(
                "mysqld",
                "--skip-log-bin",
                "--socket=/shared/m.sock",
                "--ssl-ca=/shared/ca.pem",
                "--ssl-cert=/shared/server.pem",
                "--ssl-key=/shared/server.key")
            .withExposedPorts(3306)
            .waitingFor(Wait.forLogMessage(".*ready for connections.* port: 3306.*", 1));
    mysql.start();
    try (Connection connection =
            Connections.connect(
                Drivers.parse(dsn("localhost", "root", "tls=false")),
                SESSION,
                Duration.ofMinutes(1),
                _ -> {});
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE USER certified REQUIRE X509; GRANT ALL ON *.* TO certified");
      statement.execute(
          "CREATE USER local@localhost IDENTIFIED BY '"
              + password
              + "';"
              + " GRANT ALL ON *.* TO local@localhost");
    }
  }

  @AfterAll
  void stop() {
    if (mysql != null) {
      mysql.stop();
    }
  }

  @Test
  void aUnixSocketIsAnAddress() throws SQLException {
    Dsn dsn = Drivers.parse("mysql://local:" + password + "@unix(" + sockets + "/m.sock)/mysql");
    try (Connection connection = Connections.connect(dsn, SESSION, Duration.ZERO, _ -> {})) {
      assertEquals("local@localhost", one(connection, "SELECT CURRENT_USER()"));
      assertEquals(3_000_000, one(connection, "SELECT REPEAT('y', 3000000)").length());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, tls=true&sslrootcert=ROOT",
    "127.0.0.1, tls=skip-verify",
    "127.0.0.1, tls=skip-verify&sslrootcert=ROOT",
    "127.0.0.1, tls=preferred",
  })
  void tlsChecksWhatItIsToldTo(String host, String query) throws SQLException {
    try (Connection connection = connect(host, "root", query)) {
      assertFalse(
          one(
                  connection,
                  "SELECT variable_value FROM performance_schema.session_status"
                      + " WHERE variable_name = 'Ssl_cipher'")
              .isEmpty());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, root, tls=true&sslrootcert=ROOT",
    "localhost, root, tls=true&sslrootcert=OTHER",
    "localhost, root, tls=skip-verify&sslrootcert=OTHER",
    "localhost, root, tls=true",
    "localhost, certified, tls=true&sslrootcert=ROOT",
  })
  void whatDoesNotFitEndsWithTwo(String host, String user, String query) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> connect(host, user, query));
    assertEquals(ExitCode.USAGE, fault.exitCode(), fault.getMessage());
    assertFalse(fault.getMessage().contains(password), fault.getMessage());
  }

  @ParameterizedTest
  @CsvSource({"pkcs8", "pkcs1"})
  void aClientsCertificateLetsIn(String form)
      throws SQLException, GeneralSecurityException, IOException {
    Path key = form.equals("pkcs8") ? ours.pkcs8("client") : ours.pkcs1("client");
    try (Connection connection =
        connect(
            "localhost",
            "certified",
            "tls=true&sslrootcert=ROOT&sslkey="
                + key
                + "&sslcert="
                + folder.resolve("ours/client.pem"))) {
      assertEquals("certified@%", one(connection, "SELECT CURRENT_USER()"));
    }
  }

  private Connection connect(String host, String user, String query) {
    String full =
        query
            .replace("ROOT", ours.authority().toString())
            .replace("OTHER", others.authority().toString());
    return Connections.connect(
        Drivers.parse(dsn(host, user, full)), SESSION, Duration.ZERO, _ -> {});
  }

  private String dsn(String host, String user, String query) {
    return "mysql://"
        + user
        + (user.equals("root") ? ":" + password : "")
        + "@tcp("
        + host
        + ":"
        + mysql.getMappedPort(3306)
        + ")/mysql?"
        + query;
  }
}
