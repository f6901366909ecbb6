package dev.slipway.e2e;

import static dev.slipway.e2e.Context.RELEASE;

import dev.slipway.testing.Command;
import java.nio.file.Path;
import java.util.List;

/**
 * A server that requires TLS and a client certificate. The authority of the server is in a
 * ConfigMap. The Secret with the client certificate has another authority, as that of cert-manager
 * may have.
 */
final class Tls implements Step.Scenario {
  private static final String DATABASE = "tls";

  @Override
  public void run(Context context) throws Exception {
    Namespace namespace = context.namespace();
    createCertificates(context.work(), "server." + namespace.name());
    createSecret(context, "server-certificate", "tls.crt=server.crt", "tls.key=server.key");
    createAuthority(context, "client-authority", "client-ca.crt");
    DatabaseServer server = DatabaseServer.start(namespace, "postgres-tls.yaml");
    String dsn = server.newDatabase(DATABASE).replaceFirst("\\?.*", parameters());
    createAuthority(context, "authorities", "server-ca.crt");
    createSecret(
        context,
        "client-certificate",
        "tls.crt=client.crt",
        "tls.key=client.key",
        "ca.crt=client-ca.crt");
    namespace
        .kubectl("create", "secret", "generic", "database", "--from-literal=dsn=" + dsn)
        .output();
    String tls = "--set=tls.configMap=authorities,tls.existingSecret=client-certificate";
    context.install(RELEASE, List.of("--set=replicas=1,dsn.existingSecret=database", tls));
    namespace.test(RELEASE).requireSuccess();
    Expect.equal(
        "connections: TLS, and the name in the client certificate",
        "t|/CN=" + DATABASE,
        server.administrate(
            """
            SELECT DISTINCT ssl, client_dn FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE datname = '%s'
            """
                .formatted(DATABASE)));
    context.report(
        "sslmode=verify-full and a client certificate, for the migration and the server");
  }

  private static String parameters() {
    String folder = "/etc/slipway/tls/";
    return "?sslmode=verify-full&sslrootcert=%1$sca.crt&sslcert=%1$stls.crt&sslkey=%1$stls.key"
        .formatted(folder);
  }

  private static void createCertificates(Path folder, String host) {
    for (String authority : List.of("server-ca", "client-ca")) {
      certificate(folder, authority, authority).output();
    }
    certificate(folder, "server", host)
        .with("-CA", "server-ca.crt", "-CAkey", "server-ca.key")
        .with("-addext", "subjectAltName=DNS:" + host)
        .output();
    certificate(folder, "client", DATABASE)
        .with("-CA", "client-ca.crt", "-CAkey", "client-ca.key")
        .output();
  }

  private static Command certificate(Path folder, String file, String name) {
    return Command.of("env", "--chdir=" + folder, "openssl", "req", "-x509", "-days", "2")
        .with("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc")
        .with("-keyout", file + ".key", "-out", file + ".crt", "-subj", "/CN=" + name);
  }

  private static void createAuthority(Context context, String name, String file) {
    context
        .namespace()
        .kubectl("create", "configmap", name, "--from-file=ca.crt=" + context.work().resolve(file))
        .output();
  }

  /** Creates a Secret. Each file is {@code key=name}. */
  private static void createSecret(Context context, String name, String... files) {
    Command create = context.namespace().kubectl("create", "secret", "generic", name);
    for (String file : files) {
      String[] parts = file.split("=", 2);
      create = create.with("--from-file=" + parts[0] + "=" + context.work().resolve(parts[1]));
    }
    create.output();
  }
}
