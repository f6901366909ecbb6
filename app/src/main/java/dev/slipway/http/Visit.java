package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import java.time.Duration;

/**
 * One request from its headers to its answer. Two sides may want to answer it: the thread that does
 * the work, and the clock when the time is over; whoever claims it first does, the other's answer
 * is dropped.
 */
final class Visit {
  final HttpExchange exchange;

  /** The pattern of the route, for logs and metrics. */
  volatile String route = "unmatched";

  /** Whether the client is still sending a body that nobody wants. */
  volatile boolean discard;

  /** Whether the clock answers. */
  volatile boolean expired;

  private final Thread worker = Thread.currentThread();
  private final long start = System.nanoTime();
  private boolean working;
  private boolean claimed;
  private long deadline;

  /** Made by the thread that does the work. */
  Visit(HttpExchange exchange) {
    this.exchange = exchange;
  }

  /** The request is read: from now on the clock runs. */
  synchronized void begin(Duration timeout) {
    deadline = System.nanoTime() + timeout.toNanos();
    working = true;
  }

  /** Whether the worker may answer; true for one of both sides, once. */
  synchronized boolean claim() {
    if (claimed) {
      return false;
    }
    claimed = true;
    return true;
  }

  /** Whether the other side answers. */
  synchronized boolean over() {
    return claimed;
  }

  /** Claims a visit whose time is over and interrupts its worker; false when it is not. */
  synchronized boolean expire(long nowNanos) {
    if (!working || claimed || nowNanos - deadline < 0) {
      return false;
    }
    claimed = true;
    expired = true;
    worker.interrupt();
    return true;
  }

  /** Time since the request's headers were there. */
  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
