package dev.slipway.driver.sqlite;

import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** Scratch databases of SQLite, which are files. */
final class SqliteScratchSupport implements ScratchSupport {
  private static final String OBJECTS =
      """
      SELECT type, name, name FROM main.sqlite_master m
      WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND NOT EXISTS (SELECT 1 FROM pragma_table_list l
          WHERE l.schema = 'main' AND l.name = m.name AND l.type = 'shadow')
      ORDER BY 2""";

  @Override
  public String objectsQuery() {
    return OBJECTS;
  }

  @Override
  public String beforeDrop() {
    return "PRAGMA foreign_keys = OFF";
  }

  @Override
  public String dropObject(String type, String identity) {
    return "DROP "
        + type.toUpperCase(Locale.ROOT)
        + " IF EXISTS "
        + SqlQuoting.identifier(identity);
  }

  /**
   * Only an empty file takes another encoding, and keeps it with its first table; a file that was
   * written takes the others with VACUUM.
   */
  @Override
  public List<String> settingsSql(Connection live) throws SQLException {
    return List.of(
        "PRAGMA encoding = '" + SqlQueries.string(live, "PRAGMA encoding") + "'",
        "PRAGMA page_size = " + SqlQueries.string(live, "PRAGMA page_size"),
        "PRAGMA auto_vacuum = " + SqlQueries.string(live, "PRAGMA auto_vacuum"),
        "CREATE TABLE slipway_first (a)",
        "DROP TABLE slipway_first",
        "VACUUM");
  }
}
