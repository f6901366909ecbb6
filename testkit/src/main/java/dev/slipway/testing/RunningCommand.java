package dev.slipway.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A command that runs as a process. Both outputs are read all the time, so that it never blocks on
 * a full pipe. Thread-safe; closing kills the process.
 */
public class RunningCommand implements AutoCloseable {
  /** The time for the rest of the output after the process ended. */
  private static final Duration END_OF_OUTPUT = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(20);

  private final String command;
  private final Process process;
  private final Transcript out;
  private final Transcript err;

  /**
   * Reads the outputs of a process from now on.
   *
   * @param command the command line, for messages
   */
  public RunningCommand(String command, Process process) {
    this.command = command;
    this.process = process;
    this.out = new Transcript(process.getInputStream());
    this.err = new Transcript(process.getErrorStream());
  }

  /** Its standard input. */
  OutputStream input() {
    return process.getOutputStream();
  }

  /** Waits until one of the outputs contains this text. Fails when the process ends without it. */
  public void awaitOutput(String text, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!printed(text)) {
      boolean over = !process.isAlive() && !out.open() && !err.open() && !printed(text);
      if (over || System.nanoTime() > end) {
        throw new AssertionError("no `" + text + "` in the output of " + command + "\n" + output());
      }
      uninterrupted(() -> Thread.sleep(PAUSE));
    }
  }

  private boolean printed(String text) {
    return out.text().contains(text) || err.text().contains(text);
  }

  /** The output so far: standard output, and then standard error. */
  public String output() {
    return out.text() + "\n" + err.text();
  }

  /** The process ID. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** Sends SIGTERM. {@link Process#destroy} is not used, because it closes the outputs. */
  public RunningCommand terminate() {
    process.toHandle().destroy();
    return this;
  }

  /** Sends SIGKILL to the process and its children. */
  public RunningCommand kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly();
    return this;
  }

  /** Waits for the end of the process; false when it still runs after this time. */
  public boolean ends(Duration time) {
    uninterrupted(() -> process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS));
    return !process.isAlive();
  }

  /** Waits for the end of the process. Kills it and fails when it still runs after this time. */
  public CommandResult await(Duration deadline) {
    if (!ends(deadline)) {
      kill();
      throw new AssertionError(
          "still running after " + deadline.toSeconds() + " s: " + command + "\n" + output());
    }
    out.awaitEnd();
    err.awaitEnd();
    return new CommandResult(command, process.exitValue(), out.text(), err.text());
  }

  @Override
  public void close() {
    kill();
  }

  /** A wait, after which an interrupt of the thread is a failure. */
  @FunctionalInterface
  private interface Wait {
    void run() throws InterruptedException;
  }

  private static void uninterrupted(Wait wait) {
    try {
      wait.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The text of an output stream so far. */
  private static final class Transcript {
    private final StringBuilder text = new StringBuilder();
    private final Thread reader;
    private boolean open = true;

    Transcript(InputStream stream) {
      // A platform thread: a virtual thread that waits for a pipe blocks its carrier thread.
      reader = Thread.ofPlatform().daemon().start(() -> read(stream));
    }

    private void read(InputStream stream) {
      try (BufferedReader in =
          new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        char[] part = new char[4096];
        for (int length = in.read(part); length >= 0; length = in.read(part)) {
          append(new String(part, 0, length));
        }
      } catch (IOException e) {
        append(new UncheckedIOException(e).toString());
      } finally {
        end();
      }
    }

    private synchronized void append(String part) {
      text.append(part);
    }

    private synchronized void end() {
      open = false;
    }

    synchronized String text() {
      return text.toString();
    }

    synchronized boolean open() {
      return open;
    }

    void awaitEnd() {
      uninterrupted(() -> reader.join(END_OF_OUTPUT));
    }
  }
}
