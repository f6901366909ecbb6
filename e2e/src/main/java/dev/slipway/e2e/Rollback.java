package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An upgrade and a rollback: the older image serves on the newer schema, and reports the unknown
 * version. Each {@code migration.mode} has a release of its own, and all run at once. That of the
 * mode {@code hook} is under load, and the documented Job reverts its schema at the end.
 */
final class Rollback implements Step.Scenario {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final String UNKNOWN_VERSIONS = "unknown versions in the history: ";
  private static final String NEWEST_VERSION = "29990101000000";

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
    String database = "rollback_" + mode;
    String dsn = context.server().newDatabase(database);
    // The chart chooses the mode `serve` by itself, when the value is empty.
    String value = mode.equals("serve") ? "" : mode;
    context.install(
        mode,
        context.exposed(
            dsnOption(dsn), "--set=replicas=" + servers(mode), "--set=migration.mode=" + value));
    if (mode.equals("hook")) {
      try (ServiceLoad load = context.startLoad()) {
        upgradeAndRollBack(context, mode);
        revert(context, mode, database, dsn);
        context.report(
            "migration.mode=hook: upgrade, rollback, and the documented revert of the schema:"
                + " %d requests, none failed".formatted(load.stopWithoutFailure()));
      }
    } else {
      upgradeAndRollBack(context, mode);
    }
    Service service = context.service();
    service.expectIdentity(service.createIdentity("ada@example.com"), "ada@example.com");
  }

  private static int servers(String mode) {
    return mode.equals("hook") ? 2 : 1;
  }

  private static void upgradeAndRollBack(Context context, String mode) throws Exception {
    context.upgrade(mode, imageOption(context.cluster().newerTag()));
    context.namespace().helm("rollback", mode, "1", "--wait", "--timeout", "3m").output();
    Service service = context.service();
    Await.within(DEADLINE, mode + ": only the older server", () -> expectOlder(context, mode));
    Await.within(
        DEADLINE,
        mode + ": ready on a newer schema",
        () -> {
          String ready = service.expect("/health/ready", UNKNOWN_VERSIONS);
          context.report("migration.mode=%s: %s".formatted(mode, ready.strip()));
        });
    Await.within(
        DEADLINE,
        mode + ": metric",
        () -> service.expect("/metrics/prometheus", "slipway_schema_state{state=\"future\"} 1"));
  }

  private static void revert(Context context, String mode, String database, String dsn)
      throws Exception {
    DatabaseServer server = context.server();
    Cluster cluster = context.cluster();
    String older =
        server.sql(
            database,
            "SELECT max(version) FROM flyway_schema_history WHERE version < '%s'"
                .formatted(NEWEST_VERSION));
    Revert.run(
        context.namespace(),
        dsn,
        "# revert.yaml",
        Map.of(
            "ghcr.io/slipway-project/slipway:1.5.0",
            Cluster.REPOSITORY + ":" + cluster.newerTag(),
            "20260801000000",
            older));
    List<String> tables = server.tables(database);
    Expect.that(!tables.contains("notes"), "the newest migration was not reverted: " + tables);
    Await.within(
        DEADLINE,
        mode + ": ready on its own schema",
        () -> {
          String ready = context.service().get("/health/ready");
          Expect.that(!ready.contains(UNKNOWN_VERSIONS), "response of /health/ready: " + ready);
        });
  }

  private static void expectOlder(Context context, String release) {
    context.namespace().expectReadyServers(release, servers(release));
    String images =
        context
            .namespace()
            .get(
                "{range .items[*]}{range .spec.containers[?(@.name==\"server\")]}"
                    + "{.image}{\"\\n\"}{end}{end}",
                "pods",
                "--selector",
                Namespace.serverSelector(release));
    Expect.equal(
        "images of the servers",
        List.of(Cluster.REPOSITORY + ":" + context.cluster().currentTag()),
        images.lines().distinct().toList());
  }
}
