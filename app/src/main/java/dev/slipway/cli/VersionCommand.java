package dev.slipway.cli;

import dev.slipway.error.ExitCode;

/** {@code slipway version}. */
final class VersionCommand extends BaseCommand {
  VersionCommand(CommandContext context) {
    super(context, "version", "Prints the version.");
    examples("slipway version");
  }

  @Override
  ExitCode run() {
    context.terminal().out().println(text());
    return ExitCode.DONE;
  }

  /** As the jar's manifest has it; a build that is run from its classes has none. */
  static String text() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
