package dev.slipway.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/**
 * Reads requests' bodies to their end, within a limit for each and a limit for all that are in
 * memory at once: many large ones together must not take the heap.
 */
final class BodyReader {
  private static final int CHUNK_BYTES = 8 * 1024;

  /** What a client may still send after it was told that its body is too large. */
  private static final long DISCARD_BYTES_MAX = 64L * 1024 * 1024;

  private final int bytesMax;
  private final Semaphore room;

  /** A reader whose bodies together take at most an eighth of the heap, and one always fits. */
  BodyReader(int bytesMax) {
    this.bytesMax = bytesMax;
    long heap = Runtime.getRuntime().maxMemory();
    this.room = new Semaphore(Math.clamp(heap / 8, bytesMax, Integer.MAX_VALUE));
  }

  /**
   * The whole body. Memory grows with what arrives, not with what was announced.
   *
   * @throws TooLarge when it exceeds the limit
   * @throws NoRoom when the others leave no memory for it
   * @throws Gone when the client sends no more, or not what HTTP allows
   */
  Body read(HttpExchange exchange) throws TooLarge, NoRoom, Gone {
    String announced = exchange.getRequestHeaders().getFirst("Content-Length");
    if (announced != null && Long.parseLong(announced) > bytesMax) {
      throw new TooLarge(bytesMax);
    }
    var body = new ByteArrayOutputStream();
    var chunk = new byte[CHUNK_BYTES];
    InputStream in = exchange.getRequestBody();
    boolean whole = false;
    try {
      int n;
      while ((n = in.read(chunk)) >= 0) {
        if (body.size() + n > bytesMax) {
          throw new TooLarge(bytesMax);
        }
        if (!room.tryAcquire(n)) {
          throw new NoRoom();
        }
        body.write(chunk, 0, n);
      }
      whole = true;
      return new Body(body.toByteArray());
    } catch (IOException e) {
      throw new Gone(e);
    } finally {
      if (!whole) {
        room.release(body.size());
      }
    }
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
      left -= n;
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
      room.release(bytes.length);
    }
  }

  /** The body exceeds its limit. */
  static final class TooLarge extends Exception {
    private TooLarge(int bytesMax) {
      super("a body may have " + bytesMax + " bytes");
    }
  }

  /** There is nobody left to answer. */
  static final class Gone extends Exception {
    private Gone(IOException cause) {
      super(cause);
    }
  }

  /** The bodies of other requests leave no memory. */
  static final class NoRoom extends Exception {
    private NoRoom() {
      super("too many large requests at once");
    }
  }
}
