package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.PENDING;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** `slipway migrate sql status`: formats, exit codes and waiting. */
class StatusIT extends EveryServer {

  @Test
  void isATableAsOryPrintsIt() {
    file("20260101000000000001_first.up.sql", "CREATE TABLE a (id INT);");
    file("20260101000000000001_first.down.sql", "DROP TABLE a;");
    up().exits(DONE);
    file("20260101000000000002_a_longer_name.up.sql", "CREATE TABLE b (id INT);");
    file("20260101000000000002_a_longer_name.down.sql", "DROP TABLE b;");
    status()
        .exits(DONE)
        .answers(
            "Version\t\t\tName\t\tStatus\t\n"
                + "20260101000000000001\tfirst\t\tApplied\t\n"
                + "20260101000000000002\ta_longer_name\tPending\t\n");
  }

  @Test
  void saysPendingWhereThereIsNoHistoryAndMakesNone() {
    tables("1", "2");
    status()
        .exits(DONE)
        .answers("Version\tName\tStatus\t\n" + "1\ttable\tPending\t\n" + "2\ttable\tPending\t\n");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void namesTheHistoriesOfOtherTools() {
    tables("1");
    up().exits(DONE);
    status().exits(DONE).never("other tools");
    database.execute(
        "CREATE TABLE goose_db_version (id INT)", "CREATE TABLE databasechangelog (id INT)");
    status()
        .exits(DONE)
        .tells(
            "contains histories of other tools: databasechangelog (Liquibase),"
                + " goose_db_version (goose)");
  }

  /** A migration that names a table without its schema may find the table of another tool. */
  @Test
  void namesTheHistoriesOfOtherToolsOnTheSearchPath() {
    only(Family.POSTGRES);
    tables("1");
    database.execute(
        "CREATE SCHEMA app",
        "CREATE SCHEMA elsewhere",
        "CREATE TABLE public.goose_db_version (id INT)",
        "CREATE TABLE elsewhere.alembic_version (id INT)");
    String dsn = database.dsn("search_path=app,public");
    Slipway.bare().with("DSN", dsn).run(words("up", "--yes")).exits(DONE);
    Slipway.bare()
        .with("DSN", dsn)
        .run(words("status"))
        .exits(DONE)
        .tells("the schema `public` contains histories of other tools: goose_db_version (goose)")
        .never("alembic_version");
  }

  /** The first thousand tables by name do not hide it. */
  @Test
  void namesTheHistoryOfAnotherToolAmongManyTables() {
    only(Family.SQLITE);
    file(
        "1_many.up.sql",
        IntStream.range(0, 1100)
            .mapToObj(i -> "CREATE TABLE a" + i + " (id INT);")
            .collect(Collectors.joining("\n")));
    up().exits(DONE);
    database.execute("CREATE TABLE schema_migrations (version INT)");
    status().exits(DONE).tells("schema_migrations (golang-migrate, dbmate, Rails, or Ecto)");
  }

  @Test
  void answersByExitCodeWhetherSomethingIsPending() {
    tables("1");
    status("--exit-code").exits(PENDING);
    up().exits(DONE);
    status("--exit-code").exits(DONE);
  }

  @Test
  void isJson() {
    tables("1", "2");
    up("--steps", "1").exits(DONE);
    String answer = status("--format", "json").exits(DONE).out();
    assertEquals(1, answer.strip().lines().count());
    check(JsonMapper.shared().readTree(answer));
  }

  @Test
  void isPrettyJson() {
    tables("1", "2");
    up("--steps", "1").exits(DONE);
    String answer = status("--format", "json-pretty").exits(DONE).out();
    assertEquals(true, answer.strip().lines().count() > 6, answer);
    check(JsonMapper.shared().readTree(answer));
  }

  @Test
  void isYaml() {
    tables("1", "2");
    up("--steps", "1").exits(DONE);
    check(new YAMLMapper().readTree(status("--format", "yaml").exits(DONE).out()));
  }

  private static void check(JsonNode rows) {
    assertEquals(2, rows.size());
    assertEquals("1", rows.get(0).get("version").asString());
    assertEquals("table", rows.get(0).get("name").asString());
    assertEquals("Applied", rows.get(0).get("state").asString());
    assertEquals("Pending", rows.get(1).get("state").asString());
    assertEquals("CREATE TABLE t2 (id INT);", rows.get(1).get("content").asString().strip());
    assertEquals("DROP TABLE t2;", rows.get(1).get("content_down").asString().strip());
  }

  @Test
  void refusesAFormatThatItDoesNotKnow() {
    tables("1");
    status("--format", "xml").exits(USAGE).tells("xml", "json-pretty");
  }

  @Test
  void blocksUntilNothingIsPending() {
    tables("1", "2");
    try (Running waiting = slipway().start(words("status", "--block"))) {
      waiting.awaitWords("Waiting for migrations to finish...");
      up().exits(DONE);
      waiting.await().exits(DONE).says("table");
    }
  }

  @Test
  void blocksNoLongerThanItsTimeout() {
    tables("1");
    status("--block", "--timeout", "1s").exits(RETRY).tells("--timeout", "table");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void doesNotBlockWhenNothingIsPending() {
    tables("1");
    up().exits(DONE);
    status("--block", "--timeout", "20s").exits(DONE).never("Waiting for migrations");
  }

  @Test
  void namesAMigrationThatStoppedHalfWay() {
    file(
        "1_breaks.autocommit.up.sql",
        "CREATE TABLE a (id INT);",
        "INSERT INTO nowhere VALUES (1);");
    up().exits(MIGRATION);
    status().exits(DONE).says("1", "breaks").never("Applied");
    status("--exit-code").exits(PENDING);
  }
}
