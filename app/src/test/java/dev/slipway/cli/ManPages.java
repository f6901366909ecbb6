package dev.slipway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Writes the man pages of the archive, one for each command, from the words that {@code --help}
 * prints. A program of the build: {@code scripts/dist} runs it, users do not.
 */
public final class ManPages {
  private static final Pattern EXIT_CODE = Pattern.compile("(?m)^\\| (\\d) \\| (.*?) \\|");

  private final Map<String, String> exitCodes;

  private ManPages(Map<String, String> exitCodes) {
    this.exitCodes = exitCodes;
  }

  /**
   * @param arguments the README, which has the exit codes, and the folder to write to
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> exitCodes = new LinkedHashMap<>();
    EXIT_CODE
        .matcher(Files.readString(Path.of(arguments[0])))
        .results()
        .forEach(row -> exitCodes.put(row.group(1), row.group(2)));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    CommandContext context =
        new CommandContext(
            Map.of(),
            Terminal.of(Map.of(), InputStream.nullInputStream(), nowhere, nowhere),
            ResultDocument.of(List.of()),
            ShutdownSignals::none);
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    new ManPages(exitCodes).write(Cli.line(context), folder);
  }

  private void write(CommandLine line, Path folder) throws IOException {
    CommandSpec command = line.getCommandSpec();
    Files.writeString(folder.resolve(name(command) + ".1"), page(command));
    for (CommandLine below : line.getSubcommands().values()) {
      write(below, folder);
    }
  }

  /** As git's: the page of {@code slipway migrate sql up} is {@code slipway-migrate-sql-up}. */
  private static String name(CommandSpec command) {
    return command.qualifiedName("-");
  }

  private String page(CommandSpec command) {
    StringBuilder page = new StringBuilder();
    String description = String.join(" ", command.usageMessage().description());
    page.append(".TH \"")
        .append(name(command).toUpperCase(Locale.ROOT))
        .append("\" \"1\" \"\" \"Slipway\" \"Slipway\"\n");
    section(page, "NAME");
    page.append(text(name(command))).append(" \\- ").append(text(description)).append('\n');
    section(page, "SYNOPSIS");
    page.append("\\fB").append(text(command.qualifiedName())).append("\\fR [\\fIoptions\\fR]");
    for (PositionalParamSpec argument : command.positionalParameters()) {
      boolean needed = argument.arity().min() > 0;
      page.append(needed ? " " : " [")
          .append(italic(argument.paramLabel()))
          .append(needed ? "" : "]");
    }
    page.append(command.subcommands().isEmpty() ? "" : " [\\fIcommand\\fR]").append('\n');
    if (!command.positionalParameters().isEmpty()) {
      section(page, "ARGUMENTS");
      command
          .positionalParameters()
          .forEach(argument -> entry(page, italic(argument.paramLabel()), words(argument)));
    }
    section(page, "OPTIONS");
    for (OptionSpec option : command.options()) {
      String label = option.arity().max() == 0 ? "" : " " + italic(option.paramLabel());
      List<String> names = new ArrayList<>();
      for (String each : option.names()) {
        names.add("\\fB" + text(each) + "\\fR");
      }
      entry(page, String.join(", ", names) + label, words(option));
    }
    if (!command.subcommands().isEmpty()) {
      section(page, "COMMANDS");
      command.subcommands().values().stream()
          .map(CommandLine::getCommandSpec)
          .forEach(
              below ->
                  entry(
                      page,
                      "\\fB" + text(name(below)) + "\\fR(1)",
                      String.join(" ", below.usageMessage().description())));
    }
    section(page, "EXIT STATUS");
    Map<String, String> own = command.usageMessage().exitCodeList();
    (own.isEmpty() ? exitCodes : own).forEach((code, meaning) -> entry(page, code, meaning));
    section(page, "EXAMPLES");
    page.append(".nf\n");
    for (String example : command.usageMessage().footer()) {
      if (example.startsWith("  ")) {
        page.append(text(String.format(example.strip()).replace("$${", "${"))).append('\n');
      }
    }
    page.append(".fi\n");
    if (command.parent() != null) {
      section(page, "SEE ALSO");
      page.append("\\fB").append(text(name(command.parent()))).append("\\fR(1)\n");
    }
    return page.toString();
  }

  private static void section(StringBuilder page, String title) {
    page.append(".SH \"").append(title).append("\"\n");
  }

  private static void entry(StringBuilder page, String term, String meaning) {
    page.append(".TP\n").append(term).append('\n').append(text(meaning)).append('\n');
  }

  private static String words(ArgSpec argument) {
    return String.format(String.join(" ", argument.description())).replace("$${", "${");
  }

  private static String italic(String text) {
    return "\\fI" + text(text) + "\\fR";
  }

  /** With what the formatter would take for a command of its own escaped. */
  private static String text(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("…", "...")
        .replaceAll("(?m)^([.'])", "\\\\&$1")
        .replace("`", "\\(ga");
  }
}
