package dev.slipway.driver.sqlite;

import static dev.slipway.driver.ConnectIT.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.config.DatabaseConfig;
import dev.slipway.config.Settings;
import dev.slipway.driver.Connections;
import dev.slipway.driver.Drivers;
import dev.slipway.driver.SessionOptions;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.pool.ConnectionPool;
import dev.slipway.testing.Ran;
import dev.slipway.testing.Slipway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SQLite's files and pragmas, for real. */
class SqliteIT {
  private static final SessionOptions SESSION =
      new SessionOptions("slipway migrate", Duration.ofSeconds(1), Duration.ZERO);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"plain.db", "a b.db", "50%.db", "%41.db", "ä#&.db", "it's;.db"})
  void theFileHasTheNameThatTheDsnSays(String name) throws SQLException, IOException {
    try (Connection connection = migrator("sqlite://" + folder + "/" + name + "?_fk=true");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE t (a)");
    }
    try (var files = Files.list(folder)) {
      assertEquals(List.of(name), files.map(each -> each.getFileName().toString()).toList());
    }
  }

  @Test
  void theMigratorHasItsOwnPragmasAndTheDsnsOthers() throws SQLException {
    try (Connection connection =
        migrator("sqlite://" + folder + "/x.db?_fk=true&_busy_timeout=77&_sync=OFF&_journal=WAL")) {
      assertEquals("0", one(connection, "PRAGMA foreign_keys"));
      assertEquals("77", one(connection, "PRAGMA busy_timeout"));
      assertEquals("0", one(connection, "PRAGMA synchronous"));
      assertEquals("wal", one(connection, "PRAGMA journal_mode"));
    }
  }

  @Test
  void aTemporaryFolderThatCannotHoldTheNativeLibraryIsNamed() {
    Ran ran =
        Slipway.bare()
            .with("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=/dev/null/none")
            .start("migrate", "sql", "status", "sqlite://" + folder + "/x.db")
            .await();
    ran.exits(ExitCode.USAGE).tells("/dev/null/none", "-Dorg.sqlite.tmpdir=").never("\tat ");
  }

  @Test
  void theJournalIsNotChangedUnasked() throws SQLException {
    try (Connection connection = migrator("sqlite://" + folder + "/x.db")) {
      assertEquals("delete", one(connection, "PRAGMA journal_mode"));
      assertEquals("1000", one(connection, "PRAGMA busy_timeout"));
    }
  }

  @Test
  void aTransactionTakesTheLockAtItsStart() throws SQLException {
    String dsn = "sqlite://" + folder + "/x.db?_busy_timeout=50";
    try (Connection first = migrator(dsn);
        Connection second = migrator(dsn)) {
      first.setAutoCommit(false);
      one(first, "SELECT 1");
      SQLException busy =
          assertThrows(
              SQLException.class,
              () -> {
                second.setAutoCommit(false);
                one(second, "SELECT 1");
              });
      assertEquals(ExitCode.RETRY, Drivers.require("sqlite3").exitCode(busy));
    }
  }

  @ParameterizedTest
  @CsvSource({"deferred", "immediate", "exclusive"})
  void theDsnChoosesTheServersTransactions(String mode) throws SQLException {
    String dsn = "sqlite://" + folder + "/x.db?_txlock=" + mode;
    try (ConnectionPool pool =
            ConnectionPool.open(() -> DatabaseConfig.of(dsn), Settings.Pool.DEFAULT, "t");
        Connection first = pool.connection();
        Connection second = pool.connection()) {
      first.setAutoCommit(false);
      one(first, "SELECT 1");
      one(second, "PRAGMA busy_timeout = 50");
      if (mode.equals("deferred")) {
        second.createStatement().executeUpdate("CREATE TABLE t (a)");
      } else {
        assertThrows(
            SQLException.class, () -> second.createStatement().executeUpdate("CREATE TABLE t (a)"));
      }
      first.rollback();
    }
  }

  @Test
  void aMissingFolderAFolderAndAFileOfAnotherKindAreSaidInWords() throws IOException {
    assertEquals(
        "the folder of the SQLite file " + folder + "/none/x.db does not exist",
        refused("sqlite://" + folder + "/none/x.db").getMessage());
    assertEquals(
        "the SQLite file " + folder + " is a folder", refused("sqlite://" + folder).getMessage());
    Path text = Files.writeString(folder.resolve("text.db"), "no database ".repeat(100));
    SlipwayException fault = refused("sqlite://" + text + "?_journal=WAL");
    assertTrue(fault.getMessage().contains("not a database"), fault.getMessage());
    assertEquals("the file is no SQLite database, or it is encrypted", fault.hint().orElseThrow());
  }

  @Test
  void readOnlyIsReadOnlyAndMakesNoFile() throws SQLException {
    SlipwayException fault = refused("sqlite://" + folder + "/x.db?mode=rw");
    assertFalse(Files.exists(folder.resolve("x.db")), fault.getMessage());
    migrator("sqlite://" + folder + "/x.db").close();
    try (Connection connection = migrator("sqlite://" + folder + "/x.db?mode=ro");
        Statement statement = connection.createStatement()) {
      SQLException e =
          assertThrows(SQLException.class, () -> statement.executeUpdate("CREATE TABLE t (a)"));
      assertEquals(8, e.getErrorCode() & 0xff);
      assertEquals(ExitCode.MIGRATION, Drivers.require("sqlite3").exitCode(e));
    }
  }

  @Test
  void aUrlOfTheDriverIsPassedThrough() throws SQLException {
    try (Connection connection = migrator("jdbc:sqlite:" + folder + "/x.db?busy_timeout=88")) {
      assertEquals("0", one(connection, "PRAGMA foreign_keys"));
    }
    assertTrue(Files.exists(folder.resolve("x.db")));
  }

  @Test
  void unknownParametersMakeNoFile() throws IOException {
    assertThrows(SlipwayException.class, () -> migrator("sqlite://" + folder + "/x.db?_fks=true"));
    assertThrows(
        SlipwayException.class, () -> migrator("jdbc:sqlite:" + folder + "/x.db?_fk=true"));
    try (var files = Files.list(folder)) {
      assertEquals(0, files.count());
    }
  }

  private static Connection migrator(String dsn) {
    return Connections.connect(Drivers.parse(dsn), SESSION, Duration.ZERO, _ -> {});
  }

  private static SlipwayException refused(String dsn) {
    SlipwayException fault = assertThrows(SlipwayException.class, () -> migrator(dsn));
    assertEquals(ExitCode.USAGE, fault.exitCode(), fault.getMessage());
    return fault;
  }
}
