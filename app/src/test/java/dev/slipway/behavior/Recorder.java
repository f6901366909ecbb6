package dev.slipway.behavior;

import dev.slipway.behavior.CaseScheduler.Task;
import dev.slipway.behavior.CaseTable.Case;
import dev.slipway.behavior.CaseTable.Target;
import dev.slipway.behavior.Transcript.Section;
import dev.slipway.behavior.Transcript.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Records cases into a folder with one file for each database and case, {@code
 * <database>/<case>.txt}, and counts what was recorded.
 */
final class Recorder {
  private final Build build;
  private final CaseScheduler scheduler;
  private final Path out;
  private final Map<Target, int[]> counts = new TreeMap<>();

  Recorder(Build build, CaseScheduler scheduler, Path out) {
    this.build = build;
    this.scheduler = scheduler;
    this.out = out;
  }

  /** Records the cases; how many of them could not be run to their end. */
  int record(List<Case> cases, Set<Target> targets) throws Exception {
    int failures = scheduler.run(cases, targets, this::record);
    counts.forEach(
        (target, count) ->
            System.out.printf(
                "%-10s %4d cases %4d commands %4d requests%n",
                target.word(), count[0], count[1], count[2]));
    return failures;
  }

  private void record(Task task) throws Exception {
    Transcript transcript = scheduler.record(task, List.of(build));
    transcript.write(out.resolve(task.name() + ".txt"));
    count(task.target(), transcript.steps());
  }

  private synchronized void count(Target target, List<Step> steps) {
    int[] count = counts.computeIfAbsent(target, _ -> new int[3]);
    count[0]++;
    for (Step step : steps) {
      boolean command = step.sections().containsKey(Section.CODE.word());
      count[1] += command && step.heading().contains("slipway") ? 1 : 0;
      count[2] += step.sections().containsKey(Section.HTTP.word()) ? 1 : 0;
    }
  }
}
