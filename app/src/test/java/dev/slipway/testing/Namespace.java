package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Scripts in a mount namespace of their own, for which Linux asks no privileges. */
final class Namespace {
  private static final List<String> UNSHARE =
      List.of("unshare", "--user", "--map-root-user", "--mount");

  private Namespace() {}

  /** Skips the test where there can be none. */
  static void orSkip() {
    List<String> command = new ArrayList<>(UNSHARE);
    command.add("true");
    Assumptions.assumeTrue(
        succeeds(command),
        "needs user namespaces of Linux: `" + String.join(" ", command) + "` fails here");
  }

  /**
   * The start of a command whose other words become the arguments of a script of the shell; skips
   * the test where there can be none.
   */
  static List<String> command(String script) {
    orSkip();
    List<String> command = new ArrayList<>(UNSHARE);
    command.addAll(List.of("sh", "-c", script, "sh"));
    return command;
  }

  /** Runs a script of the shell with these words as its arguments; fails when it does. */
  static void run(String script, List<String> words) {
    List<String> command = command(script);
    command.addAll(words);
    if (!succeeds(command)) {
      throw new IllegalStateException("the script failed: " + script);
    }
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      if (!ended) {
        process.destroyForcibly();
      }
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      if (command.contains("true")) {
        return false;
      }
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
