package dev.slipway.cli;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.Setting;
import dev.slipway.json.Json;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code slipway serve --print-config}: every setting, its value, and where it comes from. */
class PrintConfigTest {
  private static final String[] PRINT = {"serve", "--print-config"};

  @TempDir Path folder;

  @Test
  void namesTheSourceOfEachValueInOneRun() throws IOException {
    Path file =
        file(
            """
        serve:
          drain_delay: 7s
          admin: {host: "::1"}
        identity:
          default_schema_id: customer
          schemas:
            - {id: customer, url: "file:///etc/customer.json"}
        """);
    Slipway.bare()
        .with("DSN", "postgres://app:hunter2@db:5432/app?sslmode=disable")
        .with("LOG_LEVEL", "debug")
        .with("SLIPWAY_ADMIN_TOKEN", "s3cret")
        .run("serve", "--print-config", "--config", file.toString(), "--port", "8080")
        .exits(DONE)
        .answersWith(
            "# Database: postgres://app:***@db:5432/app?sslmode=disable, by DSN in the environment",
            "\n# dsn: \"postgres://app:***@db:5432/app?sslmode=disable\"  # the environment"
                + " variable DSN\n",
            "\n# dsn_file:  # not set\n",
            "\n  # host: localhost  # not used: the default\n",
            "\n  # max_conns:  # not set\n",
            "\n    host: \"::1\"  # the key serve.admin.host in " + file + "\n",
            "\n    port: 8080  # the flag --port\n",
            "\n    # token: \"***\"  # the environment variable SLIPWAY_ADMIN_TOKEN\n",
            "\n  drain_delay: 7s  # the key serve.drain_delay in " + file + "\n",
            "\n  shutdown_timeout: 20s  # the default\n",
            "\n  level: debug  # the environment variable LOG_LEVEL\n",
            "\n  schemas:  # the key identity.schemas in "
                + file
                + "\n"
                + "    - id: customer\n"
                + "      url: \"file:///etc/customer.json\"\n")
        .never("hunter2", "s3cret");
  }

  @Test
  void printsEverySettingOnce() {
    Ran ran =
        Slipway.bare()
            .with("DSN", "memory")
            .run("serve", "--print-config", "--format", "json")
            .exits(DONE);
    List<?> entries = (List<?>) Json.read(ran.out(), "the answer");
    assertEquals(
        List.of(Setting.values()).stream().map(Setting::key).toList(),
        entries.stream().map(each -> ((Map<?, ?>) each).get("key")).toList());
    Map<String, Object> port = new HashMap<>();
    port.put("key", "serve.admin.port");
    port.put("value", 4434);
    port.put("source", "the default");
    port.put("used", true);
    assertTrue(entries.contains(port), ran::toString);
  }

  @Test
  void whatItPrintsSetsTheSameAgain() throws IOException {
    Path file =
        file(
            """
        dsn: sqlite://odd.db
        database: {name: "yes"}
        pool: {max_conns: 7}
        serve:
          admin: {host: "0", base_url: "https://id.example.org/"}
          read_timeout: 1m30s
        identity:
          default_schema_id: "1.0 # no comment"
          schemas: {"1.0 # no comment": "a b.json", "true": "base64://e30="}
        migrate:
          path: ["/a b", "- c"]
          placeholders: {owner: "x: y", "null": ""}
          table: "yes"
        """);
    Map<String, Object> first = values("--config", file.toString());
    Ran printed =
        Slipway.bare().run("serve", "--print-config", "--config", file.toString()).exits(DONE);
    Path again = Files.writeString(folder.resolve("again.yaml"), printed.out());
    Map<String, Object> second = values("--config", again.toString());
    first.remove("database.name");
    assertEquals(null, second.remove("database.name"), "it was not used");
    assertEquals(first, second);
    assertEquals("sqlite://odd.db", second.get("dsn"));
    assertEquals(List.of("/a b", "- c"), second.get("migrate.path"));
  }

  @Test
  void theDefaultsForADatabaseInMemoryAreTakenBack() throws IOException {
    Ran printed = Slipway.bare().with("DSN", "memory").run(PRINT).exits(DONE);
    Path again = file(printed.out());
    Ran served =
        Slipway.bare()
            .run("serve", "--config", again.toString(), "--host", "no.such.address.invalid");
    served.exits(USAGE).never("one connection that lives");
  }

  @Test
  void partsOfADatabaseAreUsedOrNotAsAWhole() throws IOException {
    Path file = file("database: {type: mysql, host: old, name: old}");
    Slipway parts =
        Slipway.bare()
            .with("DATABASE_TYPE", "postgres")
            .with("DATABASE_NAME", "app")
            .with("DATABASE_USERNAME", "u")
            .with("DATABASE_PASSWORD", "hunter2");
    parts
        .run("serve", "--print-config", "--config", file.toString())
        .exits(DONE)
        .answersWith(
            "# Database: postgres://u:***@localhost:5432/app?sslmode=prefer, by DATABASE_* in the"
                + " environment\n",
            "\n  type: postgres  # the environment variable DATABASE_TYPE\n",
            "\n  # host: old  # not used: the key database.host in ",
            "\n  # password: \"***\"  # the environment variable DATABASE_PASSWORD\n")
        .never("hunter2");
    parts
        .with("DSN", "memory")
        .run(PRINT)
        .exits(DONE)
        .answersWith(
            "\ndsn: memory  # the environment variable DSN\n",
            "\n  # type: postgres  # not used: the environment variable DATABASE_TYPE\n")
        .says("warning: DSN in the environment is used; DATABASE_* beside it is ignored");
  }

  @Test
  void theDsnInAFileIsNamedAndShownMasked() throws IOException {
    Path secret = Files.writeString(folder.resolve("dsn"), "mysql://u:hunter2@tcp(db:3306)/app\n");
    Slipway.bare()
        .with("DSN_FILE", secret.toString())
        .run(PRINT)
        .exits(DONE)
        .answersWith(
            "# Database: mysql://u:***@tcp(db:3306)/app, by DSN_FILE in the environment\n",
            "\n# dsn:  # not set\n",
            "  # the environment variable DSN_FILE\n")
        .never("hunter2");
  }

  @Test
  void saysWhatIsWrongWithTheDatabaseAndPrintsTheRest() {
    Slipway.bare()
        .run(PRINT)
        .exits(DONE)
        .answersWith("\n    port: 4434  # the default\n")
        .says("warning: no database is named");
    Slipway.bare()
        .with("DSN", "mongodb://u:hunter2@h/d")
        .run(PRINT)
        .exits(DONE)
        .answersWith("\n# dsn: \"***\"  # the environment variable DSN\n")
        .says("warning: ")
        .never("hunter2");
  }

  @Test
  void refusesWhatServeRefuses() throws IOException {
    Path file = file("serve: {admin: {prot: 1}}");
    Slipway.bare()
        .run("serve", "--print-config", "--config", file.toString())
        .exits(USAGE)
        .says("did you mean serve.admin.port?");
    Slipway.bare()
        .run("serve", "--print-config", "--format", "table")
        .exits(USAGE)
        .says("no format `table`: take yaml or json");
    Slipway.bare()
        .run("serve", "--format", "json")
        .exits(USAGE)
        .says("--format says how --print-config prints, which is not given");
  }

  private static Map<String, Object> values(String... arguments) {
    List<String> words =
        new java.util.ArrayList<>(List.of("serve", "--print-config", "--format", "json"));
    words.addAll(List.of(arguments));
    Ran ran = Slipway.bare().run(words.toArray(String[]::new)).exits(DONE);
    Map<String, Object> values = new HashMap<>();
    for (Object entry : (List<?>) Json.read(ran.out(), "the answer")) {
      Map<?, ?> map = (Map<?, ?>) entry;
      values.put((String) map.get("key"), map.get("value"));
    }
    return values;
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("config.yaml"), text);
  }

  @Test
  void anUnknownTypeOfADatabaseNamesItsSettingAndTheTypes() {
    Slipway.bare()
        .with("DATABASE_TYPE", "postgress")
        .with("DATABASE_NAME", "app")
        .run("serve", "--print-config")
        .exits(USAGE)
        .tells(
            "`postgress` from the environment variable DATABASE_TYPE is no type of a database",
            "did you mean postgres?",
            "memory");
  }
}
