package dev.slipway.http;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads requests' bodies to their end, within a limit for each and a limit for all that are in
 * memory at once: many large ones together must not take the heap.
 */
final class BodyReader {
  private static final byte[] NONE = {};
  private static final int CHUNK_BYTES = 8 * 1024;

  /** What a client may still send after it was told that its body is too large. */
  private static final long DISCARD_BYTES_MAX = 64L * 1024 * 1024;

  /** What a chunk counts as at least: a million chunks of one byte cost seconds of CPU time. */
  private static final int CHUNK_COST_BYTES = 4;

  /** What a read counts as at least after the answer, where nothing is kept. */
  private static final int DISCARD_COST_BYTES = 512;

  private final int bytesMax;
  private final Visits visits;
  private final Refusals refusals;

  /** A reader of bodies up to a size. */
  BodyReader(int bytesMax, Visits visits, Refusals refusals) {
    this.bytesMax = bytesMax;
    this.visits = visits;
    this.refusals = refusals;
  }

  /**
   * The whole body. Memory grows with what arrives, not with what was announced.
   *
   * @throws Problem 413 when it exceeds the limit, 503 when the others leave no memory for it, 400
   *     when it ends early or is not what HTTP allows
   */
  Body read(Visit visit) {
    Headers headers = visit.exchange().getRequestHeaders();
    InputStream in = visit.exchange().getRequestBody();
    try {
      if (!HeadRules.hasBody(headers)) {
        // The JDK's server wants to see the end of it all the same.
        visit.wasRead = in.read() < 0;
        return new Body(NONE);
      }
      long announced = announced(headers);
      if (announced > bytesMax) {
        throw tooLarge();
      }
      // How the JDK's server reads the sizes of chunks lets a request hide behind one (seen in
      // JDK 25): nothing on the connection is believed after them.
      visit.last |= announced < 0;
      visit.enter(Visit.Phase.BODY);
      byte[] bytes =
          announced < 0
              ? readAll(visit, in, CHUNK_BYTES, CHUNK_COST_BYTES)
              : readAll(visit, in, (int) announced, 0);
      visit.enter(Visit.Phase.WORKING);
      visit.wasRead = true;
      return new Body(bytes);
    } catch (IOException | IndexOutOfBoundsException e) {
      // The latter is what the JDK's server makes of a chunk with a negative size (seen in JDK 25).
      visit.last = true;
      throw Problem.of(400, "the body ends early, or its chunks are not what HTTP allows");
    }
  }

  private byte[] readAll(Visit visit, InputStream in, int expected, int readCostBytes)
      throws IOException {
    long cost = 0;
    var body = new ByteArrayOutputStream(Math.min(expected, CHUNK_BYTES));
    var chunk = new byte[Math.clamp(expected, 1, CHUNK_BYTES)];
    boolean whole = false;
    try {
      int n;
      while ((n = in.read(chunk)) >= 0) {
        cost += Math.max(n, readCostBytes);
        if (cost > bytesMax) {
          throw tooLarge();
        }
        if (!visits.takeBodyBytes(visit, n)) {
          throw refusals.of(Refusal.LOAD, Problem.unavailable("too many large requests at once"));
        }
        body.write(chunk, 0, n);
      }
      whole = true;
      return body.toByteArray();
    } finally {
      if (!whole) {
        visits.giveBodyBytes(body.size());
      }
    }
  }

  private Problem tooLarge() {
    return refusals.of(Refusal.BODY, Problem.of(413, "a body may have " + bytesMax + " bytes"));
  }

  /** Whether there may be more of a body than the JDK's server reads by itself. */
  boolean isMuch(Headers headers) {
    return HeadRules.hasBody(headers)
        && (HeadRules.isChunked(headers) || announced(headers) > JdkServer.DRAIN_BYTES);
  }

  /** The size in the headers; negative where there is none. The JDK's server has checked it. */
  private static long announced(Headers headers) {
    String length = headers.getFirst("Content-length");
    return length == null ? -1 : Long.parseLong(length);
  }

  /**
   * Reads on and throws away, after the answer was sent: a connection closed with unread bytes is
   * reset, and the client would lose the answer. Ends with the client, the limit, or the time for
   * reading a request.
   */
  void discard(InputStream in) throws IOException {
    var chunk = new byte[CHUNK_BYTES];
    long left = DISCARD_BYTES_MAX;
    int n;
    while (left > 0 && (n = in.read(chunk)) >= 0) {
      left -= Math.max(n, DISCARD_COST_BYTES);
    }
  }

  /** A body that takes its share of the memory until it is closed. */
  final class Body implements AutoCloseable {
    private final byte[] bytes;

    private Body(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] bytes() {
      return bytes;
    }

    @Override
    public void close() {
      visits.giveBodyBytes(bytes.length);
    }
  }
}
