package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;
import static dev.slipway.e2e.Context.dsnOption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The restricted Pod Security Standard, a read-only root file system, no service account token, and
 * network policies.
 */
final class Confined implements Step.Scenario {
  private static final String[] KUBERNETES = {"nc", "-w", "3", "kubernetes.default", "443"};

  /** Policies apply to a new pod only after a moment. */
  private static final Duration POLICY_DELAY = Duration.ofSeconds(2);

  @Override
  public void run(Context context) throws Exception {
    Namespace inside = context.namespace();
    Namespace outside = new Namespace(context.cluster(), "outside");
    outside.create();
    String level = "pod-security.kubernetes.io/enforce=restricted";
    context.cluster().kubectl("label", "namespace", inside.name(), level).output();
    String dsn = dsnOption(context.server().newDatabase("confined"));
    context.install(RELEASE, List.of(dsn, "--values=e2e/k8s/confined.yaml"));
    expectConfinedPods(inside);
    inside.test(RELEASE).requireSuccess();
    context.report(
        "installed with restricted Pod Security; read-only root, no token; helm test passed");

    visitor(inside, "friend", "app: friend");
    visitor(inside, "stranger", "app: stranger");
    visitor(outside, "friend", "app: friend");
    visitor(outside, "captive", "app: captive");
    // A pod with the server's labels has the server's access.
    visitor(
        inside,
        "server",
        "app.kubernetes.io/name: slipway, app.kubernetes.io/instance: slipway,"
            + " app.kubernetes.io/component: server");
    outside.kubectl("apply", "--filename", "e2e/k8s/captive.yaml").output();
    awaitReady(inside, "pod/friend", "pod/stranger", "pod/server");
    awaitReady(outside, "pod/friend", "pod/captive");
    Thread.sleep(POLICY_DELAY);

    expectAccess(true, outside, "friend", KUBERNETES);
    if (reaches(outside, "captive", KUBERNETES)) {
      context.report("this cluster does not enforce network policies");
    } else {
      expectPolicies(context, inside, outside);
      context.report(
          "network policies: only friends reach the server, which reaches only its database");
    }
    outside.delete();
  }

  private static void expectConfinedPods(Namespace namespace) {
    String pods =
        namespace.get(
            "{range .items[*].spec.volumes[*]}{.name} {end}"
                + "{range .items[*].spec.containers[*]}"
                + "{.securityContext.readOnlyRootFilesystem} {end}",
            "pods");
    boolean confined =
        !pods.contains("kube-api-access") && pods.contains("true") && !pods.contains("false");
    Expect.that(confined, "volumes and read-only root file systems of the pods: " + pods);
  }

  private static void expectPolicies(Context context, Namespace inside, Namespace outside) {
    String url = "http://slipway." + inside.name() + "/health/ready";
    String[] ready = {"wget", "-q", "-O-", "-T", "3", url};
    expectAccess(true, inside, "friend", ready);
    expectAccess(false, inside, "stranger", ready);
    expectAccess(false, outside, "friend", ready);
    expectAccess(false, inside, "server", KUBERNETES);
    if (context.database().hasServer()) {
      expectAccess(
          true, inside, "server", "nc", "-w", "5", "server.database", context.database().port());
    }
  }

  /** Creates a pod that only waits for commands. */
  private static void visitor(Namespace namespace, String name, String labels) throws IOException {
    String pod =
        Files.readString(Path.of("e2e/k8s/visitor.yaml"))
            .replace("metadata:\n", "metadata:\n  labels: {" + labels + "}\n")
            .replace("name: visitor", "name: " + name);
    namespace.kubectl("apply", "--filename", "-").input(pod).output();
  }

  private static void awaitReady(Namespace namespace, String... pods) {
    namespace.kubectl("wait", "--for", "condition=Ready", "--timeout", "1m").with(pods).output();
  }

  private static boolean reaches(Namespace namespace, String pod, String... command) {
    return namespace
        .kubectl("exec", pod, "--")
        .with(command)
        .within(Duration.ofSeconds(30))
        .run()
        .succeeded();
  }

  private static void expectAccess(
      boolean expected, Namespace namespace, String pod, String... command) {
    Expect.equal(
        "success of `%s` in pod %s of namespace %s"
            .formatted(String.join(" ", command), pod, namespace.name()),
        expected,
        reaches(namespace, pod, command));
  }
}
