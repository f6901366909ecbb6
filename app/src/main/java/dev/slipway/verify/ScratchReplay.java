package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationPlan.Target;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.Placeholders;
import dev.slipway.migration.ResolvedMigrations;
import dev.slipway.migration.StepReader;
import dev.slipway.sql.SqlFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Scratch databases to which all migrations of a folder are applied, and then those of one more
 * folder. For one thread.
 */
final class ScratchReplay {
  private final Dsn dsn;
  private final Settings.Migrate settings;
  private final boolean hasMigrations;
  private final Optional<ScratchInit> init;
  private final List<SqlFile> scripts;
  private final CancellationToken stop;
  private Consumer<String> story;

  private ScratchReplay(
      Dsn dsn,
      Settings.Migrate settings,
      boolean hasMigrations,
      Optional<ScratchInit> init,
      List<SqlFile> scripts,
      CancellationToken stop,
      Consumer<String> story) {
    this.dsn = dsn;
    this.settings = settings;
    this.hasMigrations = hasMigrations;
    this.init = init;
    this.scripts = scripts;
    this.stop = stop;
    this.story = story;
  }

  /**
   * Reads the migrations, and changes nothing.
   *
   * @param hasMigrations whether the folder has any
   * @param others what runs in scratch databases too
   * @throws SlipwayException (usage) for files that are wrong or reach beyond a scratch database
   */
  static ScratchReplay read(
      Dsn dsn,
      ScratchOptions options,
      Settings.Migrate settings,
      boolean hasMigrations,
      List<SqlFile> others,
      CancellationToken stop,
      Consumer<String> story) {
    DatabaseDriver driver = Drivers.of(dsn);
    StepReader reader = new StepReader(driver, Placeholders.of(settings));
    List<MigrationStep> steps =
        (hasMigrations ? migrations(settings, driver) : List.<MigrationFile>of())
            .stream().map(file -> reader.read(file, Direction.UP)).toList();
    Optional<ScratchInit> init = ScratchInit.read(options, driver);
    List<SqlFile> scripts = ScratchInit.files(init, steps);
    List<SqlFile> all = new ArrayList<>(scripts);
    all.addAll(others);
    IsolationCheck.require(dsn, options, all, reader::mask, settings, story);
    return new ScratchReplay(dsn, settings, hasMigrations, init, scripts, stop, story);
  }

  private static List<MigrationFile> migrations(Settings.Migrate settings, DatabaseDriver driver) {
    ResolvedMigrations files = ResolvedMigrations.load(settings, driver);
    List<MigrationFile> migrations = new ArrayList<>();
    files.fromEmptySchema().forEach(one -> migrations.add(one.up()));
    migrations.addAll(files.repeatable());
    return migrations;
  }

  /**
   * A new scratch database with all migrations.
   *
   * @param settingsSql SQL that gives an empty database the settings of a live one
   * @param names what contains the names of objects that no migration creates
   */
  ScratchDatabase open(Optional<Dsn> given, List<String> settingsSql, List<SqlFile> names) {
    List<SqlFile> files = new ArrayList<>(scripts);
    files.addAll(names);
    ScratchDatabase scratch =
        ScratchDatabase.open(dsn, given, settingsSql, init, files, settings, story);
    try {
      if (hasMigrations) {
        try (MigrationService service = connect(scratch, settings)) {
          if (init.isPresent()) {
            ScratchInit.startHistory(service);
          }
          service.apply(service.plan(Direction.UP, Target.all()), false);
        }
      }
      // Later ones only repeat what the first has reported.
      story = _ -> {};
      return scratch;
    } catch (SlipwayException e) {
      scratch.close();
      throw e;
    }
  }

  /**
   * Applies or reverts one migration.
   *
   * @param folder contains the migrations that were added
   * @param number of the migration among these, from 0
   */
  void step(ScratchDatabase scratch, Path folder, Direction direction, int number) {
    List<Path> paths = new ArrayList<>(hasMigrations ? settings.paths() : List.of());
    paths.add(folder);
    try (MigrationService service =
        connect(scratch, settings.withFolders(paths, settings.exclude()))) {
      if (!hasMigrations && init.isPresent() && direction == Direction.UP && number == 0) {
        ScratchInit.startHistory(service);
      }
      service.apply(
          service.plan(direction, new Target(Optional.empty(), OptionalInt.of(1))), false);
    }
  }

  private MigrationService connect(ScratchDatabase scratch, Settings.Migrate settings) {
    return MigrationService.connect(scratch.dsn(), settings, stop, new MessageReporter(story));
  }
}
