package dev.slipway.e2e;

import dev.slipway.testing.Command;
import dev.slipway.testing.CommandResult;
import dev.slipway.testing.Docker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Collectors;

/** The parts of a run on the Compose files. */
enum ComposePart implements Named {
  MYSQL("mysql", ComposePart::identityOutlivesRestarts),
  STACK("stack", ComposePart::stack),
  SLOW_DATABASE("postgres", ComposePart::slowDatabase),
  UPGRADE("postgres", ComposePart::upgrade),
  POSTGRES("postgres", ComposePart::newPassword),
  OWN_SERVICE("own-service", ComposePart::ownService),
  SQLITE("sqlite", ComposePart::identityOutlivesRestarts),
  WRONG_PASSWORD("postgres", ComposePart::wrongPassword),
  UNREADABLE_SECRET("sqlite", ComposePart::unreadableSecret),
  FAILING_MIGRATION("postgres", ComposePart::failingMigration),
  COCKROACH("cockroach", ComposePart::cockroach);

  /** What a part does. */
  @FunctionalInterface
  private interface Scenario {
    void run(ComposeProject project) throws Exception;
  }

  /** Creates the data that has to outlive restarts; what identifies it. */
  @FunctionalInterface
  private interface Creation {
    String create() throws Exception;
  }

  /** Checks that the data still exists. */
  @FunctionalInterface
  private interface Check {
    void expect(String id, String when) throws Exception;
  }

  private static final String MOUNTED_MIGRATIONS =
      """
      services:
        migrate:
          environment:
            MIGRATE_PATH: /migrations
          volumes: ["%s:/migrations:ro"]
      """;

  private final String file;
  private final Scenario scenario;

  ComposePart(String file, Scenario scenario) {
    this.file = file;
    this.scenario = scenario;
  }

  /** The project in which the part runs. */
  ComposeProject project() throws IOException {
    return new ComposeProject("slipway-test-" + ProcessHandle.current().pid() + "-" + id(), file);
  }

  /** Runs the part. */
  void run(ComposeProject project) throws Exception {
    scenario.run(project);
  }

  /** Data outlives a restart and a second {@code up}, which applies no migration. */
  private static void outlivesRestarts(ComposeProject project, Creation creation, Check check)
      throws Exception {
    long start = System.nanoTime();
    project.up();
    project.report(
        "ready after %d s, %d migrations applied"
            .formatted(secondsSince(start), project.applied()));
    project.expectConfined();
    String id = creation.create();
    check.expect(id, "the start");
    project.compose("restart").output();
    check.expect(id, "a restart");
    long applied = project.applied();
    project.up();
    Expect.equal("migrations applied after a second up", applied, project.applied());
    Expect.contains(
        "last line of the migration's log",
        project.migrationLog().lines().toList().getLast(),
        "there is nothing to apply.");
    check.expect(id, "a second up");
    project.report("the data outlived a restart and a second up, which applied no migration");
  }

  private static void identityOutlivesRestarts(ComposeProject project) throws Exception {
    outlivesRestarts(project, project::createIdentity, project::expectIdentity);
    project.expectNothingLeft();
    project.report("down left nothing");
  }

  private static void stack(ComposeProject project) throws Exception {
    outlivesRestarts(project, project::createIdentity, project::expectIdentity);
    String databases =
        project
            .compose("exec", "--no-TTY", "database", "psql", "--username=postgres")
            .with("--no-align", "--tuples-only")
            .with(
                """
                --command=SELECT datname, pg_get_userbyid(datdba), datcollate FROM pg_database
                WHERE datname NOT IN ('postgres', 'template0', 'template1') ORDER BY 1\
                """)
            .output();
    Expect.equal(
        "databases",
        """
        alkemio|alkemio|en_US.utf8
        hydra|hydra|en_US.utf8
        kratos|kratos|en_US.utf8
        synapse|synapse|C
        """,
        databases);
    project.expectNothingLeft();
    project.compose("--profile", "monitoring", "config", "--quiet").output();
    project.report(
        "four databases, each with its own login; down left nothing; Prometheus and Grafana: valid");
  }

  private static void slowDatabase(ComposeProject project) throws Exception {
    project.override(
        """
        services:
          database:
            entrypoint: [bash, -c, "sleep 30; exec docker-entrypoint.sh postgres"]
        """);
    long start = System.nanoTime();
    project.up();
    Expect.that(secondsSince(start) >= 30, "the database was not slow");
    project.report(
        "%s after %d s".formatted(project.get("/health/ready").strip(), secondsSince(start)));
    project.expectNothingLeft();
  }

  /** The documented upgrade to an image with one more migration, and the documented rollback. */
  private static void upgrade(ComposeProject project) throws Exception {
    String older =
        project
            .compose("config", "--images")
            .output()
            .lines()
            .filter(image -> image.contains("slipway:"))
            .distinct()
            .collect(Collectors.joining("\n"));
    String newer = project.newerImage();
    Path migrations = migrations(project);
    write(migrations, "29990101000000_add_notes.up.sql", "CREATE TABLE notes (id bigint);");
    write(migrations, "29990101000000_add_notes.down.sql", "DROP TABLE notes;");
    Command.of("scripts/newer-image", older, newer, migrations.toString())
        .within(Duration.ofMinutes(5))
        .output();
    project.up();
    String id = project.createIdentity();

    project.variable("NEW", newer);
    CommandResult migrate = project.runDocumented("Upgrade", 1);
    Expect.contains("migration", migrate.output(), "applied 29990101000000_add_notes");
    project.expectIdentity(id, "the migration, from the older image");
    project.up();
    Expect.contains(
        "log of the older image", project.migrationLog(), "unknown versions in the history: ");
    project.runDocumented("Upgrade", 2);
    Expect.equal("image after the upgrade", newer, project.serverImage());
    project.expectIdentity(id, "the upgrade");
    project.report("upgraded; the older image served on the newer schema");

    CommandResult rollback = project.runDocumented("Roll back", 1);
    Expect.contains("rollback", rollback.output(), "rolled back 29990101000000_add_notes");
    Expect.equal("image after the rollback", older, project.serverImage());
    project.expectIdentity(id, "the rollback");
    project.report("rolled back");
    project.expectNothingLeft();
    Docker.command("image", "rm", newer).output();
  }

  /** The documented change of the password of a database with data. */
  private static void newPassword(ComposeProject project) throws Exception {
    outlivesRestarts(project, project::createIdentity, project::expectIdentity);
    String id = Service.firstId(project.get("/admin/identities"));
    project.variable("SLIPWAY_SECRETS", project.work().resolve("secrets").toString());
    project.variable("NEW", "own");
    String heading = "Ports, passwords, images";
    project.runDocumented(heading, 2);
    project.runDocumented(heading, 1);
    project.runDocumented(heading, 3);
    project.expectIdentity(id, "the change of the password");
    project.expectNothingLeft();
    project.report(
        "the new password applied after the containers were recreated; down left nothing");
  }

  private static void ownService(ComposeProject project) throws Exception {
    project.server("service", 8080);
    outlivesRestarts(
        project, () -> "written by a migration", (note, when) -> expectNote(project, note, when));
    Path migrations = project.work().resolve("migrations");
    Command.of("cp", "-r", "examples/own-service/migrations", migrations.toString()).output();
    write(
        migrations,
        "20260201000000_add_next_note.up.sql",
        "INSERT INTO notes (words) VALUES ('written by the next one');");
    project.override(
        """
        services:
          migrate:
            volumes: ["%s:/migrations:ro"]
        """
            .formatted(migrations));
    project.compose("run", "--rm", "migrate").output();
    expectNote(project, "written by the next one", "the next migration");
    project.expectNothingLeft();
    project.report("the next run applied one more migration of the folder; down left nothing");
  }

  private static void expectNote(ComposeProject project, String note, String when)
      throws InterruptedException {
    Expect.contains("notes after " + when, project.get("/"), "\"words\":\"" + note + "\"");
  }

  private static void wrongPassword(ComposeProject project) throws Exception {
    Path dsn = project.ownSecrets().resolve("postgres-dsn");
    Files.writeString(dsn, Files.readString(dsn).replace(":demo@", ":demi@"));
    project.expectRejected(2, "password authentication failed for user \"slipway\"");
  }

  private static void unreadableSecret(ComposeProject project) throws Exception {
    Path dsn = project.ownSecrets().resolve("sqlite-dsn");
    Files.setPosixFilePermissions(dsn, PosixFilePermissions.fromString("rw-------"));
    project.expectRejected(2, "/run/secrets/dsn");
  }

  private static void failingMigration(ComposeProject project) throws Exception {
    Path migrations = migrations(project);
    write(
        migrations,
        "1_notes.up.sql",
        "CREATE TABLE note (id bigint PRIMARY KEY, words text NOT NULL);");
    write(migrations, "2_authors.up.sql", "CREATE INDEX note_author ON note (author);");
    project.override(MOUNTED_MIGRATIONS.formatted(migrations));
    project.expectRejected(4, "column \"author\" does not exist");
  }

  private static void cockroach(ComposeProject project) throws Exception {
    project.compose("config", "--quiet").output();
    String image =
        project
            .compose("config", "--images")
            .output()
            .lines()
            .filter(each -> each.contains("cockroach"))
            .findFirst()
            .orElseThrow();
    if (Docker.has(image)) {
      identityOutlivesRestarts(project);
    } else {
      project.report(
          "the file is valid; skipped: no local image (docker pull %s)".formatted(image));
    }
  }

  private static Path migrations(ComposeProject project) throws IOException {
    return Files.createDirectory(project.work().resolve("migrations"));
  }

  private static void write(Path folder, String name, String sql) throws IOException {
    Files.writeString(folder.resolve(name), sql + "\n");
  }

  private static long secondsSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }
}
