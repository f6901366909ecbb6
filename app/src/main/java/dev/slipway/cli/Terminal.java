package dev.slipway.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where answers, stories and questions go: answers to standard output, everything else to standard
 * error, but for Ory's question, which Ory asks on standard output. For one thread.
 *
 * @param colour whether words may be colored
 * @param live whether a line on standard error may be written over
 */
record Terminal(BufferedReader in, PrintStream out, PrintStream err, boolean colour, boolean live) {

  /** A JDK without its own line editor has no console where the process has no terminal. */
  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  /** The terminal of a process, or of a test. */
  static Terminal of(
      Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
    boolean terminal = err.equals(System.err) && isTerminal(System.console());
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || "dumb".equals(environment.get("TERM"));
    return new Terminal(
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)),
        out,
        err,
        terminal && !plain,
        terminal);
  }

  /** A line of the story. */
  void log(String line) {
    clear();
    err.println(line);
  }

  /**
   * Asks until the answer is yes or no.
   *
   * @param stream where the question is printed
   * @return empty if there is nobody to answer
   */
  Optional<Boolean> ask(String question, PrintStream stream) {
    while (true) {
      stream.print(question + " [y/n]: ");
      stream.flush();
      String answer;
      try {
        answer = in.readLine();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (answer == null) {
        stream.println();
        return Optional.empty();
      }
      switch (answer.strip().toLowerCase(java.util.Locale.ROOT)) {
        case "y", "yes" -> {
          return Optional.of(true);
        }
        case "n", "no" -> {
          return Optional.of(false);
        }
        default -> err.println("please answer y or n");
      }
    }
  }

  /** Shows how far the work is, on a line that the next one writes over. */
  void progress(int done, int all) {
    if (live) {
      int width = 30;
      int filled = all == 0 ? width : width * done / all;
      err.print("\r[" + "#".repeat(filled) + ".".repeat(width - filled) + "] " + done + "/" + all);
      err.flush();
    }
  }

  /** Takes the progress line away. */
  void clear() {
    if (live) {
      err.print("\r" + " ".repeat(60) + "\r");
      err.flush();
    }
  }

  /** Bold red on a terminal that supports colors. */
  String highlight(String text) {
    return colour ? "\u001b[1;31m" + text + "\u001b[0m" : text;
  }
}
