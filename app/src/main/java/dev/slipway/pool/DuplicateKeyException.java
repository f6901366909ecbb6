package dev.slipway.pool;

import java.sql.SQLException;

/**
 * A row exists already that a unique key allows once. The transaction is rolled back, or the part
 * of it that {@link Transaction#inSavepoint} was given.
 */
public final class DuplicateKeyException extends RuntimeException {
  private final String key;

  /**
   * @param key the database's name for the key, which starts with its table's name
   */
  DuplicateKeyException(String key, SQLException cause) {
    super(cause);
    this.key = key;
  }

  /**
   * Whether the key belongs to this table. A table whose name is the beginning of another's has to
   * be asked for last: keys carry their table's name in front.
   */
  public boolean isIn(String table) {
    return key.startsWith(table);
  }
}
