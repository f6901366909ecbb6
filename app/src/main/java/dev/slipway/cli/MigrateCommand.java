package dev.slipway.cli;

import dev.slipway.cli.Reports.Format;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.db.Dsn;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.Finding;
import dev.slipway.migrate.Migrations;
import dev.slipway.migrate.Plan;
import dev.slipway.migrate.Reporter;
import dev.slipway.migrate.Status;
import dev.slipway.migrate.Step;
import dev.slipway.migrate.Step.Direction;
import dev.slipway.migrate.StopSignal;
import dev.slipway.migrate.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway migrate sql …}: words to one call of {@link Migrations}, and back to words. */
@Command(
    name = "migrate",
    description = "Brings a database's schema to another version.",
    synopsisSubcommandLabel = "sql",
    subcommands = {})
final class MigrateCommand implements Runnable {
  @Spec private CommandSpec spec;

  private MigrateCommand() {}

  /** The command with everything below it. */
  static CommandLine commandLine(Context context) {
    CommandLine sql = new CommandLine(new Up(context));
    sql.getCommandSpec().name("sql");
    sql.getCommandSpec().usageMessage().description(
        "Migrates with SQL files; without a command of its own, `up`.");
    List<Sql> commands = List.of(new Up(context), new Down(context), new StatusOf(context),
        new RepairOf(context), new BaselineAt(context));
    for (Sql command : commands) {
      CommandLine line = new CommandLine(command);
      declare(line);
      sql.addSubcommand(line);
    }
    declare(sql);
    return new CommandLine(new MigrateCommand()).addSubcommand(sql);
  }

  private static void declare(CommandLine line) {
    Context.declare(line.getCommandSpec(), Setting.DSN, Setting.DSN_FILE, Setting.MIGRATE_PATH, Setting.MIGRATE_TABLE, Setting.MIGRATE_PLACEHOLDERS,
        Setting.MIGRATE_WAIT, Setting.MIGRATE_TIMEOUT, Setting.MIGRATE_LOCK_TIMEOUT,
        Setting.MIGRATE_DDL_LOCK_TIMEOUT, Setting.MIGRATE_STATEMENT_TIMEOUT);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "say what to migrate: sql");
  }

  /** What all of them share: where the database is, and who listens. */
  private abstract static class Sql implements Callable<Integer>, Reporter {
    final Context context;
    final StopSignal stop = new StopSignal();
    @Spec CommandSpec spec;
    private int planned;
    private int finished;

    @Parameters(arity = "0..1", paramLabel = "DSN",
        description = "The database; without it, DSN, DSN_FILE, DATABASE_* or the file say it.")
    String dsn;

    @Option(names = {"-e", "--read-from-env"},
        description = "Read the DSN from the environment, as is done anyway without the argument.")
    boolean readFromEnvironment;

    Sql(Context context) {
      this.context = context;
    }

    @Override
    public final Integer call() {
      Settings settings = context.settings(spec, dsn);
      context.signals().get().then(stop::request);
      return call(settings, Context.dsn(settings)).number();
    }

    abstract ExitCode call(Settings settings, Dsn database);

    Migrations connect(Settings settings, Dsn database) {
      return Migrations.connect(database, settings.migrate(), stop, this);
    }

    void expect(int steps) {
      planned = steps;
    }

    @Override
    public void story(String line) {
      context.terminal().story(line);
    }

    @Override
    public void done(Step step, Duration time) {
      finished++;
      String verb = step.direction() == Direction.UP ? "applied " : "rolled back ";
      context.terminal().story(verb + step.label() + " (" + time.toMillis() + " ms)");
      context.terminal().progress(finished, planned);
      if (finished == planned) {
        context.terminal().clear();
      }
    }

    /** Asks before something is changed; without anybody to answer, nothing is. */
    boolean confirmed(boolean yes, String question, Runnable beforeAsking) {
      if (yes) {
        return true;
      }
      beforeAsking.run();
      context.terminal().err()
          .println("To skip the next question use flag --yes (at your own risk).");
      Optional<Boolean> answer = context.terminal().ask(question);
      if (answer.isEmpty()) {
        throw Fault.usage("there is nobody to answer the question, so nothing was changed")
            .hint("say --yes where no person sits at the terminal");
      }
      if (!answer.get()) {
        context.terminal().out().println("------------ WARNING ------------\nMigration aborted.");
      }
      return answer.get();
    }
  }

  /** What up and down share: plan, question, run. */
  private abstract static class Run extends Sql {
    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    boolean yes;

    @Option(names = "--dry-run",
        description = "Show the plan and its SQL, and change nothing.")
    boolean dryRun;

    @Option(names = "--atomic",
        description = "All of it in one transaction: everything or nothing. PostgreSQL, SQLite.")
    boolean atomic;

    @Option(names = "--steps", paramLabel = "N", description = "At most so many migrations.")
    Integer steps;

    @Option(names = "--to", paramLabel = "VERSION",
        description = "Up: the last to apply. Down: the one to keep, 0 for none.")
    String to;

    Run(Context context) {
      super(context);
    }

    ExitCode run(Settings settings, Dsn database, Direction direction) {
      Plan.Target target = target();
      try (Migrations migrations = connect(settings, database)) {
        Plan plan = migrations.plan(direction, target);
        plan.remarks().forEach(this::story);
        if (plan.steps().isEmpty()) {
          context.terminal().out().println(nothing(direction, plan));
          return ExitCode.DONE;
        }
        context.terminal().out().print(Reports.plan(plan));
        context.terminal().out().flush();
        if (dryRun) {
          return ExitCode.DONE;
        }
        boolean asked = !yes;
        if (!confirmed(yes, "Do you wish to execute this migration plan?",
            migrations::disconnect)) {
          return ExitCode.DONE;
        }
        if (asked) {
          migrations.reconnect();
        }
        expect(plan.steps().size());
        int done = migrations.apply(plan, atomic);
        if (done < plan.steps().size()) {
          story((plan.steps().size() - done) + " of " + plan.steps().size()
              + " were done by another migrator meanwhile");
        }
        context.terminal().out().println(
            "------------ SUCCESS ------------\nSuccessfully applied migrations!");
        return ExitCode.DONE;
      }
    }

    private static String nothing(Direction direction, Plan plan) {
      return switch (direction) {
        case UP -> plan.remarks().isEmpty()
            ? "The schema is up to date, there is nothing to apply."
            : "Nothing was applied.";
        case DOWN -> "There are apparently no migrations to roll back.";
      };
    }

    private Plan.Target target() {
      if (steps != null && to != null) {
        throw Fault.usage("--steps and --to are two answers to one question").hint("give one");
      }
      if (steps != null && steps < 1) {
        throw Fault.usage("--steps " + steps + ": it has to be 1 or more");
      }
      try {
        return new Plan.Target(Optional.ofNullable(to).map(Version::of),
            steps == null ? OptionalInt.empty() : OptionalInt.of(steps));
      } catch (IllegalArgumentException e) {
        throw Fault.usage("--to " + to + ": a version is a number, or numbers with dots").cause(e);
      }
    }
  }

  @Command(name = "up", sortOptions = false,
      description = "Applies everything that is pending, after showing the plan and asking.",
      footer = {"", "Examples:",
          "  slipway migrate sql up -e --yes",
          "  slipway migrate sql up --path ./migrations postgres://app@localhost/app",
          "  slipway migrate sql up --dry-run sqlite://app.sqlite"})
  private static final class Up extends Run {
    Up(Context context) {
      super(context);
    }

    @Override
    ExitCode call(Settings settings, Dsn database) {
      return run(settings, database, Direction.UP);
    }
  }

  @Command(name = "down", sortOptions = false,
      description = "Rolls back the newest migration, or as many as --steps or --to say.",
      footer = {"", "Examples:",
          "  slipway migrate sql down -e --yes",
          "  slipway migrate sql down -e --to 20240101000000"})
  private static final class Down extends Run {
    Down(Context context) {
      super(context);
    }

    @Override
    ExitCode call(Settings settings, Dsn database) {
      return run(settings, database, Direction.DOWN);
    }
  }

  @Command(name = "status", sortOptions = false,
      description = "Lists every migration and whether it is applied.",
      footer = {"", "Examples:",
          "  slipway migrate sql status -e",
          "  slipway migrate sql status -e --block --timeout 5m",
          "  slipway migrate sql status -e --exit-code --format json"})
  private static final class StatusOf extends Sql {
    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "table",
        description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    Format format;

    @Option(names = "--block", description = "Wait until nothing is pending, or --timeout.")
    boolean block;

    @Option(names = "--exit-code", description = "End with 3 when something is pending.")
    boolean exitCode;

    StatusOf(Context context) {
      super(context);
    }

    @Override
    ExitCode call(Settings settings, Dsn database) {
      try (Migrations migrations = connect(settings, database)) {
        Status status = block ? migrations.awaitNothingPending() : migrations.status();
        context.terminal().out().print(Reports.status(status, format));
        if (!status.schema().words().isEmpty()) {
          story(status.schema().words());
        }
        return exitCode && status.pending() ? ExitCode.PENDING : ExitCode.DONE;
      }
    }
  }

  @Command(name = "repair", sortOptions = false,
      description = "Clears what a crash or an edit has left in the history, naming each first.",
      footer = {"", "Example:", "  slipway migrate sql repair -e"})
  private static final class RepairOf extends Sql {
    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    boolean yes;

    RepairOf(Context context) {
      super(context);
    }

    @Override
    ExitCode call(Settings settings, Dsn database) {
      try (Migrations migrations = connect(settings, database)) {
        List<Finding> findings = migrations.findings();
        if (findings.isEmpty()) {
          context.terminal().out().println("There is nothing to repair.");
          return ExitCode.DONE;
        }
        for (Finding finding : findings) {
          context.terminal().out().println(finding.what() + "\n  repair: " + finding.remedy()
              + "\n  look at: " + finding.watch());
        }
        if (!confirmed(yes, "Do you wish to repair this?", migrations::disconnect)) {
          return ExitCode.DONE;
        }
        if (!yes) {
          migrations.reconnect();
        }
        migrations.repair(findings);
        context.terminal().out().println("Repaired.");
        return ExitCode.DONE;
      }
    }
  }

  @Command(name = "baseline", sortOptions = false,
      description = "Says up to which version a schema without a history is migrated already.",
      footer = {"", "Example:", "  slipway migrate sql baseline 20240101000000 -e"})
  private static final class BaselineAt extends Sql {
    @Parameters(index = "0", paramLabel = "VERSION",
        description = "The newest version that the schema has.")
    String version;

    BaselineAt(Context context) {
      super(context);
    }

    @Override
    ExitCode call(Settings settings, Dsn database) {
      Version baseline;
      try {
        baseline = Version.of(version);
      } catch (IllegalArgumentException e) {
        throw Fault.usage(version + ": a version is a number, or numbers with dots").cause(e);
      }
      try (Migrations migrations = connect(settings, database)) {
        migrations.baseline(baseline);
        context.terminal().out().println("The history of " + migrations.target()
            + " begins at version " + baseline + ".");
        return ExitCode.DONE;
      }
    }
  }
}
