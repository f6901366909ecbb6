package dev.slipway.http;

/** What answers one route's requests. Called by many threads at once. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers a request. It runs on the request's own virtual thread, which is interrupted when the
   * time for a request is over.
   *
   * @throws Problem for every answer that is not the route's success
   * @throws Exception anything else, which {@link Problem} turns into a status and a body
   */
  Response handle(Request request) throws Exception;
}
