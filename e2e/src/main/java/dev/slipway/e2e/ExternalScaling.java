package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import dev.slipway.testing.CommandResult;
import java.util.List;

/**
 * Another component scales the service: no upgrade and no rollback changes the number, if the chart
 * has omitted the field from the start. A number that a later upgrade removes becomes 1, except
 * with Helm 4 when another component has scaled the service.
 */
final class ExternalScaling implements Step.Scenario {
  private static final int SERVERS = 3;
  private static final int FEWER = 2;

  /** Releases whose number a later upgrade removes, before and after another component set it. */
  private static final String NUMBERED = "numbered";

  private static final String SCALED = "scaled";

  @Override
  public void run(Context context) throws Exception {
    String dsn = dsnOption(context.server().newDatabase("external_scaling"));
    omittedFromTheStart(context, dsn);
    Concurrent.run(
        List.of(() -> removedLater(context, dsn), () -> removedAfterScaling(context, dsn)));
  }

  private static void omittedFromTheStart(Context context, String dsn) throws Exception {
    Namespace namespace = context.namespace();
    context.install(RELEASE, context.exposed(dsn, "--set=omitReplicas=true"));
    namespace.expectReadyServers(RELEASE, 1);
    scale(namespace, RELEASE, FEWER);
    namespace.awaitRollout(RELEASE);
    try (ServiceLoad load = context.startLoad()) {
      scale(namespace, RELEASE, SERVERS);
      namespace.awaitRollout(RELEASE);
      context.upgrade(RELEASE, "--set=podAnnotations.upgraded=once");
      expectNumber(namespace, RELEASE, SERVERS, "an upgrade");
      namespace.helm("rollback", RELEASE, "1", "--wait", "--timeout", "3m").output();
      expectNumber(namespace, RELEASE, SERVERS, "a rollback");
      scale(namespace, RELEASE, FEWER);
      namespace.awaitServers(RELEASE, FEWER);
      context.report("%d requests, none failed".formatted(load.stopWithoutFailure()));
    }
    context.report(
        "%d servers, scaled by kubectl, after an upgrade and a rollback; then %d"
            .formatted(SERVERS, FEWER));
  }

  private static void removedLater(Context context, String dsn) {
    installWithNumber(context, NUMBERED, dsn);
    removeNumber(context, NUMBERED);
    expectNumber(context.namespace(), deployment(NUMBERED), 1, "the number was removed");
    context.report("a number that an upgrade removes becomes 1");
  }

  private static void removedAfterScaling(Context context, String dsn) {
    Namespace namespace = context.namespace();
    boolean helm4 = context.cluster().hasHelm4();
    installWithNumber(context, SCALED, dsn);
    scale(namespace, deployment(SCALED), SERVERS);
    removeNumber(context, SCALED);
    int number = helm4 ? SERVERS : 1;
    expectNumber(namespace, deployment(SCALED), number, "the number was removed");
    CommandResult rollback = namespace.helm("rollback", SCALED, "1").run();
    if (helm4) {
      Expect.that(!rollback.succeeded(), "the rollback to a number had no conflict");
      Expect.contains("output of helm rollback", rollback.output(), "conflict");
    } else {
      rollback.requireSuccess();
      expectNumber(namespace, deployment(SCALED), 2, "a rollback");
    }
    context.report(
        "removed after another component scaled: %d; a rollback to a number: %s"
            .formatted(number, helm4 ? "a conflict" : "2"));
  }

  /** Installs two servers, whose database another release migrates. */
  private static void installWithNumber(Context context, String release, String dsn) {
    context.install(release, List.of(dsn, "--set=replicas=2,migration.mode=off"));
  }

  private static void removeNumber(Context context, String release) {
    context.upgrade(release, "--set=replicas=,omitReplicas=true");
  }

  private static String deployment(String release) {
    return release + "-slipway";
  }

  private static void scale(Namespace namespace, String deployment, int number) {
    namespace.kubectl("scale", "deployment/" + deployment, "--replicas=" + number).output();
  }

  private static void expectNumber(
      Namespace namespace, String deployment, int number, String after) {
    Expect.equal(
        "spec.replicas of %s after %s".formatted(deployment, after),
        String.valueOf(number),
        namespace.get("{.spec.replicas}", "deployment", deployment));
  }
}
