package dev.slipway.http;

import java.time.Duration;
import java.util.Locale;

/**
 * One answered request, as the log has it. A log record about it carries it as its only parameter,
 * so that a structured log can have its parts.
 *
 * @param route the pattern, never the path: what clients put there may be nobody's business
 * @param time from the request's headers to the answer's last byte
 * @param bytes of the answer's body
 * @param why the request failed; empty where it did not, or where the client is told all of it
 */
public record Access(
    String method, String route, int status, Duration time, int bytes, String why) {

  /** All of it in one line. */
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
        why.isEmpty() ? "" : ": " + why);
  }

  /** The time in milliseconds, to a tenth. */
  public double millis() {
    return Math.round(time.toNanos() / 1e5) / 10.0;
  }
}
