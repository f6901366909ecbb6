package dev.slipway.http;

/**
 * Writes strings as JSON text. The bodies of this package are a few fields around one string, so
 * the first health response does not wait for a JSON library to load.
 */
final class JsonEscaper {
  private static final int ELLIPSIS_BYTES = 3;

  private JsonEscaper() {}

  /** Returns the string in quotes, escaped as JSON requires. */
  static String quote(String text) {
    return quote(text, Integer.MAX_VALUE);
  }

  /**
   * Returns the quoted string, cut off with an ellipsis at a number of bytes between the quotes.
   */
  static String quote(String text, int bytesMax) {
    var json = new StringBuilder().append('"');
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escaped = c < ' ' || Character.isSurrogate(c);
      bytes += escaped ? 6 : c < 0x80 ? 2 : 3;
      if (bytes > bytesMax - ELLIPSIS_BYTES) {
        return json.append("…\"").toString();
      }
      if (escaped) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c == '"' || c == '\\' ? "\\" : "").append(c);
      }
    }
    return json.append('"').toString();
  }
}
