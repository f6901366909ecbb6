package dev.slipway.driver.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a server to the JDBC driver, with two additions for floods of notices:
 *
 * <ul>
 *   <li>The driver keeps each notice as an object until the end of a statement. Only the first
 *       notices of a statement pass; one more notice at its end has the number of the others.
 *   <li>The driver does not read while it sends the rows of a COPY. A server that cannot send the
 *       notices of a trigger stops reading rows, so that both sides would wait forever. During a
 *       COPY, a thread of its own therefore reads what the server sends.
 * </ul>
 *
 * <p>The format is that of the PostgreSQL documentation, "Message Formats". Encrypted bytes pass
 * unchanged. Reads are by one thread, as the driver does.
 */
final class ServerMessageStream extends InputStream {
  /** Stands in the field "routine" of the notice that has a number. */
  private static final String OMITTED = "slipway_omitted_notices";

  private static final int NOTICE_BYTES_MAX = 256 * 1024;
  private static final int HEADER = 1 + Integer.BYTES;
  private static final int CHUNK = 8192;

  private static final int AUTHENTICATION = 'R';
  private static final int ERROR = 'E';
  private static final int NEGOTIATION = 'v';
  private static final int NOTICE = 'N';
  private static final int COPY_IN = 'G';
  private static final int READY = 'Z';
  private static final int PARAMETER = 'S';

  /** How the body of the message starts that reports the parameter. */
  private static final byte[] DATE_STYLE = "DateStyle\0".getBytes(StandardCharsets.US_ASCII);

  /** The timeout of a read, of the socket. */
  interface ReadTimeout {
    int millis() throws SocketException;
  }

  private final InputStream in;
  private final ReadTimeout timeout;
  private final boolean hidesDateStyle;

  // What was read and is to be passed on.
  private byte[] passed = new byte[CHUNK];
  private int start;
  private int end;

  // Where the server is in its messages.
  private boolean started;
  private boolean encrypted;
  private final byte[] header = new byte[HEADER + DATE_STYLE.length];
  private int headerLength;
  private int bodyLeft;
  private boolean omitting;
  private long noticeBytes;
  private long omitted;
  private boolean copying;

  private @Nullable Thread copyReader;
  private @Nullable IOException failure;

  /**
   * @param hidesDateStyle whether the driver does not learn of the session's {@code DateStyle}
   */
  ServerMessageStream(InputStream in, ReadTimeout timeout, boolean hidesDateStyle) {
    this.in = in;
    this.timeout = timeout;
    this.hidesDateStyle = hidesDateStyle;
  }

  /** The number of notices for which a notice stands; 0 for a notice of the server. */
  static long omitted(@Nullable String routine, @Nullable String message) {
    return OMITTED.equals(routine) && message != null && message.matches("[0-9]{1,18}")
        ? Long.parseLong(message)
        : 0;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!awaitBytes()) {
      if (encrypted) {
        return in.read(bytes, offset, length);
      }
      if (!receive()) {
        return -1;
      }
    }
    return take(bytes, offset, length);
  }

  @Override
  public int available() throws IOException {
    synchronized (this) {
      if (end > start || copyReader != null) {
        return end - start;
      }
    }
    if (encrypted) {
      return in.available();
    }
    // What is there may be notices that do not pass.
    if (in.available() > 0) {
      receive();
    }
    synchronized (this) {
      return end - start;
    }
  }

  /** Waits for the other thread while it reads; false if this thread has to read. */
  private synchronized boolean awaitBytes() throws IOException {
    int millis = timeout.millis();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (end == start && copyReader != null) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (millis > 0 && left <= 0) {
        throw new SocketTimeoutException("Read timed out");
      }
      try {
        wait(millis > 0 ? left : 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SocketException("interrupted", e);
      }
    }
    if (end == start && failure != null) {
      throw failure;
    }
    return end > start;
  }

  private synchronized int take(byte[] bytes, int offset, int length) {
    int count = Math.min(length, end - start);
    System.arraycopy(passed, start, bytes, offset, count);
    start += count;
    if (start == end) {
      start = 0;
      end = 0;
      if (passed.length > NOTICE_BYTES_MAX) {
        passed = new byte[CHUNK];
      }
    }
    return count;
  }

  /** Reads once; false at the end of the stream. */
  private boolean receive() throws IOException {
    byte[] chunk = new byte[CHUNK];
    int count = in.read(chunk, 0, chunk.length);
    if (count < 0) {
      return false;
    }
    synchronized (this) {
      process(chunk, count);
      notifyAll();
      if (copying && copyReader == null) {
        copyReader =
            Thread.ofPlatform().daemon().name("slipway-copy").start(this::receiveWhileCopying);
      }
    }
    return true;
  }

  private void receiveWhileCopying() {
    boolean more = true;
    while (more) {
      try {
        more = receive() && isCopying();
      } catch (SocketTimeoutException e) {
        // The driver asks with a short timeout whether there is a message, and waits itself.
      } catch (IOException e) {
        synchronized (this) {
          failure = e;
        }
        more = false;
      }
    }
    synchronized (this) {
      copyReader = null;
      notifyAll();
    }
  }

  private synchronized boolean isCopying() {
    return copying;
  }

  private void process(byte[] chunk, int count) {
    int at = 0;
    while (at < count) {
      if (!started) {
        start(chunk[at]);
      }
      if (encrypted) {
        pass(chunk, at, count - at);
        return;
      }
      if (!started) {
        // The answer to a request for encryption.
        pass(chunk, at, 1);
        at++;
      } else if (bodyLeft > 0) {
        int part = Math.min(bodyLeft, count - at);
        if (!omitting) {
          pass(chunk, at, part);
        }
        bodyLeft -= part;
        at += part;
      } else {
        header[headerLength] = chunk[at];
        headerLength++;
        at++;
        if (headerLength == headerSize()) {
          begin();
          headerLength = 0;
        }
      }
    }
  }

  /** The first byte of a connection: of a message, or the answer to a request for encryption. */
  private void start(byte first) {
    started = first == AUTHENTICATION || first == ERROR || first == NEGOTIATION;
    encrypted = !started && first != NOTICE;
  }

  /** The bytes that decide whether a message passes. */
  private int headerSize() {
    return hidesDateStyle && header[0] == PARAMETER && headerLength >= HEADER
        ? HEADER + Math.min(bodyLength(), DATE_STYLE.length)
        : HEADER;
  }

  private int bodyLength() {
    return Math.max(0, ByteBuffer.wrap(header).getInt(1) - Integer.BYTES);
  }

  /** Begins a message, of which the header is complete. */
  private void begin() {
    bodyLeft = bodyLength() - (headerLength - HEADER);
    omitting = false;
    switch (header[0]) {
      case NOTICE -> {
        omitting = noticeBytes > NOTICE_BYTES_MAX;
        noticeBytes += HEADER + bodyLength();
        omitted += omitting ? 1 : 0;
      }
      case COPY_IN -> copying = true;
      case READY -> {
        if (omitted > 0) {
          byte[] number = noticeOf(omitted);
          pass(number, 0, number.length);
        }
        noticeBytes = 0;
        omitted = 0;
        copying = false;
      }
      case PARAMETER ->
          omitting =
              hidesDateStyle
                  && Arrays.equals(header, HEADER, headerLength, DATE_STYLE, 0, DATE_STYLE.length);
      default -> {}
    }
    if (!omitting) {
      pass(header, 0, headerLength);
    }
  }

  private static byte[] noticeOf(long number) {
    byte[] fields =
        ("SNOTICE\0VNOTICE\0C00000\0M" + number + "\0R" + OMITTED + "\0\0")
            .getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(HEADER + fields.length)
        .put((byte) NOTICE)
        .putInt(Integer.BYTES + fields.length)
        .put(fields)
        .array();
  }

  private void pass(byte[] bytes, int offset, int length) {
    if (end + length > passed.length) {
      int size = end - start;
      byte[] larger =
          size + length > passed.length
              ? new byte[Math.max(2 * passed.length, size + length)]
              : passed;
      System.arraycopy(passed, start, larger, 0, size);
      passed = larger;
      start = 0;
      end = size;
    }
    System.arraycopy(bytes, offset, passed, end, length);
    end += length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
