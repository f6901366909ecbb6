package dev.slipway.http;

import java.time.Duration;
import java.util.Objects;

/** A condition for readiness. */
public interface Probe {
  /** Returns its key in the response of /health/ready, and its label in the metrics. */
  String name();

  /**
   * Checks the condition. Called by one thread at a time, and interrupted after a second.
   *
   * @throws Exception when the check fails, which counts as not ready; every client can read the
   *     message, so it must not contain a secret
   */
  Finding check() throws Exception;

  /**
   * Returns how long a good finding may be kept before the next check. It is dropped when another
   * probe is not ready.
   */
  default Duration keep() {
    return Duration.ZERO;
  }

  /**
   * The result of a probe.
   *
   * @param message the reason when not ready; a warning when ready; may be empty
   */
  record Finding(boolean ready, String message) {
    /** Ready, without a warning. */
    public static final Finding READY = new Finding(true, "");

    /** Requires a reason for what is not ready. */
    public Finding {
      Objects.requireNonNull(message);
      if (!ready && message.isBlank()) {
        throw new IllegalArgumentException("not ready without a reason");
      }
    }
  }
}
