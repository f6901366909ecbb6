package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.json.Json;
import dev.slipway.json.JsonSchema;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What commands print with {@code --format json}: one document that follows the shipped schema. */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#oneOfEach")
class ResultDocumentIT extends MigrateSuite {
  private static final String[] JSON = {"--format", "json"};

  private Map<String, Object> schema;

  @BeforeEach
  @SuppressWarnings("unchecked") // the file is an object
  void readSchema() throws IOException {
    Path file = Path.of("..", "docs", "output.schema.json");
    schema = (Map<String, Object>) Json.read(Files.readString(file), file.toString());
  }

  /** The document of a command, which follows the schema of the command, and of all commands. */
  private JsonNode document(String command, Ran ran) {
    Object value = Json.read(ran.out(), "the output of " + ran);
    Map<String, Object> own = new HashMap<>(schema);
    own.remove("anyOf");
    own.put("$ref", "#/$defs/" + command);
    for (Map<String, Object> each : List.of(schema, own)) {
      assertEquals(
          List.of(), JsonSchema.compile(each, "the schema").validate(value), ran::toString);
    }
    assertEquals(1, ran.out().strip().lines().count());
    return JsonMapper.shared().readTree(ran.out());
  }

  @Test
  void aRun() {
    tables("1", "2");
    JsonNode plan = document("up", slipway().run(words("up", "--dry-run", "--format=json")));
    assertEquals(2, plan.get("planned").size());
    assertEquals(0, plan.get("completed").size());

    JsonNode up = document("up", up(JSON).exits(DONE).tells("applied 2_table"));
    assertEquals("up", up.get("direction").asString());
    assertEquals("2", up.get("completed").get(1).get("version").asString());
    assertEquals(
        folder.resolve("2_table.up.sql").toString(),
        up.get("completed").get(1).get("file").asString());
    assertEquals(0, document("up", up(JSON).exits(DONE)).get("planned").size());

    JsonNode down = document("down", down(JSON).exits(DONE));
    assertEquals("down", down.get("direction").asString());
    assertEquals("2", down.get("completed").get(0).get("version").asString());
  }

  @Test
  void aRunThatFails() {
    table("1");
    file(
        "2_wrong.up.sql",
        "-- a comment",
        "CREATE TABLE t2 (id INT);",
        "INSERT INTO none (id) VALUES (1);");
    Ran ran = up(JSON).exits(MIGRATION);
    JsonNode failed = document("up", ran);
    assertEquals(1, failed.get("completed").size());
    JsonNode error = failed.get("error");
    assertEquals(4, error.get("code").asInt());
    assertTrue(error.get("message").asString().startsWith("migration 2_wrong failed: "));
    assertEquals(folder.resolve("2_wrong.up.sql").toString(), error.get("file").asString());
    assertEquals(3, error.get("line").asInt());
    assertEquals(
        switch (database.family()) {
          case POSTGRES, COCKROACH -> Optional.of("42P01");
          case MYSQL -> Optional.of("42S02");
          case SQLITE -> Optional.empty();
        },
        Optional.ofNullable(error.get("sqlstate")).map(JsonNode::asString));
    assertTrue(error.has("hint"));
    ran.tells("migration 2_wrong failed: ", "hint: ");
  }

  @Test
  void theTimeAtWhichAMigrationWasApplied() {
    tables("1", "2");
    Instant before = Instant.now().minusSeconds(60);
    up("--steps", "1").exits(DONE);
    JsonNode status = document("status", status(JSON).exits(DONE));
    Instant applied = Instant.parse(status.get(0).get("applied_at").asString());
    assertTrue(
        applied.isAfter(before) && applied.isBefore(before.plusSeconds(120)), status::toString);
    assertFalse(status.get(1).has("applied_at"));
  }

  @Test
  void aStatusThatFails() {
    table("1");
    up().exits(DONE);
    file("1_table.up.sql", "CREATE TABLE other (id INT);");
    database.execute("UPDATE " + HISTORY + " SET description = 'another' WHERE version = '1'");
    JsonNode failed = document("status", status(JSON).exits(MIGRATION));
    assertEquals("1", failed.get("migrations").get(0).get("version").asString());
    assertEquals(4, failed.get("error").get("code").asInt());
  }

  @Test
  void repair() {
    tables("1", "2");
    up().exits(DONE);
    assertEquals(0, document("repair", repair(JSON).exits(DONE)).get("findings").size());
    remove("1_table.up.sql");
    remove("1_table.down.sql");
    JsonNode forgotten =
        document("repair", repair("--forget", "1", "--format", "json").exits(DONE));
    assertEquals(1, forgotten.get("findings").size());
    assertTrue(forgotten.get("repaired").asBoolean());
  }

  @Test
  void baseline() {
    tables("1", "2");
    String[] words = {
      "migrate", "sql", "baseline", "1", "-e", "--path", folder.toString(), "--format", "json"
    };
    JsonNode baseline = document("baseline", slipway().run(words).exits(DONE));
    assertEquals("1", baseline.get("version").asString());
    assertTrue(baseline.get("recorded").asBoolean());
    Ran again = slipway().run(words);
    assertTrue(document("baseline", again).has("error"), again::toString);
  }

  @Test
  void adopt() {
    tables("1", "2");
    Ran nothing = slipway().run(words("adopt", "--yes", "--format", "json"));
    assertTrue(document("adopt", nothing).has("error"), nothing::toString);
    database.execute(
        "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL)",
        "INSERT INTO schema_migrations VALUES (1, false)");
    JsonNode adopted =
        document("adopt", slipway().run(words("adopt", "--yes", "--format", "json")).exits(DONE));
    assertEquals("1", adopted.get("applied").get(0).get("version").asString());
    assertEquals("2", adopted.get("pending").get(0).get("version").asString());
    assertTrue(adopted.get("recorded").asBoolean());
  }

  @Test
  void commandsThatReadFiles() {
    Slipway bare = Slipway.bare();
    JsonNode created =
        document(
            "create",
            bare.run(
                    "migrate",
                    "sql",
                    "create",
                    "a",
                    "--path",
                    folder.toString(),
                    "--format",
                    "json")
                .exits(DONE));
    assertEquals(2, created.get("files").size());
    table("1");
    file("3_drop.up.sql", "DROP TABLE t1;");
    String[] lint = {
      "migrate",
      "sql",
      "lint",
      "--path",
      folder.toString(),
      "--dialect",
      database.dialect(),
      "--format",
      "json"
    };
    assertTrue(document("lint", bare.run(lint)).size() > 0);
    String[] missing = {"migrate", "sql", "lint", "--path", "/no/such/folder", "--format", "json"};
    assertTrue(document("lint", bare.run(missing).exits(USAGE)).has("error"));
  }

  @Test
  void commandsOnAScratchDatabase() {
    tables("1", "2");
    up().exits(DONE);
    assertEquals(2, document("test", test(JSON).exits(DONE)).get("reverted").asInt());
    assertTrue(document("verify", verify(JSON).exits(DONE)).get("same").asBoolean());
    database.execute("ALTER TABLE t1 ADD COLUMN hand INT", "DROP TABLE t2");
    JsonNode drift = document("verify", verify(JSON).exits(MIGRATION));
    assertTrue(drift.get("findings").size() > 1, drift::toString);
    file("2_table.down.sql", "SELECT 1;");
    assertTrue(document("test", test(JSON).exits(MIGRATION)).has("error"));
  }

  @Test
  void databases() {
    JsonNode there =
        document(
            "database-wait",
            slipway().run("database", "wait", "-e", "--format", "json").exits(DONE));
    assertTrue(there.has("target"));
    if (database.family() == Family.POSTGRES || database.family() == Family.MYSQL) {
      Ran dropped =
          slipway().run("database", "drop", "-e", "--name", "nothing", "--yes", "--format", "json");
      assertEquals(
          "not there", document("database-drop", dropped).get(0).get("outcome").asString());
      Ran gone =
          Slipway.bare()
              .run(
                  "database",
                  "wait",
                  "--timeout",
                  "100ms",
                  "--format",
                  "json",
                  database.dsn().replaceFirst(":\\d+([/)])", ":1$1"));
      assertEquals(
          5, document("database-wait", gone.exits(RETRY)).get("error").get("code").asInt());
    }
  }

  @Test
  void wrongArguments() {
    JsonNode unknown = document("up", slipway().run("migrate", "sql", "upp", "--format", "json"));
    assertEquals(2, unknown.get("error").get("code").asInt());
    JsonNode option = document("up", slipway().run(words("up", "--format=json", "--wrong")));
    assertTrue(option.get("error").get("message").asString().contains("--wrong"));
    JsonNode dump = document("up", slipway().run(words("up", "--format", "json", "--dump", "-")));
    assertTrue(dump.get("error").get("message").asString().contains("--dump -"));
  }

  @Test
  void yaml() {
    table("1");
    JsonNode up = new YAMLMapper().readTree(up("--format", "yaml").exits(DONE).out());
    assertEquals("1", up.get("completed").get(0).get("version").asString());
  }
}
