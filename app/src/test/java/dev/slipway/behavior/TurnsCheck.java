package dev.slipway.behavior;

import dev.slipway.behavior.CaseScheduler.Task;
import dev.slipway.behavior.CaseTable.Case;
import dev.slipway.behavior.CaseTable.Target;
import dev.slipway.behavior.Transcript.Step;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Lets two builds take turns on one database: each command of a case is run by the other build than
 * the command before it. Every step has to come out as when the build that runs it has run all the
 * steps before too, so that what one build has left on the database is as good to the other as what
 * it leaves itself. That holds for locks, histories, half-applied migrations and rows alike, and
 * asks nothing of what the two builds say.
 */
final class TurnsCheck {
  private final Build old;
  private final Build now;
  private final CaseScheduler scheduler;
  private final Comparison comparison;

  TurnsCheck(Build old, Build now, CaseScheduler scheduler, Comparison comparison) {
    this.old = old;
    this.now = now;
    this.scheduler = scheduler;
    this.comparison = comparison;
  }

  /** Runs the cases that are for it; how many differences and failures there were. */
  int run(List<Case> cases, Set<Target> targets) throws Exception {
    int failures = scheduler.run(cases.stream().filter(Case::turns).toList(), targets, this::run);
    return failures + comparison.conclude();
  }

  private void run(Task task) throws Exception {
    List<Step> alone = scheduler.record(task, List.of(old)).steps();
    List<Step> aloneToo = scheduler.record(task, List.of(now)).steps();
    compare(task, "old, new, old…", List.of(old, now), List.of(alone, aloneToo));
    compare(task, "new, old, new…", List.of(now, old), List.of(aloneToo, alone));
  }

  private void compare(Task task, String order, List<Build> builds, List<List<Step>> alone)
      throws Exception {
    List<Step> turns = scheduler.record(task, builds).steps();
    List<Step> expected = new ArrayList<>();
    for (int i = 0; i < turns.size(); i++) {
      List<Step> own = alone.get(turns.get(i).build());
      expected.add(own.get(Math.min(i, own.size() - 1)));
    }
    compared(task.name() + " (" + order + ")", expected, turns);
  }

  private synchronized void compared(String name, List<Step> expected, List<Step> turns)
      throws IOException {
    comparison.compare(name, expected, turns);
  }
}
