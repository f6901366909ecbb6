package dev.slipway.http;

import java.util.Optional;

/**
 * What one request is called: by its sender and in every log line about it.
 *
 * @param requestId what the sender calls it in {@code X-Request-Id}, or what we call it
 * @param parent the sender's place in a trace across services, if it told one
 */
public record Trace(String requestId, Optional<Parent> parent) {

  /** The request that the current thread works for; empty where it works for none. */
  public static Optional<Trace> current() {
    return Visit.current().flatMap(Visit::trace);
  }

  /**
   * A span of W3C's Trace Context.
   *
   * @param traceId 32 hexadecimal digits
   * @param spanId 16 hexadecimal digits
   */
  public record Parent(String traceId, String spanId) {}
}
