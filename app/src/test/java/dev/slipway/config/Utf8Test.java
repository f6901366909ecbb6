package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes of the operating system as text, and the ones that are no text. */
class Utf8Test {
  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "Jürgen", "größe", "世界", "🚢", "a\uFFFDb", "\u0000"})
  void readsUtf8(String text) {
    String decoded = Utf8.decode(text.getBytes(StandardCharsets.UTF_8));
    assertEquals(text, decoded);
    assertFalse(Utf8.invalid(decoded));
    Utf8.check("it", decoded);
  }

  @ParameterizedTest
  @CsvSource({
    // The bytes, and how a message shows them.
    "4afc72, J\\xFCr",
    "fc, \\xFC",
    "c3, \\xC3",
    "e282, \\xE2\\x82",
    "c0af, \\xC0\\xAF",
    "eda080, \\xED\\xA0\\x80",
    "f09f9aa2ff, 🚢\\xFF",
    "fffe61, \\xFF\\xFEa",
    "c3bcfcc3bc, ü\\xFCü"
  })
  void keepsBytesThatAreNone(String bytes, String shown) {
    String decoded = Utf8.decode(HexFormat.of().parseHex(bytes));
    assertTrue(Utf8.invalid(decoded));
    assertEquals(shown, Utf8.escaped(decoded));
  }

  @Test
  void aMessageShowsTheBytesAndNothingElse() {
    String secret =
        Utf8.decode("postgres://app:geheim\u00fc@db".getBytes(StandardCharsets.ISO_8859_1));
    SlipwayException fault =
        assertThrows(SlipwayException.class, () -> Utf8.check("argument 3", secret));
    assertEquals("argument 3 is not valid UTF-8: \\xFC at character 22", fault.getMessage());
    assertEquals(ExitCode.USAGE, fault.exitCode());
  }

  @Test
  void aPathKeepsItsBytes(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
        "needs a UTF-8 locale to name the folder");
    Path sub = Files.createDirectory(folder.resolve("größe"));
    Process made =
        new ProcessBuilder("sh", "-c", "touch \"$(printf '1_\\374.sql')\" 2_a.sql")
            .directory(sub.toFile())
            .start();
    Assumptions.assumeTrue(made.waitFor() == 0, "this file system takes no such name");
    try (var files = Files.list(sub)) {
      assertEquals(
          List.of("größe/1_\\xFC.sql", "größe/2_a.sql"),
          files.map(file -> Utf8.escaped(Utf8.text(folder.relativize(file)))).sorted().toList());
    }
  }
}
