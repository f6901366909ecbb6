package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.MIGRATION;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** `slipway migrate sql test`: every down migration, on a temporary scratch database. */
class RoundTripIT extends RealProcesses {
  @Test
  void ourOwnSchemaGoesThereAndBack() {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    slipway()
        .run("migrate", "sql", "test", "-e")
        .exits(DONE)
        .answers(
            (database.family() == Family.SQLITE ? 15 : 14)
                + " migrations went up, down and up again, and left the same schema each time.\n")
        .tells("up, down and up: 20260302090000_index_sessions_list (");
    assertEquals(List.of(), database.tables());
    assertEquals(List.of(), scratches());
  }

  @Test
  void theDatabaseOfTheDsnStaysAsItIs() {
    tables("1", "2");
    up("--steps", "1").exits(DONE);
    test().exits(DONE).answersWith("2 migrations went up, down and up again");
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
    assertEquals(List.of(), scratches());
  }

  /** Objects of each database, and their names in the report if a down migration omits them. */
  private Map<String, String> forgotten() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("CREATE TABLE t2 (id INT);", "table " + name("t2") + " is left over");
    all.put("ALTER TABLE t1 ADD COLUMN a INT;", "column " + name("t1") + ".a is left over");
    all.put(
        "CREATE INDEX i ON t1 (id);",
        "index " + (database.family() == Family.MYSQL ? "t1.i" : name("i")) + " is left over");
    all.put("CREATE VIEW v AS SELECT id FROM t1;", "view " + name("v") + " is left over");
    switch (database.family()) {
      case POSTGRES -> {
        all.put("CREATE SCHEMA s;", "schema s is left over");
        all.put("CREATE TYPE mood AS ENUM ('good', 'bad');", "type public.mood is left over");
        all.put("CREATE SEQUENCE q;", "sequence public.q is left over");
        all.put(
            "ALTER TABLE t1 ADD CONSTRAINT c CHECK (id > 0) NOT VALID;",
            "constraint c on public.t1 is left over");
        all.put(
            "ALTER TABLE t1 ALTER COLUMN id TYPE bigint;",
            "column public.t1.id: type is `bigint` and should be `integer`");
        all.put(
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "function public.f() is left over");
      }
      case MYSQL -> {
        all.put("ALTER TABLE t1 ADD CONSTRAINT c CHECK (id > 0);", "check t1.c is left over");
        all.put(
            "ALTER TABLE t1 MODIFY id BIGINT;",
            "column t1.id: type is `bigint` and should be `int`");
        all.put(
            "CREATE TRIGGER g BEFORE INSERT ON t1 FOR EACH ROW SET NEW.id = 1;",
            "trigger g is left over");
        all.put("ALTER TABLE t1 COLLATE utf8mb4_bin;", "table t1: collation is `utf8mb4_bin` and");
      }
      case SQLITE -> {
        all.put("ALTER TABLE t1 ADD COLUMN a INT CHECK (a > 0);", "column t1.a is left over");
        all.put(
            "CREATE TRIGGER g AFTER INSERT ON t1 BEGIN SELECT 1; END;", "trigger g is left over");
        all.put("CREATE UNIQUE INDEX i ON t1 (id) WHERE id > 0;", "index i is left over");
      }
      case COCKROACH -> {}
    }
    return all;
  }

  @Test
  void whatAWayBackForgetsIsNamed() {
    table("1");
    file("2_more.down.sql", "SELECT 1;");
    forgotten()
        .forEach(
            (sql, words) -> {
              file("2_more.up.sql", sql);
              test()
                  .exits(MIGRATION)
                  .tells(
                      folder.resolve("2_more.down.sql")
                          + " does not undo 2_more.up.sql: after it, "
                          + words,
                      "hint: make the down file revert exactly what the up file did");
            });
    assertEquals(List.of(), scratches());
  }

  @Test
  void whatAWayBackTakesTooMuchOfIsNamed() {
    table("1");
    file("2_more.up.sql", "CREATE TABLE t2 (id INT);");
    file("2_more.down.sql", "DROP TABLE t2;", "DROP TABLE t1;");
    test().exits(MIGRATION).tells("2_more.down.sql", "table " + name("t1") + " is missing");
  }

  @Test
  void aDefinitionThatComesBackOtherwiseIsNamed() {
    file("1_a.up.sql", "CREATE TABLE t1 (id INT, a VARCHAR(20));");
    file("1_a.down.sql", "DROP TABLE t1;");
    file("2_b.up.sql", "ALTER TABLE t1 DROP COLUMN a;");
    file("2_b.down.sql", "ALTER TABLE t1 ADD COLUMN a VARCHAR(10) DEFAULT 'x';");
    test().exits(MIGRATION).tells("column " + name("t1") + ".a: ");
    file("2_b.down.sql", "ALTER TABLE t1 ADD COLUMN a VARCHAR(20);");
    test().exits(DONE);
  }

  @Test
  void theSecondWayThereIsTriedToo() {
    table("1");
    file("2_key.up.sql", "CREATE TABLE t2 (id INT PRIMARY KEY);");
    file("2_key.down.sql", "DROP TABLE t2;");
    file("3_row.up.sql", "INSERT INTO t2 (id) VALUES (1);");
    file("3_row.down.sql", "SELECT 1;");
    test()
        .exits(MIGRATION)
        .tells(
            "the second up, after up and down, failed",
            "3_row.up.sql",
            "hint: " + folder.resolve("3_row.down.sql") + " leaves something behind");
    assertEquals(List.of(), scratches());
  }

  @Test
  void aStatementThatFailsIsNamed() {
    table("1");
    file("2_bad.up.sql", "CREATE TABLE t2 (id INT);");
    file("2_bad.down.sql", "DROP TABLE t2;", "DROP TABLE nothing_such;");
    test().exits(MIGRATION).tells("2_bad.down.sql:2", "nothing_such");
    assertEquals(List.of(), scratches());
  }

  @Test
  void aMissingWayBackIsNamedUnlessItIsOlder() {
    file("1_a.up.sql", "CREATE TABLE t1 (id INT);");
    table("2");
    test().exits(USAGE).tells("there is no down file for " + folder.resolve("1_a.up.sql"));
    test("--from", "2").exits(DONE).answersWith("1 migration went up");
  }

  @Test
  void aMigrationThatSaysWhyItHasNoWayBackOnlyGoesUp() {
    table("1");
    file("2_a.up.sql", "-- slipway:allow down-missing what it deletes is gone", "DELETE FROM t1;");
    table("3");
    test().exits(DONE).answersWith("2 migrations went up").tells("only up: 2_a (");
    file("2_a.up.sql", "-- slipway:allow down-missing", "DELETE FROM t1;");
    test().exits(USAGE).tells("there is no down file for " + folder.resolve("2_a.up.sql"));
    assertEquals(List.of(), scratches());
  }

  @Test
  void repeatablesRunAtTheEnd() {
    table("1");
    file("R__view.sql", "CREATE VIEW v AS SELECT id FROM t1;");
    test().exits(DONE);
    file("R__view.sql", "INSERT INTO nothing_such (id) VALUES (1);");
    test().exits(MIGRATION).tells("R__view.sql");
  }

  @Test
  void aNamedDatabaseHasToBeEmptyAndOfTheSameKind() {
    table("1");
    up().exits(DONE);
    slipway()
        .run(words("test", "--scratch", database.dsn()))
        .exits(USAGE)
        .tells("--scratch has to name an empty database: ", " has t1");
    String kind = database.family() == Family.SQLITE ? "mysql://u@tcp(h)/d" : "sqlite://x";
    slipway()
        .run(words("test", "--scratch", kind))
        .exits(USAGE)
        .tells("--scratch names a database of ");
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void whoMayCreateNoDatabaseIsToldWhatToDo() {
    only(Family.POSTGRES, Family.MYSQL);
    table("1");
    String login = "l" + Long.toHexString(System.nanoTime());
    boolean postgres = database.family() == Family.POSTGRES;
    String user = postgres ? login : "`" + login + "`@`%`";
    database.execute(
        postgres
            ? "CREATE ROLE " + login + " LOGIN PASSWORD 'letmein1'"
            : "CREATE USER " + user + " IDENTIFIED BY 'letmein1'");
    TestDatabase other = server.database();
    database.execute(
        postgres
            ? "ALTER DATABASE " + other.name() + " OWNER TO " + login
            : "GRANT ALL ON `" + other.name() + "`.* TO " + user);
    String dsn = other.dsn().replaceFirst("//.*?@", "//" + login + ":letmein1@");
    slipway()
        .with("DSN", dsn)
        .run(words("test"))
        .exits(USAGE)
        .tells("the login may not create a scratch database", "--scratch DSN")
        .never("letmein1");
    slipway().with("DSN", dsn).run(words("test", "--scratch", dsn)).exits(DONE);
    other.close();
    database.execute("DROP " + (postgres ? "ROLE " : "USER ") + user);
  }

  @Test
  void aSearchPathsSchemaIsThere() {
    only(Family.POSTGRES);
    table("1");
    database.execute("CREATE SCHEMA app");
    slipway().with("DSN", database.dsn("search_path=app")).run(words("test")).exits(DONE);
    assertEquals(List.of(), scratches());
  }

  @Test
  void aSignalInTheMiddleLeavesNothing() throws IOException {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    table("1");
    int seconds = database.family() == Family.MYSQL ? 4 : 60;
    file("2_slow.up.sql", Sleeper.statement(database, seconds));
    file("2_slow.down.sql", "SELECT 1;");
    Path temporary = Files.createDirectories(folder.resolve(".tmp"));
    try (Running run =
        slipway().with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary).start(words("test"))) {
      run.awaitWords("up, down and up: 1_table");
      awaitScratch(temporary);
      run.terminate().await().exits(RETRY).tells("stopped by a signal").never("left the same");
    }
    assertEquals(List.of(), scratches());
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(
          List.of(), left.filter(path -> path.toString().contains("slipway_scratch_")).toList());
    }
    assertEquals(List.of(), database.tables());
  }

  private void awaitScratch(Path temporary) throws IOException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (System.nanoTime() < deadline) {
      try (Stream<Path> there = Files.list(temporary)) {
        if (!scratches().isEmpty()
            || database.family() == Family.SQLITE
                && there.anyMatch(path -> path.toString().contains("slipway_scratch_"))) {
          return;
        }
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    fail("there is no scratch database");
  }
}
