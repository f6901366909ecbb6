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
 * Connections for the probes: the pool's, since that is what work uses; one of their own when the
 * pool has none to give in time. A pool that is used up by work must not look like a database that
 * is away: the balancer would take every server out at once. And whether it is away is found out
 * anew each time, for the pool too, where it only remembers.
 *
 * @param pool waits as long as the pool lets work wait; an interrupt ends the wait
 * @param direct connects, outside of the pool
 */
record HealthProbeConnections(Source pool, Source direct) {
  /** Leaves more than half of the second that a round of probes has. */
  private static final Duration PATIENCE = Duration.ofMillis(400);

  /** Where a connection comes from; whoever gets it closes it. */
  @FunctionalInterface
  interface Source {
    /** Opens one or takes one out of a pool. */
    Connection open() throws SQLException;
  }

  /** Of the server's pool; what fails is a Fault in words without secrets. */
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

  /** Either side may be first; whoever sees a connection that comes too late gives it back. */
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
