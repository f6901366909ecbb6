package dev.slipway.cli;

import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The front door: arguments and environment in, words and an exit code out. */
public final class Cli {
  private Cli() {}

  /**
   * Runs one command inside of a process that goes on afterwards.
   *
   * @param arguments as after {@code slipway}
   * @param environment the only environment that is looked at
   * @return the exit code
   */
  public static int run(String[] arguments, Map<String, String> environment, InputStream in,
      PrintStream out, PrintStream err) {
    return run(arguments, environment, in, out, err, Signals::none);
  }

  /** The same for a process of its own, whose signals and log are the command's. */
  public static int process(String[] arguments, Map<String, String> environment, InputStream in,
      PrintStream out, PrintStream err) {
    Logs.toStandardError();
    return run(arguments, environment, in, out, err, Signals::take);
  }

  private static int run(String[] arguments, Map<String, String> environment, InputStream in,
      PrintStream out, PrintStream err, Supplier<Signals> signals) {
    Context context = new Context(environment, Terminal.of(environment, in, out, err), signals);
    Root root = new Root();
    CommandLine line = new CommandLine(root)
        .addSubcommand(new CommandLine(new ServeCommand(context)))
        .addSubcommand(MigrateCommand.commandLine(context))
        .addSubcommand(new CommandLine(new HealthCommand(context)))
        .addSubcommand(new CommandLine(new VersionCommand(context)))
        .addSubcommand(new CommandLine(new CompletionCommand(context)));
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    line.setUsageHelpAutoWidth(true);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setColorScheme(CommandLine.Help.defaultColorScheme(
        context.terminal().colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setExitCodeExceptionMapper(_ -> ExitCode.FAULT.number());
    line.setParameterExceptionHandler((e, _) -> misused(e, err));
    line.setExecutionExceptionHandler((e, _, _) -> failed(e, root.debug, context.terminal()));
    int code = line.execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  /** The one place where a failure becomes words and an exit code. */
  private static int failed(Exception e, boolean debug, Terminal terminal) {
    terminal.clear();
    PrintStream err = terminal.err();
    Fault fault = e instanceof Fault known
        ? known
        : Fault.of(ExitCode.FAULT, "a fault of Slipway's own: " + e)
            .hint("run it again with --debug and report what it prints")
            .cause(e);
    err.println(terminal.alarm("slipway:") + " " + fault.getMessage().replace("\n", "\n  "));
    fault.hint().ifPresent(hint -> err.println("hint: " + hint));
    if (debug) {
      e.printStackTrace(err);
    }
    return fault.code().number();
  }

  private static int misused(CommandLine.ParameterException e, PrintStream err) {
    CommandLine line = e.getCommandLine();
    err.println("slipway: " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, new PrintWriter(err, true));
    err.println("hint: " + line.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE.number();
  }

  @Command(
      name = "slipway",
      versionProvider = VersionCommand.Provider.class,
      description = "Runs and migrates a database-backed service on PostgreSQL, MySQL, "
          + "CockroachDB or SQLite.",
      footer = {"", "Examples:",
          "  slipway migrate sql up -e --yes",
          "  slipway serve --migrate --dsn sqlite://slipway.sqlite"})
  private static final class Root implements Runnable {
    @Spec private CommandSpec spec;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT,
        description = "Show this help.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    private boolean version;

    @Option(names = {"-c", "--config"}, paramLabel = "FILE", scope = ScopeType.INHERIT,
        description = "The configuration, YAML or JSON.")
    private Path config;

    @Option(names = "--debug", scope = ScopeType.INHERIT,
        description = "Show where a failure came from.")
    private boolean debug;

    @Override
    public void run() {
      throw new CommandLine.ParameterException(spec.commandLine(), "say what to do: serve, "
          + "migrate, health, version or completion");
    }
  }
}
