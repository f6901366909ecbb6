package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The rendered chart without hooks, as Argo CD and Flux apply it: twice without a change, and then
 * with a newer image.
 */
final class Gitops implements Step.Scenario {
  private static final String IDENTITIES =
      "{range .items[*]}{.kind} {.metadata.name} {.metadata.uid} {.metadata.generation}{\"\\n\"}{end}";

  @Override
  public void run(Context context) throws Exception {
    DatabaseServer server = context.server();
    String init = dsnOption(server.newDatabase("gitops_init"));
    String job = dsnOption(server.newDatabase("gitops_job"));
    applyTwice(context, "job", job);
    applyTwice(context, "init", init);
    // The Job has migrated this database.
    applyTwice(context, "off", job);
    apply(context, render(context, "job", job, imageOption(context.cluster().newerTag())), "job");
    server.expectMigratedOnce("gitops_job");
    context.report("migration.mode=job: another Job migrated to a newer image");
  }

  private static void applyTwice(Context context, String mode, String dsn) throws IOException {
    Path manifest = render(context, mode, dsn);
    apply(context, manifest, mode);
    String first = identities(context, manifest);
    apply(context, manifest, mode);
    String second = identities(context, manifest);
    Expect.equal("objects of migration.mode=" + mode + " applied twice", first, second);
    context.report(
        "migration.mode=%s: applied twice, its %d objects did not change"
            .formatted(mode, second.lines().count()));
  }

  private static Path render(Context context, String mode, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--skip-tests", "--no-hooks", "--set=replicas=1"));
    all.add("--set=migration.mode=" + mode);
    all.addAll(List.of(options));
    String manifest =
        context.namespace().helm("template", release(mode), Cluster.CHART).with(all).output();
    return Files.writeString(context.work().resolve(mode + ".yaml"), manifest);
  }

  private static void apply(Context context, Path manifest, String mode) {
    context
        .namespace()
        .kubectl("apply", "--server-side", "--field-manager", "gitops")
        .with("--filename", manifest.toString())
        .output();
    context.namespace().awaitRollout(release(mode));
  }

  private static String identities(Context context, Path manifest) {
    return context.namespace().get(IDENTITIES, "--filename", manifest.toString());
  }

  private static String release(String mode) {
    return "slipway-" + mode;
  }
}
