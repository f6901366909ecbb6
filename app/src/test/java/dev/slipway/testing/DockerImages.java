package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;

/**
 * The images of this machine. Docker's own client is asked before Testcontainers is touched, which
 * would try for minutes to pull a missing image.
 */
final class DockerImages {
  /** The images that Testcontainers itself starts, in the version we use. */
  private static final String RYUK = "testcontainers/ryuk:0.14.0";

  private static final String TINY = "alpine:3.17";

  private DockerImages() {}

  /** Why a container of this image cannot start, with what to do; empty when it can. */
  static Optional<String> missing(String image) {
    if (!Docker.responds()) {
      return Optional.of("needs Docker, which does not answer; start it to run this");
    }
    if (!Docker.has(image)) {
      return Optional.of("needs the image " + image + ": run `docker pull " + image + "`");
    }
    if (!Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED")) && !Docker.has(RYUK)) {
      return Optional.of(
          "needs the image "
              + RYUK
              + ": run `docker pull "
              + RYUK
              + "`, or set TESTCONTAINERS_RYUK_DISABLED=true");
    }
    boolean inContainer = Files.exists(Path.of("/.dockerenv"));
    if (inContainer && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null && !Docker.has(TINY)) {
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
}
