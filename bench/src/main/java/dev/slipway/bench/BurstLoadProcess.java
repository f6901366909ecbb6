package dev.slipway.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@link BurstLoad}, started and spoken to. Not thread-safe. */
final class BurstLoadProcess implements AutoCloseable {
  private final Process process;
  private final PrintStream orders;
  private final BufferedReader answers;

  /** Starts it with the class path of the contestants. */
  BurstLoadProcess(String classPath) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                List.of(
                    java,
                    "-XX:+UseSerialGC",
                    "-Xms64m",
                    "-cp",
                    classPath,
                    BurstLoad.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    orders = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * Keeps a server busy.
   *
   * @param requests a file as {@link Requests} reads it
   * @throws IllegalStateException when one answer was not the expected one
   */
  BurstLoad.Burst burst(int port, double seconds, String status, Path requests) throws IOException {
    orders.println(port + " " + seconds + " " + status + " " + requests);
    String answer = answers.readLine();
    if (answer == null || !answer.startsWith("BURST ")) {
      throw new IllegalStateException(requests.getFileName() + ": " + answer);
    }
    return BurstLoad.Burst.parse(answer);
  }

  @Override
  public void close() throws IOException {
    orders.close();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
