package dev.slipway.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/**
 * Reads the rows of a database as SQL that inserts exactly these values: between the two {@link
 * DumpSections} of the same database, in any session.
 */
public interface DataDumper {
  /**
   * All rows, and the values of sequences and the like.
   *
   * @param connection a connection without a transaction; it has its settings again afterwards
   * @param excluded tables that are left out
   */
  DataContents read(Connection connection, Set<String> excluded) throws SQLException;
}
