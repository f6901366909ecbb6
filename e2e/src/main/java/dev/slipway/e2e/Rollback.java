package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * An upgrade and a rollback: the older image serves on the newer schema, and reports the unknown
 * version. Each {@code migration.mode} has a release of its own, and all run at once.
 */
final class Rollback implements Step.Scenario {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @Override
  public void run(Context context) throws Exception {
    List<String> modes =
        context.database() == Database.SQLITE ? List.of("serve") : List.of("hook", "job", "init");
    int nextPort = Cluster.FIRST_PORT + Step.values().length;
    List<Concurrent.Task> releases = new ArrayList<>();
    for (String mode : modes) {
      Context ofMode = releases.isEmpty() ? context : context.on(nextPort++);
      releases.add(() -> rollBack(ofMode, mode));
    }
    Concurrent.run(releases);
  }

  private static void rollBack(Context context, String mode) throws Exception {
    String dsn = context.server().newDatabase("rollback_" + mode);
    // The chart chooses the mode `serve` by itself, when the value is empty.
    String value = mode.equals("serve") ? "" : mode;
    context.install(
        mode, context.exposed(dsnOption(dsn), "--set=replicas=1", "--set=migration.mode=" + value));
    context.upgrade(mode, imageOption(context.cluster().newerTag()));
    context.namespace().helm("rollback", mode, "1", "--wait", "--timeout", "3m").output();
    Service service = context.service();
    Await.within(DEADLINE, mode + ": only the older server", () -> expectOlder(context, mode));
    Await.within(
        DEADLINE,
        mode + ": ready on a newer schema",
        () -> {
          String ready = service.expect("/health/ready", "unknown versions in the history: ");
          context.report("migration.mode=%s: %s".formatted(mode, ready.strip()));
        });
    Await.within(
        DEADLINE,
        mode + ": metric",
        () -> service.expect("/metrics/prometheus", "slipway_schema_state{state=\"future\"} 1"));
    service.expectIdentity(service.createIdentity("ada@example.com"), "ada@example.com");
  }

  private static void expectOlder(Context context, String release) {
    context.namespace().expectReadyServers(release, 1);
    String images =
        context
            .namespace()
            .get(
                "{range .items[*]}{range .spec.containers[?(@.name==\"server\")]}"
                    + "{.image}{end}{end}",
                "pods",
                "--selector",
                Namespace.serverSelector(release));
    Expect.equal(
        "images of the servers", Cluster.REPOSITORY + ":" + context.cluster().currentTag(), images);
  }
}
