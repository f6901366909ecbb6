package dev.slipway.testing;

import java.time.Duration;

/** Repeats a check until it passes or a deadline expires. */
public final class Await {
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** A check, which throws while it does not pass. */
  @FunctionalInterface
  public interface Check {
    void run() throws Exception;
  }

  private Await() {}

  /**
   * Waits until the check passes.
   *
   * @param what what is awaited, for the message
   * @throws AssertionError with the last result of the check, when the deadline expires
   */
  public static void within(Duration deadline, String what, Check check)
      throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      try {
        check.run();
        return;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() > end) {
          throw new AssertionError(
              what + ": not within " + deadline.toSeconds() + " s: " + e.getMessage(), e);
        }
      }
      Thread.sleep(PAUSE);
    }
  }
}
