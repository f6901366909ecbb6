package dev.slipway.e2e;

import static dev.slipway.e2e.Context.dsnOption;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A service other than Slipway, with migrations from a ConfigMap. */
final class OwnService implements Step.Scenario {
  private static final String RELEASE = "service";

  @Override
  public void run(Context context) throws Exception {
    String dsn = dsnOption(context.server().newDatabase("own_service"));
    List<String> options = context.exposed(dsn);
    if (context.database() == Database.POSTGRES) {
      options.addAll(exampleService(context));
    } else {
      options.addAll(busybox(context));
    }
    context.install(RELEASE, options);
    expectNote(context, "written by a migration");
    Path next = context.work().resolve("next.sql");
    Files.writeString(next, "INSERT INTO notes (words) VALUES ('written by the next one');\n");
    context.upgrade(RELEASE, fileOption("20260201000000_add_next_note.up.sql", next));
    expectNote(context, "written by the next one");
    context.report("another service serves; a change of only the ConfigMap was migrated");
  }

  private static List<String> exampleService(Context context) throws IOException {
    context
        .namespace()
        .kubectl("create", "secret", "generic", "password", "--from-literal=password=demo")
        .output();
    Cluster cluster = context.cluster();
    List<String> options = new ArrayList<>();
    options.add("--values=e2e/k8s/own-service.yaml");
    options.add("--set=image.repository=" + cluster.ownServiceRepository());
    options.add("--set=image.tag=" + cluster.ownServiceTag());
    try (Stream<Path> files = Files.list(Path.of("examples/own-service/migrations"))) {
      files.forEach(file -> options.add(fileOption(file.getFileName().toString(), file)));
    }
    return options;
  }

  /** A web server without a database, because the example service uses PostgreSQL. */
  private static List<String> busybox(Context context) throws IOException {
    Path file = context.work().resolve("notes.sql");
    Files.writeString(
        file,
        """
        CREATE TABLE notes (words text NOT NULL);
        INSERT INTO notes (words) VALUES ('written by a migration');
        """);
    return List.of(
        "--set=image.repository=busybox,image.tag=stable,containerPort=8080",
        "--set-string=command={httpd,-f,-p,8080,-h,/etc}",
        fileOption("20260101000000_create_notes.up.sql", file));
  }

  private static String fileOption(String migration, Path file) {
    return "--set-file=migration.files." + migration.replace(".", "\\.") + "=" + file;
  }

  private static void expectNote(Context context, String note) throws Exception {
    Service service = context.service();
    if (context.database() == Database.POSTGRES) {
      service.awaitResponse("/");
      service.expect("/", note);
    } else {
      service.awaitResponse("/hostname");
      String notes = context.server().sql("own_service", "SELECT words FROM notes");
      Expect.contains("notes", notes, note);
    }
  }
}
