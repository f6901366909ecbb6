package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import dev.slipway.testing.CommandResult;
import dev.slipway.testing.RunningCommand;
import java.time.Duration;
import java.util.List;

/** The database server is killed under load, and again during a migration. */
final class LostDatabase implements Step.Scenario {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration UPGRADE_DEADLINE = Duration.ofMinutes(5);
  private static final Duration LOAD = Duration.ofSeconds(3);

  @Override
  public void run(Context context) throws Exception {
    // The other steps use the shared server at the same time.
    DatabaseServer server =
        DatabaseServer.start(context.namespace(), context.database().id() + ".yaml");
    String dsn = server.newDatabase("lost_database");
    context.install(RELEASE, context.exposed(dsnOption(dsn)));
    killUnderLoad(context, server);
    try (ServiceLoad load = context.startLoad()) {
      Thread.sleep(LOAD);
      context.report("%d requests, none failed".formatted(load.stopWithoutFailure()));
    }
    killDuringMigration(context, server);
  }

  private static void killUnderLoad(Context context, DatabaseServer server) throws Exception {
    Namespace namespace = context.namespace();
    List<String> servers = namespace.servers(RELEASE);
    try (ServiceLoad load = context.startLoad()) {
      Thread.sleep(LOAD);
      long start = System.nanoTime();
      server.kill();
      Await.within(
          DEADLINE,
          "recovery of the servers after the loss of the database",
          () -> {
            Expect.equal("servers", servers, namespace.servers(RELEASE));
            context.service().get("/admin/identities?page_size=1");
          });
      context.report("killed under load: ready again after %d s".formatted(secondsSince(start)));
      Thread.sleep(Duration.ofSeconds(2));
      load.stop();
      long identities =
          Long.parseLong(server.sql("lost_database", "SELECT count(*) FROM identities"));
      Expect.that(
          identities >= load.created() && identities <= load.requests(),
          load.created() + " identities were created, " + identities + " exist");
      String distinct =
          server.sql(
              "lost_database", "SELECT count(DISTINCT CAST(traits AS char(200))) FROM identities");
      Expect.equal("identities with distinct traits", identities, Long.parseLong(distinct));
    }
  }

  private static void killDuringMigration(Context context, DatabaseServer server) throws Exception {
    String image = imageOption(context.cluster().newerTag());
    try (RunningCommand upgrade =
        context
            .namespace()
            .upgrade(RELEASE, Cluster.CHART, List.of("--reuse-values", image))
            .start()) {
      Await.within(
          DEADLINE,
          "start of the migration",
          () -> server.expectMigrationInProgress("lost_database"));
      long start = System.nanoTime();
      server.kill();
      CommandResult result = upgrade.await(UPGRADE_DEADLINE);
      if (context.database() == Database.MYSQL) {
        // MySQL has no transactional DDL, so an operator confirms that the migration may continue.
        Expect.that(!result.succeeded(), "the upgrade continued a partial migration");
        Expect.contains("output of helm upgrade", result.output(), "is partially applied");
        context.upgradeAfterFailure();
      } else {
        result.requireSuccess();
      }
      server.expectMigratedOnce("lost_database");
      context.namespace().expectReadyServers(RELEASE, 2);
      context.report(
          "killed during a migration: upgraded %d s later, no duplicates"
              .formatted(secondsSince(start)));
    }
  }

  private static long secondsSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }
}
