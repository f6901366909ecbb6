package dev.slipway.http;

import dev.slipway.http.Visit.Phase;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Every request that is in the server, each on a virtual thread of its own. Bounds how long they
 * work, and what those that wait for their clients keep from the others: when too many wait for the
 * rest of a request, the one that has waited longest is cut, so a new client always finds room.
 */
final class Visits implements Executor, AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(50);

  /** An answer that is on its way for less time may belong to a client that is quick. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private final Set<Visit> all = ConcurrentHashMap.newKeySet();
  private final AtomicInteger reading = new AtomicInteger();
  private final int readingMax;
  private final long sendingBytesMax = Runtime.getRuntime().maxMemory() / 4;
  private final Consumer<Visit> giveUp;
  private final Map<Phase, Metrics.Counter> cut;
  private final Thread clock;

  /**
   * Nobody yet.
   *
   * @param readingMax how many may wait for the rest of their request
   * @param giveUp called on a virtual thread for a visit whose time is over; it is claimed already
   */
  Visits(int readingMax, Consumer<Visit> giveUp, Metrics metrics) {
    this.readingMax = readingMax;
    this.giveUp = giveUp;
    this.cut =
        Map.of(
            Phase.READING, counter(metrics, "request"), Phase.SENDING, counter(metrics, "answer"));
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
    Thread.ofVirtual().name("http").start(() -> run(exchange));
  }

  private void run(Runnable exchange) {
    var visit = new Visit();
    all.add(visit);
    try {
      oneMoreReads();
      visit.run(exchange);
    } finally {
      enter(visit, Phase.WORKING);
      all.remove(visit);
    }
  }

  /** The current thread waits for something else now. */
  void enter(Visit visit, Phase next) {
    Phase before = visit.enter(next);
    if (before == Phase.READING && next != Phase.READING) {
      reading.decrementAndGet();
    } else if (next == Phase.READING && before != Phase.READING && before != Phase.CUT) {
      oneMoreReads();
    }
  }

  private void oneMoreReads() {
    if (reading.incrementAndGet() > readingMax) {
      longest(Phase.READING, System.nanoTime()).ifPresent(this::cutReader);
    }
  }

  private void cutReader(Visit visit) {
    if (visit.cut(Phase.READING)) {
      reading.decrementAndGet();
      cut.get(Phase.READING).increment();
    }
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
        Thread.sleep(TICK);
        long now = System.nanoTime();
        for (Visit visit : all) {
          if (visit.expire(now)) {
            Thread.ofVirtual().name("http-late").start(() -> visit.run(() -> giveUp.accept(visit)));
          }
        }
        makeRoomForAnswers(now);
      }
    } catch (InterruptedException e) {
      // The server has stopped.
    }
  }

  /** Answers that nobody takes must not fill the heap. */
  private void makeRoomForAnswers(long now) {
    long bytes = all.stream().mapToLong(Visit::sendingBytes).sum();
    while (bytes > sendingBytesMax) {
      Optional<Visit> slowest = longest(Phase.SENDING, now).filter(each -> isSlow(each, now));
      if (slowest.isEmpty()) {
        return;
      }
      bytes -= slowest.get().sendingBytes();
      if (slowest.get().cut(Phase.SENDING)) {
        cut.get(Phase.SENDING).increment();
      }
    }
  }

  private static boolean isSlow(Visit visit, long now) {
    return visit.waiting(Phase.SENDING, now).filter(time -> time.compareTo(SLOW) > 0).isPresent();
  }

  private Optional<Visit> longest(Phase phase, long now) {
    Visit longest = null;
    Duration most = Duration.ZERO;
    for (Visit visit : all) {
      Optional<Duration> waiting = visit.waiting(phase, now);
      if (waiting.isPresent() && waiting.get().compareTo(most) >= 0) {
        longest = visit;
        most = waiting.get();
      }
    }
    return Optional.ofNullable(longest);
  }
}
