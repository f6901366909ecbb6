package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import java.time.Duration;

/** An upgrade under load to an image with one more migration. */
final class Upgrade implements Step.Scenario {
  private static final Duration BEFORE_AND_AFTER = Duration.ofSeconds(3);

  @Override
  public void run(Context context) throws Exception {
    String dsn = context.server().newDatabase("upgrade");
    context.install(RELEASE, context.exposed(dsnOption(dsn)));
    try (ServiceLoad load = context.startLoad()) {
      Thread.sleep(BEFORE_AND_AFTER);
      context.upgrade(RELEASE, imageOption(context.cluster().newerTag()));
      Thread.sleep(BEFORE_AND_AFTER);
      context.report("%d requests, none failed".formatted(load.stopWithoutFailure()));
      context.server().expectMigratedOnce("upgrade");
      Duration overlap = load.overlap();
      Expect.that(
          overlap.toMillis() >= 500, "the two versions responded together only for " + overlap);
      context.report("both versions responded together for %d s".formatted(overlap.toSeconds()));
    }
  }
}
