package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.lint.Suppressions;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationKind;
import dev.slipway.migration.MigrationPlan;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.ResolvedMigrations;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import dev.slipway.migration.StepReader;
import dev.slipway.sql.TokenizedScript;
import dev.slipway.verify.SchemaModel.Difference;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Each migration up, down and up again on a scratch database: the way back has to leave the schema
 * as it was before, and the second way there as the first one did. Used once, by one thread.
 */
public final class RollbackCheck {
  private static final Target ONE = new Target(Optional.empty(), OptionalInt.of(1));

  private final ScratchDatabase scratch;
  private final Settings.Migrate settings;
  private final MigrationService migrations;
  private final CancellationToken stop;

  private RollbackCheck(
      ScratchDatabase scratch,
      Settings.Migrate settings,
      MigrationService migrations,
      CancellationToken stop) {
    this.scratch = scratch;
    this.settings = settings;
    this.migrations = migrations;
    this.stop = stop;
  }

  /**
   * Makes the trips.
   *
   * @param dsn the server, on which a database is made and dropped; its own database is not touched
   * @param options where the migrations run
   * @param from only migrations from this version on go back; older ones are only applied
   * @param story told each trip that was made, and what is waited for
   * @return how many migrations went up, down and up again; not those that only go up, as a comment
   *     in their file accepts
   * @throws SlipwayException (usage) when a down file is missing or a statement reaches beyond the
   *     scratch database, (migration) when one fails or leaves another schema, (retry) when the
   *     database is away or the run has to end
   */
  public static int run(
      Dsn dsn,
      ScratchOptions options,
      Settings.Migrate settings,
      Optional<MigrationVersion> from,
      CancellationToken stop,
      Consumer<String> story) {
    ResolvedMigrations files = ResolvedMigrations.load(settings, Drivers.of(dsn));
    List<VersionedMigration> all = files.fromEmptySchema();
    List<VersionedMigration> trips =
        all.stream()
            .filter(one -> from.filter(first -> one.version().compareTo(first) < 0).isEmpty())
            .toList();
    files
        .baseline()
        .filter(_ -> all.size() <= files.versioned().size())
        .ifPresent(
            start ->
                story.accept(
                    "not tested: the versions up to "
                        + start.version().orElseThrow()
                        + ", in whose place an empty schema gets "
                        + start.script()));
    Set<VersionedMigration> oneWay = oneWay(trips, Drivers.of(dsn), settings);
    refuseMissing(trips, oneWay);
    List<MigrationStep> steps =
        steps(files, trips, new StepReader(Drivers.of(dsn), Placeholders.of(settings)));
    IsolationCheck.require(dsn, options, steps, settings, story);
    try (CancellationToken.Run _ = stop.begin();
        ScratchDatabase scratch =
            ScratchDatabase.open(dsn, options.given(), steps, settings, story);
        MigrationService migrations =
            MigrationService.connect(scratch.dsn(), settings, stop, new MessageReporter(story))) {
      RollbackCheck run = new RollbackCheck(scratch, settings, migrations, stop);
      if (trips.size() < all.size()) {
        run.apply(
            Direction.UP,
            new Target(
                Optional.of(all.get(all.size() - trips.size() - 1).version()),
                OptionalInt.empty()));
      }
      SchemaModel schema = run.look();
      for (VersionedMigration one : trips) {
        long start = System.nanoTime();
        if (oneWay.contains(one)) {
          run.apply(Direction.UP, ONE);
          schema = run.look();
        } else {
          schema = run.trip(one, schema);
        }
        story.accept(
            (oneWay.contains(one) ? "only up: " : "up, down and up: ")
                + one.up().label()
                + " ("
                + (System.nanoTime() - start) / 1_000_000
                + " ms)");
      }
      // The repeatable ones.
      run.apply(Direction.UP, Target.all());
      return trips.size() - oneWay.size();
    }
  }

  /** Everything that will run. */
  private static List<MigrationStep> steps(
      ResolvedMigrations files, List<VersionedMigration> trips, StepReader reader) {
    List<MigrationStep> steps = new ArrayList<>();
    files.fromEmptySchema().forEach(one -> steps.add(reader.read(one.up(), Direction.UP)));
    files.repeatable().forEach(file -> steps.add(reader.read(file, Direction.UP)));
    trips.forEach(
        one -> one.down().ifPresent(down -> steps.add(reader.read(down, Direction.DOWN))));
    return steps;
  }

  /**
   * Those that have no down file: baseline migrations, and files that say why, by the comment that
   * accepts it for {@link Linter} too.
   */
  private static Set<VersionedMigration> oneWay(
      List<VersionedMigration> trips, DatabaseDriver dialect, Settings.Migrate settings) {
    StepReader reader = new StepReader(dialect, Placeholders.of(settings));
    return trips.stream()
        .filter(one -> one.down().isEmpty())
        .filter(
            one -> {
              if (one.up().kind() == MigrationKind.BASELINE) {
                return true;
              }
              var allowances = new Suppressions();
              allowances.read(TokenizedScript.of(reader.read(one.up(), Direction.UP).script()));
              return allowances.accept(LintRule.DOWN_MISSING, Optional.empty());
            })
        .collect(Collectors.toSet());
  }

  private static void refuseMissing(
      List<VersionedMigration> trips, Set<VersionedMigration> oneWay) {
    List<Path> missing =
        trips.stream()
            .filter(one -> one.down().isEmpty() && !oneWay.contains(one))
            .map(one -> one.up().path())
            .toList();
    if (!missing.isEmpty()) {
      throw SlipwayException.usageError(
              "there is no down file beside "
                  + missing.getFirst()
                  + (missing.size() == 1 ? "" : ", nor beside " + (missing.size() - 1) + " others")
                  + ", so there is no way back to be tested")
          .hint(
              "write it; or say in a comment why there is none: -- slipway:allow down-missing"
                  + " REASON; or test only newer ones: --from VERSION");
    }
  }

  /** From the schema before it to the one after it, which is returned. */
  private SchemaModel trip(VersionedMigration one, SchemaModel before) {
    MigrationFile down = one.down().orElseThrow();
    apply(Direction.UP, ONE);
    SchemaModel after = look();
    apply(Direction.DOWN, ONE);
    compare(
        before,
        look(),
        down.path() + " does not undo " + one.up().path().getFileName() + ": after it, ",
        "is missing",
        "is left over",
        "make the down file take back exactly what the up file did");
    try {
      apply(Direction.UP, ONE);
    } catch (SlipwayException e) {
      throw SlipwayException.of(
              e.exitCode(), "the second up, after up and down, failed\n" + e.getMessage())
          .hint(
              e.exitCode() == ExitCode.RETRY
                  ? e.hint().orElse("run it again")
                  : down.path() + " leaves something behind that is in the way")
          .cause(e);
    }
    compare(
        after,
        look(),
        one.up().path()
            + " does not do the same a second time, after "
            + down.path().getFileName()
            + ": now ",
        "is missing",
        "is there in addition",
        "make the down file take back exactly what the up file did");
    return after;
  }

  private void apply(Direction direction, Target target) {
    MigrationPlan plan = migrations.plan(direction, target);
    migrations.apply(plan, false);
  }

  private SchemaModel look() {
    stop.requireNotOver();
    try {
      return SchemaModel.read(scratch.connection(), Drivers.of(scratch.dsn()), settings.table());
    } catch (SQLException e) {
      throw scratch.fault(e, "cannot look at the schema");
    }
  }

  private static void compare(
      SchemaModel expected,
      SchemaModel found,
      String what,
      String missing,
      String added,
      String hint) {
    List<Difference> differences = found.differences(expected);
    if (!differences.isEmpty()) {
      int more = differences.size() - 1;
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              what
                  + differences.getFirst().describe(missing, added)
                  + (more == 0
                      ? ""
                      : more == 1
                          ? "\nand one more difference"
                          : "\nand " + more + " more differences"))
          .hint(hint);
    }
  }
}
