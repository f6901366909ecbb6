package dev.slipway.cli;

import dev.slipway.http.Metrics;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.pool.ConnectionPool.Statistics;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.function.ToDoubleFunction;

/** The pool's numbers, from the package that knows it to the one that shows it. */
final class PoolMetrics {
  /** Seconds; from an idle connection to the default of {@code pool.acquire_timeout} and beyond. */
  private static final double[] ACQUIRE_SECONDS = {
    0.0001, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private PoolMetrics() {}

  /** Takes the seconds that work waited for a connection. */
  static DoubleConsumer acquired(Metrics metrics) {
    return metrics.histogram(
            "slipway_pool_acquire_seconds",
            "Time that work waited for a connection it got.",
            Map.of(),
            ACQUIRE_SECONDS)
        ::observe;
  }

  /** Adds the others; they are asked for at each exposition. */
  static void register(Metrics metrics, ConnectionPool database) {
    connections(metrics, database, "active", Statistics::active);
    connections(metrics, database, "idle", Statistics::idle);
    metrics.gauge(
        "slipway_pool_connections_max",
        "Connections that the pool may open.",
        Map.of(),
        () -> database.statistics().max());
    metrics.gauge(
        "slipway_pool_waiting",
        "Work that waits for a connection.",
        Map.of(),
        () -> database.statistics().waiting());
    metrics.counted(
        "slipway_pool_timeouts_total",
        "Requests for a connection that timed out: the pool was exhausted or the database unavailable.",
        Map.of(),
        () -> database.statistics().timeouts());
    metrics.counted(
        "slipway_dsn_changes_total",
        "Changed DSNs that were taken over.",
        Map.of(),
        () -> database.statistics().dsnChanges());
    metrics.counted(
        "slipway_dsn_failures_total",
        "Changed DSNs that could not be read or were refused; the old one stays in use.",
        Map.of(),
        () -> database.statistics().dsnFailures());
  }

  private static void connections(
      Metrics metrics, ConnectionPool database, String state, ToDoubleFunction<Statistics> value) {
    metrics.gauge(
        "slipway_pool_connections",
        "Open connections of the pool, by what they do.",
        Map.of("state", state),
        () -> value.applyAsDouble(database.statistics()));
  }
}
