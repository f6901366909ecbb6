package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A command in a process of its own. Its outputs are read all the time, so that it never blocks.
 * Thread-safe; closing kills it.
 */
public final class Running implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String command;
  private final Process process;
  private final Transcript out;
  private final Transcript err;

  Running(String command, Process process) {
    this.command = command;
    this.process = process;
    this.out = new Transcript(process.getInputStream());
    this.err = new Transcript(process.getErrorStream());
  }

  /** Waits until these words stand in one of its outputs. Fails when it ends without them. */
  public void awaitWords(String words) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!says(words)) {
      boolean over = !process.isAlive();
      if (over && !out.open() && !err.open() && !says(words) || System.nanoTime() > deadline) {
        fail("never said `" + words + "`: " + command + "\n" + out.text() + "\n" + err.text());
      }
      err.awaitMore();
    }
  }

  private boolean says(String words) {
    return out.text().contains(words) || err.text().contains(words);
  }

  /** What it has printed so far, the answer before the story. */
  public String printed() {
    return out.text() + "\n" + err.text();
  }

  /** The number by which the operating system knows it. */
  public long process() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean alive() {
    return process.isAlive();
  }

  /** SIGTERM. What it still prints is read: the process's own method would close its outputs. */
  public Running terminate() {
    process.toHandle().destroy();
    return this;
  }

  /** SIGKILL, if it still runs. */
  public Running kill() {
    process.toHandle().destroyForcibly();
    return this;
  }

  /** Waits this long for its end and tells whether it came. */
  public boolean ends(Duration patience) {
    try {
      return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits for its end. */
  public Ran await() {
    if (!ends(PATIENCE)) {
      kill();
      fail("still runs after " + PATIENCE + ": " + command + "\n" + printed());
    }
    out.awaitEnd();
    err.awaitEnd();
    return new Ran(command, process.exitValue(), out.text(), err.text());
  }

  @Override
  public void close() {
    kill();
  }

  /** What a stream has given so far. */
  private static final class Transcript {
    private final StringBuilder text = new StringBuilder();
    private final Thread reader;
    private boolean open = true;

    Transcript(InputStream stream) {
      // A virtual thread would keep its carrier while it waits for a pipe, and others from running.
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
      notifyAll();
    }

    private synchronized void end() {
      open = false;
      notifyAll();
    }

    synchronized String text() {
      return text.toString();
    }

    synchronized boolean open() {
      return open;
    }

    /** A moment at most, as the words may come on the other stream. */
    synchronized void awaitMore() {
      try {
        wait(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    void awaitEnd() {
      try {
        reader.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
