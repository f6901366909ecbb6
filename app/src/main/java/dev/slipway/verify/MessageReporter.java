package dev.slipway.verify;

import dev.slipway.migration.MigrationStep;
import dev.slipway.migration.ProgressReporter;
import java.time.Duration;
import java.util.function.Consumer;

/** What a migrator waits for and warns of; what it did on a scratch database is no story. */
record MessageReporter(Consumer<String> listener) implements ProgressReporter {
  @Override
  public void log(String line) {
    listener.accept(line);
  }

  @Override
  public void completed(MigrationStep step, Duration time) {
    // the caller reports it
  }
}
