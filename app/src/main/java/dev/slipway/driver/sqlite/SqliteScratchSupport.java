package dev.slipway.driver.sqlite;

import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

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
  public boolean isFile() {
    return true;
  }

  @Override
  public Optional<String> serverIdentityQuery() {
    return Optional.empty();
  }

  @Override
  public String createDatabase(Connection connection, String name) {
    throw new UnsupportedOperationException("SQLite has no server");
  }

  @Override
  public String dropDatabase(String name) {
    throw new UnsupportedOperationException("SQLite has no server");
  }

  @Override
  public boolean lock(Connection connection, String name) {
    return true;
  }

  @Override
  public boolean lockCurrent(Connection connection) {
    return true;
  }

  @Override
  public List<String> abandoned(Connection connection) {
    return List.of();
  }

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
