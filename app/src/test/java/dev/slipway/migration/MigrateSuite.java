package dev.slipway.migration;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Server;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

/**
 * What the tests of `slipway migrate` share: each test has an empty database and an empty folder of
 * migrations. Which servers they run on, {@link EveryServer} and {@link RealProcesses} say.
 */
abstract class MigrateSuite {
  /** The table that plain Flyway uses too. */
  static final String HISTORY = "flyway_schema_history";

  @Parameter Server server;
  @TempDir Path folder;
  TestDatabase database;
  private TestDatabase scratch;

  @BeforeEach
  void openDatabase() {
    database = server.database();
  }

  @AfterEach
  void dropDatabase() {
    if (database != null) {
      database.close();
    }
    if (scratch != null) {
      scratch.close();
    }
  }

  /** The name of an object of the schema as {@code verify} and {@code test} print it. */
  String name(String object) {
    return database.family() == Family.POSTGRES ? "public." + object : object;
  }

  /** Whether a suite writes files that a pooler in transaction mode rejects. */
  boolean runsWithoutSession() {
    return false;
  }

  /** Writes a file into the folder; the lines become one text. */
  Path file(String name, String... lines) {
    boolean transactional =
        !name.contains(".autocommit.") && !List.of(lines).contains("executeInTransaction=false");
    Assumptions.assumeTrue(
        runsWithoutSession() || server.hasSessions() || transactional,
        () -> server + " runs no migration outside a transaction");
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A pair of files that creates and drops a table called {@code t<version>}. */
  void table(String version) {
    file(version + "_table.up.sql", "CREATE TABLE t" + version + " (id INT);");
    file(version + "_table.down.sql", "DROP TABLE t" + version + ";");
  }

  /** Pairs of files as above. */
  void tables(String... versions) {
    for (String version : versions) {
      table(version);
    }
  }

  /** Removes a file from the folder. */
  void remove(String name) {
    try {
      Files.delete(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The front door with this database in the environment. */
  Slipway slipway() {
    return Slipway.on(database);
  }

  /** `slipway migrate sql <command> -e --path <folder>`, and more words. */
  String[] words(String command, String... more) {
    return Stream.concat(
            Stream.of("migrate", "sql", command, "-e", "--path", folder.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  Ran up(String... more) {
    return slipway().run(words("up", with("--yes", more)));
  }

  Ran down(String... more) {
    return slipway().run(words("down", with("--yes", more)));
  }

  Ran status(String... more) {
    return slipway().run(words("status", more));
  }

  Ran repair(String... more) {
    return slipway().run(words("repair", with("--yes", more)));
  }

  Ran verify(String... more) {
    return onScratch("verify", more);
  }

  Ran test(String... more) {
    return onScratch("test", more);
  }

  /** What stands in for a CockroachDB has to be told of its scratch database. */
  private Ran onScratch(String command, String... more) {
    if (server != Server.COCKROACH_STAND_IN) {
      return slipway().run(words(command, more));
    }
    if (scratch != null) {
      scratch.close();
    }
    scratch = server.database();
    return slipway()
        .run(
            words(
                command,
                Stream.concat(Stream.of(more), Stream.of("--scratch", scratch.dsn()))
                    .toArray(String[]::new)));
  }

  static String[] with(String first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  /** The history in order: {@code <version> ok} or {@code <version> failed}. */
  List<String> history() {
    if (!database.tables().contains(HISTORY)) {
      return List.of();
    }
    return database
        .query(
            "SELECT CASE WHEN version IS NULL THEN description ELSE version END,"
                + " CASE WHEN success THEN 'ok' ELSE 'failed' END FROM "
                + HISTORY
                + " WHERE installed_rank > 0 ORDER BY installed_rank")
        .stream()
        .map(row -> row.replace('|', ' '))
        .toList();
  }

  /** The tables that migrations made. */
  List<String> tablesMade() {
    List<String> tables = new ArrayList<>(database.tables());
    tables.remove(HISTORY);
    return tables;
  }

  /**
   * Waits until the server has ended the sessions of a migrator that is gone: it finishes the
   * statement that it has first. SQLite has no sessions.
   */
  void awaitNoSessions(Duration limit) {
    String sessions =
        switch (database.family()) {
          case POSTGRES, COCKROACH ->
              "SELECT COUNT(*) FROM pg_stat_activity WHERE"
                  + " datname = current_database() AND pid <> pg_backend_pid()";
          case MYSQL ->
              "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()"
                  + " AND id <> CONNECTION_ID()";
          case SQLITE -> "SELECT 0";
        };
    long deadline = System.nanoTime() + limit.toNanos();
    while (!database.query(sessions).equals(List.of("0")) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    if (database.family() == Family.COCKROACH && database.tables().contains(HISTORY)) {
      // The lock is a row there, which outlives its owner for a minute: let that minute be over.
      database.execute(
          "UPDATE "
              + HISTORY
              + " SET installed_on = installed_on - INTERVAL '1 hour'"
              + " WHERE installed_rank < 0");
    }
  }

  /** The scratch databases on the server; none on SQLite, where they are files. */
  List<String> scratches() {
    return switch (database.family()) {
      case SQLITE -> List.of();
      case POSTGRES, COCKROACH ->
          database.query("SELECT datname FROM pg_database WHERE datname LIKE 'slipway_scratch_%'");
      case MYSQL ->
          database.query(
              "SELECT schema_name FROM information_schema.schemata"
                  + " WHERE schema_name LIKE 'slipway_scratch_%'");
    };
  }

  /** Goes on only on these kinds of servers: the others have nothing of what is tested. */
  void only(Family... families) {
    Assumptions.assumeTrue(
        Set.of(families).contains(server.family()),
        () -> server + " has nothing of this: it is a matter of " + List.of(families));
  }

  /** Goes on only where each connection logs in itself, after what was changed of its role. */
  void onlyWithLogins() {
    Assumptions.assumeTrue(
        server.hasLogins(),
        () -> server + " has its own logins, which are older than a connection");
  }

  /** Goes on except on the stand-in, which a third party's tool takes for the real thing. */
  void notOnTheStandIn() {
    Assumptions.assumeTrue(
        server != Server.COCKROACH_STAND_IN,
        "plain Flyway would send a PostgreSQL what only a CockroachDB understands");
  }
}
