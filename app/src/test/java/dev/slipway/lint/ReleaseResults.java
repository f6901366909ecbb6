package dev.slipway.lint;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a release of the service gets for each of its statements. */
final class ReleaseResults {
  /** A migration may remove a few rows, selected by their keys. */
  private static final double KEPT = 0.75;

  private final Map<String, Result> results = new LinkedHashMap<>();

  /** How many rows, and which columns of the first row are NULL. */
  private record Result(String error, int rows, String nulls) {}

  private ReleaseResults() {}

  /** Runs the statements, and takes each of them back. */
  static ReleaseResults read(Connection connection, List<String> release) throws SQLException {
    ReleaseResults all = new ReleaseResults();
    for (String sql : release) {
      Savepoint savepoint = connection.setSavepoint();
      Result result;
      try (Statement statement = connection.createStatement()) {
        result = result(statement, sql);
      } catch (SQLException e) {
        result = new Result(e.getMessage(), 0, "");
      }
      connection.rollback(savepoint);
      all.results.put(sql, result);
    }
    return all;
  }

  private static Result result(Statement statement, String sql) throws SQLException {
    if (!statement.execute(sql)) {
      return new Result("", statement.getUpdateCount(), "");
    }
    int rows = 0;
    StringBuilder nulls = new StringBuilder();
    try (ResultSet result = statement.getResultSet()) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        for (int i = 1; rows == 0 && i <= columns; i++) {
          nulls.append(result.getObject(i) == null ? '0' : '1');
        }
        rows++;
      }
    }
    return new Result("", rows, nulls.toString());
  }

  /** The first statement that worked before and no longer does, and how. */
  Optional<String> brokenIn(ReleaseResults after) {
    for (Map.Entry<String, Result> each : results.entrySet()) {
      Result old = each.getValue();
      Result now = after.results.get(each.getKey());
      if (!old.error().isEmpty()) {
        throw new IllegalStateException(each.getKey() + ": " + old.error());
      }
      String how =
          !now.error().isEmpty()
              ? now.error()
              : now.rows() < KEPT * old.rows()
                  ? now.rows() + " rows instead of " + old.rows()
                  : losesValue(old.nulls(), now.nulls()) ? "NULL instead of a value" : "";
      if (!how.isEmpty()) {
        return Optional.of("the release fails in " + each.getKey() + ": " + how);
      }
    }
    return Optional.empty();
  }

  private static boolean losesValue(String old, String now) {
    for (int i = 0; i < Math.min(old.length(), now.length()); i++) {
      if (old.charAt(i) == '1' && now.charAt(i) == '0') {
        return true;
      }
    }
    return false;
  }
}
