package dev.slipway.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.slipway.config.Settings;
import java.net.URI;
import java.util.List;

/**
 * What a request's line and headers have to be, beyond what the JDK's server asks of them: its
 * limits are wider than ours, and it lets things pass that a proxy before us may read otherwise.
 */
final class HeadRules {
  private final Settings.Http limits;
  private final Refusals refusals;

  HeadRules(Settings.Http limits, Refusals refusals) {
    this.limits = limits;
    this.refusals = refusals;
  }

  /**
   * Refuses what breaks a rule.
   *
   * @throws Problem 400, 414, 415, 431 or 505
   */
  void check(HttpExchange exchange) {
    String protocol = exchange.getProtocol();
    if (!protocol.equals("HTTP/1.1") && !protocol.equals("HTTP/1.0")) {
      throw Problem.of(505, "requests are made with HTTP/1.1");
    }
    checkAddress(exchange.getRequestURI());
    Headers headers = exchange.getRequestHeaders();
    checkSize(headers);
    checkLength(headers);
    checkType(headers);
  }

  /** Whether a body was announced. */
  static boolean hasBody(Headers headers) {
    String length = headers.getFirst("Content-length");
    return length != null ? !length.equals("0") : isChunked(headers);
  }

  /** Whether the body comes in chunks, so nobody knows its size before it is read. */
  static boolean isChunked(Headers headers) {
    return headers.containsKey("Transfer-encoding");
  }

  private void checkAddress(URI uri) {
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    if (path == null || (uri.getScheme() == null && uri.getRawAuthority() != null)) {
      // "//a/b" would be read as host a, path /b, which is not what a proxy before us has seen.
      throw Problem.of(400, "the address is not a path");
    }
    if (path.length() + (query == null ? 0 : query.length()) > limits.addressBytesMax()) {
      throw refusals.of(
          Refusal.HEADER,
          Problem.of(414, "path and query may have " + limits.addressBytesMax() + " bytes"));
    }
    if (!isAscii(path) || (query != null && !isAscii(query))) {
      throw Problem.of(400, "the address is not percent-encoded UTF-8");
    }
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private void checkSize(Headers headers) {
    int fields = 0;
    int bytes = 0;
    for (var header : headers.entrySet()) {
      for (String value : header.getValue()) {
        fields++;
        bytes += header.getKey().length() + value.length();
        if (value.indexOf('\0') >= 0) {
          throw Problem.of(400, "a header holds a NUL");
        }
      }
    }
    if (fields > limits.headersMax()) {
      throw refusals.of(
          Refusal.HEADER, Problem.of(431, "there may be " + limits.headersMax() + " headers"));
    }
    if (bytes > limits.headerBytesMax()) {
      throw refusals.of(
          Refusal.HEADER,
          Problem.of(431, "headers may have " + limits.headerBytesMax() + " bytes together"));
    }
  }

  /** The JDK's server takes a sign before the digits; others do not, and see other borders. */
  private static void checkLength(Headers headers) {
    String length = headers.getFirst("Content-length");
    if (length != null && !Character.isDigit(length.charAt(0))) {
      throw Problem.of(400, "Content-Length is not a number");
    }
  }

  /**
   * A form or plain text, which a browser sends to any server that any page names, is not taken;
   * for JSON it asks the server's leave first, and gets none. Without a type a body is JSON.
   */
  private static void checkType(Headers headers) {
    List<String> types = headers.get("Content-type");
    if (types == null || !hasBody(headers)) {
      return;
    }
    String type = types.getFirst();
    int parameters = type.indexOf(';');
    String media = (parameters < 0 ? type : type.substring(0, parameters)).strip();
    boolean json =
        media.equalsIgnoreCase("application/json")
            || (media.regionMatches(true, 0, "application/", 0, 12)
                && media.regionMatches(true, media.length() - 5, "+json", 0, 5));
    if (!json || types.size() > 1) {
      throw Problem.of(415, "a body is application/json");
    }
  }
}
