package dev.slipway.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Tasks that run at the same time. */
final class Concurrent {
  private Concurrent() {}

  /** Part of a step. */
  @FunctionalInterface
  interface Task {
    void run() throws Exception;
  }

  /** Runs all tasks at once, and waits for all of them. Fails with all their failures. */
  static void run(List<Task> tasks) throws InterruptedException {
    run(tasks, tasks.size());
  }

  /** Runs so many tasks at once, and waits for all of them. Fails with all their failures. */
  static void run(List<Task> tasks, int threads) throws InterruptedException {
    List<String> failures = new ArrayList<>();
    // Platform threads: a virtual thread that waits for a process blocks its carrier thread.
    try (ExecutorService executor =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().factory())) {
      List<Callable<Object>> calls = new ArrayList<>();
      for (Task task : tasks) {
        calls.add(
            () -> {
              task.run();
              return task;
            });
      }
      for (Future<Object> future : executor.invokeAll(calls)) {
        try {
          future.get();
        } catch (ExecutionException e) {
          failures.add(Expect.describe(e.getCause()));
        }
      }
    }
    Expect.that(failures.isEmpty(), String.join("\n", failures));
  }
}
