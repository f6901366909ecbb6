package dev.slipway.cli;

import dev.slipway.config.EnvFile;
import dev.slipway.config.Setting;
import dev.slipway.config.Settings;
import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.Drivers;
import dev.slipway.dsn.Dsn;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.MigrationVersion;
import dev.slipway.verify.ScratchOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * A command: its options and its action. Calls declare the options to picocli, because reading
 * annotations takes longer than the work of a short run.
 */
abstract class BaseCommand implements Callable<Integer> {
  /** The settings whose flag may be given several times. */
  private static final Set<Setting> LISTS =
      Set.of(Setting.MIGRATE_PATH, Setting.MIGRATE_EXCLUDE, Setting.MIGRATE_PLACEHOLDERS);

  private static final int EXAMPLE_CHARS_MAX = 74;

  private static final String ENV_FILE = "--env-file";

  /** The property that the image sets. */
  private static final String IMAGE = "slipway.image";

  private static final String FORMAT = "--format";

  private boolean readsEnvFile;

  /** The values of {@code --format} beside those of {@link OutputFormat}; null without it. */
  private @Nullable List<String> ownFormats;

  final CommandContext context;
  final CommandSpec spec;

  BaseCommand(CommandContext context, String name, String... description) {
    this.context = context;
    this.spec = CommandSpec.wrapWithoutInspection(this);
    spec.name(name);
    spec.usageMessage().description(description).sortOptions(false);
  }

  /** What the command does. A failure is a {@link SlipwayException}. */
  abstract ExitCode run();

  @Override
  public final Integer call() {
    if (ownFormats != null) {
      requireFormat(ownFormats);
    }
    return run().number();
  }

  /** The command for picocli. */
  final CommandLine line() {
    return new CommandLine(spec);
  }

  // ---- its words

  /** Declares a flag, an option without a value. */
  final void flag(String sentence, String... names) {
    spec.addOption(
        OptionSpec.builder(names).type(boolean.class).description(escaped(sentence)).build());
  }

  /** Declares an option with a value. */
  final void option(String label, String sentence, String... names) {
    spec.addOption(
        OptionSpec.builder(names)
            .type(String.class)
            .arity("1")
            .paramLabel(label)
            .description(escaped(sentence))
            .build());
  }

  /** Something with a value, once or several times. */
  final void options(String label, String sentence, String name) {
    spec.addOption(
        OptionSpec.builder(name)
            .type(String[].class)
            .arity("1")
            .paramLabel(label)
            .description(escaped(sentence))
            .build());
  }

  /** What stands without a name, in the order of the calls. */
  final void argument(String label, String arity, String sentence) {
    spec.addPositional(
        PositionalParamSpec.builder()
            .index(String.valueOf(spec.positionalParameters().size()))
            .arity(arity)
            // Without this, picocli passes over an argument that is missing.
            .required(arity.startsWith("1"))
            .type(String.class)
            .paramLabel(label)
            .description(escaped(sentence))
            .build());
  }

  /** The options of a command that may find the database in a file of variables. */
  final void databaseSource() {
    flag(
        "Read the DSN from the environment, as is done anyway without the argument.",
        "-e",
        "--read-from-env");
    option(
        "FILE",
        "A file with DSN, DATABASE_URL, or DATABASE_*; read if nothing else names a database, as"
            + " .env in the working folder is.",
        ENV_FILE);
    readsEnvFile = true;
  }

  /**
   * Declares {@code --format}. What the command puts into its document is printed in that format,
   * and everything that it prints to {@link #out} goes to standard error.
   *
   * @param others values beside those of {@link OutputFormat}, for which there is no document
   */
  final void formatOption(String... others) {
    ownFormats = List.of(others);
    option("FORMAT", "%s; the default is table.".formatted(formats(ownFormats)), FORMAT);
  }

  private static String formats(List<String> others) {
    List<String> words = new ArrayList<>(List.of("table", "json", "json-pretty", "yaml"));
    words.addAll(others);
    String last = words.removeLast();
    return String.join(", ", words) + ", or " + last;
  }

  private void requireFormat(List<String> others) {
    String word = value(FORMAT).orElse("table");
    if (OutputFormat.of(word).isEmpty() && !others.contains(word)) {
      throw usageError("--format " + word + ": it must be " + formats(others));
    }
  }

  /** Where text for people goes: standard output, unless that belongs to the document. */
  final PrintStream out() {
    Terminal terminal = context.terminal();
    return ownFormats != null && context.document().requested() ? terminal.err() : terminal.out();
  }

  /** The options of a command that replays migrations on a scratch database. */
  final void scratchOptions() {
    option(
        "DSN",
        "An empty database to use instead of a new one on the DSN's server. On another"
            + " server, migrations may change roles, other databases, and the like.",
        "--scratch");
    scratchContent();
  }

  /** The options for what runs in scratch databases. */
  final void scratchContent() {
    option(
        "FILE",
        "SQL that runs in the scratch database before the migrations: what an administrator"
            + " provides, or the tables on which `baseline` started.",
        "--scratch-init");
    flag(
        "Allow migrations that reach beyond the scratch database: the server may be changed.",
        "--disposable");
  }

  /** The argument of a command that uses the server of a DSN, and not its database. */
  final void serverArgument() {
    argument(
        "DSN",
        "0..1",
        "The server; its database itself is not touched. Without it, DSN,"
            + " DSN_FILE, DATABASE_* or the file say it.");
  }

  /** The settings of a command that replays migrations on a scratch database. */
  final void replaySettings() {
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
        Setting.MIGRATE_STATEMENT_TIMEOUT);
  }

  /** A flag for each of these settings; its words are the setting's own. */
  final void settings(Setting... settings) {
    for (Setting setting : settings) {
      String preset = setting.defaultText().isEmpty() ? "" : ", default " + setting.defaultText();
      boolean toggle = setting.isToggle();
      spec.addOption(
          OptionSpec.builder(setting.flag().orElseThrow())
              .type(
                  toggle ? Boolean.class : LISTS.contains(setting) ? String[].class : String.class)
              .arity(toggle ? "0" : "1")
              .paramLabel(
                  setting
                      .key()
                      .substring(setting.key().lastIndexOf('.') + 1)
                      .toUpperCase(Locale.ROOT))
              .description(
                  escaped(setting.description() + " [" + setting.variable() + preset + "]"))
              .build());
    }
  }

  /** What people copy. */
  final void examples(String... lines) {
    String heading = lines.length == 1 ? "Example:" : "Examples:";
    List<String> footer = new ArrayList<>(List.of("", heading));
    for (String line : lines) {
      footer.addAll(wrapped(escaped(line)));
    }
    spec.usageMessage().footer(footer.toArray(String[]::new));
  }

  /** A command in lines of a terminal, as a shell reads it. No quoted word may contain a space. */
  static List<String> wrapped(String command) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(" ");
    for (String word : command.split(" ")) {
      if (line.length() + word.length() > EXAMPLE_CHARS_MAX) {
        lines.add(line + " \\");
        line = new StringBuilder("     ");
      }
      line.append(' ').append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String escaped(String text) {
    return text.replace("%", "%%").replace("${", "$${");
  }

  // ---- parsed arguments

  /** Whether a flag was given. */
  final boolean has(String name) {
    return given().hasMatchedOption(name);
  }

  /** Where migrations are replayed; a command that calls it has {@link #scratchOptions}. */
  final ScratchOptions scratch() {
    return new ScratchOptions(
        value("--scratch").map(Drivers::parse), has("--disposable"), scratchInit());
  }

  /** What runs in a scratch database first. */
  final Optional<Path> scratchInit() {
    return value("--scratch-init").map(Path::of);
  }

  /** An option's value. */
  final Optional<String> value(String name) {
    return Optional.ofNullable(given().matchedOptionValue(name, null));
  }

  /** All values of an option. */
  final List<String> values(String name) {
    return List.of(given().matchedOptionValue(name, new String[0]));
  }

  /** An argument, counted from 0. */
  final Optional<String> argument(int index) {
    return Optional.ofNullable(given().matchedPositionalValue(index, null));
  }

  private ParseResult given() {
    return spec.commandLine().getParseResult();
  }

  /**
   * Asks before something is changed; a command that calls it has the flag {@code --yes}.
   *
   * @throws SlipwayException (usage) when nobody is there to answer
   */
  final boolean confirmed(String question) {
    if (has("--yes")) {
      return true;
    }
    context
        .terminal()
        .err()
        .println("To skip the next question use flag --yes (at your own risk).");
    return context
        .terminal()
        .ask(question, out())
        .orElseThrow(
            () ->
                SlipwayException.usageError(
                        "there is nobody to answer the question, so nothing was changed")
                    .hint("say --yes where no person sits at the terminal"));
  }

  /** Parses a version argument. */
  final MigrationVersion version(String what, String text) {
    try {
      return MigrationVersion.of(text);
    } catch (IllegalArgumentException e) {
      throw usageError(what + ": a version is a number, or numbers with dots").cause(e);
    }
  }

  /** A mistake in the words, after which the way to the help is shown. */
  final SlipwayException usageError(String message) {
    return SlipwayException.usageError(message).hint(spec.qualifiedName() + " --help");
  }

  /**
   * The settings of this run, from flags, environment, file, and defaults. Logs their warnings.
   *
   * @param dsn the DSN as an argument, where there is one
   */
  final Settings settings(Optional<String> dsn) {
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    Path file = null;
    for (CommandSpec at = spec; at != null; at = at.parent()) {
      ParseResult given = at.commandLine().getParseResult();
      for (OptionSpec option : given.matchedOptionsSet()) {
        Object value = option.getValue();
        if (option.longestName().equals("--config")) {
          file = file == null ? Path.of((String) value) : file;
        } else {
          setting(option.longestName())
              .ifPresent(
                  setting ->
                      flags.putIfAbsent(
                          setting,
                          value instanceof String[] values
                              ? String.join("\n", values)
                              : String.valueOf(value)));
        }
      }
    }
    if (dsn.isPresent() && !dsn.get().equals(flags.getOrDefault(Setting.DSN, dsn.get()))) {
      throw SlipwayException.usageError(
              "the DSN is given twice, and differently: as --dsn and as an argument")
          .hint("give one of them");
    }
    dsn.ifPresent(text -> flags.put(Setting.DSN, text));
    Settings settings =
        Settings.load(flags, context.environment(), Optional.ofNullable(file), envFile());
    settings.warnings().forEach(warning -> context.terminal().log("warning: " + warning));
    // Only the drivers know the names of databases, so Settings cannot check this one.
    settings
        .databaseType()
        .ifPresent(type -> Drivers.requireType(type, settings.origin(Setting.DATABASE_TYPE)));
    return settings;
  }

  private Optional<EnvFile> envFile() {
    if (!readsEnvFile) {
      return Optional.empty();
    }
    return value(ENV_FILE)
        .map(name -> new EnvFile(Path.of(name), true))
        // In the image, the working folder is a volume of the service.
        .or(
            () ->
                Boolean.getBoolean(IMAGE)
                    ? Optional.empty()
                    : Optional.of(EnvFile.IN_WORKING_FOLDER));
  }

  /** Names the source of the database where no setting of Slipway's is the source. */
  final void announceSource(Settings settings) {
    settings
        .fallback()
        .ifPresent(source -> context.terminal().log("the database is the one of " + source));
  }

  /** The database whose migrations a command works on, in the schema that the settings name. */
  final Dsn database(Settings settings) {
    announceSource(settings);
    return Drivers.parse(settings.database(), settings.schema());
  }

  /**
   * The database of the settings, on a host that accepts writes where its DSN names several.
   *
   * @param required as in {@link DatabaseDriver#onWritableHost}
   */
  final Dsn writableDatabase(Settings settings, boolean required) {
    Dsn dsn = database(settings);
    return Drivers.of(dsn).onWritableHost(dsn, required);
  }

  private static Optional<Setting> setting(String flag) {
    for (Setting setting : Setting.values()) {
      if (setting.flag().isPresent() && setting.flag().get().equals(flag)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }
}
