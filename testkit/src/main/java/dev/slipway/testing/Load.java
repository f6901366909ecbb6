package dev.slipway.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * A load generator: concurrent clients, each of which repeats its work without a pause, and the
 * count of successes and failures. After a failure a client pauses for a moment. Thread-safe.
 */
public final class Load implements AutoCloseable {
  /** As many as the promises of {@code serve} are measured with. */
  public static final int CLIENTS = 16;

  private static final Duration AFTER_FAILURE = Duration.ofMillis(20);

  private final AtomicLong done = new AtomicLong();
  private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> clients = new ArrayList<>();
  private volatile boolean over;

  /** One piece of work; what it throws is its failure. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  /** Work that failed: when it began, how long it took, and why. */
  public record Failure(long startNanos, Duration took, Exception why) {}

  private Load() {}

  /** Starts {@link #CLIENTS} clients that share this work. */
  public static Load of(Work work) {
    return of(CLIENTS, client -> work);
  }

  /** Starts clients that each have their own work. */
  public static Load of(int clients, IntFunction<Work> workOf) {
    Load load = new Load();
    for (int i = 0; i < clients; i++) {
      Work work = workOf.apply(i);
      load.clients.add(Thread.ofVirtual().start(() -> load.run(work)));
    }
    return load;
  }

  private void run(Work work) {
    while (!over) {
      long start = System.nanoTime();
      try {
        work.run();
        done.incrementAndGet();
      } catch (Exception e) {
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        failures.add(new Failure(start, took, e));
        pause(AFTER_FAILURE);
      }
    }
  }

  /** How many pieces of work are done. */
  public long done() {
    return done.get();
  }

  /** Those that failed, in the order in which they ended. */
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  /** Descriptions of the failures, each kind once. */
  public String words() {
    return failures.stream()
        .collect(Collectors.groupingBy(each -> String.valueOf(each.why()), Collectors.counting()))
        .toString();
  }

  /** Waits until so many more pieces of work are done; how long that took. */
  public Duration await(long more, Duration atMost) {
    long start = System.nanoTime();
    long end = done.get() + more;
    while (done.get() < end) {
      if (System.nanoTime() - start >= atMost.toNanos()) {
        throw new AssertionError((end - done.get()) + " of " + more + " are missing; " + words());
      }
      pause(Duration.ofMillis(5));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Ends it, and waits for the work under way. */
  public void end() {
    over = true;
    try {
      for (Thread client : clients) {
        client.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end();
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
