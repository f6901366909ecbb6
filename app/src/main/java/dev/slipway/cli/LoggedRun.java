package dev.slipway.cli;

import dev.slipway.migrate.Reporter;
import dev.slipway.migrate.Step;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Follows a migrator inside the server: nobody sits at a terminal, so it speaks to the log. */
final class LoggedRun implements Reporter {
  private static final System.Logger LOG = System.getLogger(LoggedRun.class.getName());

  @Override
  public void story(String line) {
    LOG.log(Level.INFO, line);
  }

  @Override
  public void done(Step step, Duration time) {
    LOG.log(Level.INFO, "applied " + step.label() + " (" + time.toMillis() + " ms)");
  }
}
