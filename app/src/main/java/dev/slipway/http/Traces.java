package dev.slipway.http;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** From a request's headers to what it is called. Safe for any number of threads. */
final class Traces {
  private static final int REQUEST_ID_LENGTH_MAX = 128;

  /** {@code 00-<trace>-<span>-<flags>}: the one version of {@code traceparent} there is. */
  private static final int TRACEPARENT_LENGTH = 55;

  /** Unlike that of every other process; a counter behind it is all that a new id costs. */
  private final String prefix = UUID.randomUUID().toString().substring(24) + "-";

  private final AtomicLong made = new AtomicLong();

  /** What somebody else's log may be searched for is taken; anything else gets a new name. */
  Trace of(Headers headers) {
    String given = headers.getFirst("X-request-id");
    String requestId =
        given != null && isSane(given) ? given : prefix + Long.toHexString(made.incrementAndGet());
    List<String> parents = headers.get("Traceparent");
    return new Trace(
        requestId,
        parents == null || parents.size() > 1 ? Optional.empty() : parent(parents.getFirst()));
  }

  /** Visible ASCII that needs no escaping, neither in JSON nor in a line of text. */
  private static boolean isSane(String id) {
    if (id.isEmpty() || id.length() > REQUEST_ID_LENGTH_MAX) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c <= ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static Optional<Trace.Parent> parent(String header) {
    boolean valid =
        header.length() == TRACEPARENT_LENGTH
            && header.startsWith("00-")
            && header.charAt(35) == '-'
            && header.charAt(52) == '-'
            && isId(header, 3, 35)
            && isId(header, 36, 52)
            && isHex(header, 53, 55);
    return valid
        ? Optional.of(new Trace.Parent(header.substring(3, 35), header.substring(36, 52)))
        : Optional.empty();
  }

  /** An id of nothing but zeros stands for none. */
  private static boolean isId(String text, int from, int to) {
    return isHex(text, from, to)
        && text.chars().skip(from).limit(to - from).anyMatch(digit -> digit != '0');
  }

  /** Capital letters are no hexadecimal digits there. */
  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
