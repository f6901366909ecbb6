package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;
import static dev.slipway.e2e.Context.imageOption;

import dev.slipway.testing.Await;
import java.time.Duration;
import java.util.List;

/** A dump before each migration, which only its owner may read. */
final class Backup implements Step.Scenario {
  private static final String READER = "dumps";

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    String dsn = dsnOption(context.server().newDatabase("backup"));
    namespace.kubectl("apply", "--filename", "e2e/k8s/dumps.yaml").output();
    String backup = "migration.backup.enabled=true,migration.backup.existingClaim=dumps";
    context.install(RELEASE, List.of(dsn, "--set=replicas=1,migration.backup.keep=1," + backup));
    String first = dumps(namespace);
    expectDump(first);
    context.upgrade(RELEASE, imageOption(context.cluster().newerTag()));
    String second = dumps(namespace);
    expectDump(second);
    Expect.that(!second.equals(first), "the upgrade wrote no dump: " + second);
    String table = "CREATE TABLE public.identities";
    String file = second.split(" ", 2)[1];
    String restored =
        namespace.kubectl("exec", READER, "--", "pg_restore", "--file=-", file).output();
    Expect.contains("dump of the upgrade", restored, table);
    context.report("one dump of two was kept, readable by its owner alone: " + second);
  }

  private static void expectDump(String dumps) {
    Expect.that(
        dumps.matches("600 /backup/slipway-\\d{8}T\\d{6}Z\\.dump"),
        "expected one dump with mode 0600: " + dumps);
  }

  /** The mode and the path of each dump. */
  private static String dumps(Namespace namespace) throws InterruptedException {
    String[] result = {""};
    Await.within(
        Duration.ofSeconds(30),
        "list of the dumps",
        () ->
            result[0] =
                namespace
                    .kubectl("exec", READER, "--", "sh", "-c")
                    .with("stat -c '%a %n' /backup/*")
                    .output()
                    .strip());
    return result[0];
  }
}
