package dev.slipway.behavior;

import dev.slipway.behavior.CaseTable.Case;
import dev.slipway.behavior.CaseTable.Target;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** Runs cases on the databases that they are for, several at a time. */
final class CaseScheduler {
  private final List<Build> builds;
  private final Path work;
  private final int jobs;
  private final Map<Target, Lock> alone = new ConcurrentHashMap<>();
  private final List<String> failures = new ArrayList<>();

  /**
   * A scheduler of cases.
   *
   * @param builds which builds run the cases
   * @param work a folder for the folders of the cases
   * @param jobs how many cases at a time
   */
  CaseScheduler(List<Build> builds, Path work, int jobs) {
    this.builds = builds;
    this.work = work;
    this.jobs = jobs;
  }

  /** A case on one database. */
  record Task(Case one, Target target) {
    /** Its name, which is also where it is recorded. */
    String name() {
      return target.word() + "/" + one.name();
    }
  }

  /** What is done with each of them. */
  interface Worker {
    /** Works on a task; at its end nothing is left of it but what was recorded. */
    void run(Task task) throws Exception;
  }

  /** Runs all of it; how many cases could not be run to their end. */
  int run(List<Case> cases, Set<Target> targets, Worker worker) throws Exception {
    List<Task> tasks = tasks(cases, targets);
    // Servers take long to start, and are needed after what needs none.
    for (Target target : List.of(Target.MYSQL, Target.POSTGRES)) {
      if (tasks.stream().anyMatch(task -> task.target() == target)) {
        Thread.ofPlatform().daemon().start(() -> warmUp(target));
      }
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(jobs)) {
      List<Future<?>> running = new ArrayList<>();
      for (Task task : tasks) {
        running.add(pool.submit(() -> run(task, worker)));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    failures.forEach(System.err::println);
    return failures.size();
  }

  private static List<Task> tasks(List<Case> cases, Set<Target> targets) {
    List<Task> tasks = new ArrayList<>();
    for (Target target :
        List.of(
            Target.NONE,
            Target.SQLITE,
            Target.MEMORY,
            Target.POSTGRES,
            Target.COCKROACH,
            Target.MYSQL)) {
      var missing = target.server().flatMap(server -> server.missing());
      if (targets.contains(target) && missing.isPresent()) {
        System.err.println("behavior: not run: " + missing.get());
      } else if (targets.contains(target)) {
        // What waits needs no processor meanwhile.
        cases.stream()
            .filter(one -> one.targets().contains(target))
            .sorted(Comparator.comparing(one -> !one.waits()))
            .forEach(one -> tasks.add(new Task(one, target)));
      }
    }
    return tasks;
  }

  private void warmUp(Target target) {
    for (Build build : builds) {
      try (TestDatabase database = target.server().orElseThrow().database("warm_up")) {
        build.train(target.driver(), database.dsn());
      } catch (IOException e) {
        System.err.println("behavior: starts on " + target.word() + " stay slow: " + e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run(Task task, Worker worker) {
    Lock lock =
        task.one().alone()
            ? alone.computeIfAbsent(task.target(), _ -> new ReentrantLock())
            : new ReentrantLock();
    lock.lock();
    try {
      worker.run(task);
    } catch (Exception | AssertionError e) {
      synchronized (this) {
        failures.add("behavior: cannot run " + task.name() + ": " + e.getMessage());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Runs a case once, in a folder that is gone afterwards. */
  Transcript record(Task task, List<Build> builds) throws Exception {
    Path folder = work.resolve(task.name());
    try (var run = new CaseRunner(builds, task.one(), task.target(), folder)) {
      return run.record();
    } finally {
      delete(folder);
    }
  }

  /** Removes a folder and all below it. */
  static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      System.err.println("behavior: " + folder + " is left over: " + e);
    }
  }
}
