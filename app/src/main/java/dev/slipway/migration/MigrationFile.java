package dev.slipway.migration;

import dev.slipway.config.IoErrors;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A migration file, as its name describes it: {@link MigrationFileName} reads names.
 *
 * @param path where the file lies
 * @param script its name in the history: relative to the folder that was named
 * @param kind what it is for
 * @param version absent for a repeatable migration alone
 * @param name the words of the file name as written, underscores and all
 * @param dialect the only database it is for; empty for every database
 * @param autocommit whether it runs outside a transaction, because its name says so
 * @param flyway whether the name is one of Flyway's, whose placeholders are replaced
 */
public record MigrationFile(
    Path path,
    String script,
    Kind kind,
    Optional<MigrationVersion> version,
    String name,
    Optional<DatabaseDriver> dialect,
    boolean autocommit,
    boolean flyway) {

  /** What a file is for. */
  public enum Kind {
    UP,
    DOWN,
    REPEATABLE
  }

  /** The migration with this exact name. */
  static MigrationFile of(Path path, String script, MigrationFileName.NameParts parts) {
    return new MigrationFile(
        path,
        script,
        parts.kind(),
        parts.version(),
        parts.name(),
        parts.dialect(),
        parts.autocommit(),
        parts.flyway());
  }

  /** The description that the history holds, as Flyway writes it: words instead of underscores. */
  String description() {
    String words = name.replace('_', ' ').strip();
    return words.length() <= 200 ? words : words.substring(0, 197) + "...";
  }

  /** What people call it: version and name, or the name alone. */
  public String label() {
    return version.map(number -> number + "_" + name).orElse("R__" + name);
  }

  /**
   * Reads the file.
   *
   * @throws SlipwayException (usage) if it cannot be read, or is not UTF-8 text
   */
  Content read() {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw SlipwayException.usageError("cannot read " + path + ": " + IoErrors.describe(e))
          .cause(e);
    }
    int start = startsWith(bytes, 0xEF, 0xBB, 0xBF) ? 3 : 0;
    if (startsWith(bytes, 0xFE, 0xFF) || startsWith(bytes, 0xFF, 0xFE)) {
      throw SlipwayException.usageErrorAt(
              path, 1, "the file is UTF-16, and migrations are read as UTF-8")
          .hint("save it as UTF-8, for instance with `iconv -f UTF-16 -t UTF-8`");
    }
    CRC32 checksum = new CRC32();
    int from = start;
    int line = 1;
    for (int i = start; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        checksum.update(bytes, from, i - from);
        from = i + 1;
        line += b == '\n' ? 1 : 0;
      } else if (b == 0) {
        throw SlipwayException.usageErrorAt(
                path, line, "the file holds a NUL byte, which no database takes in a statement")
            .hint("it may be binary, or UTF-16 without its mark; save it as UTF-8 text");
      }
    }
    checksum.update(bytes, from, bytes.length - from);
    return new Content(decode(bytes, start), (int) checksum.getValue());
  }

  private String decode(byte[] bytes, int start) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, start, bytes.length - start);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = start; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw SlipwayException.usageErrorAt(
              path,
              line,
              "the file is not UTF-8: byte 0x"
                  + Integer.toHexString(bytes[buffer.position()] & 0xFF)
                  + " fits no character")
          .hint("save it as UTF-8, for instance with `iconv -f LATIN1 -t UTF-8`")
          .cause(e);
    }
  }

  private static boolean startsWith(byte[] bytes, int... start) {
    if (bytes.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if ((bytes[i] & 0xFF) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * What a file holds.
   *
   * @param text without a byte order mark
   * @param checksum Flyway's: the CRC-32 of all lines without their ends
   */
  record Content(String text, int checksum) {}
}
