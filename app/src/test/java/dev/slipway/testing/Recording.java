package dev.slipway.testing;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What the tests printed, and which secrets they used, both on disk and for each process of its
 * own: so that the last test can look for the second in the first. Thread-safe.
 */
public final class Recording {
  private static final Path ALL = Path.of("target", "recorded");
  private static final Path OWN = ALL.resolve(String.valueOf(ProcessHandle.current().pid()));
  private static final String SECRETS = "secrets.txt";
  private static final String PRINTED = "printed.txt";

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
    append(OWN.resolve(SECRETS), text + "\n");
    return text;
  }

  /** All secrets that this process has used so far. */
  public static List<String> secrets() {
    return lines(OWN.resolve(SECRETS));
  }

  /** All secrets that the tests of all processes have used. */
  static List<String> allSecrets() throws IOException {
    return files(SECRETS).stream().flatMap(file -> lines(file).stream()).toList();
  }

  /** The files that hold what the tests of all processes have printed. */
  static List<Path> allPrinted() throws IOException {
    return files(PRINTED);
  }

  private static List<Path> files(String name) throws IOException {
    try (Stream<Path> all = Files.walk(ALL)) {
      return all.filter(file -> file.endsWith(name)).toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps what was printed for the last test's eyes. */
  public static void printed(String text) {
    append(OWN.resolve(PRINTED), text + "\n");
  }

  private static synchronized void append(Path file, String text) {
    try {
      Files.createDirectories(OWN);
      Files.writeString(file, text, CREATE, APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
