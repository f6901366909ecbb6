package dev.slipway.verify;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * `test` and `verify` on a file with each statement that reaches beyond a scratch database. `make
 * test` takes a dump after some statements; {@code make isolation-test} takes one after each, and
 * runs the statements in blocks and routines too. The order is random, so that statements that undo
 * each other are rarely between the same two dumps: {@code -Dslipway.isolation.seed=N} repeats one.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class IsolationIT {
  private static final boolean ALL = Boolean.getBoolean("slipway.isolation.all");
  private static final int FILES_PER_DUMP = ALL ? 1 : 10;
  private static final String FILE = "1_a.autocommit";

  @Parameter Server server;
  @TempDir Path folder;
  private TestDatabase database;

  /** One of each family, and of PostgreSQL one in a container, which has a pg_dumpall. */
  static Stream<Server> servers() {
    Server postgres = Server.POSTGRES_17.missing().isEmpty() ? Server.POSTGRES_17 : Server.POSTGRES;
    return Server.oneOfEach().map(one -> one == Server.POSTGRES ? postgres : one);
  }

  /**
   * A migration that changes the server.
   *
   * @param up changes something that is seen outside the scratch database
   * @param down takes it back
   */
  private record Change(String up, String down) {}

  @BeforeEach
  void openDatabase() throws IOException {
    database = server.database();
    write("SELECT 1;", "SELECT 1;");
    run("up", "--yes").exits(DONE);
    database.execute(
        "CREATE TABLE live (i INT)",
        "INSERT INTO live VALUES (1)",
        // The history then holds whatever a file with this version contains.
        "UPDATE flyway_schema_history SET checksum = NULL");
  }

  @AfterEach
  void dropDatabase() {
    try {
      database.execute(removal().toArray(String[]::new));
    } finally {
      database.close();
    }
  }

  private Ran run(String command, String... more) {
    return Slipway.on(database)
        .run(
            Stream.concat(
                    Stream.of("migrate", "sql", command, "-e", "--path", folder.toString()),
                    Stream.of(more))
                .toArray(String[]::new));
  }

  private void write(String up, String down) throws IOException {
    Files.writeString(folder.resolve(FILE + ".up.sql"), up);
    Files.writeString(folder.resolve(FILE + ".down.sql"), down);
  }

  private List<String> statements(Random random) throws IOException {
    List<String> all =
        new ArrayList<>(
            Stream.concat(
                    ALL ? IsolationTest.refused() : IsolationTest.plain(),
                    IsolationTest.documented())
                .filter(one -> one.dialect().equals(database.dialect()))
                .map(IsolationTest.Case::sql)
                .toList());
    Collections.shuffle(all, random);
    return all;
  }

  @Test
  void testAndVerifyRefuseEachOfThemAndTheServerStaysAsItIs() throws Exception {
    long seed = Long.getLong("slipway.isolation.seed", System.nanoTime());
    List<String> statements = statements(new Random(seed));
    database.execute(victims().toArray(String[]::new));
    int dumps = 0;
    try (Connection bystander = database.connect()) {
      ServerState before = ServerState.of(database);
      for (int from = 0; from < statements.size(); from += FILES_PER_DUMP) {
        List<String> some =
            statements.subList(from, Math.min(from + FILES_PER_DUMP, statements.size()));
        for (String sql : some) {
          refuse(sql);
        }
        ServerState after = ServerState.of(database);
        dumps++;
        assertEquals(
            before,
            after,
            () ->
                "-Dslipway.isolation.seed="
                    + seed
                    + ", after one of "
                    + some
                    + "\n"
                    + before.changes(after));
      }
      assertTrue(bystander.isValid(10), "a session of another client was ended");
    }
    System.out.println(
        server
            + ": "
            + statements.size()
            + " statements from seed "
            + seed
            + ", "
            + dumps
            + " dumps");
  }

  private void refuse(String sql) throws IOException {
    write(sql, "SELECT 1;");
    try {
      run("test").exits(USAGE).tells(" beyond the scratch database, so nothing was run");
      run("verify")
          .exits(USAGE)
          .tells(
              FILE + ".up.sql:",
              " beyond the scratch database",
              "history and checksums are in order, but the schema was not compared");
    } catch (AssertionError e) {
      throw new AssertionError("with " + sql, e);
    }
  }

  /** What the statements name: without it, the server itself would refuse most of them. */
  private List<String> victims() {
    return switch (database.family()) {
      case POSTGRES, COCKROACH ->
          List.of(
              "CREATE ROLE r",
              "CREATE ROLE a",
              "CREATE ROLE b",
              "CREATE DATABASE d",
              "CREATE DATABASE app");
      case MYSQL ->
          List.of(
              "CREATE USER u",
              "GRANT PROCESS ON *.* TO u",
              "CREATE ROLE r",
              "CREATE DATABASE app",
              "CREATE TABLE app.t (i INT)",
              "INSERT INTO app.t VALUES (2)",
              "CREATE TABLE app.u (i INT PRIMARY KEY)",
              "CREATE VIEW app.w AS SELECT i FROM app.u",
              "CREATE PROCEDURE app.p() INSERT INTO app.t VALUES (3)",
              "CREATE FUNCTION app.f(i INT) RETURNS INT DETERMINISTIC RETURN i",
              "CREATE EVENT app.e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
              "CREATE TRIGGER app.g BEFORE INSERT ON app.u FOR EACH ROW SET NEW.i = 1");
      case SQLITE -> List.of();
    };
  }

  /** After a failure, some of it is gone already. */
  private List<String> removal() {
    return switch (database.family()) {
      case POSTGRES, COCKROACH ->
          List.of(
              "DROP DATABASE IF EXISTS app",
              "DROP DATABASE IF EXISTS d",
              "DROP ROLE IF EXISTS a, b, r");
      case MYSQL ->
          List.of("DROP DATABASE IF EXISTS app", "DROP ROLE IF EXISTS r", "DROP USER IF EXISTS u");
      case SQLITE -> List.of();
    };
  }

  /** A comparison that never fails would prove nothing. */
  @Test
  void theComparisonShowsWhatAnAllowedStatementChanges() throws IOException {
    // CockroachDB's stand-in does not know a new database of its server as one of CockroachDB.
    try (TestDatabase scratch = server.database()) {
      ServerState first = ServerState.of(database);
      ServerState before = first;
      for (Change change : changes()) {
        write(change.up(), change.down());
        run("test", "--disposable", "--scratch", scratch.dsn()).exits(DONE);
        ServerState after = ServerState.of(database);
        assertNotEquals(before, after, change.up());
        before = after;
      }
      for (Change change : changes().reversed()) {
        database.execute(change.down());
      }
      Files.deleteIfExists(file());
      ServerState last = ServerState.of(database);
      assertEquals(first, last, () -> first.changes(last));
    }
    ServerState before = ServerState.of(database);
    database.execute("INSERT INTO live VALUES (2)");
    assertNotEquals(before, ServerState.of(database), "a row of the live database");
  }

  /** Each shows in another part of the comparison. */
  private List<Change> changes() {
    return switch (database.family()) {
      case POSTGRES, COCKROACH ->
          List.of(
              new Change("CREATE ROLE r", "DROP ROLE r"),
              new Change("CREATE DATABASE d", "DROP DATABASE d"),
              new Change("GRANT pg_monitor TO r", "REVOKE pg_monitor FROM r"),
              new Change("GRANT CREATE ON DATABASE d TO r", "REVOKE CREATE ON DATABASE d FROM r"),
              new Change("ALTER SYSTEM SET work_mem = '5MB'", "ALTER SYSTEM RESET work_mem"),
              new Change(
                  "SELECT pg_create_physical_replication_slot('s')",
                  "SELECT pg_drop_replication_slot('s')"));
      case MYSQL ->
          List.of(
              new Change("CREATE USER u", "DROP USER u"),
              new Change("CREATE DATABASE app", "DROP DATABASE app"),
              new Change("GRANT SELECT ON app.* TO u", "REVOKE SELECT ON app.* FROM u"),
              new Change("CREATE PROCEDURE app.p() SELECT 1", "DROP PROCEDURE app.p"),
              new Change(
                  "CREATE EVENT app.e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
                  "DROP EVENT app.e"),
              new Change("SET GLOBAL max_error_count = 63", "SET GLOBAL max_error_count = DEFAULT"),
              new Change("CREATE TABLESPACE s ADD DATAFILE 's.ibd'", "DROP TABLESPACE s"));
      case SQLITE ->
          List.of(
              new Change(
                  "ATTACH '"
                      + file()
                      + "' AS x;"
                      + " CREATE TABLE IF NOT EXISTS x.t (i INT); DETACH x",
                  "SELECT 1"));
    };
  }

  private Path file() {
    return Path.of(database.name()).resolveSibling("x.db");
  }
}
