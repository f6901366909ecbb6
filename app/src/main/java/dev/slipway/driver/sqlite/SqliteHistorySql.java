package dev.slipway.driver.sqlite;

import dev.slipway.driver.HistorySql;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.SqlQuoting;
import dev.slipway.error.SlipwayException;
import java.sql.ResultSet;
import java.util.List;
import java.util.Optional;

/** The history table on SQLite, which has one schema for each file. */
final class SqliteHistorySql implements HistorySql {
  @Override
  public String serverQuery(String table, Optional<String> schema) {
    return """
          SELECT 'main' AS schema_name, 'main' AS current, '' AS database_name, '' AS path, 1 AS usable,
            '' AS user_name, sqlite_version() AS version,
            0 AS session, 1000000000 AS packet, '' AS quoting,
            EXISTS (SELECT 1 FROM main.sqlite_master
              WHERE type = 'table' AND name = %s) AS present"""
        .formatted(SqlQuoting.literal(table));
  }

  @Override
  public String resetSql(ResultSet row) {
    return "PRAGMA foreign_keys = OFF";
  }

  @Override
  public void requireServer(String version) {
    // The library is part of Slipway.
  }

  @Override
  public SlipwayException schemaMissing(Optional<String> schema) {
    throw new IllegalStateException("SQLite always has the schema main");
  }

  @Override
  public String qualify(ServerInfo server, String table) {
    return SqlQuoting.identifier(server.schema()) + "." + SqlQuoting.identifier(table);
  }

  @Override
  public List<String> createTable(String qualified, String table) {
    return List.of(
        "CREATE TABLE "
            + qualified
            + COLUMNS.formatted(
                " PRIMARY KEY",
                "TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now'))",
                "BOOLEAN",
                ""),
        "CREATE INDEX main."
            + SqlQuoting.identifier(table + "_s_idx")
            + " ON "
            + SqlQuoting.identifier(table)
            + " (success)");
  }

  @Override
  public List<String> inTransaction(List<String> statements) {
    return List.of("BEGIN IMMEDIATE;" + String.join(";", statements) + ";COMMIT");
  }

  @Override
  public String epochMilliseconds(String column) {
    return "CAST(round((julianday(" + column + ") - 2440587.5) * 86400000) AS INTEGER)";
  }

  @Override
  public String now() {
    return "strftime('%Y-%m-%d %H:%M:%f','now')";
  }

  @Override
  public String bool(boolean value) {
    return value ? "1" : "0";
  }

  @Override
  public String tablesQuery(String schema, List<String> names) {
    return """
          SELECT name FROM main.sqlite_master
          WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'
          %sORDER BY name LIMIT 1000"""
        .formatted(HistorySql.nameIn("name", names));
  }

  @Override
  public String columnsQuery(String schema, List<String> tables) {
    return """
        SELECT m.name, c.name FROM main.sqlite_master m JOIN pragma_table_info(m.name, 'main') c
        WHERE m.type = 'table' AND m.name IN (%s)"""
        .formatted(String.join(", ", tables));
  }
}
