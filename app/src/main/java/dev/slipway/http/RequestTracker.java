package dev.slipway.http;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;

/**
 * The connections and the requests of a server. Ends requests and closes connections at their
 * deadlines. Large or incomplete heads and unread responses share a quarter of the heap; beyond it,
 * the connection that has been waiting longest is closed. Safe for concurrent use.
 */
final class RequestTracker implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(50);

  /** How long no request may be active before a stopping server assumes that none follows. */
  private static final Duration QUIET = Duration.ofMillis(100);

  private final Set<RequestContext> requests = ConcurrentHashMap.newKeySet();
  private final AtomicLong heldBytes = new AtomicLong();
  private final long heldBytesMax = Runtime.getRuntime().maxMemory() / 4;
  private final Collection<EndPoint> endPoints;
  private final Consumer<RequestContext> onExpired;
  private final Metrics.Counter evictedHeads;
  private final Metrics.Counter evictedResponses;
  private final Thread clock;
  private volatile boolean clockParked;

  /**
   * Starts with no request.
   *
   * @param endPoints the open connections, a live view
   * @param onExpired called for a request that exceeded its deadline, after the tracker claimed it
   */
  RequestTracker(
      Collection<EndPoint> endPoints, Consumer<RequestContext> onExpired, Metrics metrics) {
    this.endPoints = endPoints;
    this.onExpired = onExpired;
    this.evictedHeads = counter(metrics, "head");
    this.evictedResponses = counter(metrics, "response");
    metrics.gauge(
        "slipway_http_requests_in_flight",
        "Requests that are being read, handled, or answered.",
        Map.of(),
        requests::size);
    this.clock = Thread.ofPlatform().name("http-clock").daemon().start(this::watch);
  }

  private static Metrics.Counter counter(Metrics metrics, String slow) {
    return metrics.counter(
        "slipway_http_connections_cut_total",
        "Connections of slow clients that were closed to free memory, by the slow part.",
        Map.of("slow", slow));
  }

  /** A connection was opened; returns the number of open connections. */
  int opened() {
    if (clockParked) {
      LockSupport.unpark(clock);
    }
    return endPoints.size();
  }

  /** Handles a request on a virtual thread of its own. */
  void start(RequestContext context, Runnable handler) {
    requests.add(context);
    Thread.ofVirtual()
        .name("http")
        .start(
            () -> {
              try {
                context.trace().run(handler);
              } finally {
                requests.remove(context);
              }
            });
  }

  /** Clients occupy more or less memory than before; returns whether it is within the limit. */
  boolean held(long bytes) {
    if (heldBytes.addAndGet(bytes) > heldBytesMax && bytes > 0) {
      evict(System.nanoTime());
      return heldBytes.get() <= heldBytesMax;
    }
    return true;
  }

  /** Waits until no request is active; returns false when requests remain after the grace time. */
  boolean awaitIdle(Duration grace) {
    long end = System.nanoTime() + grace.toNanos();
    long quietSince = System.nanoTime();
    try {
      while (true) {
        long now = System.nanoTime();
        if (!requests.isEmpty()) {
          quietSince = now;
        } else if (now - quietSince >= QUIET.toNanos()) {
          return true;
        }
        if (now - end >= 0) {
          return requests.isEmpty();
        }
        Thread.sleep(Duration.ofMillis(5));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return requests.isEmpty();
    }
  }

  @Override
  public void close() {
    clock.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        parkWhileIdle();
        Thread.sleep(TICK);
        long now = System.nanoTime();
        for (RequestContext context : requests) {
          if (context.expire(now)) {
            Thread.ofVirtual()
                .name("http-expired")
                .start(() -> context.trace().run(() -> onExpired.accept(context)));
          }
        }
        for (EndPoint each : endPoints) {
          if (each.getConnection() instanceof ClientConnection connection) {
            connection.closeIfOverdue(now);
          }
        }
        evict(now);
      }
    } catch (InterruptedException e) {
      // The server has stopped.
    }
  }

  /** An idle server must not wake a processor twenty times a second. */
  private void parkWhileIdle() {
    clockParked = true;
    while (endPoints.isEmpty() && requests.isEmpty() && !Thread.currentThread().isInterrupted()) {
      LockSupport.park(this);
    }
    clockParked = false;
  }

  private void evict(long now) {
    while (heldBytes.get() > heldBytesMax) {
      ClientConnection longest = null;
      for (EndPoint each : endPoints) {
        if (each.getConnection() instanceof ClientConnection connection
            && connection.isEvictable(now)
            && (longest == null || connection.evictableNanos() - longest.evictableNanos() < 0)) {
          longest = connection;
        }
      }
      if (longest == null) {
        return;
      }
      evict(longest);
    }
  }

  /** Closes a connection for the memory that it occupies. */
  void evict(ClientConnection connection) {
    (connection.readsHead() ? evictedHeads : evictedResponses).increment();
    connection.evict();
  }
}
