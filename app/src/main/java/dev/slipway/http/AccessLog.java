package dev.slipway.http;

import dev.slipway.error.Excerpt;
import dev.slipway.error.SlipwayException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Logs every request at level debug; otherwise one line for each server error, the only line about
 * it. Costs nothing when it logs nothing.
 */
public final class AccessLog {
  /** Loggers of Jetty with a warning for each malformed request: a client could fill the log. */
  public static final Set<String> REDUNDANT_LOGGERS =
      Set.of("org.eclipse.jetty.http.HttpParser", "org.eclipse.jetty.util.HostPort");

  private static final System.Logger LOG = System.getLogger(AccessLog.class.getName());

  /** An outage fails thousands of requests a second, all for the same reason. */
  private static final int FAILURES_PER_SECOND = 20;

  /** Of a failure's message, which may quote the request. */
  private static final int REASON_LENGTH_MAX = 1000;

  private final AtomicLong second = new AtomicLong();
  private final AtomicInteger failures = new AtomicInteger();

  AccessLog() {}

  /**
   * Logs one response.
   *
   * @param failure the exception that ended the request's handling, if any
   */
  void log(RequestContext context, Response response, Optional<Throwable> failure) {
    // 505 is a client error, and a failing readiness check returns 503 many times a minute.
    boolean failed =
        response.status() >= 500
            && response.status() != 505
            && (failure.isPresent() || !context.management);
    if (failed && isWithinRate()) {
      Throwable cause = failure.orElse(null);
      Entry entry = entry(context, response, cause == null ? "" : reason(cause));
      if (cause == null || cause instanceof Problem || cause instanceof SlipwayException) {
        LOG.log(Level.WARNING, "{0}", entry);
      } else {
        LOG.log(Level.ERROR, entry.toString(), cause);
      }
    } else if (LOG.isLoggable(Level.DEBUG)) {
      LOG.log(Level.DEBUG, "{0}", entry(context, response, ""));
    }
  }

  private boolean isWithinRate() {
    long now = System.nanoTime() / 1_000_000_000;
    if (second.getAndSet(now) != now) {
      failures.set(0);
    }
    return failures.incrementAndGet() <= FAILURES_PER_SECOND;
  }

  private static Entry entry(RequestContext context, Response response, String reason) {
    return new Entry(
        context.method(),
        context.route,
        response.status(),
        context.age(),
        response.body().length,
        reason);
  }

  private static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : Excerpt.of(message, REASON_LENGTH_MAX);
  }

  /**
   * One line of the access log. A log record has it as its only parameter, so that a structured log
   * can write its fields.
   *
   * @param route the pattern, never the path, which may contain personal data
   * @param time from the request's headers to the response's last byte
   * @param bytes of the response's body
   * @param reason the cause of a failure; empty for a success
   */
  public record Entry(
      String method, String route, int status, Duration time, int bytes, String reason) {

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s %s %d in %.1f ms, %d bytes%s",
          method,
          route,
          status,
          millis(),
          bytes,
          reason.isEmpty() ? "" : ": " + reason);
    }

    /** The time in milliseconds, to a tenth. */
    public double millis() {
      return Math.round(time.toNanos() / 1e5) / 10.0;
    }
  }
}
