package dev.slipway.pool;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.testing.Ledger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

/** A table that is written and read through a pool, and what was acknowledged. Thread-safe. */
final class WorkTable {
  private final Callable<Connection> direct;
  private final Ledger ledger = new Ledger();

  private WorkTable(Callable<Connection> direct) {
    this.direct = direct;
  }

  /**
   * A new one.
   *
   * @param direct connects past the pool
   */
  static WorkTable create(Callable<Connection> direct) throws Exception {
    try (Connection connection = direct.call();
        Statement statement = connection.createStatement()) {
      // Neither unique, which would hide that something is written twice, nor read in full.
      statement.execute("CREATE TABLE work (id varchar(36) NOT NULL)");
      statement.execute("CREATE INDEX work_id ON work (id)");
    }
    return new WorkTable(direct);
  }

  /** One row, on one connection, read on another. */
  void writeAndRead(ConnectionPool database) throws SQLException {
    String id = UUID.randomUUID().toString();
    try (Connection connection = database.connection();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO work VALUES (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
    }
    ledger.add(id);
    try (Connection connection = database.connection();
        PreparedStatement select =
            connection.prepareStatement("SELECT id FROM work WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet rows = select.executeQuery()) {
        assertTrue(rows.next());
      }
    }
  }

  /** Whether everything acknowledged is there, once. */
  void compare() throws Exception {
    List<String> stored = new ArrayList<>();
    try (Connection connection = direct.call();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id FROM work")) {
      while (rows.next()) {
        stored.add(rows.getString(1));
      }
    }
    ledger.compareWith(stored);
  }
}
