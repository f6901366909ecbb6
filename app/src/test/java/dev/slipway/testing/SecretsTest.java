package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Runs last: nothing that the whole run printed or logged holds a secret that it used. */
@Order(Integer.MAX_VALUE)
class SecretsTest {

  @Test
  void nothingPrintedASecret() throws IOException {
    List<String> secrets = Recording.secrets();
    List<String> leaks = new ArrayList<>();
    for (Path file : printedFiles()) {
      String text = Files.readString(file);
      for (String secret : secrets) {
        if (text.contains(secret)) {
          leaks.add("a secret stands in " + file);
        }
      }
    }
    assertEquals(List.of(), leaks);
  }

  /** What commands printed, and what the reports of finished test classes hold of the logs. */
  private static List<Path> printedFiles() throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.exists(Recording.printed())) {
      files.add(Recording.printed());
    }
    Path reports = Path.of("target", "surefire-reports");
    if (Files.isDirectory(reports)) {
      try (Stream<Path> all = Files.list(reports)) {
        all.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    return files;
  }
}
