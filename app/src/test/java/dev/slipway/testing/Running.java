package dev.slipway.testing;

import java.time.Duration;

/** A command of Slipway in a process of its own. */
public final class Running extends RunningCommand {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  Running(String command, Process process) {
    super(command, process);
  }

  /** Waits until one of the outputs contains this text. Fails when the process ends without it. */
  public void awaitWords(String text) {
    awaitOutput(text, DEADLINE);
  }

  @Override
  public Running terminate() {
    super.terminate();
    return this;
  }

  @Override
  public Running kill() {
    super.kill();
    return this;
  }

  /** Waits for the end of the process. */
  public Ran await() {
    return Ran.of(await(DEADLINE));
  }
}
