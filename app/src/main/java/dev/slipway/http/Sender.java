package dev.slipway.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** Writes answers to clients. Safe for any number of threads. */
final class Sender {
  private static final int PIECE_BYTES = 16 * 1024;

  /**
   * What every answer says to a browser that gets to see it: the least that does, since each header
   * is paid for with every answer. Names as the JDK's server writes them, made once.
   */
  private static final Map<String, List<String>> STANDING =
      Map.of(
          // JSON with a user's text in it must not be taken for a page because it looks like one;
          "X-content-type-options", List.of("nosniff"),
          // shown all the same, it runs nothing and stands in nobody's frame;
          "Content-security-policy", List.of("default-src 'none'; frame-ancestors 'none'"),
          // and who a person is stays in no cache on the way.
          "Cache-control", List.of("no-store"));

  private final BodyReader bodies;

  private volatile boolean draining;

  Sender(BodyReader bodies) {
    this.bodies = bodies;
  }

  /** Every answer ends its connection from now on. */
  void drain() {
    draining = true;
  }

  /**
   * Sends an answer; whoever calls it has claimed the visit.
   *
   * @throws IOException when the client is gone; the JDK's server then forgets the connection
   */
  void send(Visit visit, Response response) throws IOException {
    HttpExchange exchange = visit.exchange();
    byte[] body = response.body();
    boolean late = visit.isIn(Visit.Phase.LATE);
    visit.send(body.length);
    boolean discard = !visit.wasRead && bodies.isMuch(exchange.getRequestHeaders());
    Headers headers = exchange.getResponseHeaders();
    STANDING.forEach(headers::put);
    response.headers().forEach(headers::set);
    visit.trace().ifPresent(trace -> headers.set("X-request-id", trace.requestId()));
    if (draining || visit.last || discard) {
      headers.set("Connection", "close");
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-length", Integer.toString(body.length));
      exchange.sendResponseHeaders(response.status(), -1);
    } else if (body.length == 0) {
      exchange.sendResponseHeaders(response.status(), -1);
    } else {
      exchange.sendResponseHeaders(response.status(), body.length);
      OutputStream out = exchange.getResponseBody();
      // In pieces: the JDK's server takes a second buffer, twice the size of what it is given.
      for (int sent = 0; sent < body.length; sent += PIECE_BYTES) {
        out.write(body, sent, Math.min(PIECE_BYTES, body.length - sent));
      }
      if (late) {
        // Its worker still waits for the rest, and the stream would wait for the worker.
        out.flush();
        visit.endBody();
      } else if (discard) {
        out.flush();
        visit.enter(Visit.Phase.BODY);
        bodies.discard(exchange.getRequestBody());
      }
      out.close();
    }
  }
}
