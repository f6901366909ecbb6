package dev.slipway.driver;

import dev.slipway.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Creates and drops scratch databases on a server, and finds those of runs that were killed. A
 * database without a server has files instead.
 */
public interface ScratchServer {
  /** The names of scratch databases start with this. */
  String PREFIX = "slipway_scratch_";

  /** A regular expression for the names of scratch databases. */
  String NAME_PATTERN = PREFIX + "[0-9a-f]{16}";

  /**
   * A query whose answer is the same for two connections to one server, and differs for any other
   * server.
   */
  String identityQuery();

  /** Statements that create a database like the current one. */
  List<String> createDatabase(Connection connection, String name) throws SQLException;

  /** SQL that drops a database, and ends its sessions where the server can. */
  String dropDatabase(String name);

  /**
   * An object that the live database has before its first migration.
   *
   * @param key its key, as in {@link SchemaObject#key}
   * @param sql creates it
   * @param outside whether it belongs to others, so that it is no part of the expected schema
   */
  record ProvidedObject(String key, String sql, boolean outside) {}

  /**
   * What a new database needs before the migrations run, in order: the schemas of the DSN's
   * sessions, and what the live database has and no file creates.
   *
   * @param live a connection to the live database
   * @param scratch a connection to the new database
   * @param files what will run there
   */
  default List<ProvidedObject> provided(Connection live, Connection scratch, List<SqlFile> files)
      throws SQLException {
    return List.of();
  }

  /**
   * Takes the lock of a scratch database, for as long as the connection lives.
   *
   * @return whether no other run holds it
   */
  boolean lock(Connection connection, String name) throws SQLException;

  /** Takes the lock of the connection's own database. */
  boolean lockCurrent(Connection connection) throws SQLException;

  /** The scratch databases of the server whose run has ended. */
  List<String> abandoned(Connection connection) throws SQLException;
}
