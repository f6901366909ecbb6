package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;

import dev.slipway.testing.Await;
import java.time.Duration;
import java.util.List;

/** The DSN in the Secret changes to another login, and the old login is then locked. */
final class Rotation implements Step.Scenario {
  private static final String NEW_LOGIN = "rotated";

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    DatabaseServer server = context.server();
    Database database = context.database();
    String dsn = server.newDatabase("rotation");
    namespace
        .kubectl("create", "secret", "generic", "database", "--from-literal=dsn=" + dsn)
        .output();
    context.install(RELEASE, context.exposed("--set=dsn.existingSecret=database"));
    List<String> servers = namespace.servers(RELEASE);
    database.createLogin(NEW_LOGIN, "rotation").forEach(server::administrate);
    try (ServiceLoad load = context.startLoad()) {
      long start = System.nanoTime();
      String newDsn = server.dsn("rotation", NEW_LOGIN);
      String patch = "{\"stringData\":{\"dsn\":\"" + newDsn + "\"}}";
      namespace.kubectl("patch", "secret", "database", "--patch", patch).output();
      // Both servers are connected by the new login, and none by the old one.
      Await.within(
          Duration.ofMinutes(2),
          "connections of the new login",
          () ->
              Expect.equal(
                  "connected logins",
                  NEW_LOGIN + "|2",
                  server.administrate(database.connectedLogins("rotation"))));
      context.report(
          "after %d s every connection used the new login"
              .formatted(Duration.ofNanos(System.nanoTime() - start).toSeconds()));
      server.administrate(database.lockLogin("rotation"));
      Thread.sleep(Duration.ofSeconds(2));
      context.report("%d requests, none failed".formatted(load.stopWithoutFailure()));
    }
    Expect.equal("servers after the rotation", servers, namespace.servers(RELEASE));
  }
}
