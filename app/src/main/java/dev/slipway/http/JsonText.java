package dev.slipway.http;

/**
 * A string as JSON text. The bodies of this package are a few fields around one string: written
 * here, the first health answer does not wait for a JSON library to load.
 */
final class JsonText {
  private JsonText() {}

  /** The string in quotes, with everything escaped that JSON wants escaped. */
  static String quote(String text) {
    var json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
