package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Assumptions;

/** A server of one test's own, always on the same port, that is stopped and started. */
public interface OwnServer extends AutoCloseable {
  /** One that is not running yet; the test is skipped if it cannot run here. */
  static OwnServer of(Server.Family family, Path folder) {
    return switch (family) {
      case POSTGRES -> new OwnPostgres(folder.resolve("postgres"), freePort());
      case MYSQL -> {
        Server.MYSQL.missing().ifPresent(Assumptions::abort);
        yield new OwnMysql(freePort());
      }
      case SQLITE, COCKROACH -> throw new IllegalArgumentException(family.name());
    };
  }

  /** In the form that {@code DSN} takes. */
  String dsn();

  /** Starts it and waits until it answers. */
  void start();

  /** Stops it and waits for its end; what runs is cut off. */
  void stop();

  /** A plain connection. */
  Connection connect() throws SQLException;

  @Override
  default void close() {
    stop();
  }

  private static int freePort() {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
