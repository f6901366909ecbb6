package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of the documentation: its fenced blocks, in order.
 *
 * @param name as seen from the root of the repository
 */
public record Page(String name, List<Block> blocks) {
  private static final Pattern PART =
      Pattern.compile("(?ms)^(#+) ([^\n]+)$|^```(\\w+)\n(.*?)^```$");
  private static final Pattern EXCHANGE =
      Pattern.compile("(?m)^\\$ ((?:.*\\\\\n)*.*)\n?((?:(?!\\$ ).*\n)*)");

  /**
   * One block.
   *
   * @param headings what it stands below, the nearest last
   */
  public record Block(List<String> headings, String language, String text) {
    /** The commands of a {@code console}, each with what it is shown to print. */
    public List<Exchange> exchanges() {
      return EXCHANGE
          .matcher(text)
          .results()
          .map(found -> new Exchange(found.group(1), found.group(2)))
          .toList();
    }
  }

  /** A command, and what the page shows of its output. */
  public record Exchange(String command, String output) {}

  /** Reads it. */
  public static Page of(String name) {
    List<Block> blocks = new ArrayList<>();
    List<String> headings = new ArrayList<>();
    try {
      Matcher part = PART.matcher(Files.readString(Path.of("..").resolve(name)));
      while (part.find()) {
        if (part.group(1) == null) {
          blocks.add(new Block(List.copyOf(headings), part.group(3), part.group(4)));
        } else {
          while (headings.size() >= part.group(1).length()) {
            headings.removeLast();
          }
          headings.add(part.group(2));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Page(name, blocks);
  }

  /** What stands below a heading, and below those under it. */
  public List<Block> below(String heading) {
    List<Block> below =
        blocks.stream().filter(block -> block.headings().contains(heading)).toList();
    assertTrue(!below.isEmpty(), () -> name + " has nothing to run below " + heading);
    return below;
  }

  /**
   * Expects an output to be what a page shows. There, {@code …} stands for anything in a line, and
   * alone in one for any lines; times and widths differ.
   */
  public static void assertShown(String shown, String printed, String command) {
    String pattern =
        plain(shown)
            .lines()
            .map(
                line -> line.equals("…") ? "(?s:.*)" : Pattern.quote(line).replace("…", "\\E.*\\Q"))
            .collect(Collectors.joining("\n"))
            .replace("\n(?s:.*)", "(?s:.*)");
    assertTrue(
        Pattern.matches(pattern, plain(printed)),
        () -> "$ " + command + "\nis shown to print\n" + shown + "\nand prints\n" + printed);
  }

  private static String plain(String text) {
    return text.lines()
        .map(line -> line.strip().replaceAll("\\s+", " ").replaceAll("\\b\\d+ ms\\b", "0 ms"))
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
