package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Text from the operating system, which is bytes: arguments, environment variables, and file names.
 * Java replaces bytes that are not UTF-8 with U+FFFD. Here, each such byte becomes a low surrogate
 * without a high one (U+DC80 to U+DCFF, as in Python's PEP 383), so that the place that uses the
 * text can reject it and show the byte.
 */
public final class Utf8 {
  private static final char REPLACEMENT = '\uFFFD';

  /** Where Java's own decoder stores a byte that it cannot read. */
  private static final int FIRST = 0xDC00;

  private Utf8() {}

  /** Decodes bytes without losing the ones that are not UTF-8. */
  public static String decode(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (decoder.decode(in, out, true).isMalformed()) {
      out.put((char) (FIRST + (in.get() & 0xff)));
    }
    return out.flip().toString();
  }

  /** Whether Java may have lost bytes when it made this text from bytes. */
  public static boolean replaced(String text) {
    return text.indexOf(REPLACEMENT) >= 0;
  }

  /** A path as text, with the bytes that {@link Path#toString} loses. */
  public static String text(Path path) {
    String text = path.toString();
    // A URI holds the bytes of a name as they are; it is absolute, and the path may not be.
    String uri = replaced(text) ? path.toUri().getRawPath() : null;
    if (uri == null || path.getFileName() == null) {
      return text;
    }
    String whole = uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    String name = decode(percentDecoded(whole.substring(whole.lastIndexOf('/') + 1)));
    Path parent = path.getParent();
    if (parent == null) {
      return name;
    }
    String folder = text(parent);
    return folder.endsWith("/") ? folder + name : folder + "/" + name;
  }

  private static byte[] percentDecoded(String uri) {
    ByteBuffer bytes = ByteBuffer.allocate(uri.length());
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c == '%') {
        bytes.put((byte) Integer.parseInt(uri, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Whether {@link #decode} met bytes that are not UTF-8. */
  public static boolean invalid(String text) {
    return firstInvalid(text) >= 0;
  }

  /**
   * Accepts only text whose bytes were UTF-8.
   *
   * @param what names the text in the message, which shows of it the invalid bytes alone: the rest
   *     may be secret
   * @throws SlipwayException (usage) for any other text
   */
  public static void check(String what, String text) {
    int at = firstInvalid(text);
    if (at < 0) {
      return;
    }
    int end = at;
    while (end < text.length() && isByte(text.charAt(end))) {
      end++;
    }
    throw SlipwayException.usageError(
            what
                + " is not valid UTF-8: "
                + escaped(text.substring(at, end))
                + " at character "
                + (text.codePointCount(0, at) + 1))
        .hint("write it in UTF-8; for text in Latin-1, `iconv -f LATIN1 -t UTF-8` converts it");
  }

  /** The text with each invalid byte written as {@code \xNN}. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isByte(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
        escaped.append("\\x").append(Integer.toHexString(c - FIRST).toUpperCase(Locale.ROOT));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static int firstInvalid(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))) {
        i++;
      } else if (isByte(text.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isByte(char c) {
    return c >= FIRST + 0x80 && c <= FIRST + 0xff;
  }
}
