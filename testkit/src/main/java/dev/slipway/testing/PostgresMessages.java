package dev.slipway.testing;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The statements in the messages of a PostgreSQL client: each statement of a simple query, and each
 * execution of a prepared one, including those that the JDBC driver adds. For one connection
 * without TLS. Thread-safe.
 */
final class PostgresMessages {
  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
  private final Map<String, String> prepared = new HashMap<>();
  private final Map<String, String> bound = new HashMap<>();
  private final List<String> statements = new ArrayList<>();
  private boolean started;

  /** Reads the next bytes that the client sent. */
  synchronized void sent(byte[] bytes) {
    rest.writeBytes(bytes);
    ByteBuffer all = ByteBuffer.wrap(rest.toByteArray());
    while (message(all)) {
      // Each call reads one message.
    }
    rest.reset();
    rest.write(all.array(), all.position(), all.remaining());
  }

  /** The statements executed so far, in order. */
  synchronized List<String> statements() {
    return List.copyOf(statements);
  }

  private boolean message(ByteBuffer all) {
    int head = started ? 5 : 4;
    if (all.remaining() < head) {
      return false;
    }
    int length = all.getInt(all.position() + head - 4);
    if (all.remaining() < head - 4 + length) {
      return false;
    }
    char type = started ? (char) all.get(all.position()) : '-';
    byte[] body = new byte[length - 4];
    all.position(all.position() + head);
    all.get(body);
    started = true;
    read(type, ByteBuffer.wrap(body));
    return true;
  }

  private void read(char type, ByteBuffer body) {
    if (type == 'Q') {
      statements.addAll(split(text(body)));
    } else if (type == 'P') {
      prepared.put(text(body), text(body));
    } else if (type == 'B') {
      bound.put(text(body), prepared.getOrDefault(text(body), "?"));
    } else if (type == 'E') {
      statements.add(bound.getOrDefault(text(body), "?"));
    }
  }

  private static String text(ByteBuffer body) {
    int start = body.position();
    while (body.get() != 0) {
      // A string ends with a zero byte.
    }
    byte[] text = new byte[body.position() - start - 1];
    body.get(start, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  /** Splits at semicolons outside of quotes, which is enough for the statements of a driver. */
  private static List<String> split(String query) {
    List<String> found = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    boolean quoted = false;
    for (char c : (query + ";").toCharArray()) {
      quoted ^= c == '\'';
      if (c == ';' && !quoted) {
        if (!current.toString().isBlank()) {
          found.add(current.toString().strip());
        }
        current.setLength(0);
      } else {
        current.append(c);
      }
    }
    return found;
  }
}
