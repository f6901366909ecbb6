package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs last: nothing that the tests printed or logged contains a secret they used. */
@Order(Integer.MAX_VALUE)
class SecretsTest {

  @Test
  void nothingPrintedASecret() throws IOException {
    assertEquals(List.of(), leaks());
  }

  /** The files that contain a secret which the tests used. */
  static List<String> leaks() throws IOException {
    List<String> secrets = Recording.allSecrets();
    List<String> leaks = new ArrayList<>();
    for (Path file : printedFiles()) {
      String text = read(file);
      for (String secret : secrets) {
        if (text.contains(secret)) {
          leaks.add("a secret stands in " + file);
        }
      }
    }
    return leaks;
  }

  /** Waits for a report that Maven is replacing: that of the class before this one. */
  private static String read(Path file) throws IOException {
    for (int attempts = 50; ; attempts--) {
      try {
        return Files.readString(file);
      } catch (NoSuchFileException e) {
        if (attempts == 0) {
          throw e;
        }
        LockSupport.parkNanos(100_000_000);
      }
    }
  }

  /** What commands printed, and what the reports of finished test classes hold of the logs. */
  private static List<Path> printedFiles() throws IOException {
    List<Path> files = new ArrayList<>(Recording.allPrinted());
    for (String reports : List.of("surefire-reports", "failsafe-reports")) {
      Path folder = Path.of("target", reports);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> all = Files.list(folder)) {
          all.filter(Files::isRegularFile).forEach(files::add);
        }
      }
    }
    return files;
  }
}
