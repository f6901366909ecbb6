package dev.slipway.driver.postgres;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerMessageStreamTest {
  private static final byte[] LOGIN = message('R', new byte[4]);
  private static final byte[] READY = message('Z', "I");

  private static byte[] message(char type, String body) {
    return message(type, body.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(char type, byte[] body) {
    return ByteBuffer.allocate(5 + body.length)
        .put((byte) type)
        .putInt(4 + body.length)
        .put(body)
        .array();
  }

  private static byte[] notice(String text) {
    return message('N', "SNOTICE\0M" + text + "\0\0");
  }

  private static byte[] all(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A stream that returns at most this many bytes per read. */
  private static InputStream inParts(byte[] bytes, int part) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(part, length));
      }
    };
  }

  private static byte[] passed(byte[] bytes, int part) throws IOException {
    return new ServerMessageStream(inParts(bytes, part), () -> 0, false).readAllBytes();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 7, 100_000})
  void passesMessagesUnchanged(int part) throws IOException {
    byte[] bytes =
        all(
            LOGIN,
            READY,
            message('D', "N".repeat(20_000)),
            notice("one"),
            message('D', ""),
            message('G', new byte[3]),
            notice("two"),
            message('C', "COPY 1\0"),
            READY);
    assertArrayEquals(bytes, passed(bytes, part));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 100_000})
  void passesTheFirstNoticesOfAStatementAndTheNumberOfTheOthers(int part) throws IOException {
    byte[] notice = notice("x".repeat(1000));
    byte[] flood = ByteBuffer.allocate(500 * notice.length).array();
    for (int i = 0; i < 500; i++) {
      System.arraycopy(notice, 0, flood, i * notice.length, notice.length);
    }
    int kept = 256 * 1024 / (notice.length - 1) + 1;
    byte[] number =
        message(
            'N', "SNOTICE\0VNOTICE\0C00000\0M" + (500 - kept) + "\0Rslipway_omitted_notices\0\0");
    byte[] done = message('C', "DO\0");
    byte[] next = notice("of the next statement");
    assertArrayEquals(
        all(
            LOGIN,
            Arrays.copyOf(flood, kept * notice.length),
            done,
            number,
            READY,
            next,
            done,
            READY),
        passed(all(LOGIN, flood, done, READY, next, done, READY), part));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 100_000})
  void hidesTheDateStyle(int part) throws IOException {
    byte[] before = all(LOGIN, message('S', "TimeZone\0UTC\0"), message('S', "x\0\0"));
    byte[] hidden = message('S', "DateStyle\0SQL, DMY\0");
    byte[] bytes = all(before, hidden, READY);
    assertArrayEquals(bytes, passed(bytes, part));
    assertArrayEquals(
        all(before, READY),
        new ServerMessageStream(inParts(bytes, part), () -> 0, true).readAllBytes());
  }

  @Test
  void readsTheNumberOfItsOwnNoticeOnly() {
    assertEquals(17, ServerMessageStream.omitted("slipway_omitted_notices", "17"));
    assertEquals(0, ServerMessageStream.omitted("exec_stmt_raise", "17"));
    assertEquals(0, ServerMessageStream.omitted(null, "17"));
    assertEquals(0, ServerMessageStream.omitted("slipway_omitted_notices", "seventeen"));
  }

  /** Bytes that look like messages, behind the answer to SSLRequest, and in a TLS record. */
  @ParameterizedTest
  @ValueSource(strings = {"S", "\u0016"})
  void passesWhatIsEncryptedUnchanged(String first) throws IOException {
    byte[] bytes =
        all(first.getBytes(StandardCharsets.US_ASCII), message('G', new byte[3]), notice("a"));
    assertArrayEquals(bytes, passed(bytes, 2));
  }

  @Test
  void passesTheAnswerOfAServerWithoutTls() throws IOException {
    byte[] bytes = all(new byte[] {'N'}, LOGIN, READY);
    assertArrayEquals(bytes, passed(bytes, 100));
  }

  /** The pipe has a small buffer, so its writer blocks until the bytes are read. */
  @Test
  void readsDuringACopyWithoutTheDriver() throws IOException {
    PipedOutputStream server = new PipedOutputStream();
    InputStream socket = new PipedInputStream(server, 100);
    ServerMessageStream stream = new ServerMessageStream(socket, () -> 50, false);
    server.write(all(LOGIN, message('G', new byte[3])));
    server.flush();
    assertEquals(LOGIN.length + 8, stream.readNBytes(LOGIN.length + 8).length);
    assertThrows(SocketTimeoutException.class, stream::read);
    byte[] notice = notice("a row");
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          for (int i = 0; i < 100_000; i++) {
            server.write(notice);
          }
          server.write(READY);
          server.close();
        });
    byte[] rest = stream.readAllBytes();
    assertTrue(rest.length < 300_000, () -> "kept " + rest.length + " bytes");
    assertArrayEquals(READY, Arrays.copyOfRange(rest, rest.length - READY.length, rest.length));
  }

  @Test
  void reportsTheEndOfTheConnectionDuringACopy() throws IOException {
    IOException reset = new IOException("Connection reset");
    InputStream broken =
        new InputStream() {
          private final InputStream first =
              new ByteArrayInputStream(all(LOGIN, message('G', new byte[3])));

          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = first.read(bytes, offset, length);
            if (count < 0) {
              throw reset;
            }
            return count;
          }
        };
    ServerMessageStream stream = new ServerMessageStream(broken, () -> 0, false);
    assertEquals(LOGIN.length + 8, stream.readNBytes(LOGIN.length + 8).length);
    assertEquals(reset, assertThrows(IOException.class, stream::read));
  }
}
