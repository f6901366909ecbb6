package dev.slipway.migration;

import dev.slipway.config.Settings.Migrate.OutOfOrder;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationInfo.Edited;
import dev.slipway.migration.MigrationInfo.Entry;
import dev.slipway.migration.MigrationInfo.EntryState;
import dev.slipway.migration.MigrationInfo.RepeatableEntry;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
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
 * @param target how far the run goes
 * @param steps in the order in which they run
 * @param warnings what a person should know of it, a sentence each
 */
public record MigrationPlan(
    Direction direction, Target target, List<MigrationStep> steps, List<String> warnings) {
  /**
   * How far a run should go.
   *
   * @param version up: the last one to apply; down: the one to keep, 0 for none
   * @param steps how many at most
   * @param ignoreMissing up: whether pending migrations are applied although the history contains
   *     versions that no file has
   */
  public record Target(
      Optional<MigrationVersion> version, OptionalInt steps, boolean ignoreMissing) {
    /** A target for a history without unknown versions. */
    public Target(Optional<MigrationVersion> version, OptionalInt steps) {
      this(version, steps, false);
    }

    /** As far as it goes. */
    public static Target all() {
      return new Target(Optional.empty(), OptionalInt.empty());
    }

    private boolean unlimited() {
      return version.isEmpty() && steps.isEmpty();
    }
  }

  /**
   * Plans an upgrade.
   *
   * @throws SlipwayException if history and files do not fit together, or a file cannot be run
   */
  static MigrationPlan up(
      MigrationInfo schema, Target target, OutOfOrder outOfOrder, StepReader reader) {
    schema.checkFiles();
    rejectIncomplete(schema, Direction.UP, reader);
    List<Entry> chosen = select(schema, target);
    List<String> warnings = new ArrayList<>(checkUnknown(schema, chosen, target));
    List<Edited> edited = schema.edited();
    // With unknown versions and nothing to run, a newer release may have made the edit.
    boolean superseded = chosen.isEmpty() && !schema.unknown().isEmpty();
    List<Edited> tolerated = edited.stream().filter(one -> superseded || one.isFormer()).toList();
    tolerated.forEach(one -> warnings.add(one.message()));
    rejectEdited(edited.stream().filter(one -> !tolerated.contains(one)).toList());
    warnings.addAll(checkOrder(schema, chosen, outOfOrder));
    Optional<GapBelowBaseline> gap = schema.gapBelowBaseline();
    if (gap.isPresent() && !target.ignoreMissing()) {
      throw gap.get().rejection();
    }
    gap.ifPresent(one -> warnings.add(one.message()));
    List<MigrationStep> steps = new ArrayList<>();
    TransactionCheck transactions = reader.transactionCheck();
    for (Entry entry : chosen) {
      MigrationStep step = reader.read(entry.migration().up(), Direction.UP, transactions);
      steps.add(entry.row().map(row -> reader.resume(step, row)).orElse(step));
      if (step.statements().count() == 0) {
        warnings.add(
            step.file().script() + " holds no statement: it is recorded, and nothing " + "runs");
      }
    }
    List<MigrationFile> repeatables =
        target.unlimited()
            ? schema.repeatables().stream().map(RepeatableEntry::file).toList()
            : List.of();
    if (schema.unknown().isEmpty()) {
      repeatables.forEach(file -> steps.add(reader.read(file, Direction.UP, transactions)));
    } else {
      repeatables.forEach(file -> warnings.add(skipped(file)));
    }
    transactions.requireNone();
    return new MigrationPlan(Direction.UP, target, List.copyOf(steps), List.copyOf(warnings));
  }

  /** The same plan with its steps in the order of their files. */
  public MigrationPlan inOrder(List<MigrationFile> files) {
    Map<Path, Integer> positions = new HashMap<>();
    files.forEach(file -> positions.put(file.path(), positions.size()));
    return new MigrationPlan(
        direction,
        target,
        steps.stream()
            .sorted(
                Comparator.comparingInt(
                    step -> positions.getOrDefault(step.file().path(), positions.size())))
            .toList(),
        warnings);
  }

  /** The same plan without its first steps. */
  MigrationPlan withoutFirst(int number) {
    return new MigrationPlan(direction, target, steps.subList(number, steps.size()), warnings);
  }

  /**
   * What is left of a plan under the lock: another migrator may have been quicker, and of another
   * release, so everything that the plan was allowed on is checked again.
   *
   * @throws SlipwayException if history and files do not fit together any more
   */
  static MigrationPlan remaining(
      MigrationPlan plan, MigrationInfo schema, OutOfOrder outOfOrder, StepReader reader) {
    schema.checkFiles();
    rejectIncomplete(schema, plan.direction(), reader);
    return switch (plan.direction()) {
      case UP -> remainingUp(plan, schema, outOfOrder, reader);
      case DOWN -> remainingDown(plan, schema, reader);
    };
  }

  private static MigrationPlan remainingUp(
      MigrationPlan plan, MigrationInfo schema, OutOfOrder outOfOrder, StepReader reader) {
    Map<MigrationVersion, Entry> entries = entries(schema);
    Set<String> repeatables =
        schema.repeatables().stream()
            .map(one -> one.file().description())
            .collect(Collectors.toSet());
    List<Entry> open = new ArrayList<>();
    List<Edited> edited = new ArrayList<>();
    List<MigrationStep> left = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    int skipped = 0;
    for (MigrationStep step : plan.steps()) {
      if (step.file().version().isEmpty()) {
        if (repeatables.contains(step.file().description())) {
          if (schema.unknown().isEmpty()) {
            left.add(step);
          } else {
            skipped++;
            warnings.add(skipped(step.file()));
          }
        }
        continue;
      }
      Entry entry = entry(step, entries);
      if (entry.toRun()) {
        open.add(entry);
        left.add(entry.row().map(row -> reader.resume(step, row)).orElse(step));
      } else if (entry
          .row()
          .filter(_ -> step.file().kind() != MigrationKind.BASELINE)
          .flatMap(HistoryRow::checksum)
          .filter(checksum -> checksum != step.checksum())
          .isPresent()) {
        edited.add(new Edited(step.file(), entry.row().get(), step.checksum()));
      }
    }
    rejectEdited(edited.stream().filter(one -> !one.isFormer()).toList());
    warnings.addAll(0, checkUnknown(schema, open, plan.target()));
    warnings.addAll(checkOrder(schema, open, outOfOrder));
    warnings.removeAll(plan.warnings());
    warnings.addAll(appliedMeanwhile(plan, left.size() + skipped));
    return new MigrationPlan(
        plan.direction(), plan.target(), List.copyOf(left), List.copyOf(warnings));
  }

  private static MigrationPlan remainingDown(
      MigrationPlan plan, MigrationInfo schema, StepReader reader) {
    Map<MigrationVersion, Entry> entries = entries(schema);
    List<Entry> open = new ArrayList<>();
    List<MigrationStep> left = new ArrayList<>();
    for (MigrationStep step : plan.steps()) {
      Entry entry = entry(step, entries);
      if (entry.row().isPresent()) {
        open.add(entry);
        HistoryRow row = entry.row().get();
        left.add(row.success() ? step : reader.resume(step, row));
      }
    }
    checkNoneInstalledLater(schema, open);
    return new MigrationPlan(
        plan.direction(), plan.target(), List.copyOf(left), appliedMeanwhile(plan, left.size()));
  }

  private static List<String> appliedMeanwhile(MigrationPlan plan, int left) {
    int total = plan.steps().size();
    return left == total
        ? List.of()
        : List.of((total - left) + " of " + total + " were done by another migrator meanwhile");
  }

  private static Map<MigrationVersion, Entry> entries(MigrationInfo schema) {
    return schema.entries().stream().collect(Collectors.toMap(Entry::version, entry -> entry));
  }

  /**
   * The entry of a step. It is another one, or missing, if the plan starts an empty schema with a
   * baseline migration, and another migrator has started it with the versions that it covers.
   */
  private static Entry entry(MigrationStep step, Map<MigrationVersion, Entry> entries) {
    Entry entry = entries.get(step.file().version().orElseThrow());
    boolean baseline = step.file().kind() == MigrationKind.BASELINE;
    if (entry == null || baseline != (entry.migration().up().kind() == MigrationKind.BASELINE)) {
      throw SlipwayException.of(
              ExitCode.RETRY,
              "another migrator has started the history meanwhile, and not with "
                  + step.label()
                  + ", so nothing was applied")
          .hint("run it again, which makes a new plan");
    }
    return entry;
  }

  // ---- what history and files have to agree in

  /** Refuses to apply anything to a history with unknown versions; otherwise, warnings. */
  private static List<String> checkUnknown(
      MigrationInfo schema, List<Entry> toApply, Target target) {
    if (schema.unknown().isEmpty()) {
      return List.of();
    }
    if (toApply.isEmpty()) {
      // Within --to and --steps there may be nothing to apply while other migrations are pending.
      return List.of(
          schema.unknownVersions()
              + "; nothing is applied"
              + (schema.pending().isEmpty()
                  ? ". This is the state after a rollback to an older release"
                  : "; pending beyond --to or --steps: "
                      + NameList.of(
                          schema.pending().stream()
                              .map(entry -> entry.migration().up().script()))));
    }
    if (target.ignoreMissing()) {
      return List.of(
          schema.unknownVersions()
              + "; pending migrations are applied nevertheless "
              + "(--ignore-missing)");
    }
    throw SlipwayException.of(
            ExitCode.MIGRATION,
            "the history contains unknown versions while migrations are "
                + "pending, so nothing was applied\n"
                + schema.unknownVersions()
                + "\npending: "
                + NameList.of(toApply.stream().map(entry -> entry.migration().up().script())))
        .hint(
            schema.hasNoKnownVersion()
                ? MigrationInfo.FOREIGN_HINT
                    + "; another service's migrations need a history or a schema of their "
                    + "own"
                : "add the files of the unknown versions or use the release that has them; "
                    + "`slipway migrate sql repair` renumbers a renamed file and forgets a version with "
                    + "--forget; `up --ignore-missing` applies the pending ones");
  }

  /** Rejects out-of-order migrations if the settings require it; otherwise, returns warnings. */
  private static List<String> checkOrder(
      MigrationInfo schema, List<Entry> toApply, OutOfOrder outOfOrder) {
    Optional<MigrationVersion> newest = schema.newestApplied();
    List<Entry> below =
        toApply.stream()
            .filter(
                entry ->
                    entry.row().isEmpty()
                        && newest
                            .filter(version -> version.compareTo(entry.version()) > 0)
                            .isPresent())
            .toList();
    if (below.isEmpty() || outOfOrder == OutOfOrder.APPLY) {
      return below.stream()
          .map(
              entry ->
                  entry.label()
                      + " is out of order: version "
                      + newest.orElseThrow()
                      + " is already applied")
          .toList();
    }
    throw SlipwayException.of(
            ExitCode.MIGRATION,
            "out-of-order migrations are refused "
                + "(migrate.out_of_order): version "
                + newest.orElseThrow()
                + " is already applied, so nothing was applied\nout of order: "
                + NameList.of(below.stream().map(entry -> entry.migration().up().script())))
        .hint(
            "give the files versions above "
                + newest.get()
                + ", or set migrate.out_of_order "
                + "(MIGRATE_OUT_OF_ORDER) to apply");
  }

  /** Refuses to revert below a migration that has no file and so cannot be reverted first. */
  private static void checkNoneInstalledLater(MigrationInfo schema, List<Entry> toRevert) {
    for (Entry entry : toRevert) {
      int rank = entry.row().orElseThrow().rank();
      List<HistoryRow> later =
          schema.withoutFile().stream().filter(row -> row.rank() > rank).toList();
      if (!later.isEmpty()) {
        throw SlipwayException.of(
                ExitCode.MIGRATION,
                "cannot revert "
                    + entry.label()
                    + ": migrations that no file has were installed later: "
                    + NameList.of(later.stream().map(HistoryRow::label)))
            .hint("run `down` with the release that has their down files; nothing was reverted");
      }
    }
  }

  private static String skipped(MigrationFile file) {
    return file.label()
        + " is skipped: repeatable migrations do not run while the history "
        + "contains unknown versions";
  }

  private static List<Entry> select(MigrationInfo schema, Target target) {
    List<Entry> pending = schema.pending();
    if (target.version().isPresent()) {
      MigrationVersion last = target.version().get();
      if (schema.entries().stream().noneMatch(entry -> entry.version().equals(last))) {
        rejectCovered(schema, last);
        throw unknown(last);
      }
      pending = pending.stream().filter(entry -> entry.version().compareTo(last) <= 0).toList();
    }
    return pending.stream().limit(target.steps().orElse(Integer.MAX_VALUE)).toList();
  }

  private static void rejectCovered(MigrationInfo schema, MigrationVersion version) {
    schema.entries().stream()
        .filter(entry -> entry.migration().up().kind() == MigrationKind.BASELINE)
        .filter(entry -> version.compareTo(entry.version()) < 0)
        .findFirst()
        .ifPresent(
            entry -> {
              throw SlipwayException.usageError(
                      "an empty schema starts with "
                          + entry.migration().up().script()
                          + ", above version "
                          + version)
                  .hint(
                      "--to takes "
                          + entry.version()
                          + " and versions above it; --exclude leaves the baseline migration out");
            });
  }

  private static SlipwayException unknown(MigrationVersion version) {
    return SlipwayException.usageError("there is no migration " + version)
        .hint("`slipway migrate sql status` lists them");
  }

  /**
   * Plans down migrations, in the reverse order of application.
   *
   * @throws SlipwayException if one of them has no down migration, or is unknown
   */
  static MigrationPlan down(MigrationInfo schema, Target target, StepReader reader) {
    schema.checkFiles();
    List<Entry> applied =
        new ArrayList<>(
            schema.entries().stream().filter(entry -> entry.row().isPresent()).toList());
    applied.sort(Comparator.comparingInt(entry -> -entry.row().orElseThrow().rank()));
    rejectIncomplete(schema, Direction.DOWN, reader);
    if (target.version().isPresent()
        && target.version().get().compareTo(MigrationVersion.of("0")) > 0) {
      MigrationVersion kept = target.version().get();
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
    checkNoneInstalledLater(schema, applied);
    List<MigrationStep> steps = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    TransactionCheck transactions = reader.transactionCheck();
    for (Entry entry : applied) {
      VersionedMigration migration = entry.migration();
      HistoryRow row = entry.row().get();
      MigrationFile file = migration.down().orElseThrow(() -> irreversible(migration.up()));
      MigrationStep step = reader.read(file, Direction.DOWN, Optional.of(row), transactions);
      steps.add(row.success() ? step : reader.resume(step, row));
      if (step.statements().count() == 0) {
        warnings.add(
            file.script() + " holds no statement: the history forgets it, and nothing is reverted");
      }
    }
    transactions.requireNone();
    return new MigrationPlan(Direction.DOWN, target, List.copyOf(steps), List.copyOf(warnings));
  }

  private static SlipwayException irreversible(MigrationFile up) {
    return up.kind() == MigrationKind.BASELINE
        ? SlipwayException.usageError(
                up.label() + " is a baseline migration, which cannot be reverted: " + up.path())
            .hint("drop the schema and start again, or restore a backup")
        : SlipwayException.usageError(
                "migration "
                    + up.label()
                    + " cannot be reverted: there is "
                    + up.format().missingDown()
                    + " "
                    + up.path())
            .hint(
                (up.format().hasDown() ? "write it, or " : "")
                    + "restore a backup; nothing has been reverted");
  }

  /** Whether an incomplete migration was being reverted. */
  static boolean isReverting(Entry entry) {
    return entry.row().isPresent()
        && !entry.row().get().success()
        && entry.migration().down().isPresent()
        && entry.migration().down().get().script().equals(entry.row().get().script());
  }

  /** Rejects a partially applied migration, unless this run can finish it. */
  private static void rejectIncomplete(
      MigrationInfo schema, Direction direction, StepReader reader) {
    for (Entry entry : schema.entries()) {
      boolean undoing = isReverting(entry);
      boolean ours = undoing == (direction == Direction.DOWN);
      if (entry.row().isEmpty()
          || entry.row().get().success()
          || (entry.state() == EntryState.RESUMABLE && ours)) {
        continue;
      }
      throw SlipwayException.of(ExitCode.MIGRATION, describeFailurePoint(entry, reader))
          .hint(
              entry.state() == EntryState.RESUMABLE
                  ? "`slipway migrate sql " + (undoing ? "down" : "up") + "` finishes it"
                  : "look at the statement and the schema, then `slipway migrate sql repair`");
    }
  }

  /** Describes where an incomplete migration stopped. */
  static String describeFailurePoint(Entry entry, StepReader reader) {
    HistoryRow row = entry.row().orElseThrow();
    boolean undoing = isReverting(entry);
    MigrationFile file = undoing ? entry.migration().down().get() : entry.migration().up();
    MigrationStep step =
        reader.read(
            file,
            undoing ? Direction.DOWN : Direction.UP,
            Optional.of(row),
            reader.transactionCheck());
    HistoryRow.FailurePoint standstill = row.failurePoint();
    int count = step.statements().count();
    int number = standstill.statement();
    String what =
        "migration "
            + entry.migration().up().label()
            + (undoing ? " is partially reverted" : " is partially applied");
    if (number < 1 || count == 0) {
      return what + "\nat " + file.path() + ", at a statement that the history does not name";
    }
    if (number > count) {
      return what
          + "\nat "
          + file.path()
          + ": all of its statements have run, only its history "
          + "row was not completed";
    }
    MigrationScript.Place place = step.statements().place(number, MigrationScript.Locator.START);
    return what
        + "\nat "
        + file.path()
        + ":"
        + place.position().line()
        + ", statement "
        + number
        + " of "
        + count
        + ": "
        + reader.mask(place.excerpt())
        + "\n"
        + (standstill.failed()
            ? "it failed, and what came before it in the file stays"
            : "it was under way when its process ended, so it may or may not have taken effect");
  }

  private static void rejectEdited(List<Edited> edited) {
    if (!edited.isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              edited.stream().map(Edited::message).collect(Collectors.joining("\n")))
          .hint(
              "undo the edit and write a new migration; or, when the schema is as the file says "
                  + "now, accept it with `slipway migrate sql repair`");
    }
  }
}
