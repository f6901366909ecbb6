package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

/** Another component scales the service: no upgrade and no rollback changes the number. */
final class ExternalScaling implements Step.Scenario {
  private static final int SERVERS = 3;

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    String dsn = dsnOption(context.server().newDatabase("external_scaling"));
    context.install(RELEASE, context.exposed(dsn, "--set=omitReplicas=true"));
    namespace.expectReadyServers(RELEASE, 1);
    try (ServiceLoad load = context.startLoad()) {
      namespace.kubectl("scale", "deployment/slipway", "--replicas=" + SERVERS).output();
      namespace.awaitRollout(RELEASE);
      context.upgrade(RELEASE, "--set=podAnnotations.upgraded=once");
      expectServers(namespace, "an upgrade");
      namespace.helm("rollback", RELEASE, "1", "--wait", "--timeout", "3m").output();
      expectServers(namespace, "a rollback");
      context.report("%d requests, none failed".formatted(load.stopWithoutFailure()));
    }
    context.report(
        "%d servers, scaled by kubectl, after an upgrade and a rollback".formatted(SERVERS));
  }

  private static void expectServers(Namespace namespace, String after) {
    Expect.equal(
        "spec.replicas after " + after,
        String.valueOf(SERVERS),
        namespace.get("{.spec.replicas}", "deployment", RELEASE));
  }
}
