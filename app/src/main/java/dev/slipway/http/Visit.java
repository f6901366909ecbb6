package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import java.time.Duration;
import java.util.Optional;

/**
 * One request from its first byte to the last of its answer. Two sides may want to answer it: the
 * thread that does the work, and the clock when the time is over; whoever claims it first does, the
 * other's answer is dropped.
 */
final class Visit {
  private static final ScopedValue<Visit> CURRENT = ScopedValue.newInstance();

  /** What its thread waits for. */
  enum Phase {
    /** For the client to send its request, or the rest of it. */
    READING,
    /** For the work. */
    WORKING,
    /** For the client to take its answer. */
    SENDING,
    /** For nothing any more: its connection was cut. */
    CUT
  }

  /** The pattern of the route, for logs and metrics. */
  volatile String route = "unmatched";

  /** Whether the route tells of the server itself, such as health. */
  volatile boolean vital;

  /** Whether its body, if there is one, was read to the end. */
  volatile boolean wasRead;

  /** Whether the connection ends with its answer. */
  volatile boolean last;

  private final Thread worker = Thread.currentThread();
  private volatile HttpExchange exchange;
  private volatile Trace trace;
  private Phase phase = Phase.READING;
  private Thread waiting = worker;
  private long sinceNanos = System.nanoTime();
  private long startNanos;
  private int sendingBytes;
  private boolean working;
  private boolean claimed;
  private long deadlineNanos;

  /** The visit that the current thread is in. */
  static Optional<Visit> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Runs something in this visit. */
  void run(Runnable task) {
    ScopedValue.where(CURRENT, this).run(task);
  }

  /** Its headers are there. */
  void arrive(HttpExchange arrived, Trace called) {
    startNanos = System.nanoTime();
    trace = called;
    exchange = arrived;
  }

  /** Whether its headers are there. */
  boolean arrived() {
    return exchange != null;
  }

  /** The exchange; only after it has arrived. */
  HttpExchange exchange() {
    return exchange;
  }

  /** The method, for labels and logs: these must not have as many values as clients have ideas. */
  String method() {
    String method = exchange.getRequestMethod();
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" -> method;
      default -> "other";
    };
  }

  /** What it is called; empty until it has arrived. */
  Optional<Trace> trace() {
    return Optional.ofNullable(trace);
  }

  /** The request is read: from now on the clock runs. */
  synchronized void begin(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    working = true;
  }

  /** Whether the current thread may answer; true for one of both sides, once. */
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
    if (!working || claimed || nowNanos - deadlineNanos < 0) {
      return false;
    }
    claimed = true;
    last = true;
    worker.interrupt();
    return true;
  }

  /** The current thread waits for something else now; what it waited for before. */
  synchronized Phase enter(Phase next) {
    Phase before = phase;
    if (before != Phase.CUT) {
      phase = next;
      waiting = Thread.currentThread();
      sinceNanos = System.nanoTime();
    }
    return before;
  }

  /** The current thread sends an answer of this size. */
  synchronized void sending(int bytes) {
    sendingBytes = bytes;
  }

  /** The size of the answer that is on its way. */
  synchronized int sendingBytes() {
    return phase == Phase.SENDING ? sendingBytes : 0;
  }

  /** How long it has been waiting for its client like that; nothing when it does not. */
  synchronized Optional<Duration> waiting(Phase expected, long nowNanos) {
    return phase == expected
        ? Optional.of(Duration.ofNanos(nowNanos - sinceNanos))
        : Optional.empty();
  }

  /** Ends the wait for a client, and its connection with it; false when it is over already. */
  synchronized boolean cut(Phase expected) {
    if (phase != expected) {
      return false;
    }
    phase = Phase.CUT;
    // An interrupt closes the channel that a thread waits for.
    waiting.interrupt();
    return true;
  }

  /** Time since the request's headers were there. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
