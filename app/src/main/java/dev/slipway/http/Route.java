package dev.slipway.http;

import java.util.Objects;

/**
 * One method on one path pattern.
 *
 * @param pattern the path; a segment in braces, as in {@code /things/{id}}, is a parameter
 * @param load whether the limit on concurrent work counts its requests
 */
public record Route(String method, String pattern, Load load, Handler handler) {
  /** Refuses a pattern that no request could ever match. */
  public Route {
    Objects.requireNonNull(method);
    Objects.requireNonNull(load);
    Objects.requireNonNull(handler);
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("a route starts with /: " + pattern);
    }
  }

  /** A route whose requests do work and are counted. */
  public static Route work(String method, String pattern, Handler handler) {
    return new Route(method, pattern, Load.WORK, handler);
  }

  /**
   * A route that tells of the server itself, from memory: also when it has all the work it can
   * take, and also to clients without a token.
   */
  public static Route vital(String pattern, Handler handler) {
    return new Route("GET", pattern, Load.VITAL, handler);
  }

  /** Whether requests take part in the limit on concurrent work. */
  public enum Load {
    /** Counted; beyond the limit the answer is 503. */
    WORK,
    /** Never refused for load: a busy server that failed its health checks would be restarted. */
    VITAL
  }
}
