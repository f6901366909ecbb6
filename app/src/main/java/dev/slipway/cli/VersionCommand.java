package dev.slipway.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code slipway version}. */
@Command(name = "version", description = "Prints the version.")
final class VersionCommand implements Callable<Integer> {
  private final Context context;

  VersionCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    context.terminal().out().println(text());
    return 0;
  }

  /** As the jar's manifest has it; a build that is run from its classes has none. */
  static String text() {
    String version = VersionCommand.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** For {@code --version}. */
  static final class Provider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {text()};
    }
  }
}
