package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import java.util.List;

/** Two releases on one database are installed at once, and then upgraded at once. */
final class Race implements Step.Scenario {
  @Override
  public void run(Context context) throws Exception {
    String dsn = dsnOption(context.server().newDatabase("race"));
    for (String tag : List.of(context.cluster().currentTag(), context.cluster().newerTag())) {
      List<String> options = List.of("--set=replicas=1", dsn, imageOption(tag));
      Concurrent.run(
          List.of(() -> context.install("left", options), () -> context.install("right", options)));
    }
    context.server().expectMigratedOnce("race");
    context.report("two releases installed and upgraded at once: each migration ran once");
  }
}
