package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import java.util.List;

/**
 * Two releases of which one has the name of the other with {@code -hook}: neither affects the
 * other.
 */
final class Neighbors implements Step.Scenario {
  private static final String HOOK = "slipway-hook";

  @Override
  public void run(Context context) {
    Namespace namespace = context.namespace();
    for (String release : List.of(HOOK, RELEASE)) {
      String database = "neighbors_" + release.replace('-', '_');
      String dsn = dsnOption(context.server().newDatabase(database));
      context.install(release, List.of("--set=replicas=1", dsn));
    }
    String before = secret(namespace);
    context.upgrade(RELEASE, "--set=podAnnotations.upgraded=once");
    Expect.equal("Secret of " + HOOK + " after the upgrade of slipway", before, secret(namespace));
    namespace.kubectl("rollout", "restart", "deployment/" + HOOK).output();
    namespace.awaitRollout(HOOK);
    context.report(
        "slipway was upgraded next to %s, which kept its Secret and restarted".formatted(HOOK));
  }

  private static String secret(Namespace namespace) {
    return namespace.get("{.metadata.uid} {.data.dsn}", "secret", HOOK);
  }
}
