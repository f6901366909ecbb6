package dev.slipway.migration;

import dev.slipway.config.Durations;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The end of a run before its completion: a deadline ({@code --timeout}), and a request that a
 * signal makes. Both take effect between messages, during pauses, and during a message. Work that
 * does not respond, because a server is silent, is abandoned in the end ({@link #await}).
 * Thread-safe.
 */
public final class CancellationToken {
  /** The time of a run to roll back, to read the history, and to report. */
  private static final Duration ORDERLY_END = Duration.ofMillis(1300);

  /** The time of other work to report its own, more precise failure at the deadline. */
  private static final Duration OWN_REPORT = Duration.ofMillis(600);

  private static final long POLL_MILLIS = 20;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final Deadline deadline;
  private final AtomicInteger runs = new AtomicInteger();
  private volatile long requestedNanos;
  private volatile long extendedNanos;
  private volatile Supplier<SlipwayException> report = this::endOfRun;

  /** Without a deadline. */
  public CancellationToken() {
    this(Duration.ZERO);
  }

  /** With a deadline, counted from now; zero for none. */
  public CancellationToken(Duration timeout) {
    this.deadline = Deadline.in(timeout);
    this.requestedNanos = deadline.start();
    this.extendedNanos = deadline.start();
  }

  /** Requests the end of the run. Returns at once. */
  public synchronized void cancel() {
    if (!isCancelled()) {
      requestedNanos = System.nanoTime();
      requested.countDown();
    }
  }

  /** Whether the end of the run was requested. */
  public boolean isCancelled() {
    return requested.getCount() == 0;
  }

  /** Whether the run has to end. */
  public boolean isOver() {
    return isCancelled() || deadline.passed();
  }

  /**
   * For work that leaves no changes.
   *
   * @throws SlipwayException (retry) if the run has to end
   */
  public void requireNotOver() {
    if (isOver()) {
      throw endOfRun();
    }
  }

  /** The failure of a run that had to end before its completion. */
  SlipwayException endOfRun() {
    return deadline.passed()
        ? SlipwayException.of(
                ExitCode.RETRY,
                "timed out after " + Durations.format(deadline.limit()) + " (--timeout)")
            .hint("run it again, or raise --timeout")
        : SlipwayException.of(ExitCode.RETRY, "stopped by a signal").hint("run it again");
  }

  /**
   * Waits for the result of work on another thread. After the end of the run, waits only as long as
   * the work needs for an orderly end.
   *
   * @throws SlipwayException the work's own; (retry or migration) if the work does not respond
   */
  public <T> T await(CompletableFuture<T> result) {
    while (true) {
      try {
        return result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (isOver() && sinceEnd().compareTo(orderlyEnd()) > 0 && !result.isDone()) {
          throw report.get();
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw SlipwayException.of(ExitCode.RETRY, "interrupted").cause(e);
      }
    }
  }

  private Duration orderlyEnd() {
    if (runs.get() > 0) {
      return ORDERLY_END;
    }
    return isCancelled() ? Duration.ZERO : OWN_REPORT;
  }

  /** Marks the start of work that needs time for an orderly end, until {@link Run#close}. */
  public Run begin() {
    runs.incrementAndGet();
    return runs::decrementAndGet;
  }

  /** Work that needs time for an orderly end. */
  public interface Run extends AutoCloseable {
    @Override
    void close();
  }

  /** What to report when the work does not respond. */
  void reportWith(Supplier<SlipwayException> report) {
    this.report = report;
  }

  /** Starts the time for an orderly end again: a statement that is waited for runs or has ended. */
  void extend() {
    extendedNanos = System.nanoTime();
  }

  /** How long ago the run had to end, or was extended last; zero before that. */
  Duration sinceEnd() {
    if (!isOver()) {
      return Duration.ZERO;
    }
    long deadlineNanos = deadline.start() + deadline.limit().toNanos();
    boolean signalFirst =
        isCancelled() && (!deadline.passed() || requestedNanos - deadlineNanos < 0);
    long end = signalFirst ? requestedNanos : deadlineNanos;
    return Duration.ofNanos(System.nanoTime() - (extendedNanos - end > 0 ? extendedNanos : end));
  }

  Deadline deadline() {
    return deadline;
  }

  /** Waits, but not beyond the request; returns whether there was one. */
  boolean pause(Duration duration) {
    try {
      return requested.await(deadline.remaining(duration).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      return true;
    }
  }
}
