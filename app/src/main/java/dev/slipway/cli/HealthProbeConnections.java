package dev.slipway.cli;

import dev.slipway.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Connections for the health probes: a pooled connection, because requests use the pool, or a
 * direct connection when the pool is exhausted. An exhausted pool must not look like an unavailable
 * database: the load balancer would remove every server at once. Each probe checks the database
 * again, even if the pool remembers a failure.
 *
 * @param pool waits as long as the pool lets work wait; an interrupt ends the wait
 * @param direct connects, outside of the pool
 */
record HealthProbeConnections(Source pool, Source direct) {
  /** Leaves more than half of the second that a round of probes has. */
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /** Opens a connection, which the caller closes. */
  @FunctionalInterface
  interface Source {
    /** Opens one or takes one out of a pool. */
    Connection open() throws SQLException;
  }

  /** Uses the server's pool. A failure is a {@link SlipwayException} without secrets. */
  static HealthProbeConnections of(ConnectionPool database) {
    return new HealthProbeConnections(
        database::connection,
        () -> {
          try {
            return database.openUnpooled();
          } catch (SQLException e) {
            throw database.describeFailure(e);
          }
        });
  }

  /** A connection that the caller closes. */
  Connection open() throws SQLException, InterruptedException {
    var pooled = new CompletableFuture<Connection>();
    Thread asking = Thread.ofVirtual().name("probe-pool").start(() -> ask(pooled));
    try {
      return pooled.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      return direct.open();
    } catch (TimeoutException e) {
      giveUp(pooled, asking);
      return direct.open();
    } catch (InterruptedException e) {
      giveUp(pooled, asking);
      throw e;
    }
  }

  private void ask(CompletableFuture<Connection> pooled) {
    try {
      Connection connection = pool.open();
      if (!pooled.complete(connection)) {
        connection.close();
      }
    } catch (SQLException | RuntimeException e) {
      pooled.completeExceptionally(e);
    }
  }

  /** Stops waiting. The thread that receives a late connection returns it to the pool. */
  private static void giveUp(CompletableFuture<Connection> pooled, Thread asking) {
    if (pooled.cancel(false)) {
      asking.interrupt();
      return;
    }
    try {
      pooled.getNow(null).close();
    } catch (RuntimeException | SQLException e) {
      System.getLogger(HealthProbeConnections.class.getName())
          .log(System.Logger.Level.DEBUG, "a late connection", e);
    }
  }
}
