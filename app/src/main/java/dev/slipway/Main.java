package dev.slipway;

import dev.slipway.cli.Cli;
import dev.slipway.cli.Logging;
import dev.slipway.cli.ProcessStrings;
import dev.slipway.cli.ShutdownSignals;
import java.util.Locale;
import org.jspecify.annotations.NullMarked;

/** The process: arguments in, exit code out. */
@NullMarked
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Numbers in SQL and JSON have ASCII digits in every locale.
    Locale.setDefault(Locale.ROOT);
    ProcessStrings.requireUtf8Locale();
    Logging.toStandardError();
    System.exit(
        Cli.run(
            ProcessStrings.arguments(args),
            ProcessStrings.environment(System.getenv()),
            System.in,
            System.out,
            System.err,
            ShutdownSignals::take));
  }
}
