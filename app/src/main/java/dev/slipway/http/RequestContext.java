package dev.slipway.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One request from its headers to the last byte of its response. Two threads may respond: the
 * worker, and the tracker after the deadline. The first one to claim the response sends it.
 */
final class RequestContext {
  final Request request;
  final Response response;
  final Callback callback;
  final long startNanos = System.nanoTime();

  /** The pattern of the route, for logs and metrics. */
  volatile String route = "unmatched";

  /** Whether the route reports on the server itself, such as health. */
  volatile boolean management;

  /** The part of the body in memory; only the worker uses it. */
  int bodyBytes;

  /** Whether a part of the body was read. */
  volatile boolean bodyStarted;

  /** Whether the body was read to its end. */
  volatile boolean bodyRead;

  /** Whether the connection closes after the response. */
  volatile boolean last;

  private final TraceContext trace;
  private volatile @Nullable Thread worker;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile long deadlineNanos;

  RequestContext(Request request, Response response, Callback callback, TraceContext trace) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.trace = trace;
  }

  TraceContext trace() {
    return trace;
  }

  ClientConnection connection() {
    return (ClientConnection) request.getConnectionMetaData().getConnection();
  }

  /** Returns the method for labels and logs, which must have few values. */
  String method() {
    String method = request.getMethod();
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
      default -> "other";
    };
  }

  /** Starts the time for handling the request on the current thread. */
  void startDeadline(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    worker = Thread.currentThread();
  }

  /** Returns true for the first caller, which must send the response. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Claims and interrupts a request that has exceeded its deadline; returns false for others. */
  boolean expire(long nowNanos) {
    Thread thread = worker;
    if (thread == null || nowNanos - deadlineNanos < 0 || !claim()) {
      return false;
    }
    last = true;
    thread.interrupt();
    return true;
  }

  /** Time since the request's headers arrived. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
