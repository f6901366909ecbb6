package dev.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The headings of {@code docs/troubleshooting.md} are what the code prints. */
class TroubleshootingDocTest {
  private static final Path PAGE = Path.of("../docs/troubleshooting.md");
  private static final Path MAIN = Path.of("src/main/java");

  /** A heading that is nothing but a variable part would fit everything. */
  private static final int FIXED_WORDS_MIN = 10;

  private static final Pattern HEADING = Pattern.compile("(?m)^### `(.*)`$");
  private static final Pattern COMMENT = Pattern.compile("(?ms)^\\s*/\\*.*?\\*/|^\\s*//.*?$");
  private static final Pattern TEXT_BLOCK = Pattern.compile("(?s)\"\"\".*?\"\"\"");
  private static final Pattern QUOTE = Pattern.compile("'\\\\?\"'");
  private static final Pattern JOINED = Pattern.compile("(?<!\\\\)\"\\s*\\+\\s*\"");
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\\n]|\\\\.)*)\"");

  @Test
  void oneSourceHoldsAllFixedWordsOfAHeading() throws IOException {
    List<List<String>> sources = sources();
    List<String> unknown =
        headings().stream()
            .filter(
                heading ->
                    sources.stream()
                        .noneMatch(
                            literals ->
                                fixedWords(heading).stream()
                                    .allMatch(
                                        words ->
                                            literals.stream()
                                                .anyMatch(literal -> literal.contains(words)))))
            .toList();
    assertEquals(List.of(), unknown, "no source prints these headings of docs/troubleshooting.md");
  }

  @Test
  void everyHeadingOfThePageIsAnErrorText() throws IOException {
    long all = Files.readAllLines(PAGE).stream().filter(line -> line.startsWith("###")).count();
    assertEquals(all, headings().size());
    for (String heading : headings()) {
      int length = fixedWords(heading).stream().mapToInt(String::length).sum();
      assertTrue(length >= FIXED_WORDS_MIN, heading);
    }
  }

  private static List<String> headings() throws IOException {
    return HEADING.matcher(Files.readString(PAGE)).results().map(one -> one.group(1)).toList();
  }

  private static List<String> fixedWords(String heading) {
    // SlipwayException adds the file and line in front of a problem in a file.
    return Arrays.stream(heading.replaceFirst("^…: ", "").split("…"))
        .map(String::strip)
        .filter(words -> !words.isEmpty())
        .toList();
  }

  /** Of each source its string literals, joined ones as one. */
  private static List<List<String>> sources() throws IOException {
    List<List<String>> sources = new ArrayList<>();
    try (Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        String code = COMMENT.matcher(Files.readString(file)).replaceAll("");
        code = TEXT_BLOCK.matcher(code).replaceAll("");
        code = QUOTE.matcher(code).replaceAll("0");
        code = JOINED.matcher(code).replaceAll("");
        sources.add(
            LITERAL
                .matcher(code)
                .results()
                .map((MatchResult literal) -> literal.group(1))
                .toList());
      }
    }
    return sources;
  }
}
