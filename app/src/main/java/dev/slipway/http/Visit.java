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
    /** For its turn to be read. */
    QUEUED,
    /** For the client to send its request line and headers. */
    HEAD,
    /** For the client to send its body. */
    BODY,
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

  /** Whether its worker still waits for a body that nobody wants any more. */
  volatile boolean abandoned;

  private final Thread worker = Thread.currentThread();
  private boolean holdsHead;
  private volatile HttpExchange exchange;
  private volatile Trace trace;
  private Phase phase = Phase.QUEUED;
  private Thread waiting = worker;
  private long sinceNanos = System.nanoTime();
  private long startNanos;
  private int bodyBytes;
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

  /** It may be read now: its share of the memory for heads is its own until it lets go of it. */
  void readHead() {
    holdsHead = true;
    enter(Phase.HEAD);
  }

  /** Lets go of that share, if it has it. */
  boolean leaveHead() {
    boolean held = holdsHead;
    holdsHead = false;
    return held;
  }

  /** Its headers are there. */
  void arrive(HttpExchange arrived, Trace called) {
    startNanos = System.nanoTime();
    trace = called;
    exchange = arrived;
    enter(Phase.WORKING);
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

  /**
   * The request is read: from now on the clock runs. False when it was answered already, because it
   * came too late: then nothing may be done for it.
   */
  synchronized boolean begin(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    working = !claimed;
    return working;
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
  synchronized boolean expireWork(long nowNanos) {
    if (!working || claimed || nowNanos - deadlineNanos < 0) {
      return false;
    }
    claimed = true;
    last = true;
    worker.interrupt();
    return true;
  }

  /** Claims a visit whose body has taken too long to come; false when it has not. */
  synchronized boolean expireBody(long nowNanos, Duration timeout) {
    if (phase != Phase.BODY || claimed || nowNanos - startNanos < timeout.toNanos()) {
      return false;
    }
    claimed = true;
    abandoned = true;
    last = true;
    return true;
  }

  /** Ends the wait for the rest of the body, and with it the connection. */
  void endBody() {
    worker.interrupt();
  }

  /** The current thread waits for something else now. */
  synchronized void enter(Phase next) {
    if (phase != Phase.CUT) {
      phase = next;
      waiting = Thread.currentThread();
      sinceNanos = System.nanoTime();
    }
  }

  /** The current thread sends an answer of this size. */
  synchronized void sending(int bytes) {
    sendingBytes = bytes;
  }

  /** The size of the answer that is on its way. */
  synchronized int sendingBytes() {
    return phase == Phase.SENDING ? sendingBytes : 0;
  }

  /** So much more of its body is in memory. */
  synchronized void tookBodyBytes(int bytes) {
    bodyBytes += bytes;
  }

  /** How much of its body is in memory. */
  synchronized int bodyBytes() {
    return bodyBytes;
  }

  /** Whether it waits for this. */
  synchronized boolean isIn(Phase expected) {
    return phase == expected;
  }

  /** Since when it waits for that, on the clock of {@link System#nanoTime}. */
  synchronized long since() {
    return sinceNanos;
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
