package dev.slipway.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * PgBouncer before a PostgreSQL database of a test, always on the same port. It is the package of
 * the distribution, with its defaults but for what is written here. Of one thread.
 */
public final class PgBouncer implements AutoCloseable {
  private static final Pattern SERVER =
      Pattern.compile("//([^:@]+)(?::([^@]*))?@([^:/]+):(\\d+)/([^?]+)");
  private static final Duration START_WITHIN = Duration.ofSeconds(20);

  private final Path folder;
  private final Matcher server;
  private final String databases;
  private final int port;
  private Process process;

  /**
   * One that is not running yet; the test is skipped where PgBouncer is not installed.
   *
   * @param dsn of the database, on the server's own address
   */
  public PgBouncer(String dsn) {
    this(dsn, false);
  }

  private PgBouncer(String dsn, boolean allDatabases) {
    missing().ifPresent(Assumptions::abort);
    server = SERVER.matcher(dsn);
    if (!server.find()) {
      throw new IllegalArgumentException("no server in " + dsn);
    }
    databases = allDatabases ? "*" : server.group(5);
    // It refuses to run as root, and reads its file as another user.
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      folder =
          Files.createTempDirectory(
              "slipway-pgbouncer",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      port = free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that is not running yet, before all databases of the server of a DSN. */
  static PgBouncer ofServer(String dsn) {
    return new PgBouncer(dsn, true);
  }

  /** Why it cannot run here. */
  public static Optional<String> missing() {
    return binary().isPresent() ? Optional.empty() : Optional.of("pgbouncer is not installed");
  }

  private static Optional<Path> binary() {
    // Another version than the installed one: the path of its program.
    String other = System.getProperty("slipway.pgbouncer", "");
    return Stream.concat(
            other.isEmpty() ? Stream.of() : Stream.of(Path.of(other)),
            Stream.concat(
                    Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                    Stream.of("/usr/sbin"))
                .map(each -> Path.of(each, "pgbouncer")))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The DSN of the database by way of it. */
  public String dsn() {
    return "postgres://"
        + server.group(1)
        + "@127.0.0.1:"
        + port
        + "/"
        + server.group(5)
        + "?sslmode=disable";
  }

  /** Its port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /**
   * Starts it and waits until it accepts connections.
   *
   * @param mode {@code transaction}, {@code session} or {@code statement}
   * @param more lines of its configuration
   */
  public PgBouncer start(String mode, String... more) {
    try {
      Path config = folder.resolve("pgbouncer.ini");
      String password = server.group(2) == null ? "" : " password=" + server.group(2);
      Files.writeString(
          config,
          """
          [databases]
          %s = host=%s port=%s user=%s%s
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = any
          pool_mode = %s
          %s
          """
              .formatted(
                  databases,
                  server.group(3),
                  server.group(4),
                  server.group(1),
                  password,
                  port,
                  mode,
                  String.join("\n", more)));
      var command = new ProcessBuilder(binary().orElseThrow().toString());
      if (System.getProperty("user.name").equals("root")) {
        command.command().addAll(List.of("-u", "nobody"));
      }
      command.command().add(config.toString());
      process =
          command.redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
      awaitOpen();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitOpen() throws IOException {
    long start = System.nanoTime();
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() - start > START_WITHIN.toNanos()) {
          throw new IllegalStateException(Files.readString(folder.resolve("log")), e);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it by SIGTERM, which cuts all connections, and waits for its end. */
  public void stop() {
    if (process == null) {
      return;
    }
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process = null;
  }

  @Override
  public void close() {
    stop();
    SqliteFiles.delete(folder);
  }
}
