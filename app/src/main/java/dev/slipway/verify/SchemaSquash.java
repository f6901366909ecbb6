package dev.slipway.verify;

import dev.slipway.config.IoErrors;
import dev.slipway.config.Settings;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.ExternalEffect;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.SquashPlan;
import dev.slipway.migration.StepReader;
import dev.slipway.sql.SqlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Replaces migrations by one that starts an empty schema where they end. Their result is read from
 * a scratch database, and the new file has to give the same: schema, rows, and sequences. Used
 * once, by one thread.
 */
public final class SchemaSquash {
  private static final int DIFFERENCES_MAX = 20;

  /** Two replays differ by more than a second, which is what some databases' clocks show. */
  private static final long REPLAY_GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_100);

  private final Dsn dsn;
  private final DatabaseDriver driver;
  private final Options options;
  private final Settings.Migrate settings;
  private final CancellationToken stop;
  private final Consumer<String> log;
  private final SchemaDumper dumper;
  private final DataDumper rowReader;

  /**
   * What to replace.
   *
   * @param scratch where the migrations run
   * @param version the newest version that is replaced
   * @param keep whether the replaced files stay
   */
  public record Options(ScratchOptions scratch, MigrationVersion version, boolean keep) {}

  /**
   * What was done.
   *
   * @param file the baseline migration
   * @param migrations how many it stands for
   * @param rows how many it inserts
   * @param replaced the files that it replaces, which are deleted unless they are to be kept
   * @param kept files up to the version that stay because another database needs them
   */
  public record Result(Path file, int migrations, int rows, List<Path> replaced, List<Path> kept) {
    /** A result with copies of these. */
    public Result {
      replaced = List.copyOf(replaced);
      kept = List.copyOf(kept);
    }
  }

  private SchemaSquash(
      Dsn dsn,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> log) {
    this.dsn = dsn;
    this.driver = Drivers.of(dsn);
    this.options = options;
    this.settings = settings;
    this.stop = stop;
    this.log = log;
    this.dumper = driver.schemaDumper().orElseThrow(this::unsupported);
    this.rowReader = driver.dataDumper().orElseThrow(this::unsupported);
  }

  private SlipwayException unsupported() {
    return SlipwayException.usageError("no baseline migration can be written for " + driver.name())
        .hint("write it by hand: B<version>__<name>.sql");
  }

  /**
   * Writes the baseline migration, and deletes what it replaces.
   *
   * @param dsn the server; its own database is not touched
   * @param log receives what the run waits for, and what the file does not contain
   * @throws SlipwayException (usage) for files, a version, or a DSN that are wrong; (migration) if
   *     a migration fails, or naming what the file cannot contain as it is; (retry) if the database
   *     is unavailable. Then no file has changed.
   */
  public static Result run(
      Dsn dsn,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> log) {
    return new SchemaSquash(dsn, options, settings, stop, log).run();
  }

  private Result run() {
    SquashPlan plan = SquashPlan.of(settings, driver, options.version());
    StepReader reader = StepReader.ofApplied(driver, Placeholders.of(settings));
    List<MigrationStep> steps =
        plan.applied().stream().map(file -> reader.read(file, Direction.UP)).toList();
    Optional<ScratchInit> init = ScratchInit.read(options.scratch(), driver);
    List<SqlFile> scripts = ScratchInit.files(init, steps);
    IsolationCheck.require(dsn, options.scratch(), scripts, reader::mask, settings, log);
    try (CancellationToken.Run _ = stop.begin()) {
      Replay first = replay(plan, init, scripts, log);
      awaitNextSecond();
      // What a migration prints, the first replay has logged.
      Replay second = replay(plan, init, scripts, _ -> {});
      requireConstant(first.after(), second.after(), scripts, reader);
      DatabaseState.Addition state = first.after().since(first.before());
      BaselineFile file =
          new BaselineFile(
              plan.file(),
              BaselineScript.write(plan.versions(), state, dumper),
              settings.flyway().placeholderPrefix());
      prove(file, first.after(), init, scripts);
      tell(steps, scripts, reader);
      write(file, plan);
      return new Result(
          file.path(),
          plan.versions().size(),
          DatabaseState.inserted(state.data()),
          plan.replaced(),
          plan.kept());
    } catch (SQLException e) {
      throw SlipwayException.of(
              driver.exitCode(e),
              "cannot read the scratch database: " + SqlExceptions.describe(e, dsn))
          .cause(e);
    }
  }

  /** A scratch database before and after migrations. */
  private record Replay(DatabaseState before, DatabaseState after) {}

  private Replay replay(
      SquashPlan plan, Optional<ScratchInit> init, List<SqlFile> scripts, Consumer<String> messages)
      throws SQLException {
    try (ScratchDatabase scratch = open(init, scripts)) {
      DatabaseState before = read(scratch);
      try (MigrationService service =
          MigrationService.replay(
              scratch.dsn(), settings, plan.applied(), stop, new MessageReporter(messages))) {
        apply(service, init);
      }
      return new Replay(before, read(scratch));
    }
  }

  private ScratchDatabase open(Optional<ScratchInit> init, List<SqlFile> scripts) {
    return ScratchDatabase.open(
        dsn, options.scratch().given(), List.of(), init, scripts, settings, log);
  }

  private static void apply(MigrationService service, Optional<ScratchInit> init) {
    if (init.isPresent()) {
      ScratchInit.startHistory(service);
    }
    service.apply(service.plan(Direction.UP, Target.all()), false);
  }

  private DatabaseState read(ScratchDatabase scratch) throws SQLException {
    stop.requireNotOver();
    Set<String> excluded = Set.of(settings.table(), MigrationService.SCRATCH_MARK);
    Connection connection = scratch.connection();
    return new DatabaseState(
        driver.schemaReader().read(connection, excluded),
        dumper.sections(connection, excluded),
        rowReader.read(connection, excluded));
  }

  private void awaitNextSecond() {
    long end = System.nanoTime() + REPLAY_GAP_NANOS;
    while (System.nanoTime() < end) {
      stop.requireNotOver();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  // ---- what the file cannot contain

  /** Rejects what two replays, or replays of two days, do not make alike. */
  private void requireConstant(
      DatabaseState first, DatabaseState second, List<SqlFile> scripts, StepReader reader) {
    if (!first.contents().unread().isEmpty()) {
      throw rejection("not everything can be read", first.contents().unread());
    }
    if (!first.data().unsupported().isEmpty()) {
      throw rejection("a baseline migration cannot contain this", first.data().unsupported());
    }
    List<String> differences = differences(second, first);
    if (!differences.isEmpty()) {
      throw rejection(
              "two replays of the migrations differ, for instance because of the time or random values",
              differences.stream().map(reader::mask).toList())
          .hint(
              "give these values in the files as constants, or replace only older versions: --to"
                  + " VERSION");
    }
    List<String> dated = dated(first, scripts);
    if (!dated.isEmpty()) {
      throw rejection(
              "the migrations write the date of the run", dated.stream().map(reader::mask).toList())
          .hint(
              "give the date in the files as a constant, or replace only older versions: --to"
                  + " VERSION");
    }
  }

  private static List<String> differences(DatabaseState found, DatabaseState expected) {
    return Stream.concat(
            SchemaModel.of(found.contents())
                .differences(SchemaModel.of(expected.contents()))
                .stream()
                .map(difference -> difference.describe("is missing", "exists in addition")),
            found.dataDifferences(expected).stream().map(DatabaseState.Difference::describe))
        .toList();
  }

  /** Rows with the date of today in any time zone, which no file contains. */
  private static List<String> dated(DatabaseState state, List<SqlFile> scripts) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    List<String> dates =
        Stream.of(today.minusDays(1), today, today.plusDays(1))
            .map(LocalDate::toString)
            .filter(
                date -> scripts.stream().noneMatch(script -> script.script().text().contains(date)))
            .toList();
    return state
        .rows()
        .filter(row -> dates.stream().anyMatch(row.getValue()::contains))
        .map(row -> row.getKey() + ": " + row.getValue())
        .toList();
  }

  private static SlipwayException rejection(String problem, List<String> details) {
    return SlipwayException.of(
        ExitCode.MIGRATION,
        problem
            + ", so nothing was written\n"
            + String.join("\n", details.subList(0, Math.min(DIFFERENCES_MAX, details.size())))
            + (details.size() > DIFFERENCES_MAX
                ? "\nand " + (details.size() - DIFFERENCES_MAX) + " more"
                : ""));
  }

  /** Applies the file to an empty database as any other, and compares. */
  private void prove(
      BaselineFile file, DatabaseState expected, Optional<ScratchInit> init, List<SqlFile> scripts)
      throws SQLException {
    try (BaselineFile.TemporaryFolder folder = file.inTemporaryFolder();
        ScratchDatabase scratch = open(init, scripts)) {
      try (MigrationService service =
          MigrationService.connect(
              scratch.dsn(), folder.settings(settings), stop, new MessageReporter(_ -> {}))) {
        apply(service, init);
      } catch (SlipwayException e) {
        throw e.exitCode() == ExitCode.RETRY
            ? e
            : SlipwayException.of(
                    ExitCode.MIGRATION,
                    "the schema cannot be written as a baseline migration, so nothing was written\n"
                        + String.valueOf(e.getMessage()).replace(folder.path() + "/", ""))
                .cause(e);
      }
      List<String> lacking = differences(read(scratch), expected);
      if (!lacking.isEmpty()) {
        throw rejection("a baseline migration would not give the same", lacking);
      }
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "cannot write into "
                  + System.getProperty("java.io.tmpdir")
                  + ": "
                  + IoErrors.describe(e))
          .cause(e);
    }
  }

  /** Names what the migrations did besides the schema and the rows. */
  private void tell(List<MigrationStep> steps, List<SqlFile> scripts, StepReader reader) {
    for (ExternalEffect effect : driver.isolationAnalyzer().check(scripts)) {
      log.accept(
          "warning: not in the baseline migration, because it reaches beyond the database: "
              + reader.mask(effect.describe()));
    }
    List<String> outside = new ArrayList<>();
    List<String> replaced = new ArrayList<>();
    for (MigrationStep step : steps) {
      if (step.file().autocommit()) {
        outside.add(step.file().script());
      }
      if (step.hasReplacedText()) {
        replaced.add(step.file().script());
      }
    }
    if (!outside.isEmpty()) {
      log.accept(
          "these ran outside a transaction, and their result is in the baseline migration, which"
              + " runs in one: "
              + String.join(", ", outside));
    }
    if (!replaced.isEmpty()) {
      log.accept(
          "warning: the baseline migration contains the present values of the placeholders in "
              + String.join(", ", replaced));
    }
  }

  // ---- the files

  private void write(BaselineFile file, SquashPlan plan) {
    try {
      file.write();
      file.requireReadBy(settings, driver);
      if (!options.keep()) {
        BaselineFile.delete(plan.replaced());
      }
    } catch (IOException e) {
      throw SlipwayException.usageErrorIn(
              file.path(), "cannot replace the files: " + IoErrors.describe(e))
          .hint("the files that are left work as they are; run it again for the rest")
          .cause(e);
    }
  }
}
