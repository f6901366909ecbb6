package dev.slipway.http;

import java.util.Objects;

/**
 * One method on one path pattern.
 *
 * @param pattern the path; a segment in braces, as in {@code /things/{id}}, is a parameter
 * @param load whether the limit on concurrent work counts its requests
 */
public record Route(String method, String pattern, Load load, Handler handler) {
  /** Rejects a pattern that matches no request. */
  public Route {
    Objects.requireNonNull(method);
    Objects.requireNonNull(load);
    Objects.requireNonNull(handler);
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("a route starts with /: " + pattern);
    }
  }

  /** Creates a route of the API, which the limit on concurrent requests counts. */
  public static Route work(String method, String pattern, Handler handler) {
    return new Route(method, pattern, Load.WORK, handler);
  }

  /**
   * Creates a route that reports on the server itself from memory. It needs no token, and no slot
   * among the concurrent requests.
   */
  public static Route management(String pattern, Handler handler) {
    return new Route("GET", pattern, Load.MANAGEMENT, handler);
  }

  /** Whether the limit on concurrent requests counts a route's requests. */
  public enum Load {
    /** Counted; beyond the limit, the status is 503. */
    WORK,
    /** Never rejected for load: Kubernetes would restart a busy server that fails its probes. */
    MANAGEMENT
  }
}
