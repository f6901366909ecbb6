package dev.slipway.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** What happens at the end of the process, which SIGTERM and SIGINT also cause. */
final class CleanUp {
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static final int CHILD_SECONDS = 10;

  private CleanUp() {}

  /** Runs an action at exit, after the end of all child processes. */
  static void atExit(Runnable action) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  STARTED.set(true);
                  endChildren();
                  action.run();
                },
                "clean-up"));
  }

  private static void endChildren() {
    List<ProcessHandle> children = ProcessHandle.current().descendants().toList();
    children.forEach(ProcessHandle::destroy);
    for (ProcessHandle child : children) {
      try {
        child.onExit().get(CHILD_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        child.destroyForcibly();
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Blocks until the exit of the process when the clean-up has started, which ends commands. */
  static void awaitIfStarted() {
    while (STARTED.get()) {
      try {
        Thread.sleep(TimeUnit.DAYS.toMillis(1));
      } catch (InterruptedException e) {
        // The process exits.
      }
    }
  }

  /** Deletes a folder and everything in it. */
  static void deleteFolder(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
