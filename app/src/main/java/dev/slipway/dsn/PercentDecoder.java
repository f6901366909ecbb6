package dev.slipway.dsn;

import dev.slipway.error.SlipwayException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes percent-encoded text. */
public final class PercentDecoder {
  /** The hint for a percent sign that starts no escape. */
  public static final String HINT = "write the character % itself as %25";

  private PercentDecoder() {}

  /**
   * Replaces each {@code %XX} by its byte, as UTF-8; {@code +} stays, as libpq and the Go drivers
   * have it.
   *
   * @throws SlipwayException (usage) when two hex digits are missing after a {@code %}; the text is
   *     not shown
   */
  public static String decode(String text, String what) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] given = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < given.length; i++) {
      if (given[i] != '%') {
        bytes.write(given[i]);
        continue;
      }
      int high = i + 2 < given.length ? Character.digit(given[i + 1], 16) : -1;
      int low = i + 2 < given.length ? Character.digit(given[i + 2], 16) : -1;
      if (high < 0 || low < 0 || high + low == 0) {
        throw SlipwayException.usageError(
                "a % in " + what + " is not followed by two hexadecimal digits")
            .hint(HINT);
      }
      bytes.write(high * 16 + low);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw SlipwayException.usageError("the %XX in " + what + " are not UTF-8").cause(e);
    }
  }
}
