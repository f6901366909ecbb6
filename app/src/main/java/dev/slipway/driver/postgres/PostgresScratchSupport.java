package dev.slipway.driver.postgres;

import dev.slipway.driver.ScratchServer;
import dev.slipway.driver.ScratchSupport;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.sql.SqlFile;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

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

  /** Settings that change what a statement creates, and those by which the server reads dates. */
  private static final String SETTINGS =
      """
       FROM pg_catalog.pg_settings
      WHERE name IN ('DateStyle', 'IntervalStyle', 'TimeZone') OR source LIKE 'database%'
        AND name IN ('default_table_access_method', 'default_tablespace',
          'default_toast_compression', 'default_text_search_config', 'xmloption',
          'standard_conforming_strings', 'lc_monetary')""";

  private static final String EXTENSIONS =
      """
      SELECT e.extname, n.nspname, quote_ident(e.extname) FROM pg_catalog.pg_extension e
      JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname <> 'plpgsql' ORDER BY e.oid""";

  /** A copy of a server has its identifier, but was not started in the same microsecond. */
  @Override
  public String identityQuery() {
    return "SELECT extract(epoch FROM pg_postmaster_start_time())::text";
  }

  /**
   * From template0, which no session blocks and to which no site adds objects, with the encoding
   * and the locale of the live database, and with its settings that change what statements create.
   */
  @Override
  public List<String> createDatabase(Connection connection, String name) throws SQLException {
    List<String> statements =
        new ArrayList<>(
            List.of("CREATE DATABASE " + name + " TEMPLATE template0" + locale(connection)));
    statements.addAll(
        SqlQueries.strings(
            connection,
            "SELECT format('ALTER DATABASE " + name + " SET %I = %L', name, setting)" + SETTINGS));
    SqlQueries.first(
            connection,
            "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'search_path'"
                + " AND source LIKE 'database%'")
        .ifPresent(
            path ->
                statements.add(
                    "ALTER DATABASE "
                        + name
                        + " SET search_path = "
                        + SearchPath.sql(SearchPath.names(path))));
    return statements;
  }

  private static String locale(Connection connection) throws SQLException {
    // Before version 15, each database has the provider libc.
    return SqlQueries.string(
        connection,
        """
        SELECT format(' ENCODING %L LC_COLLATE %L LC_CTYPE %L',
            pg_encoding_to_char((d ->> 'encoding')::int), d ->> 'datcollate', d ->> 'datctype')
          || CASE d ->> 'datlocprovider'
            WHEN 'i' THEN format(' LOCALE_PROVIDER icu ICU_LOCALE %L',
              coalesce(d ->> 'datlocale', d ->> 'daticulocale'))
            WHEN 'b' THEN format(' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', d ->> 'datlocale')
            WHEN 'c' THEN ' LOCALE_PROVIDER libc' ELSE '' END
          || CASE WHEN d ->> 'daticurules' IS NULL THEN ''
            ELSE format(' ICU_RULES %L', d ->> 'daticurules') END
        FROM (SELECT to_jsonb(p) FROM pg_catalog.pg_database p
          WHERE p.datname = current_database()) x (d)""");
  }

  @Override
  public String dropDatabase(String name) {
    return "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)";
  }

  /**
   * The schemas of the search path, which exist in the database that the DSN names, and the
   * extensions with their schemas. Every new database has the schema {@code public}.
   */
  @Override
  public List<ProvidedObject> provided(Connection live, Connection scratch, List<SqlFile> files)
      throws SQLException {
    List<ProvidedObject> objects = new ArrayList<>();
    for (String schema : SearchPath.names(SqlQueries.string(scratch, "SHOW search_path"))) {
      if (!schema.isEmpty() && !schema.equals("$user") && !schema.equals("public")) {
        objects.add(schema(schema, false));
      }
    }
    objects.addAll(extensions(live, files));
    return objects;
  }

  /** The extensions of the live database that no file creates. CockroachDB has none. */
  protected List<ProvidedObject> extensions(Connection live, List<SqlFile> files)
      throws SQLException {
    List<ProvidedObject> objects = new ArrayList<>();
    try (Statement statement = live.createStatement();
        ResultSet row = statement.executeQuery(EXTENSIONS)) {
      while (row.next()) {
        String name = row.getString(1);
        String schema = row.getString(2);
        if (creates(files, "EXTENSION", name) || creates(files, "SCHEMA", schema)) {
          continue;
        }
        if (!schema.startsWith("pg_") && !schema.equals("public")) {
          objects.add(schema(schema, true));
        }
        objects.add(
            new ProvidedObject(
                "extension " + row.getString(3),
                "CREATE EXTENSION IF NOT EXISTS "
                    + SqlQuoting.identifier(name)
                    + " SCHEMA "
                    + SqlQuoting.identifier(schema)
                    + " CASCADE",
                true));
      }
    }
    return objects;
  }

  private static ProvidedObject schema(String name, boolean outside) {
    return new ProvidedObject(
        "schema " + name, "CREATE SCHEMA IF NOT EXISTS " + SqlQuoting.identifier(name), outside);
  }

  private static boolean creates(List<SqlFile> files, String kind, String name) {
    Pattern pattern =
        Pattern.compile(
            "\\bCREATE\\s+"
                + kind
                + "\\s+(IF\\s+NOT\\s+EXISTS\\s+)?\"?"
                + Pattern.quote(name)
                + "(?![\\w$])",
            Pattern.CASE_INSENSITIVE);
    return files.stream().anyMatch(file -> pattern.matcher(file.script().text()).find());
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
