package dev.slipway.migrate;

import dev.slipway.config.Settings;
import dev.slipway.db.Dialect;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Asks a schema, again and again, whether a server of this binary can work on it. The names of the
 * files are read once. Thread-safe: it holds nothing that changes.
 */
public final class SchemaCheck {
  private final MigrationFiles files;
  private final Dialect dialect;
  private final String table;

  /**
   * Reads the names of the files.
   *
   * @throws dev.slipway.fault.Fault (usage) if they cannot be read or fit no pattern
   */
  public SchemaCheck(Settings.Migrate settings, Dialect dialect) {
    this.files = MigrationFiles.load(settings.paths(), dialect);
    this.dialect = dialect;
    this.table = settings.table();
  }

  /** Two statements on any connection of the database. */
  public SchemaState state(Connection connection) throws SQLException {
    History history = History.open(connection, dialect, table);
    return Reconciliation.of(files, history.read(), _ -> false).schemaState();
  }
}
