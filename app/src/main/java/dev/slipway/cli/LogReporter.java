package dev.slipway.cli;

import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.ProgressReporter;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Follows a migrator inside the server: nobody sits at a terminal, so it speaks to the log. */
final class LogReporter implements ProgressReporter {
  private static final System.Logger LOG = System.getLogger(LogReporter.class.getName());

  @Override
  public void log(String line) {
    LOG.log(Level.INFO, line);
  }

  /** A log is kept, and read by others than the database. */
  @Override
  public boolean mayShowRows() {
    return false;
  }

  @Override
  public void started(MigrationStep step) {
    LOG.log(Level.INFO, "applying " + step.label());
  }

  @Override
  public void completed(MigrationStep step, Duration time) {
    LOG.log(Level.INFO, "applied " + step.label() + " (" + time.toMillis() + " ms)");
  }
}
