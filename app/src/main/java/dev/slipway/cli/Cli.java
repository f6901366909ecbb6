package dev.slipway.cli;

import dev.slipway.config.Utf8;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MemoryLimits;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The front door: arguments and environment in, words and an exit code out. */
public final class Cli {
  private static final List<String> COMMANDS =
      List.of("serve", "migrate", "database", "health", "preflight", "version", "completion");

  /** What is logged first: the chart's hint on how to find the pod, should the command fail. */
  private static final String NOTE = "SLIPWAY_NOTE";

  private static final List<String> HELP = List.of("-h", "--help", "completion");

  private Cli() {}

  /**
   * Runs one command inside of a process that goes on afterwards.
   *
   * @param arguments as after {@code slipway}
   * @param environment the only environment that is looked at
   * @return the exit code
   */
  public static int run(
      String[] arguments,
      Map<String, String> environment,
      InputStream in,
      PrintStream out,
      PrintStream err) {
    return run(arguments, environment, in, out, err, ShutdownSignals::none);
  }

  /**
   * Runs one command.
   *
   * @param signals the signals that stop the command, taken when it needs them
   */
  public static int run(
      String[] arguments,
      Map<String, String> environment,
      InputStream in,
      PrintStream out,
      PrintStream err,
      Supplier<ShutdownSignals> signals) {
    CommandContext context =
        new CommandContext(
            environment,
            Terminal.of(environment, in, out, err),
            ResultDocument.of(List.of(arguments)),
            signals);
    int code = run(arguments, out, err, context);
    context.document().printTo(out);
    out.flush();
    err.flush();
    return code;
  }

  private static int run(
      String[] arguments, PrintStream out, PrintStream err, CommandContext context) {
    // A run pays for the words of its own command alone; help and completion need them all.
    List<String> said;
    try {
      for (int i = 0; i < arguments.length; i++) {
        Utf8.check("argument " + (i + 1), arguments[i]);
      }
      said = helpOption(List.of(arguments), context);
    } catch (SlipwayException fault) {
      return failed(fault, false, context);
    }
    RootCommand root = new RootCommand(context);
    List<String> migrations =
        said.stream().anyMatch(HELP::contains)
                || said.stream().anyMatch(MigrateCommand.COMMANDS::contains)
            ? named(said, MigrateCommand.COMMANDS)
            // `migrate sql` by itself is `up`.
            : List.of();
    CommandLine line = line(root, named(said, COMMANDS), migrations);
    line.setOut(new PrintWriter(out, true, out.charset()));
    line.setErr(new PrintWriter(err, true, err.charset()));
    line.setUsageHelpAutoWidth(true);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            context.terminal().colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    line.setExitCodeExceptionMapper(_ -> ExitCode.FAULT.number());
    line.setParameterExceptionHandler((e, _) -> misused(e, context));
    line.setExecutionExceptionHandler((e, _, _) -> failed(e, root.debug(), context));
    String note = context.environment().getOrDefault(NOTE, "");
    if (!note.isBlank()) {
      context.terminal().log(note);
    }
    try {
      return line.execute(said.toArray(String[]::new));
    } catch (OutOfMemoryError e) {
      return failed(MemoryLimits.exceeded(e), root.debug(), context);
    }
  }

  /**
   * {@code help COMMAND} as {@code COMMAND --help}.
   *
   * @throws SlipwayException (usage) for a command that does not exist
   */
  private static List<String> helpOption(List<String> said, CommandContext context) {
    if (said.isEmpty() || !said.getFirst().equals("help")) {
      return said;
    }
    CommandLine root = line(context);
    CommandLine at = root;
    for (String word : said.subList(1, said.size())) {
      CommandLine next = at.getSubcommands().get(word);
      if (next == null) {
        throw SlipwayException.usageError(CommandSuggestions.unknownCommand(word, at, root))
            .hint(at.getCommandSpec().qualifiedName() + " --help");
      }
      at = next;
    }
    List<String> option = new ArrayList<>(said.subList(1, said.size()));
    option.add("--help");
    return option;
  }

  /** The one that is named, where that is sure; otherwise all. */
  private static List<String> named(List<String> said, List<String> commands) {
    List<String> named = commands.stream().filter(said::contains).toList();
    return named.size() == 1 && !said.contains("completion") ? named : commands;
  }

  /** All the words there are, for what describes them. */
  static CommandLine line(CommandContext context) {
    return line(new RootCommand(context), COMMANDS, MigrateCommand.COMMANDS);
  }

  private static CommandLine line(
      RootCommand root, List<String> commands, List<String> migrations) {
    CommandLine line = root.line();
    for (String name : commands) {
      line.addSubcommand(
          switch (name) {
            case "serve" -> new ServeCommand(root.context).line();
            case "migrate" -> MigrateCommand.line(root.context, migrations);
            case "database" -> DatabaseCommand.line(root.context);
            case "health" -> new HealthCommand(root.context).line();
            case "preflight" -> new PreflightCommand(root.context).line();
            case "version" -> new VersionCommand(root.context).line();
            case "completion" -> new CompletionCommand(root.context).line();
            default -> throw new IllegalStateException(name);
          });
    }
    return line;
  }

  /** The one place where a failure becomes words and an exit code. */
  private static int failed(Exception e, boolean debug, CommandContext context) {
    Terminal terminal = context.terminal();
    terminal.clear();
    PrintStream err = terminal.err();
    SlipwayException fault = fault(e);
    context.document().fail(fault);
    err.println(terminal.highlight("slipway:") + " " + fault.getMessage().replace("\n", "\n  "));
    fault.hint().ifPresent(hint -> err.println("hint: " + hint));
    if (debug) {
      err.print(StackTraces.of(e));
    }
    return fault.exitCode().number();
  }

  private static SlipwayException fault(Exception e) {
    if (e instanceof SlipwayException known) {
      return known;
    }
    if (e instanceof InvalidPathException) {
      return SlipwayException.usageError(String.valueOf(e.getMessage()))
          .hint(
              "a path that is not ASCII needs a UTF-8 locale, and this system has no C.UTF-8: "
                  + "install it, or set LC_ALL to one that `locale -a` lists")
          .cause(e);
    }
    return SlipwayException.of(ExitCode.FAULT, "a fault of Slipway's own: " + e)
        .hint("run it again with --debug and report what it prints")
        .cause(e);
  }

  private static int misused(CommandLine.ParameterException e, CommandContext context) {
    CommandLine line = e.getCommandLine();
    PrintStream err = context.terminal().err();
    String help = line.getCommandSpec().qualifiedName() + " --help";
    String[] footer = line.getCommandSpec().usageMessage().footer();
    if (e instanceof CommandLine.MissingParameterException && footer.length > 2) {
      help = "for example, " + footer[2].strip().replaceFirst(" \\\\$", " …") + "; " + help;
    }
    String message;
    if (e instanceof CommandLine.UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()) {
      String word = unmatched.getUnmatched().getFirst();
      message =
          line.getSubcommands().isEmpty()
              ? "unexpected argument `" + word + "`"
              : CommandSuggestions.unknownCommand(word, line, line(context));
      err.println("slipway: " + message);
    } else {
      String text = String.valueOf(e.getMessage());
      message = text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
      err.println("slipway: " + message);
      CommandLine.UnmatchedArgumentException.printSuggestions(
          e, new PrintWriter(err, true, err.charset()));
    }
    err.println("hint: " + help);
    context.document().fail(SlipwayException.usageError(message).hint(help));
    return ExitCode.USAGE.number();
  }

  private static final class RootCommand extends BaseCommand {
    RootCommand(CommandContext context) {
      super(
          context,
          "slipway",
          "Runs and migrates a database-backed service on PostgreSQL, MySQL, "
              + "CockroachDB or SQLite.");
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .scopeType(ScopeType.INHERIT)
              .description("Show this help.")
              .build());
      spec.addOption(
          OptionSpec.builder("-c", "--config")
              .type(String.class)
              .arity("1")
              .paramLabel("FILE")
              .scopeType(ScopeType.INHERIT)
              .description("The configuration, YAML or JSON.")
              .build());
      spec.addOption(
          OptionSpec.builder("--debug")
              .scopeType(ScopeType.INHERIT)
              .description("Show where a failure came from.")
              .build());
      spec.addOption(
          OptionSpec.builder("-V", "--version")
              .versionHelp(true)
              .description("Show the version.")
              .build());
      spec.version(VersionCommand.text());
      examples(
          "slipway migrate sql up -e --yes",
          "slipway serve --migrate --dsn sqlite://slipway.sqlite");
    }

    /** Whether the flag was given, before the command or after it. */
    boolean debug() {
      for (ParseResult at = spec.commandLine().getParseResult(); at != null; at = at.subcommand()) {
        if (at.hasMatchedOption("--debug")) {
          return true;
        }
      }
      return false;
    }

    @Override
    ExitCode run() {
      throw usageError("say what to do: " + String.join(", ", COMMANDS));
    }
  }
}
