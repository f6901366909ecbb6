package dev.slipway.pool;

import dev.slipway.driver.DatabaseDriver;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * One connection while a job has it. Values are bound, never written into the SQL; they may be
 * strings, numbers, booleans, {@link java.util.UUID}s, {@link java.time.Instant}s, {@link
 * JsonValue}s and null. Of one thread.
 */
public final class Transaction {
  /** Statements that are sent as one text: each number of them is one more text to prepare. */
  private static final int PIPELINE_MAX = 16;

  private final Connection connection;
  private final DatabaseDriver dialect;

  public Transaction(Connection connection, DatabaseDriver dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** From a row to what it stands for. */
  @FunctionalInterface
  public interface RowMapper<T> {
    T map(Row row) throws SQLException;
  }

  /** Told each row. */
  @FunctionalInterface
  public interface RowCallback {
    void accept(Row row) throws SQLException;
  }

  /** Work that is rolled back to a savepoint if it fails. */
  @FunctionalInterface
  public interface SavepointBlock {
    void run() throws SQLException;
  }

  /** Which database it is. */
  public DatabaseDriver driver() {
    return dialect;
  }

  /** All rows of an answer, in its order. */
  public <T> List<T> query(String sql, List<?> values, RowMapper<T> reader) throws SQLException {
    List<T> answer = new ArrayList<>();
    forEach(sql, values, row -> answer.add(reader.map(row)));
    return answer;
  }

  /** Shows each row of an answer, in its order. */
  public void forEach(String sql, List<?> values, RowCallback visitor) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      try (ResultSet rows = statement.executeQuery()) {
        var row = new Row(rows, dialect);
        while (rows.next()) {
          visitor.accept(row);
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

  /**
   * One statement for several rows.
   *
   * @param rows the values for each time it runs; it may be none
   */
  public record BatchUpdate(String sql, List<? extends List<?>> rows) {}

  /** Runs statements in order, in as few messages to the server as the driver can. */
  public void executeAll(List<BatchUpdate> changes) throws SQLException {
    int runs = changes.stream().mapToInt(change -> change.rows().size()).sum();
    if (dialect.supportsPipelining() && runs > 1 && runs <= PIPELINE_MAX) {
      pipeline(changes);
      return;
    }
    for (BatchUpdate change : changes) {
      batch(change);
    }
  }

  /** All as one text for the driver, which sends them together and waits once. */
  private void pipeline(List<BatchUpdate> changes) throws SQLException {
    var sql = new StringJoiner(";\n");
    List<Object> values = new ArrayList<>();
    for (BatchUpdate change : changes) {
      for (List<?> row : change.rows()) {
        sql.add(change.sql());
        values.addAll(row);
      }
    }
    try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
      bind(statement, values);
      statement.execute();
    }
  }

  private void batch(BatchUpdate change) throws SQLException {
    if (change.rows().size() == 1) {
      update(change.sql(), change.rows().getFirst());
    } else if (!change.rows().isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(change.sql())) {
        for (List<?> row : change.rows()) {
          bind(statement, row);
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }
  }

  /**
   * Runs a part of a transaction, and rolls it back to a savepoint on a duplicate key.
   *
   * @throws DuplicateKeyException after rolling back; the transaction can continue
   */
  public void inSavepoint(SavepointBlock part) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      part.run();
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      DuplicateKeyException duplicate =
          dialect
              .duplicateKey(e)
              .map(key -> new DuplicateKeyException(key, e))
              .orElseThrow(() -> e);
      connection.rollback(before);
      throw duplicate;
    }
  }

  private void bind(PreparedStatement statement, List<?> values) throws SQLException {
    int place = 1;
    for (Object value : values) {
      statement.setObject(place++, value == null ? null : dialect.toParameter(value));
    }
  }
}
