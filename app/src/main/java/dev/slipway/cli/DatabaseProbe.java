package dev.slipway.cli;

import dev.slipway.http.Probe;
import java.sql.Connection;
import java.sql.SQLException;

/** The database answers: a connection, and one round trip on it. */
record DatabaseProbe(ProbeConnections connections) implements Probe {
  /** In seconds; shorter than the time a round of probes has. */
  private static final int ANSWER_SECONDS = 1;

  @Override
  public String name() {
    return "database";
  }

  @Override
  public Finding check() throws SQLException, InterruptedException {
    try (Connection connection = connections.open()) {
      return connection.isValid(ANSWER_SECONDS)
          ? Finding.READY
          : new Finding(false, "the connection does not answer");
    }
  }
}
