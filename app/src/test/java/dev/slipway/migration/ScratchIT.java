package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scratch databases of `test` and `verify`: what may run there, and what is left behind. */
class ScratchIT extends RealProcesses {
  private static final Duration SESSIONS_END_WITHIN = Duration.ofSeconds(60);

  private TestDatabase other;

  @BeforeEach
  void openOther() {
    other = server.database();
  }

  @AfterEach
  void dropOther() {
    if (other != null) {
      other.close();
    }
  }

  @Override
  Ran test(String... more) {
    return slipway().run(words("test", more));
  }

  private Ran testInGiven(String... more) {
    return test(
        Stream.concat(Stream.of("--scratch", other.dsn()), Stream.of(more)).toArray(String[]::new));
  }

  private String role() {
    return "r" + Long.toHexString(System.nanoTime());
  }

  @Test
  void aStatementThatReachesFurtherIsRefusedByTestAndVerify() {
    only(Family.POSTGRES, Family.MYSQL);
    String role = role();
    table("1");
    Path file = file("2_role.up.sql", "SELECT 1;", "CREATE ROLE " + role + ";");
    file("2_role.down.sql", "DROP ROLE " + role + ";");
    String words = file + ":2: `CREATE ROLE " + role + "` changes ";
    test()
        .exits(USAGE)
        .tells(
            "2 statements reach beyond the scratch database, so nothing was run",
            words,
            "2_role.down.sql:1: `DROP ROLE",
            "--scratch DSN",
            "--disposable");
    testInGiven().exits(USAGE).tells(words);
    assertEquals(List.of(), other.tables());
    // A pending file runs nowhere.
    up("--to", "1").exits(DONE);
    slipway().run(words("verify")).exits(DONE);
    up().exits(DONE);
    slipway()
        .run(words("verify"))
        .exits(USAGE)
        .answersWith("2 applied, 0 pending")
        .tells("history and checksums are in order", words)
        .never("is as its migrations say");
    assertEquals(List.of(), scratches());
    database.execute("DROP ROLE " + role);
    test("--disposable").exits(DONE);
    database.execute("DROP ROLE " + role);
    slipway().run(words("verify", "--disposable")).exits(DONE);
    database.execute("DROP ROLE " + role);
  }

  @Test
  void anotherFileOfSqliteIsRefused() {
    only(Family.SQLITE);
    file(
        "1_a.autocommit.up.sql",
        "ATTACH '" + folder.resolve("x.db") + "' AS x;",
        "CREATE TABLE IF NOT EXISTS x.t (i INT);",
        "DETACH x;");
    file("1_a.autocommit.down.sql", "SELECT 1;");
    test()
        .exits(USAGE)
        .tells(
            "1_a.autocommit.up.sql:1: `ATTACH …` opens another database file",
            "hint: pass --disposable if these files may be changed");
    testInGiven().exits(USAGE);
    assertFalse(Files.exists(folder.resolve("x.db")));
    testInGiven("--disposable").exits(DONE);
    assertTrue(Files.exists(folder.resolve("x.db")));
  }

  @Test
  void tablesThatMysqlFilesNameWithTheirDatabaseStay() {
    only(Family.MYSQL);
    String live = "`" + database.name() + "`.t";
    database.execute("CREATE TABLE t (i INT)", "INSERT INTO t VALUES (1)");
    file(
        "1_t.up.sql",
        "CREATE TABLE IF NOT EXISTS " + live + " (i INT);",
        "INSERT INTO " + live + " VALUES (2);");
    file("1_t.down.sql", "DROP TABLE " + live + ";");
    test().exits(USAGE).tells("names another database, `" + database.name() + "`");
    assertEquals(List.of("1"), database.query("SELECT i FROM t"));
  }

  @Test
  void aGivenDatabaseIsEmptyAgainAfterwards() {
    table("1");
    file(
        "2_more.up.sql",
        "CREATE TABLE a (id INT PRIMARY KEY);",
        "CREATE TABLE b (id INT REFERENCES a (id));",
        "CREATE VIEW v AS SELECT id FROM b;");
    file("2_more.down.sql", "DROP VIEW v;", "DROP TABLE b;", "DROP TABLE a;");
    for (int i = 0; i < 2; i++) {
      testInGiven().exits(DONE);
      assertEquals(List.of(), other.tables());
    }
  }

  @Test
  void aGivenDatabaseWithOtherContentIsRefusedAndStaysAsItIs() {
    table("1");
    other.execute("CREATE TABLE mine (i INT)", "CREATE VIEW theirs AS SELECT i FROM mine");
    testInGiven().exits(USAGE).tells("--scratch has to name an empty database: ", " has ", " mine");
    assertEquals(List.of(), other.query("SELECT i FROM theirs"));
    other.execute("DROP VIEW theirs", "DROP TABLE mine");
    testInGiven().exits(DONE);
  }

  @Test
  void whatAKilledRunLeavesInAGivenDatabaseIsRemovedUnlessSomethingElseIsThere() {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    table("1");
    file("2_slow.up.sql", Sleeper.statement(database, 3));
    file("2_slow.down.sql", "SELECT 1;");
    kill("--scratch", other.dsn());
    if (database.family() != Family.SQLITE) {
      Sleeper.awaitNone(other);
    }
    assertTrue(
        other.tables().containsAll(List.of("slipway_scratch_mark", "t1")),
        () -> other.tables().toString());
    file("2_slow.up.sql", "SELECT 1;");
    other.execute("CREATE TABLE mine (i INT)");
    testInGiven().exits(USAGE).tells(" mine");
    assertTrue(other.tables().containsAll(List.of("mine", "t1")));
    other.execute("DROP TABLE mine");
    testInGiven().exits(DONE).tells("removed what a killed run left in ");
    assertEquals(List.of(), other.tables());
  }

  /** Starts `test`, and kills it by SIGKILL in the second migration. */
  private void kill(String... more) {
    try (Running run =
        slipway()
            .with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary())
            .start(words("test", more))) {
      run.awaitWords("up, down and up: 1_table");
      // 128 and the signal's number: it did not end by itself.
      assertEquals(128 + 9, run.kill().await().code());
    }
  }

  private Path temporary() {
    try {
      return Files.createDirectories(folder.resolve(".tmp"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theNextRunDropsWhatAKilledRunLeaves() throws IOException {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    table("1");
    int seconds = database.family() == Family.MYSQL ? 3 : 20;
    file("2_slow.up.sql", Sleeper.statement(database, seconds));
    file("2_slow.down.sql", "SELECT 1;");
    List<String> before = databases();
    kill();
    assertEquals(1, database.family() == Family.SQLITE ? folders().size() : scratches().size());
    file("2_slow.up.sql", "SELECT 1;");
    try (Running run =
        slipway()
            .with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary())
            .start(words("test"))) {
      run.await().exits(DONE).tells(" of a killed run");
    }
    assertEquals(before, databases());
    assertEquals(List.of(), folders());
    if (database.family() != Family.SQLITE) {
      awaitNoSession();
    }
  }

  /** All databases of the server, whatever they are called; none on SQLite. */
  private List<String> databases() {
    return switch (database.family()) {
      case SQLITE -> List.of();
      case POSTGRES, COCKROACH -> database.query("SELECT datname FROM pg_database ORDER BY 1");
      case MYSQL -> database.query("SHOW DATABASES");
    };
  }

  /** The sessions of runs, in the live database and in scratch databases. */
  private List<String> sessions() {
    return database.query(
        database.family() == Family.MYSQL
            ? "SELECT db, state, info FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
                + " AND (db = DATABASE() OR db LIKE 'slipway_scratch_%')"
            : "SELECT datname, state, query FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND (datname = current_database() OR datname LIKE 'slipway_scratch_%')"
                + " AND backend_type = 'client backend'");
  }

  /** A server notices only after a while that a process has ended: MySQL after the statement. */
  private void awaitNoSession() {
    long deadline = System.nanoTime() + SESSIONS_END_WITHIN.toNanos();
    while (!sessions().isEmpty()) {
      assertTrue(System.nanoTime() < deadline, () -> "left: " + sessions());
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(temporary())) {
      return all.filter(path -> path.getFileName().toString().startsWith("slipway_scratch_"))
          .toList();
    }
  }

  @Test
  void aScratchDatabaseOfARunningRunStays() throws SQLException {
    only(Family.POSTGRES, Family.MYSQL);
    table("1");
    String name = "slipway_scratch_" + String.format(Locale.ROOT, "%016x", System.nanoTime());
    database.execute("CREATE DATABASE " + name, "CREATE DATABASE " + name + "_mine");
    try (Connection holder = database.connect();
        Statement statement = holder.createStatement()) {
      statement.execute(
          database.family() == Family.MYSQL
              ? "SELECT GET_LOCK('" + name + "', 0)"
              : "SELECT pg_advisory_lock(1936484464, " + name.hashCode() + ")");
      assertEquals(1, sessions().size());
      test().exits(DONE).never("of a killed run");
      assertTrue(scratches().contains(name));
    }
    awaitNoSession();
    test().exits(DONE).tells("dropped the scratch database " + name + " of a killed run");
    assertEquals(List.of(name + "_mine"), scratches());
    database.execute("DROP DATABASE " + name + "_mine");
  }

  @Test
  void twoRunsDoNotShareAGivenDatabase() throws Exception {
    only(Family.SQLITE, Family.POSTGRES, Family.MYSQL);
    table("1");
    if (database.family() == Family.SQLITE) {
      Path lock = Path.of(other.name() + ".slipway-scratch-lock");
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        testInGiven().exits(RETRY).tells("another run uses");
      }
    } else {
      try (Connection holder = other.connect();
          Statement statement = holder.createStatement()) {
        statement.execute(
            database.family() == Family.MYSQL
                ? "SELECT GET_LOCK(CONCAT('slipway_scratch_', LEFT(SHA2(DATABASE(), 256), 40)),"
                    + " 0)"
                : "SELECT pg_advisory_lock(1936484464, " + "slipway_scratch_".hashCode() + ")");
        testInGiven().exits(RETRY).tells("another run uses");
      }
    }
    testInGiven().exits(DONE);
  }
}
