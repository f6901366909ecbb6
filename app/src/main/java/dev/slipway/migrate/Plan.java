package dev.slipway.migrate;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFiles.Migration;
import dev.slipway.migrate.Reconciliation.Edited;
import dev.slipway.migrate.Reconciliation.Entry;
import dev.slipway.migrate.Reconciliation.State;
import dev.slipway.migrate.SqlScript.Statement;
import dev.slipway.migrate.Step.Direction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What will be done, decided before anything is: every file is read and checked.
 *
 * @param direction up or down
 * @param steps in the order in which they run
 * @param remarks what a person should know of it, a sentence each
 */
public record Plan(Direction direction, List<Step> steps, List<String> remarks) {
  /**
   * How far a run should go.
   *
   * @param version up: the last one to apply; down: the one to keep, 0 for none
   * @param steps how many at most
   */
  public record Target(Optional<Version> version, OptionalInt steps) {
    /** As far as it goes. */
    public static Target all() {
      return new Target(Optional.empty(), OptionalInt.empty());
    }
  }

  /**
   * Plans an upgrade.
   *
   * @throws Fault if history and files do not fit together, or a file cannot be run
   */
  static Plan up(Reconciliation schema, Target target, StepReader reader) {
    if (schema.foreign()) {
      throw Fault.of(
              ExitCode.MIGRATION,
              "the history holds none of these migrations, but others: "
                  + Reconciliation.labels(schema.ahead()))
          .hint(
              "check --path and the DSN; another service's migrations need a history of their "
                  + "own (migrate.table) or a schema of their own (search_path)");
    }
    if (!schema.vanished().isEmpty()) {
      throw Fault.of(
              ExitCode.MIGRATION,
              "the history holds applied migrations that are not in the "
                  + "files, although newer ones are: "
                  + Reconciliation.labels(schema.vanished()))
          .hint("bring the files back, or use the release that has them");
    }
    if (!schema.ahead().isEmpty()) {
      return new Plan(
          Direction.UP,
          List.of(),
          List.of(
              "the schema is ahead of these files by "
                  + schema.ahead().size()
                  + ": "
                  + Reconciliation.labels(schema.ahead())
                  + "; a newer release has migrated it, so "
                  + "nothing is applied"));
    }
    refuseIncomplete(schema, Direction.UP, reader);
    refuseEdited(schema.edited());
    List<String> remarks = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    List<Entry> pending = chosen(schema, target);
    Optional<Version> newest = schema.newestApplied();
    for (Entry entry : pending) {
      Step step = reader.read(entry.migration().up(), Direction.UP, Optional.empty());
      steps.add(entry.row().map(row -> reader.resume(step, row)).orElse(step));
      if (entry.row().isEmpty()
          && newest.filter(version -> version.compareTo(entry.version()) > 0).isPresent()) {
        remarks.add(step.label() + " is late: " + newest.get() + " has been applied before it");
      }
      if (step.script().statements().isEmpty()) {
        remarks.add(step.file().script() + " holds no statement: it is recorded, and nothing runs");
      }
    }
    if (target.equals(Target.all())) {
      schema
          .repeatables()
          .forEach(one -> steps.add(reader.read(one.file(), Direction.UP, Optional.empty())));
    }
    return new Plan(Direction.UP, List.copyOf(steps), List.copyOf(remarks));
  }

  /** What is left of a plan under the lock: another migrator may have been quicker. */
  static List<Step> left(Plan plan, Reconciliation schema, StepReader reader) {
    refuseIncomplete(schema, plan.direction(), reader);
    if (plan.direction() == Direction.UP && !schema.ahead().isEmpty()) {
      return List.of();
    }
    Map<Version, Entry> entries =
        schema.entries().stream().collect(Collectors.toMap(Entry::version, entry -> entry));
    Set<String> repeatables =
        schema.repeatables().stream()
            .map(one -> one.file().description())
            .collect(Collectors.toSet());
    List<Step> left = new ArrayList<>();
    for (Step step : plan.steps()) {
      if (step.file().version().isEmpty()) {
        if (repeatables.contains(step.file().description())) {
          left.add(step);
        }
        continue;
      }
      Entry entry = entries.get(step.file().version().get());
      boolean open = plan.direction() == Direction.UP ? entry.toRun() : entry.row().isPresent();
      if (open) {
        boolean begun = entry.row().isPresent() && !entry.row().get().success();
        left.add(begun ? reader.resume(step, entry.row().get()) : step);
      }
    }
    return left;
  }

  private static List<Entry> chosen(Reconciliation schema, Target target) {
    List<Entry> pending = schema.pending();
    if (target.version().isPresent()) {
      Version last = target.version().get();
      if (schema.entries().stream().noneMatch(entry -> entry.version().equals(last))) {
        throw unknown(last);
      }
      pending = pending.stream().filter(entry -> entry.version().compareTo(last) <= 0).toList();
    }
    return pending.stream().limit(target.steps().orElse(Integer.MAX_VALUE)).toList();
  }

  private static Fault unknown(Version version) {
    return Fault.usage("there is no migration " + version)
        .hint("`slipway migrate sql status` lists them");
  }

  /**
   * Plans a way back: the reverse of the order in which migrations were applied.
   *
   * @throws Fault if one of them has no way back, or is not known
   */
  static Plan down(Reconciliation schema, Target target, StepReader reader) {
    if (!schema.ahead().isEmpty()) {
      throw Fault.of(
              ExitCode.MIGRATION,
              "the newest applied migrations are of a newer release: "
                  + Reconciliation.labels(schema.ahead()))
          .hint("roll back with the release that applied them: it has their way back");
    }
    List<Entry> applied =
        new ArrayList<>(
            schema.entries().stream().filter(entry -> entry.row().isPresent()).toList());
    applied.sort(Comparator.comparing(entry -> -entry.row().orElseThrow().rank()));
    refuseIncomplete(schema, Direction.DOWN, reader);
    if (target.version().isPresent() && target.version().get().compareTo(Version.of("0")) > 0) {
      Version kept = target.version().get();
      int index = 0;
      while (index < applied.size() && !applied.get(index).version().equals(kept)) {
        index++;
      }
      if (index == applied.size()) {
        throw unknown(kept);
      }
      applied = applied.subList(0, index);
    } else if (target.version().isEmpty()) {
      applied = applied.subList(0, Math.min(target.steps().orElse(1), applied.size()));
    }
    List<Step> steps = new ArrayList<>();
    for (Entry entry : applied) {
      Migration migration = entry.migration();
      HistoryRow row = entry.row().get();
      MigrationFile file =
          migration
              .down()
              .orElseThrow(
                  () ->
                      Fault.usage(
                              "migration "
                                  + migration.up().label()
                                  + " has no way back: there is no down file beside "
                                  + migration.up().path())
                          .hint("write it, or restore a backup; nothing has been rolled back"));
      Step step = reader.read(file, Direction.DOWN, Optional.of(row));
      steps.add(row.success() ? step : reader.resume(step, row));
    }
    return new Plan(Direction.DOWN, List.copyOf(steps), List.of());
  }

  /** Whether a migration that is incomplete was on its way back. */
  static boolean undoing(Entry entry) {
    return entry.row().isPresent()
        && !entry.row().get().success()
        && entry.migration().down().isPresent()
        && entry.migration().down().get().script().equals(entry.row().get().script());
  }

  /** Refuses what stopped half way, unless this run is the one to finish it. */
  private static void refuseIncomplete(
      Reconciliation schema, Direction direction, StepReader reader) {
    for (Entry entry : schema.entries()) {
      boolean undoing = undoing(entry);
      boolean ours = undoing == (direction == Direction.DOWN);
      if (entry.row().isEmpty()
          || entry.row().get().success()
          || entry.state() == State.RESUMABLE && ours) {
        continue;
      }
      throw Fault.of(ExitCode.MIGRATION, standstill(entry, reader))
          .hint(
              entry.state() == State.RESUMABLE
                  ? "`slipway migrate sql " + (undoing ? "down" : "up") + "` finishes it"
                  : "look at the statement and the schema, then `slipway migrate sql repair`");
    }
  }

  /** Where an incomplete migration stands, in words. */
  static String standstill(Entry entry, StepReader reader) {
    HistoryRow row = entry.row().orElseThrow();
    boolean undoing = undoing(entry);
    MigrationFile file = undoing ? entry.migration().down().get() : entry.migration().up();
    Step step = reader.read(file, undoing ? Direction.DOWN : Direction.UP, Optional.of(row));
    HistoryRow.Standstill standstill = row.standstill();
    List<Statement> statements = step.script().statements();
    int number = standstill.statement();
    String what =
        "migration "
            + entry.migration().up().label()
            + " stopped half way"
            + (undoing ? " back" : "");
    if (number < 1 || statements.isEmpty()) {
      return what + "\nat " + file.path() + ", at a statement that the history does not name";
    }
    if (number > statements.size()) {
      return what
          + "\nat "
          + file.path()
          + ": all of its statements have run, only its history "
          + "row was not completed";
    }
    Statement statement = statements.get(number - 1);
    return what
        + "\nat "
        + file.path()
        + ":"
        + step.script().place(statement.start()).line()
        + ", statement "
        + number
        + " of "
        + statements.size()
        + ": "
        + step.script().excerpt(statement)
        + "\n"
        + (standstill.failed()
            ? "it failed, and what came before it in the file stays"
            : "it was under way when its process ended, so it may or may not have taken effect");
  }

  private static void refuseEdited(List<Edited> edited) {
    if (!edited.isEmpty()) {
      throw Fault.of(
              ExitCode.MIGRATION,
              edited.stream().map(Edited::words).collect(Collectors.joining("\n")))
          .hint(
              "undo the edit and write a new migration; or, when the schema is as the file says "
                  + "now, accept it with `slipway migrate sql repair`");
    }
  }
}
