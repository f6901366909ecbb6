package dev.slipway.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Docker's own client. */
final class Docker {
  private Docker() {}

  /** What one of its commands said, when it succeeded within a minute. */
  static Optional<String> ask(String... arguments) throws IOException {
    return ask(List.of(arguments));
  }

  /** The same. */
  static Optional<String> ask(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(arguments);
    Path said = Files.createTempFile("bench-docker", ".txt");
    try {
      Process docker =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectOutput(said.toFile())
              .start();
      if (!docker.waitFor(1, TimeUnit.MINUTES)) {
        docker.destroyForcibly();
        return Optional.empty();
      }
      return docker.exitValue() == 0
          ? Optional.of(Files.readString(said, StandardCharsets.UTF_8).strip())
          : Optional.empty();
    } catch (IOException e) {
      // There is no such program.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      Files.delete(said);
    }
  }

  /**
   * What a command said that has to succeed.
   *
   * @throws IOException when it did not, within a minute
   */
  static String tell(List<String> arguments) throws IOException {
    return ask(arguments)
        .orElseThrow(() -> new IOException("failed: docker " + String.join(" ", arguments)));
  }
}
