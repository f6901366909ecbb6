package dev.slipway.testing;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * What this test run printed, and which secrets it used, both on disk: so that the last test can
 * look for the second in the first. Thread-safe.
 */
public final class Recording {
  private static final Path FOLDER =
      Path.of("target", "recorded", String.valueOf(ProcessHandle.current().pid()));

  private Recording() {}

  /** A new password that no output may ever hold. */
  public static String secret() {
    return secret("pw" + UUID.randomUUID().toString().replace("-", ""));
  }

  /**
   * The same text, now known as a secret that no output may ever hold. It should be unlike any
   * other text.
   */
  public static String secret(String text) {
    append(FOLDER.resolve("secrets.txt"), text + "\n");
    return text;
  }

  /** All secrets used so far by this run. */
  public static List<String> secrets() {
    try {
      Path file = FOLDER.resolve("secrets.txt");
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps what was printed for the last test's eyes. */
  public static void printed(String text) {
    append(FOLDER.resolve("printed.txt"), text + "\n");
  }

  /** The file that holds everything printed so far. */
  public static Path printed() {
    return FOLDER.resolve("printed.txt");
  }

  private static synchronized void append(Path file, String text) {
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(file, text, CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
