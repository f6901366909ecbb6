package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;

import dev.slipway.testing.Await;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The role of the servers may not read the history: {@code await-schema} names the GRANT. */
final class AwaitSchema implements Step.Scenario {
  private static final String RELEASE = "service";
  private static final String DEPLOYMENT = "deployment/service-slipway";
  private static final String DATABASE = "await_schema";
  private static final String READER = "await_schema_reader";
  private static final Pattern GRANT = Pattern.compile("GRANT SELECT[^;\\n]+");

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    DatabaseServer server = context.server();
    String owner = server.newDatabase(DATABASE);
    server.administrate("DROP ROLE IF EXISTS " + READER);
    server.administrate("CREATE ROLE %s LOGIN PASSWORD 'demo'".formatted(READER));
    namespace
        .helm("install", RELEASE, Cluster.CHART)
        .with(dsnOption(server.dsn(DATABASE, READER)), "--set=migration.dsn.value=" + owner)
        .with("--set=replicas=1,image.repository=busybox,image.tag=stable,containerPort=8080")
        .with("--set-string=command={httpd,-f,-p,8080,-h,/etc}")
        .with("--set=migration.files.1_notes\\.up\\.sql=CREATE TABLE notes (i int)")
        .output();
    String grant = awaitGrant(namespace);
    server.sql(DATABASE, grant);
    // Its init container would be started again only after a pause.
    namespace.kubectl("rollout", "restart", DEPLOYMENT).output();
    namespace.awaitRollout("service-slipway");
    context.report("await-schema named what its role lacks: " + grant);
  }

  private static String awaitGrant(Namespace namespace) throws InterruptedException {
    String[] grant = {""};
    Await.within(
        Duration.ofSeconds(60),
        "message of await-schema",
        () -> {
          String log =
              namespace.kubectl("logs", DEPLOYMENT, "--container", "await-schema").output();
          Matcher named = GRANT.matcher(log);
          Expect.that(named.find(), () -> "no GRANT in the log of await-schema: " + log);
          grant[0] = named.group();
        });
    return grant[0];
  }
}
