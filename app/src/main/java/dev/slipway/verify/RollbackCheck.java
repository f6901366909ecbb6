package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.LintRule;
import dev.slipway.driver.SchemaObject;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.lint.AcceptFile;
import dev.slipway.lint.Suppressions;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationKind;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.ResolvedMigrations;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
import dev.slipway.migration.StepReader;
import dev.slipway.sql.SqlFile;
import dev.slipway.sql.TokenizedScript;
import dev.slipway.verify.SchemaModel.Difference;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies, reverts, and applies each migration again on a scratch database. The down migration has
 * to restore the schema from before, and the second up has to do what the first one did. A failing
 * migration does not end the run: the next ones are tested on a new scratch database. Used once, by
 * one thread.
 */
public final class RollbackCheck implements AutoCloseable {
  private static final Target ONE = new Target(Optional.empty(), OptionalInt.of(1));

  private static final String HINT = "make the down file revert exactly what the up file did";

  private final Dsn dsn;
  private final ScratchOptions options;
  private final Settings.Migrate settings;
  private final Optional<ScratchInit> init;
  private final List<SqlFile> scripts;
  private final CancellationToken stop;
  private final Consumer<String> story;
  private final List<SlipwayException> failures = new ArrayList<>();
  private final Map<VersionedMigration, String> accepted = new LinkedHashMap<>();
  private @Nullable ScratchDatabase scratch;
  private @Nullable MigrationService migrations;

  /**
   * What passed.
   *
   * @param reverted how many migrations went up, down and up again, and left the same schema
   * @param onlyUp the migrations that were only applied, because they have no down migration
   * @param accepted the differences that comments in the files accept
   */
  public record Result(int reverted, List<String> onlyUp, List<String> accepted) {}

  private RollbackCheck(
      Dsn dsn,
      ScratchOptions options,
      Settings.Migrate settings,
      Optional<ScratchInit> init,
      List<SqlFile> scripts,
      CancellationToken stop,
      Consumer<String> story) {
    this.dsn = dsn;
    this.options = options;
    this.settings = settings;
    this.init = init;
    this.scripts = scripts;
    this.stop = stop;
    this.story = story;
  }

  /**
   * Tests the migrations.
   *
   * @param dsn the server, on which a database is made and dropped; its own database is not touched
   * @param options where the migrations run
   * @param from only migrations from this version on are reverted; older ones are only applied
   * @param story receives each tested migration, and what the run waits for
   * @throws SlipwayException (usage) when a down file is missing or a statement reaches beyond the
   *     scratch database, (migration) naming every migration that fails or leaves another schema,
   *     (retry) when the database is unavailable or the run has to end
   */
  public static Result run(
      Dsn dsn,
      ScratchOptions options,
      Settings.Migrate settings,
      Optional<MigrationVersion> from,
      CancellationToken stop,
      Consumer<String> story) {
    ResolvedMigrations files = ResolvedMigrations.load(settings, Drivers.of(dsn));
    StepReader reader = new StepReader(Drivers.of(dsn), Placeholders.of(settings));
    List<VersionedMigration> all = files.fromEmptySchema();
    List<VersionedMigration> tested =
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
    List<AcceptFile> acceptFiles = AcceptFile.readAll(settings.paths());
    Set<VersionedMigration> onlyUp = onlyUp(tested, reader, acceptFiles);
    rejectMissing(tested, onlyUp);
    List<MigrationStep> steps = steps(files, tested, reader);
    Optional<ScratchInit> init = ScratchInit.read(options, Drivers.of(dsn));
    List<SqlFile> scripts = ScratchInit.files(init, steps);
    IsolationCheck.require(dsn, options, scripts, reader::mask, settings, story);
    try (CancellationToken.Run _ = stop.begin();
        RollbackCheck check =
            new RollbackCheck(dsn, options, settings, init, scripts, stop, story)) {
      check.open(
          tested.size() < all.size()
              ? Optional.of(all.get(all.size() - tested.size() - 1).version())
              : Optional.empty());
      check.test(tested, onlyUp, accepting(tested, reader, acceptFiles));
      check.requireNoFailures();
      return new Result(
          tested.size() - onlyUp.size() - check.accepted.size(),
          onlyUp.stream().map(one -> one.up().label()).toList(),
          List.copyOf(check.accepted.values()));
    }
  }

  /** Everything that will run. */
  private static List<MigrationStep> steps(
      ResolvedMigrations files, List<VersionedMigration> tested, StepReader reader) {
    List<MigrationStep> steps = new ArrayList<>();
    files.fromEmptySchema().forEach(one -> steps.add(reader.read(one.up(), Direction.UP)));
    files.repeatable().forEach(file -> steps.add(reader.read(file, Direction.UP)));
    tested.forEach(
        one -> one.down().ifPresent(down -> steps.add(reader.read(down, Direction.DOWN))));
    return steps;
  }

  /**
   * Those that are not reverted: baseline migrations, those whose format has no down migrations or,
   * in Flyway's, uses none, and those whose file accepts that its down file is missing.
   */
  private static Set<VersionedMigration> onlyUp(
      List<VersionedMigration> tested, StepReader reader, List<AcceptFile> acceptFiles) {
    // Flyway's free edition has no undo migrations: a folder without any is complete.
    boolean flywayUndoes =
        tested.stream().anyMatch(one -> one.up().flyway() && one.down().isPresent());
    return tested.stream()
        .filter(one -> one.down().isEmpty())
        .filter(
            one ->
                one.up().kind() == MigrationKind.BASELINE
                    || !one.up().format().hasDown()
                    || (one.up().flyway() && !flywayUndoes)
                    || accepts(one.up(), Direction.UP, LintRule.DOWN_MISSING, reader, acceptFiles))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Those of which a file accepts that the down migration does not restore the schema. */
  private static Set<VersionedMigration> accepting(
      List<VersionedMigration> tested, StepReader reader, List<AcceptFile> acceptFiles) {
    LintRule rule = LintRule.DOWN_INCOMPLETE;
    return tested.stream()
        .filter(one -> one.down().isPresent())
        .filter(
            one ->
                accepts(one.down().get(), Direction.DOWN, rule, reader, acceptFiles)
                    || accepts(one.up(), Direction.UP, rule, reader, acceptFiles))
        .collect(Collectors.toSet());
  }

  private static boolean accepts(
      MigrationFile file,
      Direction direction,
      LintRule rule,
      StepReader reader,
      List<AcceptFile> acceptFiles) {
    Suppressions comments = new Suppressions();
    comments.read(TokenizedScript.of(reader.read(file, direction).script()));
    return comments.accept(rule, Optional.empty()).isPresent()
        || acceptFiles.stream().anyMatch(each -> each.accept(rule, file).isPresent());
  }

  private static void rejectMissing(
      List<VersionedMigration> tested, Set<VersionedMigration> onlyUp) {
    List<MigrationFile> missing =
        tested.stream()
            .filter(one -> one.down().isEmpty() && !onlyUp.contains(one))
            .map(VersionedMigration::up)
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    MigrationFile first = missing.getFirst();
    String others =
        missing.stream()
            .skip(1)
            .map(file -> "\n" + file.format().missingDown() + " " + file.path())
            .collect(Collectors.joining());
    throw SlipwayException.usageError(
            "there is "
                + first.format().missingDown()
                + " "
                + first.path()
                + ", so it cannot be tested"
                + others)
        .hint(
            "write it; or give the reason in a comment: -- slipway:allow down-missing"
                + " REASON; or test only newer ones: --from VERSION");
  }

  private void test(
      List<VersionedMigration> tested,
      Set<VersionedMigration> onlyUp,
      Set<VersionedMigration> accepting) {
    SchemaModel schema = look();
    for (int i = 0; i < tested.size(); i++) {
      VersionedMigration one = tested.get(i);
      long start = System.nanoTime();
      int before = failures.size();
      if (applyOrFail(one, tested.size() - i - 1).isPresent()) {
        return;
      }
      SchemaModel after = look();
      if (!onlyUp.contains(one)) {
        revert(one, schema, after, accepting.contains(one));
      }
      schema = after;
      story.accept(
          (failures.size() > before
                  ? "failed: "
                  : onlyUp.contains(one) ? "only up: " : "up, down and up: ")
              + one.up().label()
              + " ("
              + (System.nanoTime() - start) / 1_000_000
              + " ms)");
    }
    // The repeatable ones.
    attempt(Direction.UP, Target.all()).ifPresent(failures::add);
  }

  /** Nothing can be tested above a migration that cannot be applied. */
  private Optional<SlipwayException> applyOrFail(VersionedMigration one, int untested) {
    Optional<SlipwayException> failure = attempt(Direction.UP, ONE);
    failure.ifPresent(
        e ->
            failures.add(
                untested == 0
                    ? e
                    : failure(
                        e.getMessage()
                            + "\n"
                            + (untested == 1
                                ? "the migration after it was not tested"
                                : "the " + untested + " migrations after it were not tested"),
                        e.hint().orElse("correct " + one.up().path()),
                        e)));
    return failure;
  }

  /** Reverts a migration and applies it again; the database ends in the schema after it. */
  private void revert(
      VersionedMigration one, SchemaModel before, SchemaModel after, boolean accepting) {
    MigrationFile down = one.down().orElseThrow();
    Optional<SlipwayException> failed = attempt(Direction.DOWN, ONE);
    if (failed.isPresent()) {
      failures.add(failed.get());
      reopen(one);
      return;
    }
    List<Difference> left = differences(before);
    boolean accepts =
        accepting
            && !left.isEmpty()
            // What a down migration drops too much, it could as well not drop.
            && left.stream().allMatch(difference -> !difference.isMissing());
    if (accepts) {
      accepted.put(one, one.up().label() + ": after its down, " + describe(left, "is left over"));
    } else if (!left.isEmpty()) {
      failures.add(
          failure(
              (down.path().equals(one.up().path())
                      ? down.path() + ": its down part does not undo its up part"
                      : down.path() + " does not undo " + one.up().path().getFileName())
                  + ": after it, "
                  + describe(left, "is left over"),
              HINT
                  + "; what the database cannot undo is accepted by a comment in it: --"
                  + " slipway:allow down-incomplete REASON",
              null));
    } else if (accepting) {
      story.accept(
          "warning: down-incomplete is accepted for "
              + one.up().label()
              + ", but its down restores the schema");
    }
    failed = attempt(Direction.UP, ONE);
    if (failed.isPresent()) {
      if (accepts) {
        accepted.merge(one, "; its second up fails", String::concat);
      } else if (left.isEmpty()) {
        failures.add(
            failure(
                "the second up, after up and down, failed\n" + failed.get().getMessage(),
                down.path() + " leaves something behind that is in the way",
                failed.get()));
      }
      reopen(one);
      return;
    }
    List<Difference> again = differences(after);
    if (again.isEmpty()) {
      return;
    }
    if (left.isEmpty()) {
      failures.add(
          failure(
              one.up().path()
                  + " does not do the same a second time, after "
                  + (down.path().equals(one.up().path())
                      ? "its down part"
                      : down.path().getFileName())
                  + ": now "
                  + describe(again, "is there in addition"),
              HINT,
              null));
    }
    reopen(one);
  }

  /** A constraint stays checked against the rows: no down migration has to take that back. */
  private List<Difference> differences(SchemaModel expected) {
    return look().differences(expected).stream()
        .filter(difference -> !difference.property().equals(Optional.of(SchemaObject.VALIDATED)))
        .toList();
  }

  private static SlipwayException failure(String message, String hint, @Nullable Throwable cause) {
    SlipwayException failure = SlipwayException.of(ExitCode.MIGRATION, message).hint(hint);
    return cause == null ? failure : failure.cause(cause);
  }

  private static String describe(List<Difference> differences, String added) {
    int more = differences.size() - 1;
    return differences.getFirst().describe("is missing", added)
        + (more == 0
            ? ""
            : more == 1 ? "\nand one more difference" : "\nand " + more + " more differences");
  }

  private void requireNoFailures() {
    if (failures.isEmpty()) {
      return;
    }
    if (failures.size() == 1) {
      throw failures.getFirst();
    }
    Set<String> hints =
        failures.stream()
            .flatMap(each -> each.hint().stream())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    throw SlipwayException.of(
            ExitCode.MIGRATION,
            failures.size()
                + " migrations failed the test\n"
                + failures.stream()
                    .map(each -> String.valueOf(each.getMessage()))
                    .collect(Collectors.joining("\n")))
        .hint(String.join("\nhint: ", hints))
        .cause(failures.getFirst());
  }

  /** A failure of the migration itself; every other failure ends the run. */
  private Optional<SlipwayException> attempt(Direction direction, Target target) {
    try {
      apply(direction, target);
      return Optional.empty();
    } catch (SlipwayException e) {
      if (e.exitCode() != ExitCode.MIGRATION) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private void apply(Direction direction, Target target) {
    MigrationService service = Objects.requireNonNull(migrations);
    service.apply(service.plan(direction, target), false);
  }

  private SchemaModel look() {
    stop.requireNotOver();
    ScratchDatabase database = Objects.requireNonNull(scratch);
    try {
      return SchemaModel.read(database.connection(), Drivers.of(database.dsn()), settings.table());
    } catch (SQLException e) {
      throw database.fault(e, "cannot look at the schema");
    }
  }

  /** A scratch database with the migrations up to a version. */
  private void open(Optional<MigrationVersion> version) {
    ScratchDatabase database =
        ScratchDatabase.open(dsn, options.given(), List.of(), init, scripts, settings, story);
    scratch = database;
    migrations =
        MigrationService.connect(database.dsn(), settings, stop, new MessageReporter(story));
    if (init.isPresent()) {
      ScratchInit.startHistory(migrations);
    }
    version.ifPresent(
        last -> apply(Direction.UP, new Target(Optional.of(last), OptionalInt.empty())));
  }

  private void reopen(VersionedMigration one) {
    close();
    open(Optional.of(one.version()));
  }

  @Override
  public void close() {
    if (migrations != null) {
      migrations.close();
      migrations = null;
    }
    if (scratch != null) {
      scratch.close();
      scratch = null;
    }
  }
}
