package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import dev.slipway.config.Settings;
import dev.slipway.http.Visit.Phase;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

/**
 * Every request that is in the server, each on a virtual thread of its own. Bounds how long they
 * work, and what those that wait for their clients keep from the others: memory for half-read heads
 * and bodies and for answers that nobody takes is limited, and when others need it, those that keep
 * it from them are cut. Safe for any number of threads.
 */
final class Visits implements Executor, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(25);

  /** A client sends its headers in one piece: one that has not after this time is slow. */
  private static final Duration SLOW_HEAD = Duration.ofMillis(50);

  /** A body or an answer that is on its way for less time may belong to a client that is quick. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private final ThreadFactory threads = Thread.ofVirtual().name("http").factory();
  private final Set<Visit> all = ConcurrentHashMap.newKeySet();
  private final Duration readTimeout;
  private final Semaphore heads;
  private final Semaphore bodyBytes;
  private final int bodiesMax;
  private final long answerBytesMax = Runtime.getRuntime().maxMemory() / 4;
  private final BiConsumer<Visit, Refusal> giveUp;
  private final Map<Phase, Metrics.Counter> cut;
  private final Thread clock;
  private volatile boolean clockRests;

  /**
   * Nobody yet.
   *
   * @param giveUp called on a virtual thread for a visit whose time is over, for its work or for
   *     its body to arrive; it is claimed already
   */
  Visits(Settings.Http limits, BiConsumer<Visit, Refusal> giveUp, Metrics metrics) {
    long heap = Runtime.getRuntime().maxMemory();
    this.readTimeout = limits.readTimeout();
    this.heads =
        new Semaphore(Math.clamp(heap / 4 / JdkServer.headMemory(limits), 1, 100_000), true);
    // One always fits.
    this.bodyBytes =
        new Semaphore(Math.clamp(heap / 8, limits.bodyBytesMax(), Integer.MAX_VALUE), true);
    this.bodiesMax = Math.max(1, limits.connections() / 2);
    this.giveUp = giveUp;
    this.cut =
        Map.of(
            Phase.HEAD, counter(metrics, "head"),
            Phase.BODY, counter(metrics, "body"),
            Phase.SENDING, counter(metrics, "answer"));
    metrics.gauge(
        "slipway_http_requests_in_flight",
        "Requests whose body is read, or that are worked on or answered at the moment.",
        Map.of(),
        () -> all.stream().filter(Visit::arrived).count());
    this.clock = Thread.ofPlatform().name("http-clock").daemon().start(this::watch);
  }

  private static Metrics.Counter counter(Metrics metrics, String slow) {
    return metrics.counter(
        "slipway_http_connections_cut_total",
        "Connections of slow clients that were cut to make room for others, by what was slow.",
        Map.of("slow", slow));
  }

  /** Lets the JDK's server read and handle one request. */
  @Override
  public void execute(Runnable exchange) {
    threads.newThread(() -> run(exchange)).start();
  }

  private void run(Runnable exchange) {
    var visit = new Visit();
    all.add(visit);
    if (clockRests) {
      LockSupport.unpark(clock);
    }
    try {
      // Whoever gets no turn is closed by the JDK's server, which has the same timeout.
      if (heads.tryAcquire(readTimeout.toNanos(), TimeUnit.NANOSECONDS)) {
        visit.readHead();
        visit.run(exchange);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (visit.leaveHead()) {
        heads.release();
      }
      all.remove(visit);
    }
  }

  /** The headers of the current thread's visit are there. */
  void arrive(Visit visit, HttpExchange exchange, Trace called) {
    visit.arrive(exchange, called);
    if (visit.leaveHead()) {
      heads.release();
    }
  }

  /**
   * Takes memory for a part of a body; whoever gets it gives it back. Waits for others to be cut
   * where there is none, and returns false where there is still none then.
   */
  boolean takeBodyBytes(Visit visit, int bytes) {
    if (bodyBytes.tryAcquire(bytes)) {
      visit.tookBodyBytes(bytes);
      return true;
    }
    // Not in the phase in which it could be cut itself.
    visit.enter(Phase.WORKING);
    try {
      boolean taken = bodyBytes.tryAcquire(bytes, 2 * SLOW.toNanos(), TimeUnit.NANOSECONDS);
      visit.tookBodyBytes(taken ? bytes : 0);
      return taken;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      visit.enter(Phase.BODY);
    }
  }

  /** Gives memory for a body back. */
  void giveBodyBytes(int bytes) {
    bodyBytes.release(bytes);
  }

  /** Whether no request has come so far that it needs an answer. */
  boolean isQuiet() {
    return all.stream().noneMatch(Visit::arrived);
  }

  /** Ends the watch over time. */
  @Override
  public void close() {
    clock.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        restWhileEmpty();
        Thread.sleep(TICK);
        endLate();
        cutSlowRequests();
        cutSlowAnswers();
      }
    } catch (InterruptedException e) {
      // The server has stopped.
    }
  }

  /** An idle server wakes no processor forty times a second. */
  private void restWhileEmpty() {
    clockRests = true;
    while (all.isEmpty() && !Thread.currentThread().isInterrupted()) {
      LockSupport.park(this);
    }
    clockRests = false;
  }

  private void endLate() {
    long now = System.nanoTime();
    for (Visit visit : all) {
      if (visit.expireWork(now)) {
        giveUp(visit, Refusal.DEADLINE);
      } else if (visit.expireBody(now, readTimeout)) {
        giveUp(visit, Refusal.SLOW);
      }
    }
  }

  private void giveUp(Visit visit, Refusal reason) {
    Thread.ofVirtual().name("http-late").start(() -> visit.run(() -> giveUp.accept(visit, reason)));
  }

  private void cutSlowRequests() {
    int queued = heads.getQueueLength();
    if (queued > 0) {
      longest(Phase.HEAD, SLOW_HEAD).stream().limit(queued).forEach(each -> cut(each, Phase.HEAD));
    }
    long tooMany = all.stream().filter(each -> each.isIn(Phase.BODY)).count() - bodiesMax;
    if (tooMany > 0) {
      longest(Phase.BODY, SLOW).stream().limit(tooMany).forEach(each -> cut(each, Phase.BODY));
    }
    if (bodyBytes.hasQueuedThreads()) {
      // One at each tick, as the largest has room for many small ones.
      longest(Phase.BODY, SLOW).stream()
          .max(Comparator.comparingInt(Visit::bodyBytes))
          .ifPresent(each -> cut(each, Phase.BODY));
    }
  }

  private void cutSlowAnswers() {
    long tooMany = all.stream().mapToLong(Visit::sendingBytes).sum() - answerBytesMax;
    if (tooMany > 0) {
      for (Visit visit : longest(Phase.SENDING, SLOW)) {
        tooMany -= visit.sendingBytes();
        cut(visit, Phase.SENDING);
        if (tooMany <= 0) {
          return;
        }
      }
    }
  }

  private void cut(Visit visit, Phase phase) {
    if (visit.cut(phase)) {
      cut.get(phase).increment();
    }
  }

  /** Those that have been in a phase for longer than a time, the longest first. */
  private List<Visit> longest(Phase phase, Duration time) {
    long before = System.nanoTime() - time.toNanos();
    return all.stream()
        .filter(each -> each.isIn(phase) && each.since() - before < 0)
        .sorted(Comparator.comparingLong(each -> each.since() - before))
        .toList();
  }
}
