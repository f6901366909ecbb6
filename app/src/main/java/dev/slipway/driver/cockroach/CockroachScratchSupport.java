package dev.slipway.driver.cockroach;

import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.postgres.PostgresScratchSupport;
import dev.slipway.sql.SqlFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Scratch databases of CockroachDB, which has no advisory locks: the name contains the age. */
final class CockroachScratchSupport extends PostgresScratchSupport {
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);
  private static final String SCHEMA =
      """
      n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'crdb_internal')""";

  private static final String OBJECTS =
      """
      SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
          WHEN 'S' THEN 'sequence' ELSE 'table' END, c.relname,
        quote_ident(n.nspname) || '.' || quote_ident(c.relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'v', 'm', 'S') AND %1$s
      UNION ALL SELECT 'type', t.typname, quote_ident(n.nspname) || '.' || quote_ident(t.typname)
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
      WHERE t.typtype = 'e' AND %1$s
      UNION ALL SELECT 'function', p.proname,
        quote_ident(n.nspname) || '.' || quote_ident(p.proname)
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE %1$s
      UNION ALL SELECT 'schema', n.nspname, quote_ident(n.nspname)
      FROM pg_namespace n WHERE n.nspname <> 'public' AND %1$s
      ORDER BY 2"""
          .formatted(SCHEMA);

  @Override
  public List<String> createDatabase(Connection connection, String name) {
    return List.of("CREATE DATABASE " + name);
  }

  @Override
  protected List<ProvidedObject> extensions(Connection live, List<SqlFile> files) {
    return List.of();
  }

  @Override
  public String identityQuery() {
    return "SELECT crdb_internal.cluster_id()::text";
  }

  @Override
  public String dropDatabase(String name) {
    return "DROP DATABASE IF EXISTS " + name;
  }

  @Override
  public boolean lock(Connection connection, String name) {
    return true;
  }

  @Override
  public List<String> abandoned(Connection connection) throws SQLException {
    return SqlQueries.strings(connection, "SELECT datname FROM pg_database").stream()
        .filter(name -> name.matches(NAME_PATTERN) && age(name).compareTo(ABANDONED_AFTER) > 0)
        .toList();
  }

  private static Duration age(String name) {
    String seconds = name.substring(PREFIX.length(), PREFIX.length() + 8);
    return Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds, 16)), Instant.now());
  }

  @Override
  public String objectsQuery() {
    return OBJECTS;
  }
}
