package dev.slipway.behavior;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What a PostgreSQL client has sent on one connection, as text: the startup parameters, then each
 * message with SQL as it was sent, with the values bound to it, and the rows of a COPY.
 */
final class PostgresTraffic {
  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int CANCEL_REQUEST = 80877102;

  private final ByteBuffer all;
  private final Map<String, String> prepared = new HashMap<>();
  private final Map<String, String> bound = new HashMap<>();
  private final List<String> lines = new ArrayList<>();

  private PostgresTraffic(byte[] sent) {
    this.all = ByteBuffer.wrap(sent);
  }

  /** The texts, in order; none for a connection on which nothing was sent. */
  static List<String> read(byte[] sent) {
    var traffic = new PostgresTraffic(sent);
    if (traffic.start()) {
      while (traffic.message()) {
        // Each turn has read one message.
      }
    }
    return traffic.lines;
  }

  /** Whether messages follow that can be read. */
  private boolean start() {
    while (all.remaining() >= 8) {
      if (all.get(all.position()) == 0x16) {
        lines.add("(TLS: the rest cannot be read)");
        return false;
      }
      int length = all.getInt();
      int code = all.getInt();
      if (code == SSL_REQUEST || code == GSS_REQUEST) {
        continue;
      }
      if (code == CANCEL_REQUEST) {
        lines.add("(cancel request)");
        return false;
      }
      ByteBuffer body = part(length - 8);
      List<String> parameters = new ArrayList<>();
      for (String name = text(body); !name.isEmpty(); name = text(body)) {
        String value = text(body);
        // The recorder's own machine decides it.
        if (!name.equals("TimeZone")) {
          parameters.add(name + "=" + value);
        }
      }
      lines.add("(connect: " + String.join(", ", parameters) + ")");
      return true;
    }
    return false;
  }

  private boolean message() {
    if (all.remaining() < 5 || all.remaining() < 1 + all.getInt(all.position() + 1)) {
      return false;
    }
    char type = (char) all.get();
    ByteBuffer body = part(all.getInt() - 4);
    switch (type) {
      case 'Q' -> lines.add(text(body));
      case 'P' -> prepared.put(text(body), text(body));
      case 'B' -> bind(body);
      case 'E' -> lines.add(bound.getOrDefault(text(body), "?"));
      case 'd' -> lines.add("(copy data) " + StandardCharsets.UTF_8.decode(body));
      case 'f' -> lines.add("(copy failed)");
      default -> {
        // Passwords, Sync, Flush, Describe, Close, Terminate: no SQL.
      }
    }
    return true;
  }

  private void bind(ByteBuffer body) {
    String portal = text(body);
    String sql = prepared.getOrDefault(text(body), "?");
    short[] formats = new short[body.getShort()];
    for (int i = 0; i < formats.length; i++) {
      formats[i] = body.getShort();
    }
    List<String> values = new ArrayList<>();
    int count = body.getShort();
    for (int i = 0; i < count; i++) {
      int length = body.getInt();
      byte[] value = new byte[Math.max(0, length)];
      body.get(value);
      int format = formats.length == 0 ? 0 : formats[formats.length == 1 ? 0 : i];
      values.add(
          length < 0
              ? "NULL"
              : format == 0
                  ? new String(value, StandardCharsets.UTF_8)
                  : "0x" + HexFormat.of().formatHex(value));
    }
    bound.put(
        portal, values.isEmpty() ? sql : sql + "\n(with: " + String.join(" | ", values) + ")");
  }

  private ByteBuffer part(int length) {
    ByteBuffer part = all.slice(all.position(), Math.min(length, all.remaining()));
    all.position(all.position() + part.remaining());
    return part;
  }

  private static String text(ByteBuffer body) {
    int end = body.position();
    while (end < body.limit() && body.get(end) != 0) {
      end++;
    }
    byte[] text = new byte[end - body.position()];
    body.get(text);
    if (body.hasRemaining()) {
      body.get();
    }
    return new String(text, StandardCharsets.UTF_8);
  }
}
