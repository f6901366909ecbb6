package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Docker's own client, for tests of the image. */
public final class Docker {
  private Docker() {}

  /** Runs one of its commands to the end. */
  public static Ran run(String... arguments) {
    return run(Arrays.asList(arguments));
  }

  /** Runs one of its commands to the end. */
  public static Ran run(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(arguments);
    try {
      Process process = new ProcessBuilder(command).start();
      process.getOutputStream().close();
      return new Running(String.join(" ", command), process).await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
