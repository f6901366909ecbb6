package dev.slipway.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.testing.Docker;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Shell;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The image itself, in Docker: what a container of it can, and what it cannot. */
@EnabledIfEnvironmentVariable(
    named = "SLIPWAY_IMAGE",
    matches = ".+",
    disabledReason = "needs the image: `make image-test` builds it and runs this")
class ImageIT {
  private static final String IMAGE = System.getenv("SLIPWAY_IMAGE");

  /** As the chart and the compose files start it. */
  private static final List<String> CONFINED =
      List.of(
          "--memory",
          "128m",
          "--cpus",
          "1",
          "--read-only",
          "--cap-drop",
          "ALL",
          "--security-opt",
          "no-new-privileges");

  private final String name = "slipway-image-it-" + UUID.randomUUID();

  private static Ran docker(List<String> arguments) {
    return Ran.of(Docker.command().with(arguments).run());
  }

  private static Ran docker(String... arguments) {
    return docker(Arrays.asList(arguments));
  }

  @BeforeEach
  void createVolume() {
    docker("volume", "create", name).exits(ExitCode.DONE);
  }

  @AfterEach
  void removeContainerAndVolume() {
    docker("rm", "--force", name);
    docker("volume", "rm", name).exits(ExitCode.DONE);
  }

  @Test
  void migratesAndServesConfinedAndEndsInTime() throws Exception {
    java("migrate", "migrate", "sql", "up", "--read-from-env", "--yes")
        .exits(ExitCode.DONE)
        .says("Successfully applied migrations!");

    List<String> command =
        confined(
            "run",
            "--detach",
            "--name",
            name,
            "--publish",
            "127.0.0.1::4434",
            "--env",
            "SERVE_DRAIN_DELAY=1s",
            IMAGE);
    docker(command).exits(ExitCode.DONE);
    awaitReadiness();
    docker("top", name, "-o", "uid,pid").answersWith("65532");
    URI address =
        URI.create(
            "http://" + docker("port", name, "4434/tcp").out().lines().findFirst().orElseThrow());
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> created =
          client.send(
              HttpRequest.newBuilder(address.resolve("/admin/identities"))
                  .header("Content-Type", "application/json")
                  .timeout(Duration.ofSeconds(20))
                  .POST(
                      BodyPublishers.ofString(
                          "{\"schema_id\": \"default\", \"traits\": {\"email\": \"ada@example.com\"}}"))
                  .build(),
              BodyHandlers.ofString());
      assertEquals(201, created.statusCode(), created.body());
    }

    docker("exec", name, "slipway", "migrate", "sql", "status", "--read-from-env", "--exit-code")
        .exits(ExitCode.DONE)
        .answersWith("Applied")
        .never("Pending");

    long start = System.nanoTime();
    docker("stop", "--time", "20", name).exits(ExitCode.DONE);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertTrue(took.toSeconds() < 10, () -> "it took " + took + " to end");
    docker("inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", name)
        .answers("0 false\n");
    docker("logs", name).says("every request was answered");
  }

  @Test
  void healthTellsAServerThatIsNotReadyFromOneThatIsNotThere() {
    docker(
            confined(
                "run", "--detach", "--name", name, "--env", "DSN=sqlite:///data/no.sqlite", IMAGE))
        .exits(ExitCode.DONE);
    assertEquals(1, awaitHealth(), "the server has no schema");
    docker(confined("run", "--rm", "--entrypoint", "slipway", IMAGE, "health"))
        .exits(ExitCode.RETRY)
        .tells("no server answers at http://127.0.0.1:4434");
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "migrate"})
  void eachFileOfOptionsUsesTheArchive(String file, @TempDir Path folder) throws Exception {
    Ran migrated =
        docker(
            confined(
                "run",
                "--rm",
                "--env",
                "JDK_JAVA_OPTIONS=-Xshare:on -Xlog:class+load:file=/dev/stderr",
                "--entrypoint",
                "java",
                IMAGE,
                "@/slipway/" + file + ".args",
                "migrate",
                "sql",
                "up",
                "--read-from-env",
                "--yes"));
    migrated.exits(ExitCode.DONE).tells("source: shared objects file");
    List<String> ours =
        migrated
            .err()
            .lines()
            .filter(line -> line.contains("dev.slipway.") && line.contains("source: file:"))
            .toList();
    assertEquals(List.of(), ours, "not in the archive: `make class-list` renews its list");

    // The proof that such a JVM does not start without it.
    Path none = Files.createFile(folder.resolve("none.jsa"));
    docker(
            confined(
                "run",
                "--rm",
                "--env",
                "JDK_JAVA_OPTIONS=-Xshare:on",
                "--volume",
                none + ":/slipway/slipway.jsa:ro",
                "--entrypoint",
                "java",
                IMAGE,
                "@/slipway/" + file + ".args",
                "version"))
        .exits(ExitCode.FAULT);
  }

  @Test
  void theLauncherUsesTheArchiveToo() {
    docker(
            confined(
                "run",
                "--rm",
                "--env",
                "JAVA_TOOL_OPTIONS=-Xshare:on",
                "--entrypoint",
                "slipway",
                IMAGE,
                "version"))
        .exits(ExitCode.DONE);
  }

  /**
   * The script is ASCII: the JVM of this test may be in a locale without UTF-8. Docker replaces
   * bytes that are not UTF-8 before the container gets them, so they are tested without it.
   */
  @Test
  void textIsUtf8InEveryLocale(@TempDir Path folder) {
    Shell shell = new Shell(folder);
    shell.export("image", IMAGE);
    Ran ran =
        shell
            .run(
                """
        name=gr$'\\303\\266\\303\\237'e who=J$'\\303\\274'rgen
        chmod 755 . && mkdir -m 755 "$name"
        # The database accepts these bytes alone.
        echo "CREATE TABLE names (who TEXT CHECK (hex(who) = '4AC3BC7267656E'));" \\
          >"$name/V1__$name.sql"
        echo "INSERT INTO names VALUES ('\\${who}');" >"$name/V2__who.sql"
        up() {
          docker run --rm --read-only --tmpfs /data:mode=1777 --volume "$PWD/$name:/$name:ro" \\
            --env DSN=sqlite:///data/app.db --env JAVA_TOOL_OPTIONS=-Xshare:auto --env "$1" \\
            "${@:3}" migrate sql up -e --yes --path "/$name" --placeholder "who=$2"
        }
        for start in "java $image @/slipway/migrate.args" "slipway $image"; do
          for locale in A=b LANG=C LC_ALL=C LC_ALL=de_DE.UTF-8 LC_ALL=POSIX; do
            echo "### $locale"
            up "$locale" "$who" --entrypoint $start
          done
        done
        """)
            .exits(ExitCode.DONE);
    String[] runs = ran.out().split("### ");
    assertEquals(11, runs.length, ran::toString);
    for (String run : Arrays.asList(runs).subList(1, runs.length)) {
      assertTrue(run.contains("applied 1_größe") && run.contains("applied 2_who"), run);
      // In the image's own locale no process starts twice.
      assertEquals(run.startsWith("A=b") ? 1 : 2, run.split("Picked up ").length - 1, run);
    }
  }

  @Test
  void jsonStaysJsonWhenTheJvmComplains() {
    java("migrate", "migrate", "sql", "up", "--read-from-env", "--yes").exits(ExitCode.DONE);
    // More than compressed pointers reach, so that the archive does not fit.
    String heap = "-Xmx40g";
    for (List<String> start :
        List.of(
            List.of(
                "--env",
                "JDK_JAVA_OPTIONS=" + heap,
                "--entrypoint",
                "java",
                IMAGE,
                "@/slipway/migrate.args"),
            List.of("--env", "JDK_JAVA_OPTIONS=" + heap, IMAGE),
            List.of("--env", "_JAVA_OPTIONS=" + heap, "--entrypoint", "slipway", IMAGE))) {
      List<String> command = confined("run", "--rm");
      command.addAll(start);
      command.addAll(List.of("migrate", "sql", "status", "--read-from-env", "--format", "json"));
      Ran status = docker(command).exits(ExitCode.DONE).tells("[cds]");
      assertTrue(JsonMapper.shared().readTree(status.out()).isContainer(), status::toString);
    }
  }

  @Test
  void halfOfTheContainersMemoryIsForTheHeap() {
    for (int memory : List.of(128, 512)) {
      Ran flags =
          docker(
                  "run",
                  "--rm",
                  "--memory",
                  memory + "m",
                  "--env",
                  "JDK_JAVA_OPTIONS=-XX:+PrintFlagsFinal",
                  IMAGE,
                  "version")
              .exits(ExitCode.DONE);
      String heap =
          flags
              .err()
              .lines()
              .filter(line -> line.contains(" MaxHeapSize "))
              .findFirst()
              .orElseThrow()
              .replaceAll("\\D+(\\d+).*", "$1");
      assertEquals(memory / 2, Long.parseLong(heap) >> 20);
    }
  }

  @Test
  void anyUserMayWriteToData() {
    docker(
            confined(
                "run",
                "--rm",
                "--user",
                "12345:12345",
                "--entrypoint",
                "slipway",
                IMAGE,
                "migrate",
                "sql",
                "up",
                "--read-from-env",
                "--yes"))
        .exits(ExitCode.DONE);
    docker(
            confined(
                "run",
                "--rm",
                "--env",
                "DSN=sqlite:///slipway/x.sqlite",
                "--entrypoint",
                "slipway",
                IMAGE,
                "migrate",
                "sql",
                "up",
                "--read-from-env",
                "--yes"))
        .tells("/slipway/x.sqlite");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "ash", "dash", "busybox", "perl", "python3"})
  void holdsNothingThatRunsScripts(String program) {
    Ran ran = docker("run", "--rm", "--entrypoint", program, IMAGE);
    assertEquals(127, ran.code(), ran::toString);
  }

  @Test
  void saysWhatItIs() {
    JsonNode config =
        JsonMapper.shared().readTree(docker("image", "inspect", IMAGE).out()).get(0).get("Config");
    assertEquals("65532:65532", config.get("User").asString());
    assertEquals("[\"java\",\"@/slipway/serve.args\"]", config.get("Entrypoint").toString());
    assertEquals("[\"serve\"]", config.get("Cmd").toString());
    JsonNode labels = config.get("Labels");
    String prefix = "org.opencontainers.image.";
    assertEquals("Slipway", labels.get(prefix + "title").asString());
    assertEquals("Apache-2.0", labels.get(prefix + "licenses").asString());
    assertTrue(labels.get(prefix + "revision").asString().matches("[0-9a-f]{40}(-dirty)?"));
    for (String label : List.of("description", "source", "version")) {
      assertFalse(labels.get(prefix + label).asString().isBlank(), label);
    }
    String base = labels.get(prefix + "base.name").asString();
    assertFalse(base.contains("://"), base);
  }

  @Test
  void itsListOfPartsNamesEveryJar(@TempDir Path folder) throws Exception {
    docker("create", "--name", name, IMAGE).exits(ExitCode.DONE);
    docker("cp", name + ":/slipway/sbom.json", folder + "/sbom.json").exits(ExitCode.DONE);
    docker("cp", name + ":/slipway/serve.args", folder + "/serve.args").exits(ExitCode.DONE);
    docker("cp", name + ":/slipway/licenses", folder + "/licenses").exits(ExitCode.DONE);
    JsonNode parts =
        JsonMapper.shared()
            .readTree(Files.readString(folder.resolve("sbom.json")))
            .get("components");
    Set<String> listed =
        parts
            .valueStream()
            .map(
                part -> part.get("name").asString() + "-" + part.get("version").asString() + ".jar")
            .collect(Collectors.toSet());
    Set<String> jars =
        Files.readAllLines(folder.resolve("serve.args")).stream()
            .filter(line -> line.startsWith("/slipway/slipway.jar:"))
            .flatMap(line -> Stream.of(line.split(":")))
            .map(jar -> jar.substring(jar.lastIndexOf('/') + 1))
            .filter(jar -> !jar.equals("slipway.jar"))
            .collect(Collectors.toSet());
    assertTrue(jars.size() > 10, jars::toString);
    for (String jar : jars) {
      Path license = folder.resolve("licenses").resolve(jar.replace(".jar", ""));
      assertTrue(Files.isDirectory(license), () -> jar + " has no license in the image");
    }
    jars.removeAll(listed);
    assertEquals(Set.of(), jars, "in the image, but not in its list");
  }

  private Ran java(String file, String... arguments) {
    List<String> command =
        confined("run", "--rm", "--entrypoint", "java", IMAGE, "@/slipway/" + file + ".args");
    command.addAll(List.of(arguments));
    return docker(command);
  }

  /** A command of Docker's with this test's volume, after its first word. */
  private List<String> confined(String... words) {
    List<String> command = new ArrayList<>(List.of(words[0], "--volume", name + ":/data"));
    command.addAll(List.of("--env", "DSN=sqlite:///data/slipway.sqlite"));
    command.addAll(CONFINED);
    command.addAll(Arrays.asList(words).subList(1, words.length));
    return command;
  }

  /** A server listens before it has read the state of the schema. */
  private void awaitReadiness() {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    int health;
    do {
      health = awaitHealth();
    } while (health != 0 && System.nanoTime() < deadline);
    assertEquals(0, health, () -> docker("logs", name).toString());
  }

  /** The answer of the first health check that finds a server. */
  private int awaitHealth() {
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    Ran health;
    do {
      health = docker("exec", name, "slipway", "health");
    } while (health.code() == ExitCode.RETRY.number() && System.nanoTime() < deadline);
    return health.code();
  }
}
