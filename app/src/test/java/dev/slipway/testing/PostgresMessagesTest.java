package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresMessagesTest {
  private static final byte[] STARTUP = message("", "\0\3\0\0user\0ada\0\0");

  @Test
  void everyStatementOfASimpleQueryCounts() {
    assertEquals(
        List.of("BEGIN", "INSERT INTO t VALUES ('a;b')", "COMMIT"),
        seen(STARTUP, message("Q", "BEGIN; INSERT INTO t VALUES ('a;b');\nCOMMIT;\0")));
  }

  @Test
  void everyExecutionOfAPreparedStatementCounts() {
    byte[] execute = message("E", "c\0\0\0\0\0");
    assertEquals(
        List.of("SELECT 1", "SELECT 1"),
        seen(
            STARTUP,
            message("P", "s\0SELECT 1\0\0\0"),
            message("B", "c\0s\0\0\0\0\0\0\0"),
            execute,
            message("S", ""),
            execute,
            message("X", "")));
  }

  @Test
  void messagesMayArriveInPieces() {
    PostgresMessages messages = new PostgresMessages();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(STARTUP);
    all.writeBytes(message("Q", "SELECT 1\0"));
    all.writeBytes(message("Q", "SELECT 2\0"));
    for (byte b : all.toByteArray()) {
      messages.sent(new byte[] {b});
    }
    assertEquals(List.of("SELECT 1", "SELECT 2"), messages.statements());
  }

  private static List<String> seen(byte[]... parts) {
    PostgresMessages messages = new PostgresMessages();
    for (byte[] part : parts) {
      messages.sent(part);
    }
    return messages.statements();
  }

  private static byte[] message(String type, String body) {
    byte[] head = type.getBytes(StandardCharsets.UTF_8);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(head.length + 4 + bytes.length)
        .put(head)
        .putInt(4 + bytes.length)
        .put(bytes)
        .array();
  }
}
