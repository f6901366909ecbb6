package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/** Reads the schema of a database: every object and property that the native dump shows. */
public interface SchemaReader {
  /**
   * Reads all objects of the connection's database at one moment.
   *
   * @param connection a connection without a transaction; it has its settings again afterwards
   * @param excluded tables of the connection's schema that are left out with all that belongs to
   *     them: the history, and the mark of a scratch database. The owner of the first that exists
   *     is {@link SchemaObject#MIGRATOR}; without any, that is the login
   */
  SchemaContents read(Connection connection, Set<String> excluded) throws SQLException;
}
