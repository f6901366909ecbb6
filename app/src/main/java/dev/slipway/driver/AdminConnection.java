package dev.slipway.driver;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An administrator's connection, in autocommit. Not thread-safe. */
public final class AdminConnection implements AutoCloseable {
  private final Connection connection;

  /** Wraps a connection, which {@link #close} closes. */
  public AdminConnection(Connection connection) {
    this.connection = connection;
  }

  /** Runs a statement in which every name is quoted already: DDL takes no parameters. */
  public void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  /** The rows of a query, each as the strings of its columns; NULL is an empty string. */
  public List<List<String>> rows(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      List<List<String>> rows = new ArrayList<>();
      try (ResultSet answer = statement.executeQuery()) {
        int columns = answer.getMetaData().getColumnCount();
        while (answer.next()) {
          List<String> row = new ArrayList<>();
          for (int column = 1; column <= columns; column++) {
            row.add(Optional.ofNullable(answer.getString(column)).orElse(""));
          }
          rows.add(row);
        }
      }
      return rows;
    }
  }

  /** The first row; empty if the query returns no rows. */
  public Optional<List<String>> row(String sql, Object... values) throws SQLException {
    return rows(sql, values).stream().findFirst();
  }

  /** The first column of the first row. */
  public String string(String sql, Object... values) throws SQLException {
    return row(sql, values).orElseThrow(() -> new SQLException("no answer to " + sql)).getFirst();
  }

  /** The first column of the first row, as a Boolean. */
  public boolean isTrue(String sql, Object... values) throws SQLException {
    return List.of("t", "true", "1").contains(string(sql, values));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
