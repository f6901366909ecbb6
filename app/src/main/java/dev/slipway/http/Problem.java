package dev.slipway.http;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An error response in the shape of Ory's services: {@code {"error":{"code":404,"status":"Not
 * Found","request":"…","reason":"…","message":"…"}}}. The message belongs to the status, and the
 * reason to the request, whose id is in the response. An unexpected exception becomes 500 without
 * details.
 */
public final class Problem extends RuntimeException {
  /**
   * The maximum size of a reason. An error response has at most 4 KB with its status line, headers,
   * and other fields.
   */
  public static final int REASON_BYTES_MAX = 2800;

  /** The phrase and the message of each status, as Ory's services have them. */
  private static final String STATUSES =
      """
      400 Bad Request: The request was malformed or contained invalid parameters
      401 Unauthorized: The request could not be authorized
      403 Forbidden: The requested action was forbidden
      404 Not Found: The requested resource could not be found
      405 Method Not Allowed: The requested method is not allowed on this resource
      408 Request Timeout: The request took too long to arrive
      409 Conflict: The resource could not be created due to a conflict
      412 Precondition Failed: A precondition of the request does not hold
      413 Request Entity Too Large: The request body is too large
      414 Request URI Too Long: The request address is too long
      415 Unsupported Media Type: The request is using an unknown content type
      417 Expectation Failed: The expectation of the request cannot be met
      422 Unprocessable Entity: The request could not be processed
      431 Request Header Fields Too Large: The request headers are too large
      501 Not Implemented: The request uses a feature of HTTP that is not supported
      503 Service Unavailable: The service is not available right now
      505 HTTP Version Not Supported: The request is using an unknown version of HTTP
      """;

  private static final String UNKNOWN =
      "500 Internal Server Error: An internal server error occurred, please contact the system"
          + " administrator";

  private final int status;
  private final String reason;
  private final Map<String, String> headers;

  private Problem(int status, String reason, Map<String, String> headers) {
    // A stack trace would cost more than the rest of a rejection.
    super(reason, null, false, false);
    this.status = status;
    this.reason = Objects.requireNonNull(reason);
    this.headers = headers;
  }

  /**
   * Creates an error.
   *
   * @param reason for the client, without a secret
   */
  public static Problem of(int status, String reason) {
    return new Problem(status, reason, Map.of());
  }

  /** Creates a 503 that asks the client to retry after a second. */
  public static Problem unavailable(String reason) {
    return of(503, reason).header("Retry-After", "1");
  }

  /** Returns a copy with one more header. */
  public Problem header(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, reason, Collections.unmodifiableMap(more));
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /**
   * Returns the error as a JSON object, for a response about several items.
   *
   * @param reasonBytesMax the size at which the reason is cut off
   */
  public String json(int reasonBytesMax) {
    return json("", reasonBytesMax);
  }

  /** Returns the response to a request whose handler failed. */
  static Response response(Throwable failure, TraceContext trace) {
    Problem problem =
        switch (failure) {
          case Problem known -> known;
          case SlipwayException fault when fault.exitCode() == ExitCode.RETRY ->
              unavailable("the database is unavailable or busy");
          case Throwable _ -> of(500, "the server's log says more");
        };
    return problem.response(trace);
  }

  private Response response(TraceContext trace) {
    String request = "\"request\":" + JsonEscaper.quote(trace.requestId()) + ",";
    String body = "{\"error\":" + json(request, REASON_BYTES_MAX) + "}\n";
    Response response = Response.json(status, body);
    for (var header : headers.entrySet()) {
      response = response.header(header.getKey(), header.getValue());
    }
    return response;
  }

  private String json(String request, int reasonBytesMax) {
    String[] texts =
        STATUSES
            .lines()
            .filter(line -> line.startsWith(status + " "))
            .findFirst()
            .orElse(UNKNOWN)
            .substring(4)
            .split(": ");
    return "{\"code\":%d,\"status\":%s,%s\"reason\":%s,\"message\":%s}"
        .formatted(
            status,
            JsonEscaper.quote(texts[0]),
            request,
            JsonEscaper.quote(reason, reasonBytesMax),
            JsonEscaper.quote(texts[1]));
  }
}
