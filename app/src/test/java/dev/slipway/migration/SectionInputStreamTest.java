package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionInputStreamTest {
  private static final String FILE =
      "-- +goose ENVSUB ON\r\n-- +goose Up\r\nSELECT 1;\r\n-- +goose Down\r\nSELECT 2;";

  @TempDir Path folder;

  private static String section(String text, MigrationKind direction) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (var in = new SectionInputStream(new ByteArrayInputStream(bytes), direction)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void keepsTheLinesOfOneDirectionAtTheirNumbers() throws IOException {
    assertEquals(
        "-- +goose ENVSUB ON\r\n-- +goose Up\r\nSELECT 1;\r\n\n", section(FILE, MigrationKind.UP));
    assertEquals(
        "-- +goose ENVSUB ON\r\n\n\n-- +goose Down\r\nSELECT 2;",
        section(FILE, MigrationKind.DOWN));
  }

  @Test
  void readsEverySectionOfDbmate() throws IOException {
    String text = "-- migrate:up\na\n-- migrate:down\nb\n-- migrate:up\nc\n--  migrate:down x\nd\n";
    assertEquals("-- migrate:up\na\n\n\n-- migrate:up\nc\n\n\n", section(text, MigrationKind.UP));
    assertEquals(
        "\n\n-- migrate:down\nb\n\n\n--  migrate:down x\nd\n", section(text, MigrationKind.DOWN));
  }

  @ParameterizedTest
  @ValueSource(ints = {8_160, 8_170, 8_179, 8_192, 8_200, 16_384, 200_000})
  void aCommentIsReadAcrossTheEndOfABuffer(int length) throws IOException {
    String up = "-- +goose Up\n" + "x".repeat(length) + "\n";
    String down = "-- +goose Down\n" + "y".repeat(length) + "\n";
    assertEquals(up + "\n\n", section(up + down, MigrationKind.UP));
    assertEquals("\n\n" + down, section(up + down, MigrationKind.DOWN));
  }

  private int checksum(String text) throws IOException {
    Path path = Files.writeString(folder.resolve("1_a.sql"), text);
    return new MigrationFile(
            path,
            "1_a.sql",
            MigrationKind.UP,
            Optional.of(MigrationVersion.of("1")),
            "a",
            Optional.empty(),
            false,
            MigrationFormat.GOOSE,
            false)
        .checksum();
  }

  @Test
  void theChecksumCoversTheUpPart() throws IOException {
    int checksum = checksum(FILE);
    assertEquals(checksum, checksum(FILE.replace("SELECT 2", "SELECT 3")));
    assertEquals(checksum, checksum(FILE.substring(0, FILE.indexOf("-- +goose Down"))));
    assertEquals(checksum, checksum(FILE.replace("\r", "")));
    assertNotEquals(checksum, checksum(FILE.replace("SELECT 1", "SELECT 3")));
  }
}
