package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import dev.slipway.testing.CommandResult;
import java.time.Duration;
import java.util.List;

/** An upgrade whose migration fails leaves the servers unchanged, and the next upgrade succeeds. */
final class FailedUpgrade implements Step.Scenario {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Duration AFTER = Duration.ofSeconds(3);

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    String error = context.database().missingColumn();
    String dsn = context.server().newDatabase("failed_upgrade");
    context.install(RELEASE, context.exposed(dsnOption(dsn)));
    List<String> servers = namespace.servers(RELEASE);
    try (ServiceLoad load = context.startLoad()) {
      long start = System.nanoTime();
      CommandResult upgrade = context.failingUpgrade();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      Expect.that(took.compareTo(DEADLINE) < 0, "helm upgrade failed only at its timeout");
      Expect.contains("output of helm upgrade", upgrade.output(), error);
      Expect.contains("termination message", terminationMessages(namespace), error);
      context.report("helm upgrade failed after %d s with: %s".formatted(took.toSeconds(), error));
      CommandResult test = namespace.test(RELEASE);
      Expect.that(!test.succeeded(), "helm test succeeded after a failed migration");
      Expect.contains("output of helm test", test.output(), "add_notes");
      context.report("helm test failed and named the migration");
      Thread.sleep(AFTER);
      Expect.equal("servers after the failed upgrade", servers, namespace.servers(RELEASE));
      context.upgradeAfterFailure();
      context.report("%d requests, none failed".formatted(load.stopWithoutFailure()));
    }
    context.server().expectMigratedOnce("failed_upgrade");
    context.report("the same pods served until the corrected upgrade, which succeeded");
  }

  private static String terminationMessages(Namespace namespace) {
    return namespace.get(
        "{.items[*].status.containerStatuses[?(@.name==\"migrate\")].state.terminated.message}",
        "pods",
        "--selector",
        "app.kubernetes.io/component=migrate");
  }
}
