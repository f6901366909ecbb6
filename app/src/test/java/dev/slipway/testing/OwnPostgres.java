package dev.slipway.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** From the binaries in a jar. */
final class OwnPostgres implements OwnServer {
  private final Path data;
  private final int port;
  private EmbeddedPostgres running;

  OwnPostgres(Path data, int port) {
    this.data = data;
    this.port = port;
  }

  @Override
  public String dsn() {
    return "postgres://postgres@127.0.0.1:" + port + "/postgres?sslmode=disable";
  }

  @Override
  public void start() {
    try {
      running =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    try {
      if (running != null) {
        running.close();
        running = null;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable", "postgres", "");
  }
}
