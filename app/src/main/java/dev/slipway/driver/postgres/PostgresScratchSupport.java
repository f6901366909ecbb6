package dev.slipway.driver.postgres;

import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Scratch databases of PostgreSQL. */
public class PostgresScratchSupport implements ScratchSupport, ScratchServer {
  /** The first half of PostgreSQL's two-part advisory lock keys. */
  private static final int LOCK_CLASS = 1_936_484_464;

  private static final String OBJECTS =
      """
      SELECT i.type, o.name, i.identity FROM (
        SELECT 'pg_class'::regclass AS c, oid, relname::text AS name FROM pg_class
          WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
        UNION ALL SELECT 'pg_proc'::regclass, oid, proname FROM pg_proc
        UNION ALL SELECT 'pg_type'::regclass, oid, typname FROM pg_type
        UNION ALL SELECT 'pg_collation'::regclass, oid, collname FROM pg_collation
        UNION ALL SELECT 'pg_conversion'::regclass, oid, conname FROM pg_conversion
        UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgname FROM pg_ts_config
        UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictname FROM pg_ts_dict
        UNION ALL SELECT 'pg_ts_parser'::regclass, oid, prsname FROM pg_ts_parser
        UNION ALL SELECT 'pg_ts_template'::regclass, oid, tmplname FROM pg_ts_template
        UNION ALL SELECT 'pg_language'::regclass, oid, lanname FROM pg_language
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid, fdwname
          FROM pg_foreign_data_wrapper
        UNION ALL SELECT 'pg_foreign_server'::regclass, oid, srvname FROM pg_foreign_server
        UNION ALL SELECT 'pg_event_trigger'::regclass, oid, evtname FROM pg_event_trigger
        UNION ALL SELECT 'pg_publication'::regclass, oid, pubname FROM pg_publication
        UNION ALL SELECT 'pg_am'::regclass, oid, amname FROM pg_am
        UNION ALL SELECT 'pg_extension'::regclass, oid, extname FROM pg_extension
        UNION ALL SELECT 'pg_namespace'::regclass, oid, nspname FROM pg_namespace
          WHERE nspname NOT LIKE 'pg\\_%'
      ) o CROSS JOIN LATERAL pg_identify_object(o.c, o.oid, 0) i
      WHERE o.oid >= 16384 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = o.c
        AND d.objid = o.oid AND d.objsubid = 0 AND d.deptype IN ('e', 'i', 'a', 'P', 'S'))
      ORDER BY o.name""";

  /** A copy of a server has its identifier, but was not started in the same microsecond. */
  @Override
  public String identityQuery() {
    return "SELECT extract(epoch FROM pg_postmaster_start_time())::text";
  }

  /** With the settings by which the server reads and writes dates. */
  @Override
  public List<String> createDatabase(Connection connection, String name) throws SQLException {
    List<String> statements = new ArrayList<>(List.of("CREATE DATABASE " + name));
    statements.addAll(
        SqlQueries.strings(
            connection,
            "SELECT format('ALTER DATABASE "
                + name
                + " SET %I = %L', name, setting) FROM pg_catalog.pg_settings"
                + " WHERE name IN ('DateStyle', 'IntervalStyle', 'TimeZone')"));
    return statements;
  }

  @Override
  public String dropDatabase(String name) {
    return "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)";
  }

  /** The schemas of the search path, which exist in the database that the DSN names. */
  @Override
  public List<String> prepare(Connection connection) throws SQLException {
    return SearchPath.names(SqlQueries.string(connection, "SHOW search_path")).stream()
        .filter(schema -> !schema.isEmpty() && !schema.equals("$user"))
        .map(schema -> "CREATE SCHEMA IF NOT EXISTS " + SqlQuoting.identifier(schema))
        .toList();
  }

  @Override
  public boolean lock(Connection connection, String name) throws SQLException {
    return SqlQueries.string(
            connection, "SELECT pg_try_advisory_lock(" + LOCK_CLASS + ", " + name.hashCode() + ")")
        .startsWith("t");
  }

  /** Advisory locks belong to one database. */
  @Override
  public boolean lockCurrent(Connection connection) throws SQLException {
    return lock(connection, PREFIX);
  }

  @Override
  public List<String> abandoned(Connection connection) throws SQLException {
    return SqlQueries.strings(
            connection,
            """
            SELECT datname FROM pg_database
            WHERE datname ~ '^%s$' AND pg_has_role(datdba, 'USAGE')"""
                .formatted(NAME_PATTERN))
        .stream()
        .filter(name -> isFree(connection, name))
        .toList();
  }

  private static boolean isFree(Connection connection, String name) {
    try {
      return SqlQueries.strings(
              connection,
              """
              SELECT pid::text FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
                AND classid::bigint = %d AND objid::bigint = %d"""
                  .formatted(LOCK_CLASS, name.hashCode() & 0xFFFFFFFFL))
          .isEmpty();
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public String objectsQuery() {
    return OBJECTS;
  }

  @Override
  public String dropObject(String type, String identity) {
    String keyword =
        type.equals("foreign-data wrapper")
            ? "FOREIGN DATA WRAPPER"
            : type.toUpperCase(Locale.ROOT);
    return "DROP " + keyword + " IF EXISTS " + identity + " CASCADE";
  }
}
