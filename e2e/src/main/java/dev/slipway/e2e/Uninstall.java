package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import dev.slipway.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An uninstalled release leaves no objects, except a failed Job until its TTL expires. */
final class Uninstall implements Step.Scenario {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    Set<String> before = namespace.objects();
    String dsn = dsnOption(context.server().newDatabase("uninstall"));
    List<String> options = context.exposed(dsn);
    context.install(RELEASE, context.exposed(dsn, "--set=persistence.keep=true"));
    Service service = context.service();
    service.awaitReady();
    String id = service.createIdentity("ada@example.com");
    namespace.uninstall(RELEASE);
    String[] kept =
        context.database() == Database.SQLITE
            ? new String[] {"persistentvolumeclaim/"}
            : new String[0];
    Await.within(DEADLINE, "end of the uninstallation", () -> namespace.expectLeft(before, kept));
    context.install(RELEASE, options);
    service.awaitReady();
    if (context.database() != Database.MEMORY) {
      service.expectIdentity(id, "ada@example.com");
    }
    context.report("uninstalled: no objects left; installed again");
    if (context.database().hasServer()) {
      context.failingUpgrade("--set=migration.ttlSecondsAfterFinished=20");
      namespace.uninstall(RELEASE);
      Await.within(
          Duration.ofSeconds(15),
          "end of the uninstallation, except the failed Job",
          () -> namespace.expectLeft(before, "job.batch/", "pod/"));
      Await.within(DEADLINE, "deletion of the failed Job", () -> namespace.expectLeft(before));
      context.report(
          "uninstalled after a failed upgrade: only the failed Job was left, until its TTL expired");
    }
  }
}
