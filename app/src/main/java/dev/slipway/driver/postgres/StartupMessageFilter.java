package dev.slipway.driver.postgres;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Removes parameters from the startup message of a connection. The JDBC driver always sends the
 * time zone of the JVM, so the results of a migration would depend on the machine that runs it, and
 * a server that does not know the zone would reject every login. It also sends {@code
 * extra_float_digits}, whose default has the same effect since PostgreSQL 12, and which some
 * poolers reject. Without both, a session has the values that psql gets.
 *
 * <p>The format is that of the PostgreSQL documentation, "Message Formats", StartupMessage. What
 * precedes the message (SSLRequest, GSSENCRequest) and what follows it passes unchanged. Not
 * thread-safe.
 */
final class StartupMessageFilter extends OutputStream {
  private static final Set<String> REMOVED = Set.of("TimeZone", "extra_float_digits");

  /** Removed where the session gets the server's own. */
  private static final String DATE_STYLE = "DateStyle";

  private static final int PROTOCOL_3 = 3;
  private static final int REQUEST_LENGTH = 8;

  /** Requests before the startup message have codes from 1234.5678 on. */
  private static final int REQUEST_CODE = 1234;

  /** The server rejects a longer startup message. */
  private static final int LENGTH_MAX = 10_000;

  private final OutputStream out;
  private final boolean serversDateStyle;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private boolean passing;

  StartupMessageFilter(OutputStream out, boolean serversDateStyle) {
    this.out = out;
    this.serversDateStyle = serversDateStyle;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (passing) {
      out.write(bytes, offset, length);
      return;
    }
    pending.write(bytes, offset, length);
    ByteBuffer buffer = ByteBuffer.wrap(pending.toByteArray());
    while (!passing && buffer.remaining() >= REQUEST_LENGTH) {
      int size = buffer.getInt(buffer.position());
      int code = buffer.getInt(buffer.position() + Integer.BYTES) >>> 16;
      if (code == REQUEST_CODE && size == REQUEST_LENGTH) {
        out.write(buffer.array(), buffer.position(), size);
        buffer.position(buffer.position() + size);
      } else if (code == PROTOCOL_3 && size >= REQUEST_LENGTH && size <= LENGTH_MAX) {
        if (buffer.remaining() < size) {
          break;
        }
        out.write(filter(buffer.slice(buffer.position(), size)));
        buffer.position(buffer.position() + size);
        passing = true;
      } else {
        // A cancel request, or the start of an encrypted connection.
        passing = true;
      }
    }
    pending.reset();
    if (passing) {
      out.write(buffer.array(), buffer.position(), buffer.remaining());
    } else {
      pending.write(buffer.array(), buffer.position(), buffer.remaining());
    }
  }

  /** The message without the parameters: names and values that each end in a zero byte. */
  private byte[] filter(ByteBuffer message) {
    ByteBuffer filtered = ByteBuffer.allocate(message.remaining());
    message.getInt();
    filtered.putInt(0).putInt(message.getInt());
    while (message.remaining() > 1) {
      byte[] name = string(message);
      byte[] value = string(message);
      if (!isRemoved(new String(name, StandardCharsets.UTF_8))) {
        filtered.put(name).put((byte) 0).put(value).put((byte) 0);
      }
    }
    filtered.put((byte) 0).putInt(0, filtered.position());
    byte[] bytes = new byte[filtered.position()];
    filtered.get(0, bytes);
    return bytes;
  }

  private boolean isRemoved(String name) {
    return REMOVED.contains(name) || (serversDateStyle && name.equals(DATE_STYLE));
  }

  private static byte[] string(ByteBuffer message) {
    int start = message.position();
    while (message.hasRemaining() && message.get() != 0) {
      // Reads up to the zero byte.
    }
    byte[] bytes = new byte[Math.max(0, message.position() - start - 1)];
    message.get(start, bytes);
    return bytes;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
