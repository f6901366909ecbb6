package dev.slipway.http;

import java.time.Duration;
import java.util.Objects;

/** One thing that has to hold before the server is ready. */
public interface Probe {
  /** Its key in the answer of /health/ready and its label in the metrics. */
  String name();

  /**
   * Finds out whether it holds. Called by one thread at a time; interrupted when it takes too long.
   *
   * @throws Exception when it could not be found out, which counts as not ready; the message is
   *     shown to whoever asks for readiness, so it must not hold a secret
   */
  Finding check() throws Exception;

  /**
   * How long a good finding may be kept before this probe is asked again. It is not kept when
   * another probe found something in between.
   */
  default Duration keep() {
    return Duration.ZERO;
  }

  /**
   * What a probe found.
   *
   * @param words why not ready; or, when ready, what a person should still know; may be empty
   */
  record Finding(boolean ready, String words) {
    /** All is well and there is nothing to say. */
    public static final Finding READY = new Finding(true, "");

    /** Requires words for what is not ready. */
    public Finding {
      Objects.requireNonNull(words);
      if (!ready && words.isBlank()) {
        throw new IllegalArgumentException("not ready without a reason");
      }
    }
  }
}
