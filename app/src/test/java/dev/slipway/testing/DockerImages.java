package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;

/**
 * What Docker has on this machine. Asked through its own client before Testcontainers is touched,
 * which would try for minutes to pull what is missing.
 */
final class DockerImages {
  /** The images that Testcontainers itself starts, in the version we use. */
  private static final String RYUK = "testcontainers/ryuk:0.14.0";

  private static final String TINY = "alpine:3.17";

  private DockerImages() {}

  /** Why a container of this image cannot start, with what to do; empty when it can. */
  static Optional<String> missing(String image) {
    if (!says("version")) {
      return Optional.of("needs Docker, which does not answer; start it to run this");
    }
    if (!has(image)) {
      return Optional.of("needs the image " + image + ": run `docker pull " + image + "`");
    }
    if (!Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED")) && !has(RYUK)) {
      return Optional.of(
          "needs the image "
              + RYUK
              + ": run `docker pull "
              + RYUK
              + "`, or set TESTCONTAINERS_RYUK_DISABLED=true");
    }
    boolean inContainer = Files.exists(Path.of("/.dockerenv"));
    if (inContainer && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null && !has(TINY)) {
      return Optional.of(
          "needs the image "
              + TINY
              + " to find Docker's host from inside a "
              + "container: run `docker pull "
              + TINY
              + "`, or set TESTCONTAINERS_HOST_OVERRIDE");
    }
    return Optional.empty();
  }

  /** Starts it, and stops it when this process ends, also where no Ryuk does. */
  static void start(GenericContainer<?> container) {
    container.start();
    Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
  }

  /** What a shell command prints inside a container. Fails with its errors if it fails. */
  static String output(GenericContainer<?> container, String command) {
    try {
      Container.ExecResult result = container.execInContainer("sh", "-c", command);
      if (result.getExitCode() != 0) {
        throw new IllegalStateException(command + ": " + result.getStderr());
      }
      return result.getStdout();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static boolean has(String image) {
    return says("image", "inspect", image);
  }

  private static boolean says(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    try {
      Process docker =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (docker.waitFor(20, TimeUnit.SECONDS)) {
        return docker.exitValue() == 0;
      }
      docker.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
