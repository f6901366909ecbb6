package dev.slipway.driver.postgres;

import static dev.slipway.driver.SqlQuoting.identifier;

import dev.slipway.driver.HistorySql;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.error.SlipwayException;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/** The history table on PostgreSQL. */
public class PostgresHistorySql implements HistorySql {
  /**
   * Removes what a migration may have left in the session, as DISCARD ALL does, which would also
   * release the migration lock and cannot be part of a transaction. Constraints come first: the
   * server does not drop a temporary table whose triggers are pending.
   */
  private static final String RESET =
      "RESET SESSION AUTHORIZATION;RESET ROLE;RESET ALL;SET CONSTRAINTS ALL IMMEDIATE;"
          + "CLOSE ALL;DISCARD TEMP;DISCARD SEQUENCES;UNLISTEN *";

  @Override
  public String serverQuery(String table, Optional<String> schema) {
    return """
          SELECT s.name AS schema_name, current_schema() AS current,
            '' AS database_name, current_user AS user_name,
            current_setting('search_path') AS path, version() AS version,
            pg_backend_pid() AS session, 1000000000 AS packet,
            current_setting('standard_conforming_strings') AS quoting,
            has_schema_privilege(s.name, 'USAGE') AS usable,
            EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = s.name AND c.relname = %s) AS present
          FROM (SELECT %s AS name) s"""
        .formatted(SqlQuoting.literal(table), schemaName(schema));
  }

  /** An expression for the name of a schema; NULL if it does not exist. */
  protected static String schemaName(Optional<String> schema) {
    return schema
        .map(
            name ->
                "(SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname = "
                    + SqlQuoting.literal(name)
                    + ")")
        .orElse("current_schema()");
  }

  @Override
  public String resetSql(ResultSet row) {
    return RESET;
  }

  @Override
  public void requireServer(String version) {
    if (version.contains("CockroachDB")) {
      throw SlipwayException.usageError("the DSN is for postgres, but the server is CockroachDB")
          .hint("write the DSN with cockroach://");
    }
  }

  @Override
  public SlipwayException schemaMissing(Optional<String> schema) {
    if (schema.isEmpty()) {
      return SlipwayException.usageError("the search path names no schema that exists")
          .hint(
              "create the schema first, or name another one with --schema or with search_path"
                  + " in the DSN");
    }
    return SlipwayException.usageError("the schema `" + schema.get() + "` does not exist")
        .hint(
            schema.get().startsWith("pg_")
                ? "the server reserves names that begin with pg_; correct --schema, or search_path"
                    + " in the DSN"
                : "create it first (CREATE SCHEMA "
                    + identifier(schema.get())
                    + "), or correct --schema, or search_path in the DSN");
  }

  @Override
  public String qualify(ServerInfo server, String table) {
    return identifier(server.schema()) + "." + identifier(table);
  }

  @Override
  public List<String> createTable(String qualified, String table) {
    return List.of(
        "CREATE TABLE "
            + qualified
            + COLUMNS.formatted(
                "",
                "TIMESTAMP NOT NULL DEFAULT now()",
                "BOOLEAN",
                ", CONSTRAINT " + identifier(table + "_pk") + " PRIMARY KEY (installed_rank)"),
        "CREATE INDEX " + identifier(table + "_s_idx") + " ON " + qualified + " (success)");
  }

  @Override
  public List<String> inTransaction(List<String> statements) {
    return List.of("BEGIN;" + String.join(";", statements) + ";COMMIT");
  }

  @Override
  public String epochMilliseconds(String column) {
    return "CAST(extract(epoch FROM CAST(" + column + " AS timestamptz)) * 1000 AS bigint)";
  }

  @Override
  public String now() {
    return "clock_timestamp()";
  }

  @Override
  public String tablesQuery(String schema, List<String> names) {
    return """
          SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = %s AND c.relkind IN ('r', 'p') AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
              AND d.objid = c.oid AND d.deptype = 'e')
          %sORDER BY c.relname LIMIT 1000"""
        .formatted(schema, HistorySql.nameIn("c.relname", names));
  }
}
