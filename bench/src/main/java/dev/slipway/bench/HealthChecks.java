package dev.slipway.bench;

import dev.slipway.testing.Docker;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Runs the health check of a container every 5 s until it is closed, as Docker does for a Compose
 * file. The command line of Docker only supports checks by a shell, which the image does not have.
 */
final class HealthChecks implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);

  /** As the files in compose/ have it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String container;
  private final Thread thread;
  private volatile boolean ended;
  private int made;
  private int failed;
  private long slowestMillis;

  HealthChecks(String container) {
    this.container = container;
    this.thread = Thread.ofPlatform().daemon().name("health checks").start(this::run);
  }

  private void run() {
    try {
      while (!ended) {
        Thread.sleep(INTERVAL);
        long start = System.nanoTime();
        boolean well = isHealthy();
        made++;
        failed += well ? 0 : 1;
        slowestMillis = Math.max(slowestMillis, (System.nanoTime() - start) / 1_000_000);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private boolean isHealthy() {
    try {
      return Docker.command("exec", container, "slipway", "health")
          .within(TIMEOUT)
          .run()
          .succeeded();
    } catch (UncheckedIOException | AssertionError e) {
      // Docker's client does not start, or the check does not end in time.
      return false;
    }
  }

  /** Lets the check that is under way end. */
  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Once closed: whether some were made, and none failed. */
  boolean allWell() {
    return made > 0 && failed == 0;
  }

  @Override
  public String toString() {
    return "%d health checks, %d failed, the slowest took %d ms"
        .formatted(made, failed, slowestMillis);
  }
}
