package dev.slipway.verify;

import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SessionOptions;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes the schema that the migrations create, or that a database has, as a file. SQL is loaded
 * into a second scratch database and compared, so that it never lacks something silently.
 */
public final class SchemaDump {
  private static final int DIFFERENCES_MAX = 20;

  private final Dsn dsn;
  private final DatabaseDriver driver;
  private final Options options;
  private final Settings.Migrate settings;
  private final CancellationToken stop;
  private final Consumer<String> story;

  /** What the file contains. */
  public enum Format {
    /** Statements that create the schema. */
    SQL,
    /** A {@link SchemaModelFile}. */
    MODEL
  }

  /**
   * What to write.
   *
   * @param scratch where the migrations run, and the SQL is checked
   * @param live whether to write the schema of the database itself, instead of that of the files
   */
  public record Options(ScratchOptions scratch, boolean live, Format format) {}

  private SchemaDump(
      Dsn dsn,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> story) {
    this.dsn = dsn;
    this.driver = Drivers.of(dsn);
    this.options = options;
    this.settings = settings;
    this.stop = stop;
    this.story = story;
  }

  /**
   * Returns the text of the file. The same schema gives the same text.
   *
   * @param dsn the database; without {@code live} only its server is used
   * @throws SlipwayException (usage) for files or a DSN that are wrong, and for a database whose
   *     schema cannot be written as SQL; (migration) if a migration fails, or naming the objects
   *     that the SQL does not create as they are; (retry) if the database is unavailable
   */
  public static String run(
      Dsn dsn,
      Options options,
      Settings.Migrate settings,
      CancellationToken stop,
      Consumer<String> story) {
    return new SchemaDump(dsn, options, settings, stop, story).run();
  }

  private String run() {
    if (options.format() == Format.SQL) {
      dumper();
    }
    if (options.live()) {
      driver
          .missingDatabase(dsn)
          .ifPresent(
              what -> {
                throw SlipwayException.usageError(what + " does not exist")
                    .hint("without --live, the schema of the migrations is written");
              });
    }
    ResolvedMigrations files = ResolvedMigrations.load(settings, driver);
    List<MigrationFile> migrations = new ArrayList<>();
    files.fromEmptySchema().forEach(one -> migrations.add(one.up()));
    migrations.addAll(files.repeatable());
    StepReader reader = new StepReader(driver, Placeholders.of(settings));
    List<MigrationStep> steps =
        migrations.stream().map(file -> reader.read(file, Direction.UP)).toList();
    Optional<ScratchInit> init = ScratchInit.read(options.scratch(), driver);
    List<SqlFile> scripts = ScratchInit.files(init, steps);
    if (!options.live()) {
      IsolationCheck.require(dsn, options.scratch(), scripts, reader::mask, settings, story);
    }
    try (CancellationToken.Run _ = stop.begin()) {
      return options.live()
          ? ofDatabase(migrations, scripts)
          : ofMigrations(migrations, init, scripts);
    } catch (SQLException e) {
      throw SlipwayException.of(
              driver.exitCode(e),
              "cannot look at the schema of "
                  + dsn.target()
                  + ": "
                  + SqlExceptions.describe(e, dsn))
          .cause(e);
    }
  }

  private String ofDatabase(List<MigrationFile> migrations, List<SqlFile> scripts)
      throws SQLException {
    try (Connection connection =
        Connections.connect(
            dsn,
            new SessionOptions(
                "slipway dump", settings.ddlLockTimeout(), settings.statementTimeout(), false),
            settings.waitForDatabase(),
            story)) {
      return text(read(connection), Set.of(), statements(connection), migrations, scripts);
    }
  }

  private String ofMigrations(
      List<MigrationFile> migrations, Optional<ScratchInit> init, List<SqlFile> scripts)
      throws SQLException {
    SchemaContents contents;
    Set<String> environment;
    List<String> statements;
    try (ScratchDatabase scratch = openScratch(init, scripts)) {
      try (MigrationService service =
          MigrationService.connect(scratch.dsn(), settings, stop, new MessageReporter(story))) {
        if (init.isPresent()) {
          ScratchInit.startHistory(service);
        }
        service.apply(service.plan(Direction.UP, Target.all()), false);
      }
      contents = read(scratch.connection());
      environment = scratch.environment();
      statements = statements(scratch.connection());
    }
    return text(contents, environment, statements, migrations, scripts);
  }

  private String text(
      SchemaContents contents,
      Set<String> environment,
      List<String> statements,
      List<MigrationFile> migrations,
      List<SqlFile> scripts)
      throws SQLException {
    requireReadable(contents);
    if (options.format() == Format.MODEL) {
      return SchemaModelFile.of(contents, environment, migrations).write(driver);
    }
    requireEqual(contents, statements, scripts);
    return dumper().script(statements);
  }

  private ScratchDatabase openScratch(Optional<ScratchInit> init, List<SqlFile> scripts) {
    return ScratchDatabase.open(
        dsn, options.scratch().given(), List.of(), init, scripts, settings, story);
  }

  private SchemaContents read(Connection connection) throws SQLException {
    return driver.schemaReader().read(connection, excluded());
  }

  private List<String> statements(Connection connection) throws SQLException {
    return options.format() == Format.SQL ? dumper().statements(connection, excluded()) : List.of();
  }

  private SchemaDumper dumper() {
    return driver
        .schemaDumper()
        .orElseThrow(
            () ->
                SlipwayException.usageError("no SQL can be written for " + driver.name())
                    .hint("--format model writes the schema for `verify --expect`"));
  }

  private Set<String> excluded() {
    return Set.of(settings.table(), MigrationService.SCRATCH_MARK);
  }

  private static void requireReadable(SchemaContents contents) {
    if (!contents.unread().isEmpty()) {
      throw SlipwayException.of(
          ExitCode.MIGRATION,
          "the schema cannot be written, because not everything can be read\n"
              + String.join("\n", contents.unread()));
    }
  }

  /** Loads the statements into another scratch database and compares the schemas. */
  private void requireEqual(SchemaContents contents, List<String> statements, List<SqlFile> scripts)
      throws SQLException {
    try (ScratchDatabase scratch = openScratch(Optional.empty(), scripts)) {
      try (Connection session = scratch.newConnection()) {
        for (String statement : statements) {
          stop.requireNotOver();
          try {
            SqlQueries.execute(session, statement);
          } catch (SQLException e) {
            throw SlipwayException.of(
                    ExitCode.MIGRATION,
                    "the dump cannot be loaded into an empty database: "
                        + SqlExceptions.describe(e, dsn)
                        + "\n"
                        + statement)
                .cause(e);
          }
        }
      }
      List<String> lacking =
          SchemaModel.of(read(scratch.connection())).differences(SchemaModel.of(contents)).stream()
              .filter(
                  difference ->
                      dumper().writesGrants()
                          || !difference.property().equals(Optional.of(SchemaObject.GRANTS)))
              .map(difference -> difference.describe("cannot be written", "is created in addition"))
              .toList();
      if (!lacking.isEmpty()) {
        throw SlipwayException.of(
                ExitCode.MIGRATION,
                "the schema cannot be written as SQL completely\n"
                    + String.join(
                        "\n", lacking.subList(0, Math.min(DIFFERENCES_MAX, lacking.size())))
                    + (lacking.size() > DIFFERENCES_MAX
                        ? "\nand " + (lacking.size() - DIFFERENCES_MAX) + " more"
                        : ""))
            .hint("`verify --expect` compares them too, with a file of --format model");
      }
    }
  }
}
