package dev.slipway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SecretTest {
  @TempDir private Path folder;

  @Test
  void isTheLineOfItsFileWithoutTheLineBreak() throws Exception {
    for (String lineBreak : new String[] {"", "\n", "\r\n"}) {
      assertEquals(" pä ss ", Secret.read(file(" pä ss " + lineBreak), "password", "").reveal());
    }
  }

  @Test
  void isNotReadFromAFileWithoutExactlyOneLine() throws Exception {
    assertRejected("is empty", file(""));
    assertRejected("is empty", file(" \n"));
    assertRejected("does not hold one line of text", file("geheim\ngeheim"));
    assertRejected("does not hold one line of text", file("geheim\0"));
    assertRejected("has more than 64 KiB", file("geheim".repeat(20_000)));
    Path latin1 = Files.write(folder.resolve("latin1"), new byte[] {'p', (byte) 0xe4});
    assertRejected("cannot be read: it is not UTF-8", latin1);
  }

  @Test
  void isNotReadFromWhatIsNoRegularFile() throws Exception {
    assertRejected("cannot be read: it does not exist", folder.resolve("none"));
    assertRejected("cannot be read: Is a directory", folder);
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertRejected("is not a regular file", pipe);
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("secret"), content);
  }

  private static void assertRejected(String reason, Path file) {
    var failure =
        assertThrows(
            SlipwayException.class, () -> Secret.read(file, "password", " (named by x.y)"));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "the password file " + file + " " + reason + " (named by x.y)", failure.getMessage());
    assertFalse(failure.getMessage().contains("geheim"));
  }
}
