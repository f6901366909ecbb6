package dev.slipway.driver.sqlite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.slipway.driver.Drivers;
import dev.slipway.driver.SqlQueries;
import dev.slipway.dsn.Dsn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteErrorCode;

class SqliteWriteCheckTest {
  @TempDir Path folder;

  private Connection open() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("a.db"));
  }

  private Dsn dsn() {
    return Drivers.parse("sqlite://" + folder.resolve("a.db"));
  }

  @Test
  void leavesNothing() throws SQLException {
    try (Connection connection = open()) {
      SqliteWriteCheck.check(dsn(), connection);
      SqlQueries.execute(connection, "BEGIN");
      assertEquals("0", SqlQueries.string(connection, "SELECT count(*) FROM sqlite_master"));
    }
  }

  /** A limit of pages fails as a full disk does, after which no transaction is open. */
  @Test
  void namesAFullDisk() throws SQLException {
    try (Connection connection = open()) {
      SqlQueries.execute(connection, "PRAGMA max_page_count = 1");
      SQLException e =
          assertThrows(SQLException.class, () -> SqliteWriteCheck.check(dsn(), connection));
      assertEquals(SQLiteErrorCode.SQLITE_FULL.code, e.getErrorCode());
      SqlQueries.execute(connection, "BEGIN");
    }
  }

  @Test
  void leavesABusyDatabaseToALaterStatement() throws SQLException {
    try (Connection other = open();
        Connection connection = open()) {
      SqlQueries.execute(connection, "PRAGMA busy_timeout = 1");
      SqlQueries.execute(other, "BEGIN IMMEDIATE");
      SqliteWriteCheck.check(dsn(), connection);
      SqlQueries.execute(connection, "BEGIN");
    }
  }
}
