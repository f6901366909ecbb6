package dev.slipway.http;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Says what was answered: all of it at level debug; otherwise one line for each answer that is the
 * server's failure, the only line about it. Costs nothing where it says nothing.
 */
final class AccessLog {
  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());

  /** An outage fails thousands of requests a second, and tells nothing new with each. */
  private static final int FAILURES_PER_SECOND = 20;

  /** Of a failure's message, which may quote the request. */
  private static final int WHY_LENGTH_MAX = 1000;

  private final AtomicLong second = new AtomicLong();
  private final AtomicInteger failures = new AtomicInteger();

  /**
   * One answer was sent.
   *
   * @param failure what the request's handling ended with, if with no answer of its own
   */
  void answered(Visit visit, Response response, Optional<Throwable> failure) {
    // 505 is the client's mistake, and readiness says 503 many times a minute when it has to.
    boolean failed =
        response.status() >= 500
            && response.status() != 505
            && (failure.isPresent() || !visit.vital);
    if (failed && mayTell()) {
      Throwable cause = failure.orElse(null);
      boolean foreseen =
          cause == null || cause instanceof Problem || cause instanceof SlipwayException;
      Access access = access(visit, response, cause == null ? "" : why(cause));
      if (foreseen) {
        LOG.log(Level.WARNING, "{0}", access);
      } else {
        LOG.log(Level.ERROR, access.toString(), cause);
      }
    } else if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(Level.DEBUG, "{0}", access(visit, response, ""));
    }
  }

  private boolean mayTell() {
    long now = System.nanoTime() / 1_000_000_000;
    if (second.getAndSet(now) != now) {
      failures.set(0);
    }
    return failures.incrementAndGet() <= FAILURES_PER_SECOND;
  }

  private static Access access(Visit visit, Response response, String why) {
    return new Access(
        visit.method(), visit.route, response.status(), visit.age(), response.body().length, why);
  }

  private static String why(Throwable failure) {
    String words = failure.getMessage();
    return words == null ? failure.getClass().getSimpleName() : Excerpt.of(words, WHY_LENGTH_MAX);
  }
}
