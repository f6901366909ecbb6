package dev.slipway.audit;

import dev.slipway.migrate.Reporter;
import dev.slipway.migrate.Step;
import java.time.Duration;
import java.util.function.Consumer;

/** What a migrator waits for and warns of; what it did on a scratch database is no story. */
record Stories(Consumer<String> listener) implements Reporter {
  @Override
  public void story(String line) {
    listener.accept(line);
  }

  @Override
  public void done(Step step, Duration time) {
    // told by whoever wanted it done
  }
}
