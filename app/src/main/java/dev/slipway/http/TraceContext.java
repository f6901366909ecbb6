package dev.slipway.http;

import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;

/**
 * The identifiers of one request, for its response and its log lines.
 *
 * @param requestId the client's {@code X-Request-Id}, or a generated one
 * @param parent the client's span, if the request has a valid {@code traceparent}
 */
public record TraceContext(String requestId, Optional<Parent> parent) {
  private static final ScopedValue<TraceContext> CURRENT = ScopedValue.newInstance();

  /** Returns the identifiers of the request that the current thread handles. */
  public static Optional<TraceContext> current() {
    return CURRENT.isBound() ? Optional.of(CURRENT.get()) : Optional.empty();
  }

  /** Runs a task with these identifiers as the current ones. */
  void run(Runnable task) {
    ScopedValue.where(CURRENT, this).run(task);
  }

  /**
   * A span of W3C Trace Context.
   *
   * @param traceId 32 hexadecimal digits
   * @param spanId 16 hexadecimal digits
   */
  public record Parent(String traceId, String spanId) {}

  /** Reads the identifiers from request headers. Safe for concurrent use. */
  static final class Factory {
    /** Visible ASCII that needs no escaping, neither in JSON nor in a line of text. */
    private static final int REQUEST_ID_LENGTH_MAX = 128;

    /** Version 00; an id of zeros is invalid, and so are capital letters. */
    private static final Pattern TRACEPARENT =
        Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}");

    /** Unique to this process; the counter behind it makes a new id cheap. */
    private final String prefix = UUID.randomUUID().toString().substring(24) + "-";

    private final AtomicLong generated = new AtomicLong();

    TraceContext of(HttpFields headers) {
      String given = headers.get("X-Request-Id");
      String requestId =
          given != null && isValid(given)
              ? given
              : prefix + Long.toHexString(generated.incrementAndGet());
      return new TraceContext(requestId, parent(headers));
    }

    private static boolean isValid(String id) {
      return !id.isEmpty()
          && id.length() <= REQUEST_ID_LENGTH_MAX
          && id.chars().allMatch(c -> c > ' ' && c <= '~' && c != '"' && c != '\\');
    }

    private static Optional<Parent> parent(HttpFields headers) {
      var values = headers.getValuesList("traceparent");
      if (values.size() != 1) {
        return Optional.empty();
      }
      var matcher = TRACEPARENT.matcher(values.getFirst());
      return matcher.matches()
          ? Optional.of(new Parent(matcher.group(1), matcher.group(2)))
          : Optional.empty();
    }
  }
}
