package dev.slipway.testing;

/**
 * The result of a command.
 *
 * @param command the command line
 * @param out its standard output
 * @param err its standard error
 */
public record CommandResult(String command, int exitCode, String out, String err) {
  /** Whether the exit code is 0. */
  public boolean succeeded() {
    return exitCode == 0;
  }

  /** Fails with the whole output when the exit code is not 0. */
  public CommandResult requireSuccess() {
    if (!succeeded()) {
      throw new AssertionError(toString());
    }
    return this;
  }

  /** Standard output followed by standard error. */
  public String output() {
    return out + err;
  }

  @Override
  public String toString() {
    return command + "\nexit code " + exitCode + "\n" + output();
  }
}
