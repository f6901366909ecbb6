package dev.slipway.migration;

import static dev.slipway.error.ExitCode.DONE;
import static dev.slipway.error.ExitCode.RETRY;
import static dev.slipway.error.ExitCode.USAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ran;
import dev.slipway.testing.Recording;
import dev.slipway.testing.Running;
import dev.slipway.testing.Server.Family;
import dev.slipway.testing.Slipway;
import dev.slipway.testing.SmallDisk;
import dev.slipway.testing.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Connecting: wrong DSNs, wrong passwords, a server that is unavailable, starts, or stops. */
class ConnectionIT extends EveryServer {

  private Ran upWith(String dsn, String... more) {
    return Slipway.bare()
        .with("DSN", dsn)
        .run(
            words("up", Stream.concat(Stream.of("--yes"), Stream.of(more)).toArray(String[]::new)));
  }

  @Test
  void refusesAParameterThatItDoesNotKnow() {
    tables("1");
    upWith(database.dsn("nonsense=1")).exits(USAGE).tells("nonsense");
    assertEquals(List.of(), database.tables());
  }

  @Test
  void refusesASchemeThatItDoesNotKnow() {
    tables("1");
    upWith("oracle://host/name")
        .exits(USAGE)
        .tells("oracle", "postgres", "mysql", "cockroach", "sqlite");
  }

  @Test
  void refusesToMigrateMemory() {
    tables("1");
    upWith("memory").exits(USAGE).tells("memory");
  }

  @Test
  void asksForADsn() {
    tables("1");
    Slipway.bare().run(words("up", "--yes")).exits(USAGE).tells("DSN");
  }

  @Test
  void refusesAWrongPasswordAtOnceAndPrintsNone() {
    onlyWithLogins();
    only(Family.POSTGRES, Family.MYSQL);
    tables("1");
    String wrong = Recording.secret("wrong" + System.nanoTime() + "secret");
    String dsn = database.dsn().replace(database.password().orElseThrow(), wrong);
    long begin = System.nanoTime();
    upWith(dsn, "--wait", "60s").exits(USAGE).tells("password", database.name());
    assertTrue(System.nanoTime() - begin < Duration.ofSeconds(30).toNanos());
  }

  @Test
  void refusesADatabaseThatIsNotThere() {
    only(Family.POSTGRES, Family.MYSQL);
    tables("1");
    upWith(database.dsn().replace("/" + database.name(), "/no_such_database"), "--wait", "60s")
        .exits(USAGE)
        .tells("no_such_database");
  }

  @Test
  void triesAgainLaterWhenNobodyListens() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    tables("1");
    try (TcpProxy shut = TcpProxy.to(database.dsn())) {
      upWith(shut.dsn(database.dsn()), "--wait", "0")
          .exits(RETRY)
          .tells("127.0.0.1:" + shut.port(), database.name(), "refused");
    }
  }

  @Test
  void waitsForTheDatabaseToComeUp() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    tables("1");
    try (TcpProxy door = TcpProxy.to(database.dsn());
        Running run =
            Slipway.bare()
                .with("DSN", door.dsn(database.dsn()))
                .start(words("up", "--yes", "--wait", "60s"))) {
      run.awaitWords("127.0.0.1:" + door.port());
      door.open();
      run.await().exits(DONE);
    }
    assertEquals(List.of("1 ok"), history());
  }

  @Test
  void waitsNoLongerThanItIsTold() {
    only(Family.POSTGRES, Family.MYSQL, Family.COCKROACH);
    tables("1");
    try (TcpProxy shut = TcpProxy.to(database.dsn())) {
      long begin = System.nanoTime();
      upWith(shut.dsn(database.dsn()), "--wait", "1500ms").exits(RETRY).tells("after 1");
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
    }
  }

  @Test
  void aConnectionThatBreaksInATransactionLeavesNothing() {
    only(Family.POSTGRES);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    try (TcpProxy door = TcpProxy.to(database.dsn()).open();
        Running run =
            Slipway.bare().with("DSN", door.dsn(database.dsn())).start(words("up", "--yes"))) {
      Sleeper sleeper = Sleeper.await(database);
      door.shut();
      run.await().exits(RETRY).tells(String.valueOf(door.port()), database.name());
      sleeper.end();
    }
    Sleeper.awaitNone(database);
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);");
    up().exits(DONE);
    assertEquals(List.of("1 ok", "2 ok"), history());
  }

  @Test
  void aSessionThatAnAdministratorEndsLeavesNothing() {
    only(Family.POSTGRES);
    tables("1");
    file("2_slow.up.sql", "CREATE TABLE t2 (id INT);", Sleeper.statement(database, 60));
    try (Running run = slipway().start(words("up", "--yes"))) {
      Sleeper.await(database).end();
      run.await().exits(RETRY).tells(database.name(), "terminating connection");
    }
    assertEquals(List.of("1 ok"), history());
    assertEquals(List.of("t1"), tablesMade());
  }

  @Test
  void saysWhenAFileOfSqliteCannotBeWritten() {
    only(Family.SQLITE);
    database.execute("CREATE TABLE a (id INT)", "DROP TABLE a");
    tables("1");
    Ran ran = upWith(database.dsn("mode=ro"));
    assertNotEquals(DONE.number(), ran.code(), ran::toString);
    assertNotEquals(1, ran.code(), ran::toString);
    ran.tells("readonly", database.name());
  }

  @Test
  void saysWhenTheDiskIsFullAndConvergesWhenItIsNot() {
    only(Family.SQLITE);
    tables("1");
    file(
        "2_rows.up.sql",
        "CREATE TABLE big (data BLOB);",
        "INSERT INTO big VALUES (zeroblob(300000));");
    SmallDisk disk = SmallDisk.orSkip();
    List<Ran> runs =
        disk.run(words("up", "--yes", "sqlite://" + disk.file("db.sqlite") + "?_fk=true"));
    runs.getFirst().exits(RETRY).tells("2_rows.up.sql", "the disk is full", "rolled back");
    runs.getLast().exits(DONE).answersWith("2\trows").never("1\ttable");
  }

  @Test
  void saysWhenTheFolderOfSqliteIsNotThere() {
    only(Family.SQLITE);
    tables("1");
    upWith("sqlite://" + folder.resolve("missing/db.sqlite") + "?_fk=true")
        .exits(USAGE)
        .tells("missing");
  }
}
