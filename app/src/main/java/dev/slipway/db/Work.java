package dev.slipway.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection while a job has it. Values are bound, never written into the SQL; they may be
 * texts, numbers, truths, {@link java.util.UUID}s, {@link java.time.Instant}s, {@link JsonValue}s
 * and null. Of one thread.
 */
public final class Work {
  private final Connection connection;
  private final Dialect dialect;

  Work(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** From a row to what it stands for. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(Row row) throws SQLException;
  }

  /** Told each row. */
  @FunctionalInterface
  public interface Visitor {
    void visit(Row row) throws SQLException;
  }

  /** What may fail in the middle and be taken back alone. */
  @FunctionalInterface
  public interface Part {
    void run() throws SQLException;
  }

  /** Which database it is. */
  public Dialect dialect() {
    return dialect;
  }

  /** All rows of an answer, in its order. */
  public <T> List<T> list(String sql, List<?> values, Reader<T> reader) throws SQLException {
    List<T> answer = new ArrayList<>();
    each(sql, values, row -> answer.add(reader.read(row)));
    return answer;
  }

  /** Shows each row of an answer, in its order. */
  public void each(String sql, List<?> values, Visitor visitor) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        var row = new Row(rows, dialect);
        while (rows.next()) {
          visitor.visit(row);
        }
      }
    }
  }

  /** Runs one statement; how many rows it concerned. */
  public int update(String sql, List<?> values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      return statement.executeUpdate();
    }
  }

  /** Runs one statement for each list of values, in as few messages as the driver can; maybe none. */
  public void batch(String sql, List<? extends List<?>> rows) throws SQLException {
    if (rows.size() == 1) {
      update(sql, rows.getFirst());
    } else if (!rows.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (List<?> values : rows) {
          bind(statement, values);
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }
  }

  /**
   * Runs a part of a transaction that a duplicate key takes back alone.
   *
   * @throws DuplicateKey after taking it back; the transaction can go on
   */
  public void attempt(Part part) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      part.run();
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      DuplicateKey duplicate =
          dialect.duplicateKey(e).map(key -> new DuplicateKey(key, e)).orElseThrow(() -> e);
      connection.rollback(before);
      throw duplicate;
    }
  }

  private void bind(PreparedStatement statement, List<?> values) throws SQLException {
    int place = 1;
    for (Object value : values) {
      statement.setObject(place++, value == null ? null : dialect.bound(value));
    }
  }
}
