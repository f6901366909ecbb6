package dev.slipway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;
import dev.slipway.testing.Page;
import dev.slipway.testing.Page.Block;
import dev.slipway.testing.Page.Exchange;
import dev.slipway.testing.Ran;
import dev.slipway.testing.ServeProcess;
import dev.slipway.testing.Server;
import dev.slipway.testing.Shell;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command of the documentation is run: here, as it stands, in the order of its page and on a
 * database of the walk's own; or by what {@link #ELSEWHERE} names.
 *
 * <p>Of a page, {@code sh} blocks have to succeed, and {@code console} blocks to print what they
 * show. A block of {@code sql} that begins with {@code -- <name>.sql} is that file, and several if
 * it has several such lines; any other is run on the database.
 */
@Timeout(300)
class DocsIT {
  /** Pages whose commands another test runs. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("docs/compose.md", "scripts/compose-test"),
          Map.entry(
              "docs/databases.md", "app/src/test/java/dev/slipway/provision/DatabasesDocIT.java"),
          Map.entry("docs/chart.md", "scripts/e2e"),
          Map.entry("docs/image.md", "scripts/image-test"),
          Map.entry("charts/slipway/README.md", "scripts/e2e"));

  /** What stands there because it cannot be run by a test, and why. */
  private static final Map<String, String> NOT_RUN =
      Map.of(
          "CONTRIBUTING.md", "makes a release of the tree",
          "docs/dsn.md", "sets the address of a pooler",
          "docs/troubleshooting.md", "looks into a database in trouble",
          "docs/troubleshooting-helm.md", "inspects a failed release");

  /** What the commands need beside Slipway, and an image that has it; but for sqlite3. */
  private static final Map<String, String> PROGRAMS =
      Map.of(
          "pg_dump",
          "postgres:18",
          "pg_restore",
          "postgres:18",
          "mysqldump",
          "mysql:9",
          "mysql",
          "mysql:9");

  /** The database of the pages' examples. */
  private static final Pattern DSN =
      Pattern.compile(
          "\\b(postgres|mysql|cockroach)://app:secret@(tcp\\()?db:\\d+\\)?/app(\\?[\\w=&]*)?");

  private static final Pattern INLINE = Pattern.compile("`slipway ([^`]+)`");

  private static final Set<String> COMMANDS =
      Set.of(
          "serve",
          "migrate",
          "sql",
          "up",
          "down",
          "status",
          "repair",
          "baseline",
          "adopt",
          "create",
          "lint",
          "test",
          "verify",
          "database",
          "drop",
          "wait",
          "health",
          "preflight",
          "version",
          "completion");

  private static final Pattern FILE = Pattern.compile("(?m)^-- (\\S+\\.sql)\n");

  @TempDir Path folder;

  /** A part of a page, or with an empty heading all of it, on a server. */
  record Walk(String page, String heading, Server server) {
    @Override
    public String toString() {
      return page + " " + heading + ", " + server;
    }
  }

  static Stream<Walk> walks() {
    List<Walk> walks = new ArrayList<>();
    walks.add(new Walk("docs/output.md", "", Server.SQLITE));
    Server.oneOfEach()
        .forEach(
            server -> {
              walks.add(new Walk("docs/authoring.md", "", server));
              for (String tool :
                  List.of(
                      "golang-migrate",
                      "goose",
                      "dbmate",
                      "Flyway",
                      "Liquibase",
                      "Prisma",
                      "TypeORM",
                      "Kratos")) {
                walks.add(new Walk("docs/moving.md", "From " + tool, server));
              }
              walks.add(
                  new Walk("docs/operations.md", "A migration's way through the stages", server));
            });
    walks.add(new Walk("README.md", "Quickstart", Server.SQLITE));
    walks.add(new Walk("docs/moving.md", "From sqlx", Server.SQLITE));
    walks.add(new Walk("docs/lint.md", "", Server.SQLITE));
    walks.add(new Walk("docs/operations.md", "PostgreSQL", Server.POSTGRES));
    walks.add(new Walk("docs/operations.md", "MySQL", Server.MYSQL));
    walks.add(new Walk("docs/operations.md", "SQLite", Server.SQLITE));
    return walks.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("walks")
  void thePageWorksAsItStands(Walk walk) throws IOException {
    Page page = Page.of(walk.page());
    List<Block> blocks = walk.heading().isEmpty() ? page.blocks() : page.below(walk.heading());
    try (TestDatabase database = walk.server().database()) {
      Shell shell = new Shell(folder);
      shell.export("DSN", database.dsn());
      bringPrograms(blocks, shell);
      for (Block block : blocks) {
        switch (block.language()) {
          case "sh" -> shell.run(here(block.text(), database)).exits(ExitCode.DONE);
          case "console" -> {
            for (Exchange exchange : block.exchanges()) {
              // A new database of the stand-in for CockroachDB is a PostgreSQL database.
              if (walk.server() == Server.COCKROACH_STAND_IN
                  && exchange.command().matches("slipway migrate sql (test|verify) .*")) {
                continue;
              }
              Ran ran = shell.run("set +e\n" + here(exchange.command(), database));
              Page.assertShown(exchange.output(), ran.out() + ran.err(), exchange.command());
            }
          }
          case "sql" -> sql(block.text(), database);
          default -> {}
        }
      }
    }
  }

  /** Skips the test if a program is unavailable. */
  private static void bringPrograms(List<Block> blocks, Shell shell) {
    String commands =
        blocks.stream()
            .filter(block -> block.language().equals("sh"))
            .map(Block::text)
            .collect(Collectors.joining());
    PROGRAMS.forEach(
        (program, image) -> {
          if (Pattern.compile("(?m)^" + program + " ").matcher(commands).find()) {
            shell.with(program, image).ifPresent(Assumptions::abort);
          }
        });
    Assumptions.assumeTrue(
        !commands.contains("\nsqlite3 ")
            || Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "sqlite3"))),
        "needs sqlite3; install it to run this");
  }

  /** A command as it would be written for this machine. */
  private static String here(String command, TestDatabase database) {
    String here =
        DSN.matcher(command)
            .replaceAll(Matcher.quoteReplacement(database.dsn()))
            // The tests are the build.
            .replaceAll("(?m)^make .*\n", "");
    Matcher parts =
        Pattern.compile("mysql://(.*):(.*)@tcp\\((.*):(.*)\\)/(.*)").matcher(database.dsn());
    if (parts.matches()) {
      here =
          here.replace("MYSQL_PWD=secret", "MYSQL_PWD=" + parts.group(2))
              .replaceAll(
                  "--host=db --port=3306 --user=app(.*) app ",
                  "--host="
                      + parts.group(3)
                      + " --protocol=tcp --port="
                      + parts.group(4)
                      + " --user="
                      + parts.group(1)
                      + "$1 "
                      + parts.group(5)
                      + " ");
    }
    return here;
  }

  private void sql(String text, TestDatabase database) throws IOException {
    String[] parts = FILE.split(text);
    List<String> names = FILE.matcher(text).results().map(found -> found.group(1)).toList();
    if (names.isEmpty()) {
      for (String statement : text.replaceAll("(?m)^--.*\n", "").split(";\\s*\n")) {
        database.execute(statement);
      }
      return;
    }
    assertTrue(parts[0].isBlank(), () -> "before the first file stands " + parts[0]);
    for (int i = 0; i < names.size(); i++) {
      Path file = folder.resolve(names.get(i));
      Files.createDirectories(file.getParent());
      Files.writeString(file, parts[i + 1]);
    }
  }

  @Test
  void theRequestsOfTheReadmeAreAnswered() throws Exception {
    try (TestDatabase database = Server.SQLITE.database();
        ServeProcess server = ServeProcess.start(Map.of("DSN", database.dsn()), "--migrate")) {
      server.awaitReadiness(200, Duration.ofSeconds(30));
      for (Block block : Page.of("README.md").below("The identity service")) {
        String commands =
            block
                .text()
                .replace("http://127.0.0.1:4434", server.address().toString())
                .replace("curl -s ", "curl --silent --fail ");
        new Shell(folder).run(commands).exits(ExitCode.DONE).answersWith("ada@example.com");
      }
    }
  }

  @Test
  void thePicturesShowWhatThereIs() throws IOException {
    Shell shell = new Shell(folder);
    Assumptions.assumeTrue(shell.run("set +e; python3 --version").code() == 0, "needs Python 3");
    shell.run("'" + Path.of("../scripts/pictures.py").toRealPath() + "' .").exits(ExitCode.DONE);
    for (String picture : List.of("architecture.svg", "terminal.svg")) {
      assertEquals(
          Files.readString(Path.of("../docs", picture)),
          Files.readString(folder.resolve(picture)),
          "docs/" + picture + " is stale, run: make pictures");
    }
  }

  /** Commands within sentences, which nothing runs: their words and flags are there. */
  @Test
  void noSentenceNamesAFlagThatIsNotThere() throws IOException {
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (Path file : pages()) {
      Matcher command = INLINE.matcher(Files.readString(file));
      for (; command.find(); count++) {
        List<String> words = List.of(command.group(1).split("\\s+"));
        List<String> names = words.stream().takeWhile(COMMANDS::contains).toList();
        Ran help =
            Slipway.bare()
                .run(Stream.concat(names.stream(), Stream.of("--help")).toArray(String[]::new));
        Set<String> known =
            new TreeSet<>(List.of(help.exits(ExitCode.DONE).out().split("[^a-z-]+")));
        words.stream()
            .map(word -> word.replaceFirst("=.*", ""))
            .filter(word -> word.matches("--[a-z-]+") && !known.contains(word))
            .forEach(word -> wrong.add(file + ": slipway " + String.join(" ", words)));
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(count > 50, "only " + count + " commands were found");
  }

  @Test
  void noCommandOfTheDocumentationIsLeftOut() throws IOException {
    TreeSet<String> left = new TreeSet<>();
    TreeSet<String> walked = new TreeSet<>();
    walks().forEach(walk -> walked.add(walk.page()));
    for (Path file : pages()) {
      String name = Path.of("..").relativize(file).toString();
      if (Page.of(name).blocks().stream()
          .anyMatch(block -> List.of("sh", "console").contains(block.language()))) {
        left.add(name);
      }
    }
    left.removeAll(walked);
    left.removeAll(ELSEWHERE.keySet());
    left.removeAll(NOT_RUN.keySet());
    assertEquals(new TreeSet<>(), left, "nothing runs the commands of these pages");
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      Pattern ours = Pattern.compile("(?!.*/(target|\\.git|\\.cache)/).*\\.md");
      return files.filter(path -> ours.matcher(path.toString()).matches()).sorted().toList();
    }
  }
}
