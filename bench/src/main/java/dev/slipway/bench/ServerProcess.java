package dev.slipway.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server that is measured, as a process of its own. Closing it ends it as an operator would. */
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(1);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Process process;
  private final int port;
  private final Path log;
  private final double readyMillis;

  private ServerProcess(Process process, int port, Path log, long started) throws IOException {
    this.process = process;
    this.port = port;
    this.log = log;
    awaitReady(started);
    this.readyMillis = (System.nanoTime() - started) / 1e6;
  }

  /**
   * {@code slipway serve} as it is installed, once it is ready.
   *
   * @param home the folder with {@code bin} and {@code lib}
   */
  static ServerProcess slipway(Path home, String javaOptions, String dsn, Path log)
      throws IOException {
    int port = Readiness.freePort();
    Map<String, String> environment =
        Map.of(
            "DSN",
            dsn,
            "SERVE_ADMIN_HOST",
            "127.0.0.1",
            "SERVE_ADMIN_PORT",
            Integer.toString(port),
            "SERVE_DRAIN_DELAY",
            "0s",
            "SLIPWAY_JAVA_OPTS",
            javaOptions);
    return start(List.of(home.resolve("bin/slipway").toString(), "serve"), environment, port, log);
  }

  /** The bare handler in a JVM with exactly the options of the other one, once it answers. */
  static ServerProcess bare(ServerProcess like, String classPath, String dsn, Path log)
      throws IOException {
    int port = Readiness.freePort();
    List<String> command = new ArrayList<>();
    command.add(like.process.info().command().orElseThrow());
    for (String argument : like.process.info().arguments().orElseThrow()) {
      if (argument.equals("-cp")) {
        break;
      }
      command.add(argument);
    }
    command.addAll(List.of("-cp", classPath, BareHandler.class.getName(), Integer.toString(port)));
    return start(command, Map.of("DSN", dsn), port, log);
  }

  private static ServerProcess start(
      List<String> command, Map<String, String> environment, int port, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    long started = System.nanoTime();
    return new ServerProcess(builder.start(), port, log, started);
  }

  private void awaitReady(long started) throws IOException {
    while (!Readiness.at(port)) {
      boolean late = System.nanoTime() - started > START.toNanos();
      if (late || !process.isAlive()) {
        process.destroyForcibly();
        throw new IOException((late ? "not ready in time:\n" : "ended:\n") + said());
      }
      try {
        Thread.sleep(Duration.ofMillis(2));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  /** On the loopback address. */
  int port() {
    return port;
  }

  /** From the start of the process to the first answer that it is ready. */
  double readyMillis() {
    return readyMillis;
  }

  /** What its threads have used of the processors so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Its resident memory of now; 0 where the system does not say. */
  double residentMegabytes() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e6)
        .findFirst()
        .orElse(0);
  }

  /** What it has written so far. */
  String said() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("has not ended " + STOP.toSeconds() + " s after SIGTERM:\n" + said());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
