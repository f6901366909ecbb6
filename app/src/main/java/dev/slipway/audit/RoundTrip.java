package dev.slipway.audit;

import dev.slipway.audit.Snapshot.Difference;
import dev.slipway.config.Settings;
import dev.slipway.db.Dialect;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFile;
import dev.slipway.migrate.MigrationFiles;
import dev.slipway.migrate.MigrationFiles.Migration;
import dev.slipway.migrate.Migrations;
import dev.slipway.migrate.Plan;
import dev.slipway.migrate.Plan.Target;
import dev.slipway.migrate.Step.Direction;
import dev.slipway.migrate.StepReader;
import dev.slipway.migrate.StopSignal;
import dev.slipway.migrate.Version;
import java.nio.file.Path;
import java.sql.SQLException;
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
public final class RoundTrip {
  private static final Target ONE = new Target(Optional.empty(), OptionalInt.of(1));

  private final Scratch scratch;
  private final Settings.Migrate settings;
  private final Migrations migrations;
  private final StopSignal stop;

  private RoundTrip(
      Scratch scratch, Settings.Migrate settings, Migrations migrations, StopSignal stop) {
    this.scratch = scratch;
    this.settings = settings;
    this.migrations = migrations;
    this.stop = stop;
  }

  /**
   * Makes the trips.
   *
   * @param dsn the server, on which a database is made and dropped; its own database is not touched
   * @param given an empty database to take instead
   * @param from only migrations from this version on go back; older ones are only applied
   * @param story told each trip that was made, and what is waited for
   * @return how many migrations went up, down and up again; not those that only go up, as a comment
   *     in their file accepts
   * @throws Fault (usage) when a way back is missing, (migration) when one fails or leaves another
   *     schema, (retry) when the database is away or the run has to end
   */
  public static int run(
      Dsn dsn,
      Optional<Dsn> given,
      Settings.Migrate settings,
      Optional<Version> from,
      StopSignal stop,
      Consumer<String> story) {
    List<Migration> all = MigrationFiles.load(settings.paths(), dsn.dialect()).versioned();
    List<Migration> trips =
        all.stream()
            .filter(one -> from.filter(first -> one.version().compareTo(first) < 0).isEmpty())
            .toList();
    Set<Migration> oneWay = oneWay(trips, dsn.dialect(), settings);
    refuseMissing(trips, oneWay);
    try (Scratch scratch = Scratch.open(dsn, given, settings, story);
        Migrations migrations =
            Migrations.connect(scratch.dsn(), settings, stop, new Stories(story))) {
      RoundTrip run = new RoundTrip(scratch, settings, migrations, stop);
      if (trips.size() < all.size()) {
        run.apply(
            Direction.UP,
            new Target(
                Optional.of(all.get(all.size() - trips.size() - 1).version()),
                OptionalInt.empty()));
      }
      Snapshot schema = run.look();
      for (Migration one : trips) {
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

  /**
   * Those without a down file that say why, by the comment that accepts it for {@link Lint} too.
   */
  private static Set<Migration> oneWay(
      List<Migration> trips, Dialect dialect, Settings.Migrate settings) {
    StepReader reader = new StepReader(dialect, settings.placeholders());
    return trips.stream()
        .filter(one -> one.down().isEmpty())
        .filter(
            one -> {
              var allowances = new Allowances();
              allowances.read(Script.of(reader.read(one.up(), Direction.UP), dialect));
              return allowances.accept(Rule.DOWN_MISSING, Optional.empty());
            })
        .collect(Collectors.toSet());
  }

  private static void refuseMissing(List<Migration> trips, Set<Migration> oneWay) {
    List<Path> missing =
        trips.stream()
            .filter(one -> one.down().isEmpty() && !oneWay.contains(one))
            .map(one -> one.up().path())
            .toList();
    if (!missing.isEmpty()) {
      throw Fault.usage(
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
  private Snapshot trip(Migration one, Snapshot before) {
    MigrationFile down = one.down().orElseThrow();
    apply(Direction.UP, ONE);
    Snapshot after = look();
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
    } catch (Fault e) {
      throw Fault.of(e.code(), "the second up, after up and down, failed\n" + e.getMessage())
          .hint(
              e.code() == ExitCode.RETRY
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
    Plan plan = migrations.plan(direction, target);
    migrations.apply(plan, false);
  }

  private Snapshot look() {
    stop.refuseWhenRequested();
    try {
      return Snapshot.take(scratch.connection(), scratch.dsn().dialect(), settings.table());
    } catch (SQLException e) {
      throw scratch.fault(e, "cannot look at the schema");
    }
  }

  private static void compare(
      Snapshot expected, Snapshot found, String what, String missing, String added, String hint) {
    List<Difference> differences = found.differences(expected);
    if (!differences.isEmpty()) {
      int more = differences.size() - 1;
      throw Fault.of(
              ExitCode.MIGRATION,
              what
                  + differences.getFirst().words(missing, added)
                  + (more == 0
                      ? ""
                      : more == 1
                          ? "\nand one more difference"
                          : "\nand " + more + " more differences"))
          .hint(hint);
    }
  }
}
