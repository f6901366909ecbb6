package dev.slipway;

import dev.slipway.cli.Cli;

/** The process: arguments in, exit code out. */
public final class Main {
  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(Cli.process(args, System.getenv(), System.in, System.out, System.err));
  }
}
