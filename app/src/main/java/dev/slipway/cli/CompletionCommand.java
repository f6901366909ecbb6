package dev.slipway.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code slipway completion SHELL}. */
@Command(
    name = "completion",
    description = "Prints a script that completes slipway's commands and options.",
    footer = {"", "Example:", "  source <(slipway completion bash)"})
final class CompletionCommand implements Callable<Integer> {
  /** The shells that understand the script. */
  enum Shell {
    bash,
    zsh
  }

  private final Context context;
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}")
  private Shell shell;

  CompletionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    // zsh reads bash's completions once this is loaded.
    String head = shell == Shell.zsh ? "autoload -U +X bashcompinit && bashcompinit\n" : "";
    context.terminal().out().print(
        head + AutoComplete.bash("slipway", spec.root().commandLine()));
    return 0;
  }
}
