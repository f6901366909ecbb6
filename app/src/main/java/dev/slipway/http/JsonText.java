package dev.slipway.http;

/**
 * A string as JSON text. The bodies of this package are a few fields around one string: written
 * here, the first health answer does not wait for a JSON library to load.
 */
final class JsonText {
  private static final int ELLIPSIS_BYTES = 3;

  private JsonText() {}

  /** The string in quotes, with everything escaped that JSON wants escaped. */
  static String quote(String text) {
    return quote(text, Integer.MAX_VALUE);
  }

  /** The same, cut off with an ellipsis before it has more bytes than this between its quotes. */
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
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (escaped) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
