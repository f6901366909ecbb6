package dev.slipway.e2e;

import dev.slipway.testing.Await;
import dev.slipway.testing.Command;
import dev.slipway.testing.CommandResult;
import dev.slipway.testing.Docker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A Compose project with its own name, volumes, and ports. Not thread-safe. */
final class ComposeProject {
  private static final Duration DEADLINE = Duration.ofMinutes(5);
  private static final Duration RESPONSE = Duration.ofSeconds(20);
  private static final String FOLDER = "compose/";

  private final String name;
  private final Path work;
  private final List<String> files = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> report = new ArrayList<>();
  private String server = "serve";
  private int serverPort = 4434;

  /** A project of this Compose file. */
  ComposeProject(String name, String file) throws IOException {
    this.name = name;
    this.work = Files.createTempDirectory("slipway-compose");
    files.add("--file=" + FOLDER + file + ".yaml");
    environment.put("COMPOSE_PROJECT_NAME", name);
    // Docker chooses a free port.
    environment.put("SLIPWAY_PORT", "0");
    environment.put("SERVICE_PORT", "0");
  }

  /** The folder for temporary files. */
  Path work() {
    return work;
  }

  /** The tag of the image with one more migration, which a part may build. */
  String newerImage() {
    return name + ":newer";
  }

  /** The lines of the report. */
  List<String> report() {
    return report;
  }

  /** Adds a line to the report. */
  void report(String line) {
    report.add(line);
  }

  /** Sets the service that responds, and its port in the container. */
  void server(String service, int port) {
    server = service;
    serverPort = port;
  }

  /** Sets an environment variable for all commands. */
  void variable(String variable, String value) {
    environment.put(variable, value);
  }

  /** Merges another Compose file over the first one. */
  void override(String yaml) throws IOException {
    files.add("--file=" + Files.writeString(work.resolve("override.yaml"), yaml));
  }

  /** Copies the secrets to a folder that the project then uses. */
  Path ownSecrets() {
    Path secrets = work.resolve("secrets");
    Command.of("cp", "-r", FOLDER + "secrets", secrets.toString()).output();
    variable("SLIPWAY_SECRETS", secrets.toString());
    return secrets;
  }

  /** A command of Docker Compose on this project. */
  Command compose(String... arguments) {
    return environment(Docker.command("compose").with(files).with(arguments));
  }

  private Command environment(Command command) {
    Command result = command.within(DEADLINE);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      result = result.variable(variable.getKey(), variable.getValue());
    }
    return result;
  }

  /** {@code docker compose up}, which may fail. */
  CommandResult tryUp() {
    return compose("up", "--wait", "--wait-timeout", "240").run();
  }

  /** {@code docker compose up}. */
  void up() {
    tryUp().requireSuccess();
  }

  /** Runs the commands of docs/compose.md: the nth block below a heading. */
  CommandResult runDocumented(String heading, int number) throws IOException {
    String section =
        Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "$(.*?)(?=^## |\\z)")
            .matcher(Files.readString(Path.of("docs/compose.md")))
            .results()
            .map(match -> match.group(1))
            .findFirst()
            .orElse("");
    List<MatchResult> blocks =
        Pattern.compile("(?ms)^```sh\n(.*?)^```$").matcher(section).results().toList();
    String block = number + " of \"" + heading + "\" in docs/compose.md";
    Expect.that(blocks.size() >= number, "no block " + block);
    CommandResult result =
        environment(Command.of("bash", "-euo", "pipefail", "-c"))
            .with(blocks.get(number - 1).group(1))
            .run();
    Expect.that(result.succeeded(), "block " + block + " failed: " + result);
    return result;
  }

  /** The service that responds. Its port changes when the container starts again. */
  Service service() {
    String port = Integer.toString(serverPort);
    return new Service(Docker.address(compose("port", server, port).output()));
  }

  /** A response of the server, which may be starting. */
  String get(String path) throws InterruptedException {
    return awaitResponse("response of " + path, () -> service().get(path));
  }

  /** Creates an identity; its ID. */
  String createIdentity() throws InterruptedException {
    return awaitResponse("new identity", () -> service().createIdentity("ada@example.com"));
  }

  private static String awaitResponse(String what, Callable<String> request)
      throws InterruptedException {
    List<String> responses = new ArrayList<>();
    Await.within(RESPONSE, what, () -> responses.add(request.call()));
    return responses.getFirst();
  }

  /** Checks that an identity exists. */
  void expectIdentity(String id, String when) throws InterruptedException {
    Expect.contains("identity after " + when, get("/admin/identities/" + id), "ada@example.com");
  }

  /** The log of the migration. */
  String migrationLog() {
    return compose("logs", "--no-log-prefix", "migrate").output();
  }

  /** The number of migrations that all runs applied. */
  long applied() {
    return migrationLog().lines().filter(line -> line.startsWith("applied ")).count();
  }

  /** The image of the running server. */
  String serverImage() {
    return inspect("{{.Config.Image}}", container(server));
  }

  private String container(String service) {
    return compose("ps", "--all", "--quiet", service).output().strip();
  }

  private static String inspect(String format, String container) {
    return Docker.command("inspect", "--format", format, container).output().strip();
  }

  /** Checks the privileges of Slipway's containers, and that only this host reaches the ports. */
  void expectConfined() {
    String format =
        "{{.Config.User}} {{with .HostConfig}}{{.ReadonlyRootfs}} {{.CapDrop}} {{.SecurityOpt}}"
            + " {{.Memory}}{{end}}";
    for (String service : List.of("migrate", server)) {
      Expect.equal(
          "privileges of " + service,
          "65532:65532 true [ALL] [no-new-privileges] 268435456",
          inspect(format, container(service)));
    }
    String publishers = "{{range .Publishers}}{{if .PublishedPort}}{{.URL}} {{end}}{{end}}";
    Expect.equal(
        "addresses of published ports",
        "127.0.0.1 ",
        compose("ps", "--format", publishers).output().replace("\n", ""));
  }

  /** Checks that {@code up} fails at the migration with this log, and that no server starts. */
  void expectRejected(int exitCode, String error) {
    CommandResult up = tryUp();
    Expect.that(!up.succeeded(), "docker compose up succeeded");
    Expect.contains(
        "output of docker compose up",
        up.output(),
        "service \"migrate\" didn't complete successfully: exit " + exitCode);
    String log = migrationLog();
    Expect.contains("log of the migration", log, error);
    String state = inspect("{{.State.Status}} {{.State.StartedAt}}", container("serve"));
    Expect.that(state.startsWith("created 0001-"), "the server was started: " + state);
    report(up.output().lines().toList().getLast());
    log.lines().forEach(line -> report("migrate: " + line));
    expectNothingLeft();
  }

  /** Checks that {@code down --volumes} deletes everything that the project created. */
  void expectNothingLeft() {
    Set<String> created = objects();
    compose("down", "--volumes", "--rmi", "local").output();
    Set<String> left = objects();
    left.addAll(lines(Docker.command("volume", "ls", "--format", "volume {{.Name}}")));
    left.retainAll(created);
    Expect.that(!created.isEmpty(), "the project has no containers");
    Expect.that(left.isEmpty(), "down --volumes leaves " + left);
  }

  /** All containers, networks, and volumes, including anonymous volumes. */
  private Set<String> objects() {
    String label = "label=com.docker.compose.project=" + name;
    Set<String> objects = new TreeSet<>();
    Command containers = Docker.command("ps", "--all", "--filter", label, "--format");
    objects.addAll(lines(containers.with("container {{.Names}}")));
    objects.addAll(
        lines(Docker.command("network", "ls", "--filter", label, "--format", "network {{.Name}}")));
    String mounts = "{{range .Mounts}}{{if .Name}}volume {{.Name}}{{println}}{{end}}{{end}}";
    for (String container : lines(containers.with("{{.ID}}"))) {
      objects.addAll(inspect(mounts, container).lines().toList());
    }
    return objects;
  }

  private static List<String> lines(Command command) {
    return command.output().lines().filter(line -> !line.isBlank()).toList();
  }

  /** The state of the containers and the end of their logs. */
  String describe() {
    return compose("ps", "--all").run().output() + compose("logs", "--tail", "40").run().output();
  }

  /** Deletes everything that the project created. */
  void delete() {
    compose("down", "--volumes", "--rmi", "local", "--remove-orphans", "--timeout", "5").run();
    Docker.command("image", "rm", newerImage()).run();
    CleanUp.deleteFolder(work);
  }
}
