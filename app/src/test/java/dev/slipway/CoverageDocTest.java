package dev.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever {@code docs/coverage.md} names as a proof is there, and every row names one. */
class CoverageDocTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (.*?) \\| (.*?) \\| (.*?) \\|$");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern METHOD = Pattern.compile("([A-Z]\\w+)(?:\\.(\\w+))?");

  @Test
  void everyRowNamesAProofThatIsThere() throws IOException {
    Map<String, String> tests = tests();
    String makefile = Files.readString(ROOT.resolve("Makefile"));
    List<String> wrong = new ArrayList<>();
    int[] proofs = {0};
    ROW.matcher(Files.readString(ROOT.resolve("docs/coverage.md")))
        .results()
        .filter(row -> !row.group(1).equals("asked for"))
        .forEach(
            row -> {
              List<String> named =
                  CODE.matcher(row.group(3)).results().map(found -> found.group(1)).toList();
              proofs[0] += named.size();
              if (named.isEmpty()) {
                wrong.add(row.group(1) + ": no proof");
              }
              named.stream()
                  .filter(proof -> !there(proof, tests, makefile))
                  .forEach(proof -> wrong.add(row.group(1) + ": " + proof));
            });
    assertEquals(List.of(), wrong);
    assertTrue(proofs[0] > 100, () -> "only " + proofs[0] + " proofs were read");
  }

  private static boolean there(String proof, Map<String, String> tests, String makefile) {
    String[] words = proof.split(" ");
    if (proof.startsWith("make ")) {
      return Pattern.compile("(?m)^" + words[1] + ":").matcher(makefile).find();
    }
    var method = METHOD.matcher(proof);
    if (method.matches()) {
      String source = tests.getOrDefault(method.group(1), "");
      return method.group(2) == null
          ? !source.isEmpty()
          : source.contains("void " + method.group(2) + "(");
    }
    Path file = ROOT.resolve(words[0]);
    // A part of a script stands in it as a word of its own.
    return Files.isRegularFile(file)
        && (words.length == 1
            || Pattern.compile("(?<![\\w-])" + words[1] + "(?![\\w-])").matcher(read(file)).find());
  }

  /** The tests' sources by the names of their classes. */
  private static Map<String, String> tests() throws IOException {
    Map<String, String> tests = new HashMap<>();
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(
              file -> tests.put(file.getFileName().toString().replace(".java", ""), read(file)));
    }
    return tests;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
