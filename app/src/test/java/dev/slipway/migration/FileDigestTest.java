package dev.slipway.migration;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The digests of other tools. */
class FileDigestTest {
  @TempDir Path folder;

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean matches(String now, String applied) throws IOException {
    Path file = Files.writeString(folder.resolve("migration.sql"), now);
    return FileDigest.matches(file, "SHA-256", sha256(applied));
  }

  @ParameterizedTest
  @CsvSource({
    "'a\nb\n', 'a\nb\n'",
    "'a\r\nb\r\n', 'a\nb\n'",
    "'a\nb\n', 'a\r\nb\r\n'",
    "'a\r\rb\r', 'a\r\rb\r'",
    "'a\r\nb\n', 'a\nb\n'",
    "'', ''",
  })
  void lineEndsDoNotCount(String now, String applied) throws IOException {
    assertTrue(matches(now, applied));
  }

  @ParameterizedTest
  @CsvSource({"'a\n', 'a'", "'a\n', 'b\n'", "'a\rb', 'a\nb'", "'a\n\nb', 'a\nb'"})
  void everythingElseCounts(String now, String applied) throws IOException {
    assertFalse(matches(now, applied));
  }

  @Test
  void theDigestMayHaveCapitals() throws IOException {
    Path file = Files.writeString(folder.resolve("migration.sql"), "a");
    assertTrue(FileDigest.matches(file, "SHA-256", sha256("a").toUpperCase(java.util.Locale.ROOT)));
  }
}
