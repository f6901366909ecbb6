package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One request from its first byte to the last of its answer. Two sides may want to answer it: the
 * thread that does the work, and the clock when the time is over; whoever claims it first does, the
 * other's answer is dropped. There is no lock on the way of a request.
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
    /** For the client to send a body that is too late: answered already, nothing is done for it. */
    LATE,
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
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.QUEUED);
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile HttpExchange exchange;
  private volatile boolean working;
  private volatile int bodyBytes;

  // Each of these is written before one of the volatile ones above, and read after it.
  private Trace trace;
  private Thread waiting = worker;
  private long sinceNanos;
  private long startNanos;
  private long deadlineNanos;
  private int answerBytes;
  private boolean holdsHead;

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
    trace = called;
    startNanos = System.nanoTime();
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
    return arrived() ? Optional.of(trace) : Optional.empty();
  }

  /**
   * The request is read: from now on the clock runs. False when its body came too late: then it is
   * answered already, and nothing may be done for it.
   */
  boolean begin(Duration timeout) {
    deadlineNanos = System.nanoTime() + timeout.toNanos();
    working = true;
    return !isIn(Phase.LATE);
  }

  /** Whether the current thread may answer; true for one of both sides, once. */
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  /** Claims a visit whose work takes too long, and interrupts it; false when it does not. */
  boolean expireWork(long nowNanos) {
    if (!working || nowNanos - deadlineNanos < 0 || !claim()) {
      return false;
    }
    last = true;
    worker.interrupt();
    return true;
  }

  /** Claims a visit whose body takes too long to come; false when it does not. */
  boolean expireBody(long nowNanos, Duration timeout) {
    if (!isIn(Phase.BODY)
        || claimed.get()
        || nowNanos - startNanos < timeout.toNanos()
        || !phase.compareAndSet(Phase.BODY, Phase.LATE)) {
      return false;
    }
    last = true;
    return claim();
  }

  /** Ends the wait for the rest of the body, and with it the connection. */
  void endBody() {
    worker.interrupt();
  }

  /** The current thread waits for something else now, unless somebody has ended its wait. */
  void enter(Phase next) {
    waiting = Thread.currentThread();
    sinceNanos = System.nanoTime();
    Phase before = phase.get();
    while (before != Phase.LATE && before != Phase.CUT && !phase.compareAndSet(before, next)) {
      before = phase.get();
    }
  }

  /** So much more of its body is in memory. Only the request's own thread writes the number. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void tookBodyBytes(int bytes) {
    bodyBytes = bodyBytes + bytes;
  }

  /** How much of its body is in memory. */
  int bodyBytes() {
    return bodyBytes;
  }

  /** The current thread sends an answer of this size. */
  void send(int bytes) {
    answerBytes = bytes;
    enter(Phase.SENDING);
  }

  /** The size of the answer that is on its way. */
  int sendingBytes() {
    return isIn(Phase.SENDING) ? answerBytes : 0;
  }

  /** Whether it waits for this. */
  boolean isIn(Phase expected) {
    return phase.get() == expected;
  }

  /** Since when it waits for that, on the clock of {@link System#nanoTime}. */
  long since() {
    return sinceNanos;
  }

  /** Ends the wait for a client, and its connection with it; false when it is over already. */
  boolean cut(Phase expected) {
    if (!phase.compareAndSet(expected, Phase.CUT)) {
      return false;
    }
    // An interrupt closes the channel that a thread waits for.
    waiting.interrupt();
    return true;
  }

  /** Time since the request's headers were there. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
