package dev.slipway.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;

/**
 * Decodes percent-encoded ASCII. Rejects what is not UTF-8, where the JDK's decoder would insert
 * replacement characters and so map two paths to one. Also rejects U+0000, which PostgreSQL stores
 * in no text.
 */
final class PercentDecoder {
  private PercentDecoder() {}

  /** Decodes one path segment. */
  static String decodePath(String raw) {
    return decode(raw, '+');
  }

  /** Decodes a name or a value of a query, where a plus sign is a space. */
  static String decodeQuery(String raw) {
    return decode(raw, ' ');
  }

  private static String decode(String raw, char plus) {
    if (raw.indexOf('%') < 0 && raw.indexOf('+') < 0) {
      return raw;
    }
    var latin1 = new StringBuilder(raw.length());
    try {
      for (int i = 0; i < raw.length(); i++) {
        char c = raw.charAt(i);
        if (c == '%') {
          c = (char) HexFormat.fromHexDigits(raw, i + 1, i + 3);
          i += 2;
          if (c == 0) {
            throw Problem.of(400, "the address holds a NUL");
          }
          latin1.append(c);
        } else {
          latin1.append(c == '+' ? plus : c);
        }
      }
      byte[] bytes = latin1.toString().getBytes(ISO_8859_1);
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw Problem.of(400, "the address is not percent-encoded UTF-8");
    }
  }
}
