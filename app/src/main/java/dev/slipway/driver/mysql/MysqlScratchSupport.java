package dev.slipway.driver.mysql;

import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** Scratch databases of MySQL. */
final class MysqlScratchSupport implements ScratchSupport, ScratchServer {
  private static final String OBJECTS =
      """
      SELECT IF(table_type = 'VIEW', 'view', 'table'), table_name, table_name
      FROM information_schema.tables WHERE table_schema = DATABASE()
      UNION ALL SELECT lower(routine_type), routine_name, routine_name
      FROM information_schema.routines WHERE routine_schema = DATABASE()
      UNION ALL SELECT 'event', event_name, event_name
      FROM information_schema.events WHERE event_schema = DATABASE()
      ORDER BY 2""";

  /** Encryption needs a privilege where it is not the server's default. */
  private static final String OPTIONS =
      """
      SELECT CONCAT(' CHARACTER SET ', default_character_set_name, ' COLLATE ',
        default_collation_name, IF((default_encryption = 'YES') = @@default_table_encryption, '',
          CONCAT(' ENCRYPTION ', QUOTE(LEFT(default_encryption, 1)))))
      FROM information_schema.schemata WHERE schema_name = DATABASE()""";

  @Override
  public String identityQuery() {
    return "SELECT CONCAT_WS(' ', @@server_uuid, @@hostname, @@port, @@datadir)";
  }

  @Override
  public List<String> createDatabase(Connection connection, String name) throws SQLException {
    return List.of("CREATE DATABASE " + name + SqlQueries.first(connection, OPTIONS).orElse(""));
  }

  @Override
  public List<String> settingsSql(Connection live) throws SQLException {
    return SqlQueries.first(live, OPTIONS).map(options -> "ALTER DATABASE" + options).stream()
        .toList();
  }

  @Override
  public String dropDatabase(String name) {
    return "DROP DATABASE IF EXISTS " + name;
  }

  @Override
  public boolean lock(Connection connection, String name) throws SQLException {
    return SqlQueries.string(connection, "SELECT GET_LOCK('" + name + "', 0)").equals("1");
  }

  /** Named locks belong to the server, so the lock contains the database's name. */
  @Override
  public boolean lockCurrent(Connection connection) throws SQLException {
    return lock(
        connection,
        SqlQueries.string(
            connection, "SELECT CONCAT('" + PREFIX + "', LEFT(SHA2(DATABASE(), 256), 40))"));
  }

  @Override
  public List<String> abandoned(Connection connection) throws SQLException {
    return SqlQueries.strings(
        connection,
        """
        SELECT schema_name FROM information_schema.schemata
        WHERE schema_name REGEXP '^%s$' AND IS_FREE_LOCK(schema_name) = 1"""
            .formatted(NAME_PATTERN));
  }

  @Override
  public String objectsQuery() {
    return OBJECTS;
  }

  @Override
  public String beforeDrop() {
    return "SET SESSION foreign_key_checks = 0";
  }

  @Override
  public String dropObject(String type, String identity) {
    return "DROP " + type.toUpperCase(Locale.ROOT) + " IF EXISTS " + MysqlQuoting.name(identity);
  }
}
