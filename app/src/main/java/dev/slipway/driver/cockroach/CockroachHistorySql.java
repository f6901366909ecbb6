package dev.slipway.driver.cockroach;

import static dev.slipway.driver.SqlQuoting.identifier;

import dev.slipway.driver.HistorySql;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.driver.postgres.PostgresHistorySql;
import dev.slipway.error.SlipwayException;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/** The history table on CockroachDB. */
final class CockroachHistorySql extends PostgresHistorySql {
  @Override
  public String serverQuery(String table, Optional<String> schema) {
    return """
          SELECT s.name AS schema_name, current_schema() AS current,
            current_database() AS database_name,
            current_user AS user_name, current_setting('search_path') AS path,
            version() AS version, 0 AS session, 1000000000 AS packet,
            current_setting('standard_conforming_strings') AS quoting,
            has_schema_privilege(s.name, 'USAGE') AS usable,
            EXISTS (SELECT 1 FROM information_schema.tables
              WHERE table_schema = s.name AND table_name = %s) AS present
          FROM (SELECT %s AS name) s"""
        .formatted(SqlQuoting.literal(table), schemaName(schema));
  }

  @Override
  public String resetSql(ResultSet row) {
    // The lock is a row, so nothing of the session has to stay.
    return "DISCARD ALL";
  }

  @Override
  public void requireServer(String version) {
    if (!version.contains("CockroachDB")) {
      throw SlipwayException.usageError("the DSN is for cockroach, but the server is PostgreSQL")
          .hint("write the DSN with postgres://");
    }
  }

  /** SET database in a file must not lead to another database's table. */
  @Override
  public String qualify(ServerInfo server, String table) {
    return identifier(server.database()) + "." + super.qualify(server, table);
  }

  @Override
  public List<String> createTable(String qualified, String table) {
    return List.of(
        "CREATE TABLE IF NOT EXISTS "
            + qualified
            + COLUMNS.formatted(" PRIMARY KEY", "TIMESTAMP NOT NULL DEFAULT now()", "BOOLEAN", ""),
        "CREATE INDEX IF NOT EXISTS "
            + identifier(table + "_s_idx")
            + " ON "
            + qualified
            + " (success)");
  }

  @Override
  public List<String> inTransaction(List<String> statements) {
    return statements;
  }

  @Override
  public String tablesQuery(String schema, List<String> names) {
    return """
          SELECT table_name FROM information_schema.tables
          WHERE table_schema = %s AND table_type = 'BASE TABLE'
          %sORDER BY table_name LIMIT 1000"""
        .formatted(schema, HistorySql.nameIn("table_name", names));
  }
}
