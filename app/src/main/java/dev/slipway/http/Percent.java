package dev.slipway.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoded text back to what it stands for. Strict: text that is not UTF-8 is refused, where
 * the JDK's decoder would put replacement characters, so that two different paths would be one. So
 * is U+0000, which PostgreSQL takes in no text.
 */
final class Percent {
  private Percent() {}

  /** One path segment. */
  static String decodePath(String raw) {
    return decode(raw, '+');
  }

  /** A name or a value of a query, where a plus sign is a space. */
  static String decodeQuery(String raw) {
    return decode(raw, ' ');
  }

  private static String decode(String raw, char plus) {
    if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
      return raw;
    }
    var bytes = new ByteArrayOutputStream(raw.length());
    for (int i = 0; i < raw.length(); ) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 2 >= raw.length()) {
          throw malformed();
        }
        int high = Character.digit(raw.charAt(i + 1), 16);
        int low = Character.digit(raw.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          throw malformed();
        }
        if (high + low == 0) {
          // No text of ours has one, and a database may end a text there.
          throw Problem.of(400, "the address holds a NUL");
        }
        if (high == 0 && low == 0) {
          throw Problem.of(400, "the address holds the character U+0000, which no name here has");
        }
        bytes.write(high * 16 + low);
        i += 3;
      } else {
        bytes.writeBytes(String.valueOf(c == '+' ? plus : c).getBytes(StandardCharsets.UTF_8));
        i++;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw malformed();
    }
  }

  private static Problem malformed() {
    return Problem.of(400, "the address is not percent-encoded UTF-8");
  }
}
