package dev.slipway.db;

import java.sql.SQLException;

/**
 * A row exists already that a unique key allows once. The transaction is rolled back, or the part
 * of it that {@link Work#attempt} was given.
 */
public final class DuplicateKey extends RuntimeException {
  private final String key;

  /**
   * @param key the database's name for the key, which starts with its table's name
   */
  DuplicateKey(String key, SQLException cause) {
    super(cause);
    this.key = key;
  }

  /**
   * Whether the key belongs to this table. A table whose name is the beginning of another's has to
   * be asked for last: keys carry their table's name in front.
   */
  public boolean in(String table) {
    return key.startsWith(table);
  }
}
