package dev.slipway.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks a container for its health every 5 s until it is closed, as Docker does where a file says
 * so; its command line only knows checks by a shell, which the image has not.
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
        Process check =
            new ProcessBuilder("docker", "exec", container, "slipway", "health")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean well =
            check.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) && check.exitValue() == 0;
        check.destroyForcibly();
        made++;
        failed += well ? 0 : 1;
        slowestMillis = Math.max(slowestMillis, (System.nanoTime() - start) / 1_000_000);
      }
    } catch (InterruptedException e) {
      // Closed.
    } catch (IOException e) {
      // Docker's client cannot be started: what could not be asked was not well.
      failed++;
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
