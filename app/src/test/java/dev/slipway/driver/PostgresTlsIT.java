package dev.slipway.driver;

import static dev.slipway.driver.ConnectIT.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.pool.PoolIT;
import dev.slipway.testing.Recording;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.SimpleTimeZone;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS, client certificates, unix sockets, addresses and passwords against a real PostgreSQL. */
@TestInstance(Lifecycle.PER_CLASS)
class PostgresTlsIT {
  private static final SessionOptions SESSION =
      new SessionOptions("slipway migrate", Duration.ofSeconds(5), Duration.ZERO);
  private static final List<String> RSA = List.of("RSA");
  private static final List<String> EC = List.of("EC", "-groupname", "secp256r1");
  private static final List<String> ED25519 = List.of("Ed25519");

  private Path folder;

  private EmbeddedPostgres postgres;
  private Certificates ours;
  private Certificates others;
  private Path sockets;
  private String password;

  @BeforeAll
  void start(@TempDir Path temporary) throws IOException, GeneralSecurityException, SQLException {
    folder = temporary;
    ours = new Certificates(Files.createDirectory(folder.resolve("ours")));
    others = new Certificates(Files.createDirectory(folder.resolve("others")));
    Path certificate = ours.sign("server", "localhost", RSA, "san=dns:localhost");
    ours.sign("rsa", "certified", RSA);
    ours.sign("ec", "certified", EC);
    ours.sign("ed", "certified", ED25519);
    others.sign("stranger", "certified", RSA);
    password = Recording.secret();
    // Long paths do not fit a socket's name, and a socket needs a folder that its server may write.
    sockets = Files.createTempDirectory(Path.of("/tmp"), "sl");
    Files.setPosixFilePermissions(sockets, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path data = Files.createTempDirectory("slipway-tls");
    postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(true)
            .setServerConfig("unix_socket_directories", sockets.toString())
            .setServerConfig("listen_addresses", "*")
            .setPGStartupWait(Duration.ofMinutes(1))
            .start();
    Files.copy(certificate, data.resolve("server.crt"));
    Files.copy(ours.pkcs8("server"), data.resolve("server.key"));
    Files.copy(ours.authority(), data.resolve("root.crt"));
    Files.setPosixFilePermissions(
        data.resolve("server.key"), PosixFilePermissions.fromString("rw-------"));
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE ROLE app SUPERUSER LOGIN PASSWORD '" + password + "'");
      statement.execute("CREATE ROLE certified LOGIN");
      statement.execute("CREATE DATABASE \"odd / name\"");
      statement.execute("ALTER SYSTEM SET ssl = on");
      statement.execute("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
      Files.writeString(
          data.resolve("pg_hba.conf"),
          """
          local all all scram-sha-256
          hostssl all certified all cert
          host all all all scram-sha-256
          """);
      statement.execute("SELECT pg_reload_conf()");
    }
    // The reload is noticed by the server in its own time.
    SlipwayException last = null;
    for (int i = 0; i < 50; i++) {
      try {
        Connections.connect(app("sslmode=require"), SESSION, Duration.ofSeconds(1), _ -> {})
            .close();
        return;
      } catch (SlipwayException e) {
        last = e;
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
    }
    throw last;
  }

  @AfterAll
  void stop() throws IOException {
    if (postgres != null) {
      postgres.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, disable, false",
    "localhost, prefer, true",
    "localhost, require, true",
    "127.0.0.1, require, true",
    "localhost, verify-ca&sslrootcert=ROOT, true",
    "127.0.0.1, verify-ca&sslrootcert=ROOT, true",
    "localhost, verify-full&sslrootcert=ROOT, true",
    "127.0.0.1, require&sslrootcert=ROOT, true",
    "localhost, require&sslnegotiation=direct, true",
    "localhost, require&ssl_min_protocol_version=TLSv1.3, true",
    "localhost, require&sslsni=0&channel_binding=require, true",
    "localhost, verify-full&sslrootcert=ROOT&hostaddr=127.0.0.1, true",
  })
  void sslmodeMeansWhatItMeansInLibpq(String host, String mode, boolean tls) throws SQLException {
    try (Connection connection = connect(host, "sslmode=" + mode)) {
      assertEquals(tls ? "t" : "f", one(connection, usesTls()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, verify-ca&sslrootcert=OTHER",
    "localhost, verify-full&sslrootcert=OTHER",
    "localhost, require&sslrootcert=OTHER",
    "127.0.0.1, verify-full&sslrootcert=ROOT",
    "localhost, verify-full&sslrootcert=system",
    "localhost, verify-full&sslrootcert=/nowhere/root.pem",
    "localhost, verify-full&sslrootcert=KEY",
  })
  void aCertificateThatDoesNotFitEndsWithTwo(String host, String mode) {
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> connect(host, "sslmode=" + mode));
    assertEquals(ExitCode.USAGE, fault.exitCode(), fault.getMessage());
    assertTrue(
        fault.getMessage().startsWith("cannot connect to postgres at " + host), fault.getMessage());
    assertFalse(fault.getMessage().contains(password));
  }

  @Test
  void aMissingRootIsNamed() {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> connect("localhost", "sslmode=verify-full&sslrootcert=/nowhere/root.pem"));
    assertTrue(
        fault.getMessage().endsWith("sslrootcert: the file /nowhere/root.pem does not exist"),
        fault.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rsa.pkcs8",
        "rsa.pkcs1",
        "rsa.der",
        "rsa.encrypted",
        "ec.pkcs8",
        "ec.sec1",
        "ec.encrypted",
        "ed.pkcs8"
      })
  void aClientsCertificateLetsInWithEveryFormOfKey(String key)
      throws SQLException, GeneralSecurityException, IOException {
    String alias = key.substring(0, key.indexOf('.'));
    String secret = Recording.secret();
    Path file =
        switch (key.substring(key.indexOf('.') + 1)) {
          case "pkcs8" -> ours.pkcs8(alias);
          case "pkcs1" -> ours.pkcs1(alias);
          case "sec1" -> ours.sec1(alias);
          case "der" -> ours.pkcs8Binary(alias);
          default -> ours.encrypted(alias, secret);
        };
    Dsn dsn =
        Drivers.parse(
            "postgres://certified@localhost:"
                + postgres.getPort()
                + "/postgres?sslmode=verify-full&sslrootcert="
                + ours.authority()
                + "&sslcert="
                + folder.resolve("ours/" + alias + ".pem")
                + "&sslkey="
                + file
                + "&sslpassword="
                + secret);
    assertFalse(dsn.toString().contains(secret));
    try (Connection connection = Connections.connect(dsn, SESSION, Duration.ZERO, _ -> {})) {
      assertEquals("certified", one(connection, "SELECT current_user"));
    }
  }

  @Test
  void aWrongSslpasswordAStrangersCertificateAndNoneAtAllAreRefused()
      throws GeneralSecurityException, IOException {
    Path encrypted = ours.encrypted("rsa", Recording.secret());
    String base =
        "postgres://certified@localhost:" + postgres.getPort() + "/postgres?sslmode=require";
    String certificate = "&sslcert=" + folder.resolve("ours/rsa.pem") + "&sslkey=" + encrypted;
    assertRefused(
        base + certificate + "&sslpassword=wrong", "cannot be decrypted with sslpassword");
    assertRefused(base + certificate, "is encrypted: sslpassword is missing");
    assertRefused(
        base + "&sslcert=" + folder.resolve("ours/rsa.pem"), "sslcert and sslkey belong together");
    assertRefused(base, "client certificate");
    // In TLS 1.3 the server judges the certificate after the handshake and hangs up; whether its
    // words arrive before that is a race, so the exit code is not certain.
    String stranger =
        base
            + "&sslcert="
            + folder.resolve("others/stranger.pem")
            + "&sslkey="
            + others.pkcs8("stranger");
    assertThrows(
        SlipwayException.class,
        () -> Connections.connect(Drivers.parse(stranger), SESSION, Duration.ZERO, _ -> {}));
  }

  @Test
  void aServerWithoutTlsIsRefusedWithAHint() throws SQLException {
    try (dev.slipway.testing.TestDatabase plain = dev.slipway.testing.Server.POSTGRES.database()) {
      Dsn dsn = Drivers.parse(plain.dsn().replace("?sslmode=disable", ""));
      SlipwayException fault =
          assertThrows(
              SlipwayException.class,
              () -> Connections.connect(dsn, SESSION, Duration.ofMinutes(1), _ -> {}));
      assertEquals(ExitCode.USAGE, fault.exitCode());
      assertEquals(
          "the server offers no TLS: turn it on there, or, if the network can be trusted, set"
              + " sslmode=disable in the DSN",
          fault.hint().orElseThrow());
      Dsn prefer = Drivers.parse(plain.dsn().replace("disable", "prefer"));
      try (Connection connection = Drivers.of(prefer).connect(prefer, SESSION)) {
        assertEquals("f", one(connection, usesTls()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?host=DIR&port=PORT", "?host=DIR&port=PORT&sslmode=verify-full"})
  void aUnixSocketIsAnAddress(String query) throws SQLException {
    Dsn dsn =
        Drivers.parse(
            "postgres://app:"
                + password
                + "@/postgres"
                + query
                    .replace("DIR", sockets.toString())
                    .replace("PORT", String.valueOf(postgres.getPort())));
    try (Connection connection = Connections.connect(dsn, SESSION, Duration.ZERO, _ -> {})) {
      assertEquals(null, one(connection, "SELECT inet_client_addr()"));
      StringBuilder big = new StringBuilder("x".repeat(2_000_000));
      assertEquals(
          "2000000", one(connection, "SELECT length('" + big + "')"), "a message of two megabytes");
      assertEquals(3_000_000, one(connection, "SELECT repeat('y', 3000000)").length());
    }
  }

  @Test
  void aUnixSocketThatIsNotThereIsSaidWithItsPath() {
    Dsn dsn = Drivers.parse("postgres://app:" + password + "@/postgres?host=/nowhere");
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> Connections.connect(dsn, SESSION, Duration.ZERO, _ -> {}));
    assertEquals(ExitCode.RETRY, fault.exitCode());
    assertTrue(fault.getMessage().contains("/nowhere/.s.PGSQL.5432"), fault.getMessage());
    assertFalse(fault.getMessage().contains("127.255"), fault.getMessage());
  }

  @Test
  void aUnixSocketHonoursTimeoutsAndCancels() throws SQLException {
    Dsn dsn =
        Drivers.parse(
            "postgres://app:"
                + password
                + "@/postgres?host="
                + sockets
                + "&port="
                + postgres.getPort());
    try (Connection connection = Drivers.of(dsn).connect(dsn, SESSION);
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(1);
      SQLException cancelled =
          assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(30)"));
      assertEquals("57014", cancelled.getSQLState());
      connection.setNetworkTimeout(Runnable::run, 300);
      SQLException late =
          assertThrows(SQLException.class, () -> statement.execute("SELECT pg_sleep(20)"));
      assertEquals("08006", late.getSQLState());
    }
  }

  @Test
  void anAddressOfIpv6Works() throws SQLException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("::1"), postgres.getPort()), 2000);
    } catch (IOException e) {
      Assumptions.abort("this machine has no ::1");
    }
    try (Connection connection = connect("[::1]", "sslmode=require")) {
      assertEquals("::1", one(connection, "SELECT host(inet_client_addr())"));
    }
  }

  @Test
  void theNextOfSeveralHostsIsTaken() throws SQLException, IOException {
    Dsn dsn =
        Drivers.parse(
            "postgres://app:"
                + password
                + "@127.0.0.1:"
                + PoolIT.closedPort()
                + ",localhost:"
                + postgres.getPort()
                + "/postgres?target_session_attrs=read-write");
    try (Connection connection = Drivers.of(dsn).connect(dsn, SESSION)) {
      assertEquals("1", one(connection, "SELECT 1"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p@ss",
        "p:s/s",
        "p?s#s",
        "100%",
        "%41",
        "a b",
        "it's",
        "\"quoted\"",
        "a\\b",
        "päß€",
        "a&b=c",
        "a@b:c/d?e#f%g h",
        "$$",
        "a+b",
        " lead",
        "[x]"
      })
  void everyPasswordLetsIn(String given) throws SQLException {
    try (Connection admin = connect("localhost", "sslmode=require");
        Statement statement = admin.createStatement()) {
      statement.execute("DROP ROLE IF EXISTS \"odd @:/ user\"");
      statement.execute(
          "CREATE ROLE \"odd @:/ user\" LOGIN PASSWORD '" + given.replace("'", "''") + "'");
    }
    String dsn =
        "postgres://"
            + encode("odd @:/ user")
            + ":"
            + encode(given)
            + "@localhost:"
            + postgres.getPort()
            + "/"
            + encode("odd / name")
            + "?sslmode=require";
    try (Connection connection =
        Drivers.of(Drivers.parse(dsn)).connect(Drivers.parse(dsn), SESSION)) {
      assertEquals("odd @:/ user", one(connection, "SELECT current_user"));
      assertEquals("odd / name", one(connection, "SELECT current_database()"));
    }
    SlipwayException wrong =
        assertThrows(
            SlipwayException.class,
            () ->
                Connections.connect(
                    Drivers.parse(dsn.replace("@localhost", "x@localhost")),
                    SESSION,
                    Duration.ofMinutes(1),
                    _ -> {}));
    assertEquals(ExitCode.USAGE, wrong.exitCode());
    assertFalse(wrong.getMessage().contains(given), wrong.getMessage());
  }

  @Test
  void aMissingDatabaseEndsAtOnceWithTwo() {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () ->
                Connections.connect(
                    Drivers.parse(
                        app("sslmode=require")
                            .toString()
                            .replace("/postgres?", "/none?")
                            .replace("***", password)),
                    SESSION,
                    Duration.ofMinutes(1),
                    _ -> {}));
    assertEquals(ExitCode.USAGE, fault.exitCode());
    assertTrue(fault.getMessage().contains("\"none\" does not exist"), fault.getMessage());
  }

  @Test
  void aServerThatIsAwayIsWaitedForUntilTheTimeIsOver() throws IOException {
    int port = PoolIT.closedPort();
    java.util.List<String> stories = new java.util.ArrayList<>();
    Dsn dsn = Drivers.parse("postgres://app:" + password + "@127.0.0.1:" + port + "/d");
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> Connections.connect(dsn, SESSION, Duration.ofMillis(1200), stories::add));
    assertEquals(ExitCode.RETRY, fault.exitCode());
    assertEquals(
        "cannot reach postgres at 127.0.0.1:" + port + ", database d after 1s: Connection refused",
        fault.getMessage());
    assertEquals(
        List.of(
            "waiting for postgres at 127.0.0.1:"
                + port
                + ", database d (1s left): Connection refused"),
        stories);
  }

  /** The JDBC driver sends the zone of the JVM, which this server does not know. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://app:PASSWORD@localhost:PORT/postgres?sslmode=require",
        "postgres://app:PASSWORD@localhost:PORT/postgres?sslmode=disable",
        "postgres://app:PASSWORD@:PORT/postgres?host=SOCKETS",
        "jdbc:postgresql://localhost:PORT/postgres?user=app&password=PASSWORD&sslmode=require",
        "jdbc:postgresql://localhost:PORT/postgres?user=app&password=PASSWORD&sslmode=disable"
      })
  void theTimeZoneIsTheServersAndNotThatOfTheClient(String text) throws SQLException {
    Dsn dsn =
        Drivers.parse(
            text.replace("PASSWORD", password)
                .replace("PORT", String.valueOf(postgres.getPort()))
                .replace("SOCKETS", sockets.toString()));
    TimeZone before = TimeZone.getDefault();
    execute("ALTER ROLE app SET timezone = 'Asia/Kathmandu'");
    TimeZone.setDefault(new SimpleTimeZone(0, "Nowhere/Unknown"));
    try (Connection migrator = Drivers.of(dsn).connect(dsn, SESSION);
        Connection pooled = Drivers.of(dsn).pooledConnector(dsn, "slipway", () -> {}).open()) {
      assertEquals("Asia/Kathmandu", one(migrator, "SHOW timezone"));
      assertEquals("Asia/Kathmandu", one(pooled, "SHOW timezone"));
    } finally {
      TimeZone.setDefault(before);
      execute("ALTER ROLE app RESET timezone");
    }
  }

  @Test
  void whatTheSessionIsToldOutlivesResetAll() throws SQLException {
    Dsn dsn =
        app(
            "sslmode=require&search_path=pg_catalog%2C%20%22odd%20one%22&timezone=Asia/Tokyo"
                + "&options=-c%20geqo%3Doff");
    SessionOptions session =
        new SessionOptions("slipway migrate", Duration.ofMillis(1500), Duration.ofSeconds(70));
    try (Connection connection = Drivers.of(dsn).connect(dsn, session);
        Statement statement = connection.createStatement()) {
      assertEquals("Asia/Tokyo", one(connection, "SHOW timezone"));
      statement.execute("SET search_path = public; SET lock_timeout = 0; RESET ALL; RESET ROLE");
      assertEquals("1500ms", one(connection, "SHOW lock_timeout"));
      assertEquals("70s", one(connection, "SHOW statement_timeout"));
      assertEquals("pg_catalog, \"odd one\"", one(connection, "SHOW search_path"));
      assertEquals("off", one(connection, "SHOW geqo"));
      assertEquals("slipway migrate", one(connection, "SHOW application_name"));
      assertEquals("5s", one(connection, "SHOW client_connection_check_interval"));
      assertEquals("10", one(connection, "SHOW tcp_keepalives_idle"));
      assertEquals("30000", one(connection, "SHOW tcp_user_timeout"));
      assertEquals("Asia/Tokyo", one(connection, "SHOW timezone"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "application_name=mine, mine",
    "fallback_application_name=theirs, theirs",
    "application_name=mine&fallback_application_name=theirs, mine",
    "connect_timeout=3, slipway migrate",
  })
  void theServerShowsTheNameOfTheDsnOrOurs(String query, String name) throws SQLException {
    try (Connection connection =
        Drivers.require("postgres").connect(app("sslmode=require&" + query), SESSION)) {
      assertEquals(name, one(connection, "SHOW application_name"));
    }
  }

  @Test
  void connectTimeoutEndsTheWaitForAServerThatSaysNothing() throws IOException {
    try (java.net.ServerSocket silent =
        new java.net.ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Dsn dsn =
          Drivers.parse(
              "postgres://app:"
                  + password
                  + "@127.0.0.1:"
                  + silent.getLocalPort()
                  + "/d?connect_timeout=1");
      long start = System.nanoTime();
      SlipwayException fault =
          assertThrows(
              SlipwayException.class,
              () -> Connections.connect(dsn, SESSION, Duration.ZERO, _ -> {}));
      assertEquals(ExitCode.RETRY, fault.exitCode(), fault.getMessage());
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toSeconds() < 8);
    }
  }

  private static void assertRefused(String dsn, String words) {
    SlipwayException fault =
        assertThrows(
            SlipwayException.class,
            () -> Connections.connect(Drivers.parse(dsn), SESSION, Duration.ZERO, _ -> {}));
    assertTrue(fault.getMessage().contains(words), fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode(), fault.getMessage());
  }

  private Connection connect(String host, String query) {
    String full =
        query
            .replace("ROOT", ours.authority().toString())
            .replace("OTHER", others.authority().toString())
            .replace("KEY", folder.resolve("ours/store.p12").toString());
    return Connections.connect(
        Drivers.parse(
            "postgres://app:"
                + password
                + "@"
                + host
                + ":"
                + postgres.getPort()
                + "/postgres?"
                + full),
        SESSION,
        Duration.ZERO,
        _ -> {});
  }

  private void execute(String sql) throws SQLException {
    Dsn dsn = app("");
    try (Connection connection = Drivers.of(dsn).connect(dsn, SESSION);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Dsn app(String query) {
    return Drivers.parse(
        "postgres://app:" + password + "@localhost:" + postgres.getPort() + "/postgres?" + query);
  }

  private static String usesTls() {
    return "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
