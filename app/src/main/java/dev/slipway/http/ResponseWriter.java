package dev.slipway.http;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.util.Callback;

/** Writes responses. Safe for concurrent use. */
final class ResponseWriter {
  private static final System.Logger LOG = System.getLogger(ResponseWriter.class.getName());

  /** The JDK copies what it writes to a direct buffer of that size, one for each thread. */
  private static final int PIECE_BYTES = 32 * 1024;

  /** A response that takes less time may belong to a client that reads fast. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** What every response tells a browser: the minimum, because each response pays for it. */
  private static final List<HttpField> SECURITY =
      List.of(
          // A browser must not take JSON that contains a user's text for a page;
          new HttpField("X-content-type-options", "nosniff"),
          // if it shows the JSON anyway, it runs nothing, and no page embeds it;
          new HttpField("Content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
          // and no cache stores personal data.
          new HttpField(HttpHeader.CACHE_CONTROL, "no-store"));

  private final Duration writeTimeout;
  private final BodyReader bodies;
  private volatile boolean draining;

  ResponseWriter(Duration writeTimeout, BodyReader bodies) {
    this.writeTimeout = writeTimeout;
    this.bodies = bodies;
  }

  /** Closes every connection after its next response from now on. */
  void drain() {
    draining = true;
  }

  /**
   * Sends a response; the caller has claimed the request, and completes its callback. Returns
   * false, with the callback completed, when the client is gone or does not read the response in
   * time.
   */
  boolean write(RequestContext context, Response response) {
    context.response.setStatus(response.status());
    HttpFields.Mutable headers = context.response.getHeaders();
    addHeaders(headers, response, context.trace());
    boolean unread = bodies.isUnread(context);
    if (draining || context.last || unread || asksForClose(context)) {
      headers.put(HttpFields.CONNECTION_CLOSE);
    }
    ClientConnection connection = context.connection();
    connection.hold(response.body().length, GRACE);
    connection.closeAfter(writeTimeout);
    try {
      write(context.response, response.body());
      if (unread) {
        bodies.discard(context);
      }
      connection.release();
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> "a client of " + context.route + " is gone: " + e.getMessage());
      connection.getEndPoint().close();
      context.callback.failed(e);
      return false;
    }
  }

  /** Whether the client closes the connection; Jetty confirms this only to HTTP/1.1. */
  private static boolean asksForClose(RequestContext context) {
    return context.request.getHeaders().contains(HttpHeader.CONNECTION, "close");
  }

  /** Adds the headers that every response has, and those of this one. */
  static void addHeaders(HttpFields.Mutable headers, Response response, TraceContext trace) {
    SECURITY.forEach(headers::add);
    response.headers().forEach(headers::put);
    headers.put("X-request-id", trace.requestId());
  }

  private static void write(org.eclipse.jetty.server.Response response, byte[] body)
      throws IOException {
    if (body.length > PIECE_BYTES) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    }
    int sent = 0;
    do {
      int length = Math.min(PIECE_BYTES, body.length - sent);
      var written = new Callback.Completable();
      response.write(
          sent + length == body.length, ByteBuffer.wrap(body, sent, length).slice(), written);
      try {
        written.get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (ExecutionException | CancellationException e) {
        throw new IOException(e.getMessage(), e);
      }
      sent += length;
    } while (sent < body.length);
  }
}
