package dev.slipway.http;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * From failure to status and body, in the shape that Ory's services use: {@code
 * {"error":{"code":404,"status":"Not Found","request":"…","reason":"…","message":"…"}}}. The
 * message belongs to the status, the reason to this one request, which has its id in it. Nothing
 * inside the server ever shows: what nobody foresaw is answered with 500 and no detail.
 */
public final class Problem extends RuntimeException {
  /**
   * Every answer to a refused request has at most 4 KB, whatever its reason quotes: this is what
   * the status line, the headers, and the other fields leave.
   */
  public static final int REASON_BYTES_MAX = 2800;

  private final int status;
  private final String reason;
  private final Map<String, String> headers;

  private Problem(int status, String reason, Map<String, String> headers) {
    // A refused request is an everyday thing: it needs no stack trace, which costs more than it.
    super(reason, null, false, false);
    this.status = status;
    this.reason = Objects.requireNonNull(reason);
    this.headers = headers;
  }

  /**
   * An answer other than success.
   *
   * @param reason why, for the person who sent the request; never a secret
   */
  public static Problem of(int status, String reason) {
    return new Problem(status, reason, Map.of());
  }

  /** 503 that asks the client to come again after a second. */
  public static Problem unavailable(String reason) {
    return of(503, reason).header("Retry-After", "1");
  }

  /** The same problem with one more header. */
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
   * What went wrong, as a JSON object of its own: for answers that are about several things.
   *
   * @param reasonBytesMax where the reason is cut off
   */
  public String json(int reasonBytesMax) {
    return json("", reasonBytesMax);
  }

  /** The answer to a request whose handling ended in a failure. */
  static Response response(Throwable failure, Optional<Trace> trace) {
    Problem problem =
        switch (failure) {
          case Problem known -> known;
          case SlipwayException fault when fault.exitCode() == ExitCode.RETRY ->
              unavailable("the database is away or busy");
          case Throwable _ -> of(500, "the server's log says more");
        };
    return problem.response(trace);
  }

  private Response response(Optional<Trace> trace) {
    String request =
        trace.map(each -> "\"request\":" + JsonText.quote(each.requestId()) + ",").orElse("");
    String body = "{\"error\":" + json(request, REASON_BYTES_MAX) + "}\n";
    Response response = Response.json(status, body);
    for (var header : headers.entrySet()) {
      response = response.header(header.getKey(), header.getValue());
    }
    return response;
  }

  private String json(String request, int reasonBytesMax) {
    return "{\"code\":"
        + status
        + ",\"status\":"
        + JsonText.quote(phrase(status))
        + ","
        + request
        + "\"reason\":"
        + JsonText.quote(reason, reasonBytesMax)
        + ",\"message\":"
        + JsonText.quote(message(status))
        + "}";
  }

  private static String phrase(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 413 -> "Request Entity Too Large";
      case 414 -> "Request URI Too Long";
      case 415 -> "Unsupported Media Type";
      case 422 -> "Unprocessable Entity";
      case 431 -> "Request Header Fields Too Large";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> "Internal Server Error";
    };
  }

  private static String message(int status) {
    return switch (status) {
      case 400 -> "The request was malformed or contained invalid parameters";
      case 401 -> "The request could not be authorized";
      case 403 -> "The requested action was forbidden";
      case 404 -> "The requested resource could not be found";
      case 405 -> "The requested method is not allowed on this resource";
      case 408 -> "The request took too long to arrive";
      case 409 -> "The resource could not be created due to a conflict";
      case 412 -> "A precondition of the request does not hold";
      case 413 -> "The request body is too large";
      case 414 -> "The request address is too long";
      case 415 -> "The request is using an unknown content type";
      case 422 -> "The request could not be processed";
      case 431 -> "The request headers are too large";
      case 503 -> "The service is not available right now";
      case 505 -> "The request is using an unknown version of HTTP";
      default -> "An internal server error occurred, please contact the system administrator";
    };
  }
}
