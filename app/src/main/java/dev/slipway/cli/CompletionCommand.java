package dev.slipway.cli;

import dev.slipway.error.ExitCode;
import picocli.AutoComplete;

/** {@code slipway completion SHELL}. */
final class CompletionCommand extends BaseCommand {
  CompletionCommand(CommandContext context) {
    super(context, "completion", "Prints a script that completes slipway's commands and options.");
    argument("SHELL", "1", "bash or zsh");
    examples("source <(slipway completion bash)");
  }

  @Override
  ExitCode run() {
    // zsh reads bash's completions once this is loaded.
    String head =
        switch (argument(0).orElseThrow()) {
          case "bash" -> "";
          case "zsh" -> "autoload -U +X bashcompinit && bashcompinit\n";
          case String other ->
              throw usageError("no completion for the shell " + other + ": bash or zsh");
        };
    context.terminal().out().print(head + AutoComplete.bash("slipway", spec.root().commandLine()));
    return ExitCode.DONE;
  }
}
