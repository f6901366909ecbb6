package dev.slipway.driver.sqlite;

import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SqlQuoting;
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
}
