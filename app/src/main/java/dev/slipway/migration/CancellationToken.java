package dev.slipway.migration;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Somebody's wish, made once, that a run ends soon: SIGTERM for a process. Thread-safe; a run looks
 * at it between messages, during pauses, and five times a second during a message.
 */
public final class CancellationToken {
  private final CountDownLatch requested = new CountDownLatch(1);

  /** Asks the run to end. Returns at once. */
  public void cancel() {
    requested.countDown();
  }

  /** Whether the run has been asked to end. */
  public boolean isCancelled() {
    return requested.getCount() == 0;
  }

  /**
   * For work that keeps nothing of what it has done.
   *
   * @throws SlipwayException (retry) if the run has been asked to end
   */
  public void requireNotCancelled() {
    if (isCancelled()) {
      throw SlipwayException.of(ExitCode.RETRY, "stopped by a signal").hint("run it again");
    }
  }

  /** Waits, but not beyond the request; answers whether there was one. */
  boolean pause(Duration duration) {
    try {
      return requested.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancel();
      return true;
    }
  }
}
