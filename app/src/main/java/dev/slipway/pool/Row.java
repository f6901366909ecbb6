package dev.slipway.pool;

import dev.slipway.driver.DatabaseDriver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** One row of an answer, as the types that Slipway stores; columns count from 1. */
public final class Row {
  private final ResultSet columns;
  private final DatabaseDriver dialect;

  Row(ResultSet columns, DatabaseDriver dialect) {
    this.columns = columns;
    this.dialect = dialect;
  }

  /** A text, or a JSON document as text, that is never NULL. */
  public String string(int column) throws SQLException {
    return columns.getString(column);
  }

  /** A text, or a JSON document as text. */
  public Optional<String> optionalString(int column) throws SQLException {
    return Optional.ofNullable(columns.getString(column));
  }

  /** An identifier that is never NULL. */
  public UUID uuid(int column) throws SQLException {
    return UUID.fromString(columns.getString(column));
  }

  /** An identifier. */
  public Optional<UUID> optionalUuid(int column) throws SQLException {
    return optionalString(column).map(UUID::fromString);
  }

  /** A whole number; 0 where it is NULL. */
  public int integer(int column) throws SQLException {
    return columns.getInt(column);
  }

  /** A truth; false where it is NULL. */
  public boolean bool(int column) throws SQLException {
    return columns.getBoolean(column);
  }

  /** A time that is never NULL. */
  public Instant instant(int column) throws SQLException {
    return optionalInstant(column).orElseThrow();
  }

  /** A time. */
  public Optional<Instant> optionalInstant(int column) throws SQLException {
    return dialect.instant(columns, column);
  }
}
