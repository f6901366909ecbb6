package dev.slipway.driver.mysql;

import dev.slipway.driver.HistorySql;
import dev.slipway.driver.ServerInfo;
import dev.slipway.error.SlipwayException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The history table on MySQL, where a schema is a database. */
final class MysqlHistorySql implements HistorySql {
  @Override
  public String serverQuery(String table, Optional<String> schema) {
    return """
          SELECT DATABASE() AS schema_name, DATABASE() AS current, '' AS database_name, '' AS path, TRUE AS usable,
            SUBSTRING_INDEX(USER(), '@', 1) AS user_name,
            VERSION() AS version, CONNECTION_ID() AS session, @@max_allowed_packet AS packet,
            @@sql_mode AS sql_mode, @@sql_mode AS quoting, @@time_zone AS time_zone,
            @@foreign_key_checks AS foreign_key_checks, @@unique_checks AS unique_checks,
            @@sql_notes AS sql_notes, @@character_set_client AS character_set_client,
            @@character_set_results AS character_set_results,
            @@collation_connection AS collation_connection,
            EXISTS (SELECT 1 FROM information_schema.tables
              WHERE table_schema = DATABASE() AND table_name = %s) AS present"""
        .formatted(MysqlQuoting.literal(table));
  }

  /** Restores the session's own values, in one statement. */
  @Override
  public String resetSql(ResultSet row) throws SQLException {
    StringBuilder set = new StringBuilder("SET autocommit = 1");
    for (String name :
        List.of(
            "sql_mode",
            "time_zone",
            "foreign_key_checks",
            "unique_checks",
            "sql_notes",
            "character_set_client",
            "character_set_results",
            "collation_connection")) {
      String value = row.getString(name);
      set.append(", ")
          .append(name)
          .append(" = ")
          .append(value == null ? "NULL" : value.matches("\\d") ? value : "'" + value + "'");
    }
    return set.toString();
  }

  @Override
  public void requireServer(String version) {
    for (String other : List.of("CockroachDB", "MariaDB")) {
      if (version.contains(other)) {
        throw SlipwayException.usageError("the DSN is for mysql, but the server is " + other)
            .hint(
                other.equals("MariaDB")
                    ? "Slipway runs on MySQL itself, not on MariaDB: their locks and DDL differ"
                    : "write the DSN with cockroach://");
      }
    }
  }

  @Override
  public SlipwayException schemaMissing(Optional<String> schema) {
    return SlipwayException.usageError("the DSN names no database")
        .hint("write mysql://user:password@tcp(host:3306)/DATABASE, or --schema DATABASE");
  }

  @Override
  public String qualify(ServerInfo server, String table) {
    return MysqlQuoting.name(server.schema()) + "." + MysqlQuoting.name(table);
  }

  @Override
  public List<String> createTable(String qualified, String table) {
    return List.of(
        "CREATE TABLE "
            + qualified
            + COLUMNS.formatted(
                "",
                "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
                "BOOL",
                ", CONSTRAINT "
                    + MysqlQuoting.name(table + "_pk")
                    + " PRIMARY KEY (installed_rank), KEY "
                    + MysqlQuoting.name(table + "_s_idx")
                    + " (success)"));
  }

  @Override
  public String epochMilliseconds(String column) {
    return "CAST(UNIX_TIMESTAMP(" + column + ") * 1000 AS SIGNED)";
  }

  @Override
  public String now() {
    return "CURRENT_TIMESTAMP";
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
