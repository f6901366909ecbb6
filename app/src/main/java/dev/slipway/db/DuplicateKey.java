package dev.slipway.db;

import java.sql.SQLException;

/** A row exists already that a unique key allows once; the transaction is rolled back. */
public final class DuplicateKey extends RuntimeException {
  private final String key;

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

  /** The database's name for the key, which starts with its table's name. */
  public String key() {
    return key;
  }
}
