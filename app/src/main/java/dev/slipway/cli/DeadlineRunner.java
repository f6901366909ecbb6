package dev.slipway.cli;

import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Runs the work of a command so that the command ends at its deadline or with a signal, whatever
 * the work waits for: a name server, a login, a statement, or an answer to a prompt. The work runs
 * on a thread of its own, which is abandoned when it does not end in time.
 *
 * @param token the deadline of the command; a signal cancels it
 */
record DeadlineRunner(CancellationToken token, ShutdownSignals signals) {
  /** The time for the report of abandoned work. */
  static final Duration REPORT = Duration.ofMillis(300);

  DeadlineRunner {
    signals.ignoreFurther();
    signals.then(token::cancel);
  }

  /**
   * Runs the work.
   *
   * @throws dev.slipway.error.SlipwayException the work's own; (retry or migration) when it is
   *     abandoned
   */
  <T> T run(Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .name("command")
        .daemon()
        .start(
            () -> {
              try {
                result.complete(work.get());
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return token.await(result);
    } catch (SlipwayException e) {
      if (!result.isDone()) {
        signals.haltAfter(REPORT, e.exitCode());
      }
      throw e;
    }
  }
}
