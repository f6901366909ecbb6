package dev.slipway.cli;

import dev.slipway.http.Probe;
import dev.slipway.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The database answers: a connection, and one round trip on it. */
record DatabaseProbe(HealthProbeConnections connections, ConnectionPool database) implements Probe {
  /** Not longer than the time a round of probes has. */
  private static final Duration ANSWER = Duration.ofSeconds(1);

  @Override
  public String name() {
    return "database";
  }

  @Override
  public Finding check() throws SQLException, InterruptedException {
    try (Connection connection = connections.open()) {
      return database.isAlive(connection, ANSWER)
          ? Finding.READY
          : new Finding(false, "the connection does not answer");
    }
  }
}
