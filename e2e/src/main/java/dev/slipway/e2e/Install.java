package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

/** The first installation, and an upgrade that changes only the DSN. */
final class Install implements Step.Scenario {
  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    DatabaseServer server = context.server();
    context.install(RELEASE, context.exposed(dsnOption(server.newDatabase("install"))));
    if (context.database().hasServer()) {
      // The chart deletes a Job that has succeeded, so only its event is left.
      String completed = "reason=Completed,involvedObject.kind=Job";
      String events =
          namespace
              .kubectl("get", "events", "--field-selector", completed, "--output", "name")
              .output();
      Expect.equal("completed Jobs in " + events, 1L, events.lines().count());
      namespace.expectReadyServers(RELEASE, 2);
    } else {
      Expect.equal("Jobs", "", namespace.kubectl("get", "jobs", "--output", "name").output());
      namespace.expectReadyServers(RELEASE, 1);
    }
    Service service = context.service();
    service.awaitReady();
    service.expectIdentity(service.createIdentity("ada@example.com"), "ada@example.com");
    namespace.test(RELEASE).requireSuccess();
    context.report("created and read an identity; helm test passed");
    if (context.database().hasServer()) {
      context.upgrade(RELEASE, dsnOption(server.newDatabase("install_next")));
      String rows = server.sql("install_next", "SELECT count(*) FROM flyway_schema_history");
      Expect.that(
          Long.parseLong(rows) > 0, "an upgrade of only the DSN did not migrate the new database");
      context.report("an upgrade of only the DSN migrated the new database");
    }
  }
}
