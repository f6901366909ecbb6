package dev.slipway.cli;

import dev.slipway.config.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;

/** Suggests commands for an unknown command. */
final class CommandSuggestions {
  /** Other tools' names for commands of this one. */
  private static final Map<String, String> SYNONYMS =
      Map.ofEntries(
          Map.entry("apply", "up"),
          Map.entry("upgrade", "up"),
          Map.entry("deploy", "up"),
          Map.entry("rollback", "down"),
          Map.entry("revert", "down"),
          Map.entry("undo", "down"),
          Map.entry("downgrade", "down"),
          Map.entry("info", "status"),
          Map.entry("list", "status"),
          Map.entry("history", "status"),
          Map.entry("pending", "status"),
          Map.entry("new", "create"),
          Map.entry("add", "create"),
          Map.entry("validate", "verify"),
          Map.entry("diff", "verify"),
          Map.entry("inspect", "dump"),
          Map.entry("export", "dump"),
          Map.entry("autogenerate", "generate"),
          Map.entry("check", "lint"),
          Map.entry("fix", "repair"),
          Map.entry("force", "repair"),
          Map.entry("import", "adopt"),
          Map.entry("server", "serve"),
          Map.entry("start", "serve"));

  private CommandSuggestions() {}

  /**
   * The error for a word that is no command.
   *
   * @param line where the word stands
   * @param root all commands
   */
  static String unknownCommand(String word, CommandLine line, CommandLine root) {
    List<String> suggestions = suggestions(word, line.getCommandSpec().qualifiedName(), root);
    return "unknown command `"
        + word
        + "`"
        + (suggestions.isEmpty()
            ? ""
            : "; did you mean `" + String.join("` or `", suggestions) + "`?");
  }

  /** The nearest commands below the one where the word stands; otherwise, of all commands. */
  private static List<String> suggestions(String word, String above, CommandLine root) {
    Map<String, String> names = new LinkedHashMap<>();
    List<String> paths = new ArrayList<>();
    collect(root, paths);
    paths.forEach(path -> names.put(path, path.substring(path.lastIndexOf(' ') + 1)));
    String lower = word.toLowerCase(Locale.ROOT);
    String wanted = names.containsValue(lower) ? lower : SYNONYMS.getOrDefault(lower, lower);
    for (String prefix : List.of(above + " ", "")) {
      List<String> known =
          names.entrySet().stream()
              .filter(each -> each.getKey().startsWith(prefix))
              .map(Map.Entry::getValue)
              .toList();
      List<String> found =
          Suggestions.nearest(wanted, known).stream()
              .flatMap(
                  name ->
                      paths.stream()
                          .filter(path -> path.startsWith(prefix) && path.endsWith(" " + name)))
              .toList();
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static void collect(CommandLine line, List<String> paths) {
    line.getSubcommands()
        .values()
        .forEach(
            each -> {
              paths.add(each.getCommandSpec().qualifiedName());
              collect(each, paths);
            });
  }
}
