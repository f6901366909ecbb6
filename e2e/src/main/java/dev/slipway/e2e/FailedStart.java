package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;

import dev.slipway.testing.CommandResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A migration that does not start: Helm's output names the cause within a time limit, or the
 * command that Helm's output and NOTES name does. Each cause has a namespace of its own, and all
 * run at once.
 */
final class FailedStart implements Step.Scenario {
  private static final String DSN = "postgres://app:secret@127.0.0.1:1/app";
  private static final String SECRET = "database";

  /** Kubernetes looks up a Secret that is created later only for a new container. */
  private static final Duration LATER = Duration.ofSeconds(20);

  private static final String JAVA_OPTIONS =
      "--set-json=migration.extraEnv=[{\"name\":\"JDK_JAVA_OPTIONS\","
          + "\"value\":\"-Xms400m -Xmx400m -XX:+AlwaysPreTouch\"}]";

  /**
   * A cause.
   *
   * @param limit the time limit for Helm's message
   * @param printed what Helm prints
   * @param described what {@code kubectl describe} prints, or ""
   */
  private record Cause(
      String id, Duration limit, String printed, String described, List<String> options) {
    static Cause of(String id, int seconds, String printed, String described, String... options) {
      return new Cause(id, Duration.ofSeconds(seconds), printed, described, List.of(options));
    }
  }

  private static final String TIMEOUT = "context deadline exceeded";

  private static final List<Cause> CAUSES =
      List.of(
          Cause.of("quota", 10, "exceeded quota: rules", ""),
          Cause.of(
              "limit-range",
              10,
              "maximum memory usage per Container is 100Mi, but limit is 256Mi",
              ""),
          Cause.of(
              "pod-security",
              10,
              "violates PodSecurity \"restricted:latest\"",
              "",
              "--set=securityContext.allowPrivilegeEscalation=true"),
          Cause.of(
              "account",
              10,
              "serviceaccount \"missing\" not found",
              "",
              "--set=migration.serviceAccountName=missing"),
          Cause.of(
              "secret",
              75,
              "Secret missing does not exist, or has no key dsn",
              "Secret missing",
              "--set=dsn.existingSecret=missing"),
          Cause.of(
              "key",
              75,
              "Secret database has no key uri; its keys are dsn",
              "no key uri",
              "--set=dsn.key=uri"),
          Cause.of(
              "config-map",
              75,
              "ConfigMap missing does not exist",
              "ConfigMap missing",
              "--set=migration.configMap=missing"),
          // The object appears in time, so the migration starts, and then misses its database.
          Cause.of(
              "late-secret",
              75,
              "Connection refused",
              "Connection refused",
              "--set=dsn.existingSecret=late,migration.wait=1,migration.backoffLimit=0"),
          Cause.of(
              "image",
              75,
              "slipway-preflight failed",
              "Failed to pull image",
              "--set=image.tag=missing,migration.preflight.timeout=30,migration.preflight.wait=0"),
          Cause.of(
              "node",
              75,
              TIMEOUT,
              "FailedScheduling",
              "--set-string=migration.nodeSelector.missing=yes",
              "--timeout=40s"),
          Cause.of(
              "copy",
              30,
              "slipway-preflight failed",
              "cp: can't stat '/missing/.'",
              "--set=migration.copyFrom.image=busybox:stable,migration.copyFrom.path=/missing"),
          Cause.of("memory", 40, "slipway-migrate", "OOMKilled", JAVA_OPTIONS));

  @Override
  public void run(Context context) throws Exception {
    List<Concurrent.Task> tasks = new ArrayList<>();
    for (Cause cause : CAUSES) {
      Namespace namespace = new Namespace(context.cluster(), "failed-start-" + cause.id);
      tasks.add(() -> expectCause(context, namespace, cause));
    }
    Concurrent.run(tasks);
  }

  private static void expectCause(Context context, Namespace namespace, Cause cause)
      throws Exception {
    namespace.create();
    createSecret(namespace, SECRET);
    prepare(context, namespace, cause);
    long start = System.nanoTime();
    CommandResult install =
        namespace
            .helm("install", RELEASE, Cluster.CHART, "--timeout", "2m")
            .with("--set=replicas=1,dsn.existingSecret=" + SECRET)
            .with(cause.options)
            .run();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    Expect.that(!install.succeeded(), cause.id + ": helm install succeeded");
    // Helm 3 prints either, depending on which of its timers expires first.
    String output = install.output().replace("timed out waiting for the condition", TIMEOUT);
    Expect.contains("output of helm install: " + cause.id, output, cause.printed);
    Expect.that(
        took.compareTo(cause.limit) <= 0,
        "%s: helm failed only after %d s".formatted(cause.id, took.toSeconds()));
    Expect.contains(
        "kubectl describe: " + cause.id, namespace.describeMigration(), cause.described);
    context.report("%s: %d s: %s".formatted(cause.id, took.toSeconds(), cause.printed));
    namespace.delete();
  }

  private static void prepare(Context context, Namespace namespace, Cause cause) {
    switch (cause.id) {
      case "quota" -> namespace.kubectl("create", "quota", "rules", "--hard=pods=0").output();
      case "limit-range" ->
          namespace
              .kubectl("apply", "--filename", "-")
              .input(
                  """
                  apiVersion: v1
                  kind: LimitRange
                  metadata: {name: rules}
                  spec: {limits: [{type: Container, max: {memory: 100Mi}}]}
                  """)
              .output();
      case "pod-security" -> {
        String level = "pod-security.kubernetes.io/enforce=restricted";
        context.cluster().kubectl("label", "namespace", namespace.name(), level).output();
      }
      case "late-secret" ->
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      Thread.sleep(LATER);
                      createSecret(namespace, "late");
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      default -> {
        // Only values.
      }
    }
  }

  private static void createSecret(Namespace namespace, String name) {
    namespace.kubectl("create", "secret", "generic", name, "--from-literal=dsn=" + DSN).output();
  }
}
