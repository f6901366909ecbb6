package dev.slipway.provision;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Running;
import dev.slipway.testing.Server;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.TcpProxy;
import dev.slipway.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** `slipway database wait`, and what SQLite answers to all of `slipway database`. */
@Timeout(60)
class WaitIT {
  @TempDir Path folder;

  private static Slipway behind(TcpProxy proxy, TestDatabase database) {
    return Slipway.bare().with("DSN", proxy.dsn(database.dsn()));
  }

  @Test
  void waitsUntilTheServerComes() {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn());
        Running wait = behind(proxy, database).start("database", "wait", "--timeout", "40s")) {
      wait.awaitWords("waiting for postgres at 127.0.0.1:" + proxy.port());
      proxy.open();
      wait.await()
          .exits(DONE)
          .answers(
              "Ready: postgres at 127.0.0.1:"
                  + proxy.port()
                  + ", database "
                  + database.name()
                  + "\n");
    }
  }

  /** As `migrate` does. */
  @Test
  void rejectsAServerOfAnotherKindAtOnce() {
    try (TestDatabase database = Server.POSTGRES.database()) {
      Slipway cockroach =
          Slipway.bare().with("DSN", database.dsn().replaceFirst("^[a-z]+:", "cockroach:"));
      String message = "the DSN is for cockroach, but the server is PostgreSQL";
      cockroach.run("database", "wait").exits(USAGE).tells(message);
      cockroach.run("migrate", "sql", "status").exits(USAGE).tells(message);
      cockroach
          .with("PW", "secret")
          .run("database", "create", "--name", "other", "--password-env", "PW")
          .exits(USAGE)
          .tells(message);
      cockroach.run("database", "drop", "--yes", "--name", "other").exits(USAGE).tells(message);
    }
  }

  @Test
  void rejectsASchemaThatDoesNotExist() {
    try (TestDatabase database = Server.POSTGRES.database()) {
      Slipway slipway = Slipway.bare().with("DSN", database.dsn("search_path=tenant"));
      slipway.run("database", "wait").exits(USAGE).tells("the schema `tenant` does not exist");
      database.execute("CREATE SCHEMA tenant");
      slipway.run("database", "wait").exits(DONE);
    }
  }

  @Test
  void waitsForADatabaseThatIsCreatedLaterOnRequest() {
    try (TestDatabase database = Server.POSTGRES.database()) {
      String later = database.name() + "_later";
      String dsn = database.dsn().replace("/" + database.name(), "/" + later);
      Slipway slipway = Slipway.bare().with("DSN", dsn);
      String message = "database \"" + later + "\" does not exist";
      slipway.run("database", "wait").exits(USAGE).tells(message);
      slipway
          .run("database", "wait", "--retry-login", "--timeout", "2s")
          .exits(USAGE)
          .tells(message, "trying again in 1s");
      try (Running wait = slipway.start("database", "wait", "--retry-login", "--timeout", "40s")) {
        wait.awaitWords("trying again");
        database.execute("CREATE DATABASE " + later);
        wait.await().exits(DONE).answersWith("Ready: postgres at ");
      }
      database.execute("DROP DATABASE " + later);
    }
  }

  @Test
  void givesUpInTime() {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn())) {
      behind(proxy, database)
          .run("database", "wait", "--timeout", "1s")
          .exits(RETRY)
          .tells("cannot reach postgres at", "--timeout");
    }
  }

  @Test
  void givesUpInTimeOnAServerThatTakesConnectionsAndSaysNothing() {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn()).open().freeze()) {
      long start = System.nanoTime();
      behind(proxy, database)
          .run("database", "wait", "--timeout", "2s")
          .exits(RETRY)
          .tells("after 2s: no answer to the login", "--timeout");
      assertTrue(Duration.ofNanos(System.nanoTime() - start).toMillis() < 4500);
      proxy.thaw();
    }
  }

  @Test
  void aSignalEndsItAlsoWhileTheServerSaysNothing() {
    try (TestDatabase database = Server.POSTGRES.database();
        TcpProxy proxy = TcpProxy.to(database.dsn());
        Running wait = behind(proxy, database).start("database", "wait")) {
      wait.awaitWords("waiting for");
      proxy.open().freeze();
      wait.terminate();
      assertTrue(wait.ends(Duration.ofSeconds(2)));
      wait.await().exits(RETRY).tells("stopped by a signal");
      proxy.thaw();
    }
  }

  @Test
  void refusesToHaveNoDeadline() {
    Slipway.bare()
        .run("database", "wait", "--timeout", "0", "sqlite://x.db")
        .exits(USAGE)
        .tells("--timeout 0");
  }

  @Test
  void aMemoryIsAlwaysReady() {
    Slipway.bare().run("database", "wait", "memory").exits(DONE).answersWith("Ready");
    Slipway.bare().run("database", "create", "memory").exits(DONE).answersWith("lives in memory");
  }

  @Test
  void sqliteIsReadyWhenItsFolderIs() {
    String dsn = "sqlite://" + folder + "/data/app.db";
    Slipway.bare().run("database", "wait", dsn).exits(USAGE).tells("folder", "does not exist");
    Slipway.bare()
        .run("database", "create", dsn)
        .exits(DONE)
        .answersWith("Created the folder of " + folder + "/data/app.db");
    Slipway.bare().run("database", "create", dsn).exits(DONE).answersWith("nothing to create");
    Slipway.bare()
        .run("database", "wait", dsn)
        .exits(DONE)
        .answers("Ready: " + "sqlite3 file " + folder + "/data/app.db\n");
    assertFalse(Files.exists(folder.resolve("data/app.db")), "waiting makes no file");
  }

  @Test
  void sqliteHasNoLoginsAndNothingToDrop() {
    String dsn = "sqlite://" + folder + "/app.db";
    Slipway.bare()
        .run("database", "create", "--name", "app", dsn)
        .exits(USAGE)
        .tells("SQLite has no server", "--name");
    assertEquals(
        2,
        Slipway.bare()
            .run("database", "drop", "--yes", dsn)
            .exits(USAGE)
            .tells("SQLite has no server")
            .code());
  }
}
