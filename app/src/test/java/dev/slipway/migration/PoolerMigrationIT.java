package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.slipway.testing.Await;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Migrations through PgBouncer, while other clients use the same pool. {@code make pooler-suite}
 * runs all suites of migrations through it.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.slipway.testing.Server#poolers")
class PoolerMigrationIT extends MigrateSuite {
  private static final int MIGRATORS = 8;
  private static final int MIGRATIONS = 12;

  @Override
  boolean runsWithoutSession() {
    return true;
  }

  @Test
  void reportsNoOtherMigratorWhereThereIsNone() {
    tables("1", "2");
    slipway().run(words("up", "--yes")).exits(DONE).never("another migrator");
    slipway().run(words("down", "--yes")).exits(DONE).never("another migrator");
  }

  @Test
  void eightMigratorsApplyEachVersionOnceAndLeaveNothingInThePool() throws Exception {
    file("1_log.up.sql", "CREATE TABLE log (version INT);");
    for (int version = 2; version <= MIGRATIONS; version++) {
      file(
          version + "_table.up.sql",
          "SET work_mem = '1MB';",
          "CREATE TEMP TABLE ids AS SELECT 1 AS id;",
          "PREPARE ids AS SELECT 1;",
          "CREATE TABLE t" + version + " (id INT);",
          "INSERT INTO log VALUES (" + version + ");");
    }
    AtomicBoolean over = new AtomicBoolean();
    List<Thread> clients =
        IntStream.range(0, 6).mapToObj(_ -> Thread.ofVirtual().start(() -> work(over))).toList();
    List<Running> migrators = new ArrayList<>();
    try {
      for (int i = 0; i < MIGRATORS; i++) {
        migrators.add(slipway().start(words("up", "--yes")));
      }
      migrators.stream().map(Running::await).toList().forEach(end -> end.exits(DONE));
    } finally {
      over.set(true);
      for (Thread client : clients) {
        client.join();
      }
      migrators.forEach(Running::close);
    }
    assertEquals(
        IntStream.rangeClosed(1, MIGRATIONS).mapToObj(version -> version + " ok").toList(),
        history());
    assertEquals(
        IntStream.rangeClosed(2, MIGRATIONS).mapToObj(String::valueOf).toList(),
        database.query("SELECT version FROM log ORDER BY version"));
    assertNothingIsLeft();
  }

  /** Transactions of another client of the pool, which needs no session. */
  private void work(AtomicBoolean over) {
    try (Connection connection = client();
        Statement statement = connection.createStatement()) {
      while (!over.get()) {
        statement.execute("SELECT pg_sleep(0.002)");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection client() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:"
            + database.dsn().replaceFirst(".*:(\\d+)/.*", "$1")
            + "/"
            + database.name()
            + "?preferQueryMode=simple&sslmode=disable",
        "slipway",
        "");
  }

  /** Asks each session of the pool, with one transaction in each. */
  private void assertNothingIsLeft() throws SQLException {
    assertEquals(List.of(), database.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'"));
    List<Connection> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Connection client = client();
        clients.add(client);
        client.setAutoCommit(false);
        try (Statement statement = client.createStatement();
            ResultSet row =
                statement.executeQuery(
                    "SELECT (SELECT string_agg(name, ',') FROM pg_settings"
                        + " WHERE source = 'session' AND name IN ('lock_timeout', 'work_mem',"
                        + " 'search_path', 'statement_timeout')),"
                        + " (SELECT string_agg(name, ',') FROM pg_prepared_statements),"
                        + " to_regclass('pg_temp.ids')")) {
          row.next();
          assertEquals(null, row.getString(1));
          assertEquals(null, row.getString(2));
          assertEquals(null, row.getString(3));
        }
      }
    } finally {
      for (Connection client : clients) {
        client.close();
      }
    }
  }

  @Test
  void aMigratorThatIsKilledIsFollowedByTheNextOne() throws SQLException {
    tables("1");
    file(
        "2_slow.up.sql",
        "CREATE TABLE t2 (id INT);",
        "INSERT INTO t2 VALUES (1);",
        Sleeper.statement(database, 2));
    tables("3");
    try (Running first = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database);
      first.kill();
    }
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok", "3 ok"), history());
    assertEquals(List.of("1"), database.query("SELECT id FROM t2"));
    assertNothingIsLeft();
  }

  @Test
  void theSearchPathOfTheDsnDecidesWhereTablesAre() {
    database.execute("CREATE SCHEMA tenant", "CREATE SCHEMA tools");
    database.execute("CREATE FUNCTION tools.one() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    file("1_table.up.sql", "CREATE TABLE a AS SELECT one() AS id;");
    file("2_table.up.sql", "SET search_path = public;", "SELECT 1;");
    file("3_table.up.sql", "CREATE TABLE b AS SELECT one() AS id;");
    Ran ran =
        Slipway.on(database)
            .with("DSN", database.dsn("search_path=tenant,tools"))
            .run(words("up", "--yes"));
    ran.exits(DONE);
    assertEquals(
        List.of("a", "b", HISTORY),
        database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'tenant' ORDER BY 1"));
  }

  @Test
  void aMigrationThatNeedsASessionIsRejectedWhereThereIsNone() {
    tables("1");
    file("2_index.autocommit.up.sql", "CREATE INDEX CONCURRENTLY i ON t1 (id);");
    if (server == Server.PGBOUNCER_SESSION) {
      up().exits(DONE);
      assertEquals(List.of("1 ok", "2 ok"), history());
    } else {
      up().exits(USAGE).tells("2_index.autocommit.up.sql", "transaction mode", "session mode");
      assertEquals(List.of(), database.tables());
    }
  }

  @Test
  void theLockOfFlywayExcludesIt() throws SQLException {
    tables("1");
    long key = 77431708279161L + ("\"public\".\"" + HISTORY + "\"").hashCode();
    try (Connection flyway = database.connect();
        Statement statement = flyway.createStatement()) {
      flyway.setAutoCommit(false);
      statement.execute("SELECT pg_advisory_xact_lock(" + key + ")");
      up("--lock-timeout", "1s").exits(RETRY).tells("another migrator holds the lock");
    }
    up().exits(DONE);
  }

  @Test
  void theTimeZoneOfAnotherClientIsNotThatOfAMigration() throws SQLException {
    database.execute("ALTER DATABASE " + database.name() + " SET timezone = 'Europe/Berlin'");
    file("1_zone.up.sql", "CREATE TABLE zone AS SELECT current_setting('timezone') AS name;");
    try (Connection client = client();
        Statement statement = client.createStatement()) {
      statement.execute("SET timezone = 'Asia/Tokyo'");
      up().exits(DONE);
    }
    assertEquals(List.of("Europe/Berlin"), database.query("SELECT name FROM zone"));
  }

  @Test
  void aRepairAndABaselineTakeTheLock() throws InterruptedException {
    tables("1", "2");
    slipway().run(words("baseline", "1")).exits(DONE);
    up().exits(DONE);
    file("2_table.up.sql", "CREATE TABLE t2 (id INT); -- edited");
    repair().exits(DONE);
    down("--steps", "1").exits(DONE);
    assertEquals(List.of("1 ok"), history());
    Await.within(
        Duration.ofSeconds(5),
        "the release of the lock",
        () ->
            assertEquals(
                List.of(), database.query("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")));
  }
}
