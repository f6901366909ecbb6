package dev.slipway.http;

import java.time.Duration;

/**
 * How much a server takes on. What exceeds one of these is refused with its status and leaves the
 * server as it was.
 *
 * @param concurrentRequests requests in work at once; 503 beyond
 * @param connections open connections; one more is closed at once
 * @param bodyBytesMax a request's body; 413 beyond
 * @param headerBytesMax a request's header fields, names and values together; 431 beyond
 * @param headersMax number of a request's header fields; 431 beyond
 * @param addressBytesMax a request's path and query; 414 beyond
 * @param readTimeout from a request's first byte to its last; the connection is closed beyond
 * @param requestTimeout from a request's last byte to its answer; 503 beyond
 * @param sendTimeout for a client to read its answer; the connection is closed beyond
 */
public record Limits(
    int concurrentRequests,
    int connections,
    int bodyBytesMax,
    int headerBytesMax,
    int headersMax,
    int addressBytesMax,
    Duration readTimeout,
    Duration requestTimeout,
    Duration sendTimeout) {
  /** What a small service needs and a heap of 64 MB carries. */
  public static final Limits DEFAULT =
      new Limits(
          256,
          1024,
          1024 * 1024,
          16 * 1024,
          100,
          8 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofSeconds(10));
}
