package dev.slipway.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.driver.FakeConnection.FakeServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lock protocol of each database. */
class MigrationLockTest {
  private static final String TABLE = "\"public\".\"flyway_schema_history\"";

  @TempDir Path folder;

  /** The statements that a lock has sent. */
  private final List<String> sent = new ArrayList<>();

  private int tablesCreated;

  private LockTarget target(String dsn, FakeServer server) {
    Connection connection =
        FakeConnection.to(
            sql -> {
              sent.add(sql);
              return server.execute(sql);
            });
    return new LockTarget(Drivers.parse(dsn), true, TABLE, () -> connection, () -> tablesCreated++);
  }

  private MigrationLock lock(String dsn, FakeServer server) {
    LockTarget target = target(dsn, server);
    return Drivers.of(target.dsn()).migrationLock(target, "it's a host");
  }

  // ---- locks of a session

  @ParameterizedTest(name = "{0} answers {1}")
  @CsvSource({
    "postgres://u@h/d,   t, true",
    "postgres://u@h/d,   f, false",
    "mysql://u@tcp(h)/d, 1, true",
    "mysql://u@tcp(h)/d, 0, false",
    "mysql://u@tcp(h)/d, ,  false",
  })
  void aSessionAcquiresTheLockWhenTheServerGrantsIt(String dsn, String answer, boolean acquired)
      throws Exception {
    assertEquals(acquired, lock(dsn, _ -> Arrays.asList(answer)).tryAcquire());
    assertEquals(1, sent.size());
  }

  /** Otherwise plain Flyway and Slipway could migrate at the same time. */
  @ParameterizedTest
  @CsvSource({"postgres://u@h/d", "mysql://u@tcp(h)/d"})
  void theLockIsTheOneOfPlainFlyway(String dsn) throws Exception {
    MigrationLock lock = lock(dsn, _ -> List.of("1"));
    lock.tryAcquire();
    lock.release();
    String name =
        dsn.startsWith("mysql")
            ? "'Flyway-" + TABLE.hashCode() + "'"
            : String.valueOf(77431708279161L + TABLE.hashCode());
    assertEquals(2, sent.size());
    for (String sql : sent) {
      assertTrue(sql.contains(name), sql);
    }
  }

  @Test
  void theGuardOfPostgresTestsTheAcquiredLock() {
    MigrationLock lock = lock("postgres://u@h/d", _ -> List.of());
    long key = 77431708279161L + TABLE.hashCode();
    assertTrue(lock.guard().contains("classid::bigint = " + (key >>> 32)), lock.guard());
    assertTrue(lock.guard().contains("objid::bigint = " + (key & 0xFFFFFFFFL)), lock.guard());
    assertTrue(lock.guard().strip().endsWith(";"), lock.guard());
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://u@h/d | invalid input syntax for type integer: \"slipway-lock-lost-12\" | 0 "
            + "| true",
        "postgres://u@h/d | invalid input syntax for type integer: \"x\" | 0 | false",
        "postgres://u@h/d | | 0 | false",
        "cockroach://u@h/d | could not parse \"slipway-lock-lost-12\" as type int | 0 | true",
        "cockroach://u@h/d | could not parse \"x\" as type int | 0 | false",
        "mysql://u@tcp(h)/d | Invalid JSON text in argument 1 to function json_extract | 3141 "
            + "| true",
        "mysql://u@tcp(h)/d | Invalid JSON text in argument 1 to function json_set | 3141 | false",
        "mysql://u@tcp(h)/d | Invalid JSON text in argument 1 to function json_extract | 1 | false",
        "mysql://u@tcp(h)/d | | 3141 | false",
        "memory | slipway-lock-lost | 0 | false",
      })
  void anErrorOfTheGuardMeansThatTheLockIsLost(String dsn, String message, int code, boolean lost) {
    assertEquals(lost, lock(dsn, _ -> List.of()).isLost(new SQLException(message, "22P02", code)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres://u@h/d", "cockroach://u@h/d", "mysql://u@tcp(h)/d"})
  void theHolderIsWhatTheServerReports(String dsn) throws Exception {
    assertEquals(Optional.of("session 7"), lock(dsn, _ -> List.of("session 7")).holder());
    assertEquals(Optional.empty(), lock(dsn, _ -> List.of()).holder());
  }

  @Test
  void theFirstMigrationsOfTwoHistoriesHaveTheirOwnLock() throws Exception {
    LockTarget target = target("postgres://u@h/d", _ -> List.of("t"));
    DatabaseDriver postgres = Drivers.require("postgres");
    MigrationLock first = postgres.firstMigrationLock(target, "history").orElseThrow();
    assertTrue(first.tryAcquire());
    assertTrue(postgres.firstMigrationLock(target, "other").orElseThrow().tryAcquire());
    assertTrue(postgres.migrationLock(target, "host").tryAcquire());
    assertEquals(3, sent.stream().distinct().count(), sent::toString);
  }

  // ---- the row of CockroachDB

  private static final String COCKROACH = "cockroach://u@h/d";

  private static FakeServer inserting(int rows) {
    return sql -> sql.startsWith("INSERT") ? rows : 0;
  }

  @ParameterizedTest
  @CsvSource({"1, true", "0, false"})
  void theMigratorWhoseRowIsInsertedHoldsTheLock(int rows, boolean acquired) throws Exception {
    assertEquals(acquired, lock(COCKROACH, inserting(rows)).tryAcquire());
    assertEquals(1, tablesCreated);
    assertEquals(2, sent.size());
    assertTrue(sent.getFirst().startsWith("DELETE FROM " + TABLE), sent::toString);
    assertTrue(sent.getLast().contains("'it''s a host'"), sent::toString);
    assertTrue(sent.getLast().endsWith("ON CONFLICT (installed_rank) DO NOTHING"), sent::toString);
  }

  @ParameterizedTest
  @CsvSource({"40001", "42P07", "23505"})
  void aLostRaceForTheRowIsALockOfAnotherMigrator(String state) throws Exception {
    assertFalse(lock(COCKROACH, failing(state, 1)).tryAcquire());
  }

  @Test
  void anotherErrorFailsTheAcquisition() {
    assertThrows(SQLException.class, () -> lock(COCKROACH, failing("42501", 1)).tryAcquire());
    assertThrows(SQLException.class, () -> lock(COCKROACH, failing(null, 1)).tryAcquire());
  }

  /** A server that rejects its first statements. */
  private static FakeServer failing(String state, int times) {
    int[] left = {times};
    return _ -> {
      if (left[0]-- > 0) {
        throw new SQLException("rejected", state);
      }
      return 1;
    };
  }

  @ParameterizedTest(name = "{0} serialization failures")
  @CsvSource({"0, 1", "3, 4", "19, 20", "99, 20"})
  void aReleaseIsRetriedOnSerializationFailures(int failures, int attempts) throws Exception {
    lock(COCKROACH, failing("40001", failures)).release();
    assertEquals(attempts, sent.size());
  }

  @Test
  void aReleaseFailsOnAnotherError() {
    assertThrows(SQLException.class, () -> lock(COCKROACH, failing("42501", 1)).release());
    assertEquals(1, sent.size());
  }

  @Test
  void renewalReleaseAndGuardMeanTheInsertedRow() throws Exception {
    MigrationLock lock = lock(COCKROACH, inserting(1));
    assertTrue(lock.tryAcquire());
    Matcher id = Pattern.compile("'([0-9a-f]{32})'").matcher(sent.getLast());
    assertTrue(id.find(), sent::toString);
    sent.clear();
    lock.renew(target(COCKROACH, _ -> 1).connections().get());
    lock.release();
    assertTrue(sent.getFirst().startsWith("UPDATE " + TABLE), sent::toString);
    assertTrue(sent.getLast().startsWith("DELETE FROM " + TABLE), sent::toString);
    for (String sql : List.of(sent.getFirst(), sent.getLast(), lock.guard())) {
      assertTrue(sql.contains("installed_rank = -100 AND version = '" + id.group(1) + "'"), sql);
    }
  }

  @Test
  void aNewRowNeedsNoRenewal() throws Exception {
    MigrationLock lock = lock(COCKROACH, inserting(1));
    assertTrue(lock.tryAcquire());
    assertFalse(lock.renewalDue());
  }

  // ---- the file of SQLite

  @Test
  void oneMigratorHoldsTheFileOfASqliteDatabase() throws Exception {
    String dsn = "sqlite://" + folder.resolve("x.db");
    MigrationLock one = lock(dsn, _ -> 0);
    MigrationLock other = lock(dsn, _ -> 0);
    assertTrue(one.tryAcquire());
    assertFalse(other.tryAcquire());
    assertEquals(
        Optional.of("process " + ProcessHandle.current().pid() + " on it's a host"),
        other.holder());
    one.release();
    assertEquals(Optional.of("a process that has just begun"), other.holder());
    assertTrue(other.tryAcquire());
    other.release();
    assertEquals("", one.guard());
    assertEquals(List.of(), sent);
  }

  @Test
  void aFileOfAnotherDatabaseIsAnotherLock() throws Exception {
    MigrationLock one = lock("sqlite://" + folder.resolve("x.db"), _ -> 0);
    MigrationLock other = lock("sqlite://" + folder.resolve("y.db"), _ -> 0);
    assertTrue(one.tryAcquire());
    assertTrue(other.tryAcquire());
    one.release();
    other.release();
  }

  @Test
  void aLockThatWasNotAcquiredIsReleasedWithoutEffect() throws Exception {
    String dsn = "sqlite://" + folder.resolve("x.db");
    MigrationLock one = lock(dsn, _ -> 0);
    MigrationLock other = lock(dsn, _ -> 0);
    assertTrue(one.tryAcquire());
    assertFalse(other.tryAcquire());
    other.release();
    assertFalse(other.tryAcquire());
    one.release();
  }

  @Test
  void aMissingFolderFailsTheAcquisition() {
    MigrationLock lock = lock("sqlite://" + folder.resolve("none/x.db"), _ -> 0);
    assertThrows(IOException.class, lock::tryAcquire);
  }

  @Test
  void aDatabaseInMemoryNeedsNoFile() throws Exception {
    MigrationLock lock = lock("memory", _ -> 0);
    assertTrue(lock.tryAcquire());
    lock.release();
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }
}
