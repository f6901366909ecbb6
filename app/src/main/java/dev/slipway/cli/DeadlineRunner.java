package dev.slipway.cli;

import dev.slipway.config.Durations;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Work that ends at a deadline or with a signal, also while a driver waits for a server and listens
 * to nobody. What can be made again at any point may be left like that.
 *
 * @param limit for all of it
 */
record DeadlineRunner(Duration limit, Supplier<ShutdownSignals> signals) {
  /** What watches its own time has the better words for its end, and gets to say them. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /**
   * Runs it on a thread of its own.
   *
   * @throws SlipwayException the work's own; (retry) when it has to end first
   */
  void run(Runnable work) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .name("database")
            .daemon()
            .start(
                () -> {
                  try {
                    work.run();
                    answer.complete(true);
                  } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                  }
                });
    signals
        .get()
        .then(
            () ->
                answer.completeExceptionally(
                    SlipwayException.of(ExitCode.RETRY, "stopped by a signal")
                        .hint("run it again: what is done stays")));
    try {
      answer.get(limit.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    } catch (TimeoutException e) {
      throw SlipwayException.of(
              ExitCode.RETRY, "the time is over (--timeout, " + Durations.format(limit) + ")")
          .hint("run it again: what is done stays; or give it more time")
          .cause(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw SlipwayException.of(ExitCode.RETRY, "interrupted").cause(e);
    } finally {
      thread.interrupt();
    }
  }
}
