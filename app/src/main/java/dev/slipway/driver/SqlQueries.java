package dev.slipway.driver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs small queries. */
public final class SqlQueries {
  private SqlQueries() {}

  /** The first column of every row; NULL is the text {@code null}. */
  public static List<String> strings(Connection connection, String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        strings.add(String.valueOf(row.getString(1)));
      }
    }
    return strings;
  }

  /** The first column of the first row; empty where there is no row, or it is NULL. */
  public static Optional<String> first(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }

  /** Runs statements, if there are any. */
  public static void execute(Connection connection, String sql) throws SQLException {
    if (!sql.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(sql);
      }
    }
  }

  /** The first column of the only row; NULL is the text {@code null}. */
  public static String string(Connection connection, String query) throws SQLException {
    return strings(connection, query).getFirst();
  }
}
