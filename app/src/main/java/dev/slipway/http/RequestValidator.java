package dev.slipway.http;

import dev.slipway.config.Settings;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;

/** The rules for request lines and headers that Jetty does not enforce. */
final class RequestValidator {
  /** Visible ASCII that RFC 3986 allows in neither a path nor a query. */
  private static final String ILLEGAL = "\"<>\\^`{|}";

  /**
   * What Jetty accepts beyond the syntax of RFC 9112, section 3.2: a port of digits is optional.
   */
  private static final Pattern HOST =
      Pattern.compile(
          "(?:\\[[0-9A-Fa-f:.]++]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})++)(?::[0-9]*+)?");

  private final Settings.Http settings;
  private final LimitExceeded.Counters limits;

  RequestValidator(Settings.Http settings, LimitExceeded.Counters limits) {
    this.settings = settings;
    this.limits = limits;
  }

  /**
   * Rejects a request that breaks a rule.
   *
   * @throws Problem 400, 414, 415, 431, or 501
   */
  void validate(RequestContext context) {
    HttpURI uri = context.request.getHttpURI();
    String path = uri.getPath();
    if (path == null || path.startsWith("//") || !(path.startsWith("/") || path.equals("*"))) {
      // A proxy may read "//a/b" as the path /b on host a.
      throw Problem.of(400, "the address is not a path");
    }
    String query = uri.getQuery() == null ? "" : uri.getQuery();
    if (path.length() + query.length() > settings.addressBytesMax()) {
      throw tooLarge(414, "path and query may have " + settings.addressBytesMax() + " bytes");
    }
    if (!isLegal(path) || !isLegal(query)) {
      throw Problem.of(400, "the address is not percent-encoded UTF-8");
    }
    HttpFields headers = context.request.getHeaders();
    if (headers.size() > settings.headersMax()) {
      throw tooLarge(431, "there may be " + settings.headersMax() + " headers");
    }
    int bytes = 0;
    for (HttpField field : headers) {
      bytes += field.getName().length();
      bytes += field.getValue() == null ? 0 : field.getValue().length();
    }
    if (bytes > settings.headerBytesMax()) {
      throw tooLarge(431, "headers may have " + settings.headerBytesMax() + " bytes together");
    }
    String host = headers.get(HttpHeader.HOST);
    if (host != null && !HOST.matcher(host).matches()) {
      throw Problem.of(400, "the header Host must be a host and an optional port");
    }
    String encoding = headers.get(HttpHeader.TRANSFER_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("chunked")) {
      throw Problem.of(501, "the only transfer encoding is chunked");
    }
    List<String> types = headers.getValuesList(HttpHeader.CONTENT_TYPE);
    if (!types.isEmpty() && BodyReader.hasBody(context) && !isJson(types)) {
      throw unsupportedType();
    }
  }

  /**
   * Rejects a body without a type, after it was read: an empty one needs none, and proxies send an
   * empty chunked body for a request without a body.
   *
   * @throws Problem 415
   */
  static void validate(RequestContext context, byte[] body) {
    if (body.length > 0 && !context.request.getHeaders().contains(HttpHeader.CONTENT_TYPE)) {
      throw unsupportedType();
    }
  }

  private static Problem unsupportedType() {
    return Problem.of(415, "a body must have the header Content-Type: application/json");
  }

  private Problem tooLarge(int status, String reason) {
    return limits.count(LimitExceeded.HEADER, Problem.of(status, reason));
  }

  private static boolean isLegal(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~' || ILLEGAL.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a type is JSON. A browser sends forms, plain text, and bodies without a type to any
   * server on behalf of any page. Before it sends JSON, it asks for permission, and does not get
   * it.
   */
  private static boolean isJson(List<String> types) {
    String type = types.getFirst() == null ? "" : types.getFirst();
    int parameters = type.indexOf(';');
    String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    return types.size() == 1
        && (media.equalsIgnoreCase("application/json")
            || (media.regionMatches(true, 0, "application/", 0, 12)
                && media.regionMatches(true, media.length() - 5, "+json", 0, 5)));
  }
}
