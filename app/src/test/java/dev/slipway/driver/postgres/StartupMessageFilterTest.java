package dev.slipway.driver.postgres;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartupMessageFilterTest {
  private static final byte[] TLS_REQUEST =
      ByteBuffer.allocate(8).putInt(8).putInt(80877103).array();

  private static byte[] startup(String... pairs) {
    byte[] strings = (String.join("\0", pairs) + "\0\0").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + strings.length)
        .putInt(8 + strings.length)
        .putInt(3 << 16)
        .put(strings)
        .array();
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] filtered(byte[] bytes, int chunk) throws IOException {
    return filtered(bytes, chunk, false);
  }

  private static byte[] filtered(byte[] bytes, int chunk, boolean serversDateStyle)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StartupMessageFilter filter = new StartupMessageFilter(out, serversDateStyle)) {
      for (int i = 0; i < bytes.length; i += chunk) {
        filter.write(bytes, i, Math.min(chunk, bytes.length - i));
      }
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8, 11, 1000})
  void removesTheParametersFromAMessageInPartsOfAnySize(int chunk) throws IOException {
    byte[] before =
        startup("user", "a", "TimeZone", "IST", "database", "TimeZone", "extra_float_digits", "3");
    byte[] after = startup("user", "a", "database", "TimeZone");
    byte[] next = "p\0\0\0\10TimeZone\0IST\0".getBytes(StandardCharsets.UTF_8);
    assertArrayEquals(
        joined(TLS_REQUEST, after, next), filtered(joined(TLS_REQUEST, before, next), chunk));
  }

  @Test
  void removesTheDateStyleWhereTheServersCounts() throws IOException {
    byte[] message = startup("user", "a", "DateStyle", "ISO", "database", "b");
    assertArrayEquals(message, filtered(message, 7));
    assertArrayEquals(startup("user", "a", "database", "b"), filtered(message, 7, true));
  }

  @Test
  void leavesAMessageWithoutTheParametersAsItIs() throws IOException {
    byte[] message = startup("user", "é", "options", "-c TimeZone=UTC");
    assertArrayEquals(message, filtered(message, 1000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\26\3\1\2\0\1\0\1\374TimeZone",
        "\0\0\2\100\140\202\2\76GSS token TimeZone\0UTC\0"
      })
  void passesAnEncryptedConnectionUnchanged(String start) throws IOException {
    byte[] bytes = joined(TLS_REQUEST, start.getBytes(StandardCharsets.ISO_8859_1));
    assertArrayEquals(bytes, filtered(bytes, 5));
  }

  @Test
  void passesACancelRequestUnchanged() throws IOException {
    byte[] cancel = ByteBuffer.allocate(16).putInt(16).putInt(80877102).putLong(7).array();
    assertEquals(16, filtered(cancel, 16).length);
  }
}
