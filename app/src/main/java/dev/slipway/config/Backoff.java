package dev.slipway.config;

import java.time.Duration;

/**
 * The pauses between attempts: each is twice as long as the one before, up to a limit. Not
 * thread-safe.
 */
public final class Backoff {
  private final Duration max;
  private Duration next;

  /** Starts with the first pause. */
  public Backoff(Duration first, Duration max) {
    this.next = first;
    this.max = max;
  }

  /** The next pause. */
  public Duration next() {
    Duration pause = next;
    Duration doubled = pause.plus(pause);
    next = doubled.compareTo(max) < 0 ? doubled : max;
    return pause;
  }
}
