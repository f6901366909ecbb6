package dev.slipway.cli;

import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.migration.CancellationToken;
import dev.slipway.migration.HistoryImport;
import dev.slipway.migration.ImportRequest;
import dev.slipway.migration.MigrationCreator;
import dev.slipway.migration.MigrationFile;
import dev.slipway.migration.MigrationPlan;
import dev.slipway.migration.MigrationService;
import dev.slipway.migration.MigrationStatus;
import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.MigrationStep.Direction;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.migration.ProgressReporter;
import dev.slipway.migration.RepairAction;
import dev.slipway.verify.SchemaDump;
import dev.slipway.verify.ScratchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import picocli.CommandLine;

/**
 * {@code slipway migrate sql …}: words to one call of {@link MigrationService}, and back to words.
 */
final class MigrateCommand extends BaseCommand {
  /** What stands after {@code migrate sql}. */
  static final List<String> COMMANDS =
      List.of(
          "up",
          "down",
          "status",
          "repair",
          "baseline",
          "adopt",
          "create",
          "lint",
          "test",
          "verify",
          "dump",
          "generate",
          "squash");

  /** The command above them, which migrates by itself. */
  private static final String NAME = "sql";

  private MigrateCommand(CommandContext context) {
    super(context, "migrate", "Brings a database's schema to another version.");
    examples("slipway migrate sql -e --yes", "slipway migrate sql status -e");
  }

  /** The command with these of {@link #COMMANDS} below it. */
  static CommandLine line(CommandContext context, List<String> commands) {
    CommandLine sql =
        new Up(context, NAME, "Migrates with SQL files; without a command of its own, `up`.")
            .line();
    for (String name : commands) {
      // Each becomes its words at once: a common type of them would load them all.
      sql.addSubcommand(
          switch (name) {
            case "up" ->
                new Up(
                        context,
                        "up",
                        "Applies everything that is pending, after showing the plan and asking.")
                    .line();
            case "down" -> new Down(context).line();
            case "status" -> new StatusOf(context).line();
            case "repair" -> new RepairOf(context).line();
            case "baseline" -> new BaselineAt(context).line();
            case "adopt" -> new Adopt(context).line();
            case "create" -> new Create(context).line();
            case "lint" -> new LintCommand(context).line();
            case "test" -> new TestCommand(context).line();
            case "verify" -> new VerifyCommand(context).line();
            case "dump" -> new DumpCommand(context).line();
            case "generate" -> new GenerateCommand(context).line();
            case "squash" -> new SquashCommand(context).line();
            default -> throw new IllegalStateException(name);
          });
    }
    return new MigrateCommand(context).line().addSubcommand(sql);
  }

  @Override
  ExitCode run() {
    throw usageError("say what to migrate: sql");
  }

  /** What all of them share: where the database is, and who listens. */
  private abstract static class Sql extends BaseCommand implements ProgressReporter {
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z_-]*");

    /** Another thread may add to it than the one that prints it. */
    final List<Map<String, Object>> completed = new CopyOnWriteArrayList<>();

    private int planned;
    private int finished;

    Sql(CommandContext context, String name, String description) {
      super(context, name, description);
    }

    /** The words that all of them end with. */
    final void common() {
      formatOption();
      argument(
          "DSN", "0..1", "The database; without it, DSN, DSN_FILE, DATABASE_* or the file say it.");
      databaseSource();
      settings(
          Setting.DSN,
          Setting.DSN_FILE,
          Setting.MIGRATE_PATH,
          Setting.MIGRATE_EXCLUDE,
          Setting.MIGRATE_FILE_FORMAT,
          Setting.MIGRATE_RECURSIVE,
          Setting.MIGRATE_TABLE,
          Setting.MIGRATE_SCHEMA,
          Setting.MIGRATE_PLACEHOLDERS,
          Setting.MIGRATE_WAIT,
          Setting.MIGRATE_TIMEOUT,
          Setting.MIGRATE_LOCK_TIMEOUT,
          Setting.MIGRATE_DDL_LOCK_TIMEOUT,
          Setting.MIGRATE_STATEMENT_TIMEOUT);
    }

    /** Which argument is the DSN. */
    int dsnIndex() {
      return 0;
    }

    @Override
    final ExitCode run() {
      argument(dsnIndex()).ifPresent(this::rejectCommand);
      checkArguments();
      Settings settings = settings(argument(dsnIndex()));
      Dsn database = writableDatabase(settings, writes());
      CancellationToken stop = new CancellationToken(settings.migrate().timeout());
      return new DeadlineRunner(stop, context.signals().get())
          .run(
              () -> {
                try (MigrationService migrations =
                    createsDatabase()
                        ? MigrationService.connect(database, settings.migrate(), stop, this)
                        : MigrationService.connectWithoutCreating(
                            database, settings.migrate(), stop, this)) {
                  ExitCode code = run(migrations);
                  if (code != ExitCode.DONE) {
                    return code;
                  }
                }
                finish(database, settings.migrate(), stop);
                return ExitCode.DONE;
              });
    }

    /** What follows when the command has done its work, without its connection. */
    void finish(Dsn database, Settings.Migrate settings, CancellationToken stop) {}

    /**
     * Whether a database that does not exist is created at once, as far as connecting creates it.
     */
    boolean createsDatabase() {
      return false;
    }

    /** Rejects wrong arguments before the settings, whose errors would hide the cause. */
    void checkArguments() {}

    /** A misspelled command stands where the DSN does. */
    private void rejectCommand(String argument) {
      if (spec.name().equals(NAME)
          && WORD.matcher(argument).matches()
          && !Drivers.isShorthand(argument)) {
        throw usageError(
            CommandSuggestions.unknownCommand(argument, spec.commandLine(), Cli.line(context)));
      }
    }

    abstract ExitCode run(MigrationService migrations);

    /** Whether the command needs a host that accepts writes. */
    boolean writes() {
      return true;
    }

    final void expect(int steps) {
      planned = steps;
    }

    final void answer(String text) {
      out().println(text);
    }

    @Override
    public final void log(String line) {
      context.terminal().log(line);
    }

    @Override
    public final void started(MigrationStep step) {
      String verb = step.direction() == Direction.UP ? "applying " : "rolling back ";
      context.terminal().log(verb + step.label());
      context.terminal().progress(finished, planned);
    }

    @Override
    public final void completed(MigrationStep step, Duration time) {
      completed.add(MigrationReports.completed(step, time));
      finished++;
      String verb = step.direction() == Direction.UP ? "applied " : "rolled back ";
      context.terminal().log(verb + step.label() + " (" + time.toMillis() + " ms)");
      context.terminal().progress(finished, planned);
      if (finished == planned) {
        context.terminal().clear();
      }
    }

    /**
     * Asks before something is changed, without holding on to the database meanwhile.
     *
     * @param question without the target and the question mark
     */
    final boolean confirmed(MigrationService migrations, String question) {
      if (has("--yes")) {
        return true;
      }
      migrations.disconnect();
      if (!confirmed(question + " on " + migrations.target() + "?")) {
        answer("------------ WARNING ------------\nMigration aborted.");
        return false;
      }
      migrations.reconnect();
      return true;
    }
  }

  /** What up and down share: plan, question, run. */
  private abstract static class Run extends Sql {
    private static final String IGNORE_MISSING = "--ignore-missing";
    private static final String DUMP = "--dump";

    private final Direction direction;
    private boolean upToDate;

    Run(CommandContext context, String name, Direction direction, String description) {
      super(context, name, description);
      this.direction = direction;
      flag("Do not ask.", "-y", "--yes");
      flag("Show the plan and its SQL, and change nothing.", "--dry-run");
      flag("All of it in one transaction: everything or nothing. PostgreSQL, SQLite.", "--atomic");
      option("N", "At most so many migrations.", "--steps");
      option(
          "VERSION",
          switch (direction) {
            case UP -> "The last to apply.";
            case DOWN -> "The one to keep, 0 for none.";
          },
          "--to");
      if (direction == Direction.UP) {
        flag(
            "Apply pending migrations although the history contains versions that no file has "
                + "(Missing or Future); repeatable ones are skipped.",
            IGNORE_MISSING);
        option(
            "FILE",
            "Afterwards, write the schema that the migrations create, as `dump` does.",
            DUMP);
      }
      common();
    }

    @Override
    void checkArguments() {
      if (value(DUMP).equals(Optional.of("-")) && context.document().requested()) {
        throw usageError("--dump - and --format both write to standard output: name a file");
      }
    }

    /** What is confirmed at the terminal creates it later. */
    @Override
    boolean createsDatabase() {
      return direction == Direction.UP && has("--yes") && !has("--dry-run");
    }

    @Override
    ExitCode run(MigrationService migrations) {
      if (direction == Direction.UP && migrations.appliesBundledSchema()) {
        log("the migrations are the schema of the bundled service, because --path names no others");
      }
      MigrationPlan plan = migrations.plan(direction, target());
      plan.warnings().forEach(warning -> log("warning: " + warning));
      context.document().put("target", migrations.target());
      context.document().put("direction", direction.name().toLowerCase(Locale.ROOT));
      context.document().put("warnings", plan.warnings());
      context.document().put("planned", MigrationReports.steps(plan));
      context.document().put("completed", completed);
      if (plan.steps().isEmpty()) {
        answer(nothing(plan));
        upToDate = true;
        return ExitCode.DONE;
      }
      answer("The target is " + migrations.target() + ".");
      out().print(MigrationReports.plan(plan));
      if (has("--dry-run") || !has("--yes")) {
        MigrationReports.writeSql(plan, out());
      }
      out().flush();
      if (has("--dry-run")
          || !confirmed(migrations, "Do you wish to execute this migration plan")) {
        return ExitCode.DONE;
      }
      expect(plan.steps().size());
      migrations.apply(plan, has("--atomic"));
      upToDate = true;
      answer("------------ SUCCESS ------------\nSuccessfully applied migrations!");
      return ExitCode.DONE;
    }

    @Override
    void finish(Dsn database, Settings.Migrate settings, CancellationToken stop) {
      Optional<String> file = direction == Direction.UP ? value(DUMP) : Optional.empty();
      if (file.isPresent() && upToDate) {
        SchemaDump.Options options =
            new SchemaDump.Options(
                new ScratchOptions(Optional.empty(), false, Optional.empty()),
                false,
                SchemaDump.Format.SQL);
        new SchemaFile(file.get())
            .write(
                SchemaDump.run(database, options, settings, stop, context.terminal()::log),
                context.terminal());
      }
    }

    private String nothing(MigrationPlan plan) {
      return switch (direction) {
        case UP ->
            plan.warnings().isEmpty()
                ? "The schema is up to date, there is nothing to apply."
                : "Nothing was applied.";
        case DOWN -> "There are apparently no migrations to roll back.";
      };
    }

    private MigrationPlan.Target target() {
      Optional<String> steps = value("--steps");
      Optional<String> to = value("--to");
      if (steps.isPresent() && to.isPresent()) {
        throw usageError("--steps and --to are two answers to one question: give one");
      }
      if (steps.isPresent() && !steps.get().matches("[1-9]\\d{0,8}")) {
        throw usageError("--steps " + steps.get() + ": it must be a whole number, 1 or more");
      }
      return new MigrationPlan.Target(
          to.map(text -> version("--to " + text, text)),
          steps.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(steps.get())),
          direction == Direction.UP && has(IGNORE_MISSING));
    }
  }

  private static final class Up extends Run {
    Up(CommandContext context, String name, String description) {
      super(context, name, Direction.UP, description);
      examples(
          "slipway migrate sql up -e --yes",
          "slipway migrate sql up --path ./migrations postgres://app@localhost/app",
          "slipway migrate sql up --dry-run sqlite://app.sqlite");
    }
  }

  private static final class Down extends Run {
    Down(CommandContext context) {
      super(
          context,
          "down",
          Direction.DOWN,
          "Rolls back the newest migration, or as many as --steps or --to say.");
      examples(
          "slipway migrate sql down -e --yes", "slipway migrate sql down -e --to 20240101000000");
    }
  }

  private static final class StatusOf extends Sql {
    StatusOf(CommandContext context) {
      super(context, "status", "Lists every migration and whether it is applied.");
      flag("Wait until no version is pending, or --timeout.", "--block");
      flag("End with 3 when something is pending.", "--exit-code");
      common();
      examples(
          "slipway migrate sql status -e",
          "slipway migrate sql status -e --block --timeout 5m",
          "slipway migrate sql status -e --exit-code --format json");
    }

    @Override
    boolean writes() {
      return false;
    }

    @Override
    ExitCode run(MigrationService migrations) {
      MigrationStatus status =
          has("--block") ? migrations.awaitNothingPending() : migrations.status();
      if (context.document().requested()) {
        context.document().list("migrations", MigrationReports.statusObjects(status));
      } else {
        out().print(MigrationReports.status(status));
      }
      status.unmanaged().ifPresent(this::log);
      status.otherHistories().ifPresent(this::log);
      status.lines().stream()
          .flatMap(line -> line.issue().stream())
          .filter(issue -> issue.kind() != MigrationStatus.Issue.Kind.FOREIGN)
          .forEach(issue -> log(issue.message()));
      if (status.pending()) {
        log(status.schema().message());
      }
      List<String> repeatables = status.pendingRepeatables();
      if (!repeatables.isEmpty()) {
        log("repeatable migrations pending: " + String.join(", ", repeatables));
      }
      status
          .mismatch()
          .ifPresent(
              fault -> {
                throw fault;
              });
      return has("--exit-code") && (status.pending() || !repeatables.isEmpty())
          ? ExitCode.PENDING
          : ExitCode.DONE;
    }
  }

  private static final class RepairOf extends Sql {
    RepairOf(CommandContext context) {
      super(
          context,
          "repair",
          "Clears what a crash, an edit, or a renumbered file has left in the history, naming each "
              + "first.");
      flag("Do not ask.", "-y", "--yes");
      options(
          "VERSION",
          "Remove this version's row from the history; only a version that no file "
              + "has. Repeatable.",
          "--forget");
      common();
      examples(
          "slipway migrate sql repair -e", "slipway migrate sql repair -e --forget 20240101000000");
    }

    @Override
    ExitCode run(MigrationService migrations) {
      List<MigrationVersion> forget =
          values("--forget").stream().map(text -> version("--forget " + text, text)).toList();
      List<RepairAction> findings = migrations.repairActions(forget);
      context.document().put("target", migrations.target());
      context.document().put("findings", findings.stream().map(RepairOf::object).toList());
      context.document().put("repaired", false);
      if (findings.isEmpty()) {
        answer("There is nothing to repair.");
        return ExitCode.DONE;
      }
      for (RepairAction finding : findings) {
        answer(
            finding.problem()
                + "\n  repair: "
                + finding.remedy()
                + "\n  look at: "
                + finding.precaution());
      }
      if (confirmed(migrations, "Do you wish to repair this")) {
        migrations.repair(findings, forget);
        context.document().put("repaired", true);
        answer("Repaired.");
      }
      return ExitCode.DONE;
    }

    private static Map<String, String> object(RepairAction finding) {
      return Map.of(
          "problem", finding.problem(),
          "repair", finding.remedy(),
          "look_at", finding.precaution());
    }
  }

  private static final class BaselineAt extends Sql {
    BaselineAt(CommandContext context) {
      super(
          context,
          "baseline",
          "Says up to which version a schema without a history is migrated already.");
      flag("Do not ask.", "-y", "--yes");
      argument("VERSION", "1", "The newest version that the schema has.");
      common();
      examples("slipway migrate sql baseline 20240101000000 -e --yes");
    }

    @Override
    int dsnIndex() {
      return 1;
    }

    @Override
    boolean createsDatabase() {
      return true;
    }

    @Override
    void checkArguments() {
      String text = argument(0).orElseThrow();
      if (text.contains(":")) {
        throw usageError("missing required parameter: 'VERSION'")
            .hint("slipway migrate sql baseline VERSION DSN");
      }
      version(text, text);
    }

    @Override
    ExitCode run(MigrationService migrations) {
      String text = argument(0).orElseThrow();
      MigrationVersion baseline = version(text, text);
      context.document().put("target", migrations.target());
      context.document().put("version", baseline.toString());
      context.document().put("recorded", false);
      // Scripts from before --yes run it without a terminal, so only a terminal is asked.
      if (context.terminal().live()
          && !confirmed(migrations, "Do you wish to start the history at version " + baseline)) {
        return ExitCode.DONE;
      }
      migrations.baseline(baseline);
      context.document().put("recorded", true);
      if (migrations.isAboveFiles(baseline)) {
        log("warning: no file has the version " + baseline + " or a later one");
      }
      answer("The history of " + migrations.target() + " begins at version " + baseline + ".");
      return ExitCode.DONE;
    }
  }

  private static final class Adopt extends Sql {
    Adopt(CommandContext context) {
      super(
          context,
          "adopt",
          "Imports the history of another migration tool, and runs no migration.");
      flag("Do not ask.", "-y", "--yes");
      option(
          "NAME",
          "The other tool's table, where it does not have the default name; SCHEMA.NAME in another"
              + " schema.",
          "--from-table");
      option(
          "VERSION",
          "Count everything up to this version as applied: for Liquibase and Alembic, whose IDs are"
              + " not versions, and for applied versions whose files no longer exist.",
          "--at");
      flag(
          "Record files although their content is not what the other tool applied.",
          "--ignore-checksums");
      common();
      examples(
          "slipway migrate sql adopt -e --path ./migrations",
          "slipway migrate sql adopt -e --from-table my_migrations --yes",
          "slipway migrate sql adopt -e --at 20240101000000");
    }

    @Override
    void checkArguments() {
      request();
    }

    private ImportRequest request() {
      return new ImportRequest(
          value("--from-table"),
          value("--at").map(text -> version("--at " + text, text)),
          has("--ignore-checksums"));
    }

    @Override
    ExitCode run(MigrationService migrations) {
      ImportRequest request = request();
      HistoryImport adoption = migrations.readImport(request);
      context.document().put("target", migrations.target());
      context.document().put("tool", adoption.tool());
      context.document().put("table", adoption.table());
      adoption
          .baseline()
          .ifPresent(version -> context.document().put("baseline", version.toString()));
      context.document().put("applied", files(adoption.applied()));
      context.document().put("pending", files(adoption.pending()));
      context.document().put("notes", adoption.notes());
      context.document().put("recorded", false);
      int count = adoption.applied().size();
      answer(
          "The history of "
              + adoption.tool()
              + " is in "
              + adoption.table()
              + ". "
              + (count + adoption.pending().size() == 0
                  ? "No file has a migration to be recorded or to be applied later."
                  : "To be recorded as applied, without running them: "
                      + count
                      + " of "
                      + (count + adoption.pending().size())));
      adoption
          .baseline()
          .ifPresent(
              version -> answer("The history starts with a baseline at version " + version + "."));
      adoption.applied().stream().map(MigrationFile::label).forEach(this::answer);
      adoption.pending().stream()
          .findFirst()
          .ifPresent(first -> answer("The rest stays pending, the first is " + first.label()));
      adoption.notes().forEach(this::answer);
      if (confirmed(migrations, "Do you wish to record this")) {
        migrations.importHistory(adoption, request);
        context.document().put("recorded", true);
        answer(
            "Recorded "
                + count
                + " as applied on "
                + migrations.target()
                + "; "
                + adoption.table()
                + " was left as it is.");
      }
      return ExitCode.DONE;
    }

    private static List<Map<String, Object>> files(List<MigrationFile> files) {
      return files.stream().map(MigrationReports::file).toList();
    }
  }

  private static final class Create extends BaseCommand {
    Create(CommandContext context) {
      super(
          context,
          "create",
          "Makes the files of a new migration, up and down, with the next "
              + "version, and prints where they are.");
      argument("NAME", "1", "What it does, as in add_email.");
      settings(
          Setting.MIGRATE_PATH,
          Setting.MIGRATE_EXCLUDE,
          Setting.MIGRATE_FILE_FORMAT,
          Setting.MIGRATE_RECURSIVE);
      options(
          "DATABASE",
          "A pair for this database alone: postgres, mysql, cockroach or sqlite3.",
          "--dialect");
      flag("For what no transaction takes.", "--autocommit");
      formatOption();
      examples(
          "slipway migrate sql create add_email --path ./migrations",
          "slipway migrate sql create index_email --path ./migrations --dialect postgres "
              + "--autocommit");
    }

    @Override
    ExitCode run() {
      Settings.Migrate settings = settings(Optional.empty()).migrate();
      if (settings.paths().size() != 1) {
        throw usageError("say into which folder: --path, once");
      }
      List<Path> files =
          MigrationCreator.create(
              settings,
              argument(0).orElseThrow(),
              values("--dialect"),
              has("--autocommit"),
              LocalDateTime.now(ZoneOffset.UTC));
      files.forEach(out()::println);
      context.document().put("files", files.stream().map(Path::toString).toList());
      return ExitCode.DONE;
    }
  }
}
