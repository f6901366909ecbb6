package dev.slipway.driver;

import dev.slipway.error.SlipwayException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The SQL of one database for Flyway's history table, and for what a migrator has to know of the
 * server before it uses the table.
 */
public interface HistorySql {
  /** The rank of the row by which plain Flyway locks a CockroachDB. */
  int LOCK_RANK = -100;

  /** The columns of the table: their types and constraints are parameters of a format. */
  String COLUMNS =
      """
         (
          installed_rank INT NOT NULL%s,
          version VARCHAR(50),
          description VARCHAR(200) NOT NULL,
          type VARCHAR(20) NOT NULL,
          script VARCHAR(1000) NOT NULL,
          checksum INT,
          installed_by VARCHAR(100) NOT NULL,
          installed_on %s,
          execution_time INT NOT NULL,
          success %s NOT NULL%s
        )""";

  /**
   * A query for one row that describes the connection: schema_name (NULL where the schema does not
   * exist), current, database_name, user_name, path, version, session, packet, quoting, usable, and
   * present (whether the table exists).
   *
   * @param table the history table without its schema
   * @param schema the schema of the history; empty for the current one
   */
  String serverQuery(String table, Optional<String> schema);

  /** SQL that restores the session's settings, from the row of {@link #serverQuery}. */
  String resetSql(ResultSet row) throws SQLException;

  /**
   * Rejects a server of another kind.
   *
   * @param version the server's description of itself
   * @throws SlipwayException (usage) naming the DSN scheme to use
   */
  void requireServer(String version);

  /** The error for a schema that does not exist; empty for a connection without a schema. */
  SlipwayException schemaMissing(Optional<String> schema);

  /** The history table with its schema, as SQL. */
  String qualify(ServerInfo server, String table);

  /**
   * Statements that create the table as Flyway creates it.
   *
   * @param qualified the table from {@link #qualify}
   * @param table the table without its schema
   */
  List<String> createTable(String qualified, String table);

  /** The statements in one transaction, where creating a table can be part of one. */
  default List<String> inTransaction(List<String> statements) {
    return statements;
  }

  /** An expression for the current time of the server's clock. */
  String now();

  /** An expression for the milliseconds since 1970 of a time that {@link #now} wrote. */
  String epochMilliseconds(String column);

  /** A Boolean literal. */
  default String bool(boolean value) {
    return value ? "TRUE" : "FALSE";
  }

  /**
   * A query for the tables of a schema that no extension owns, at most a thousand.
   *
   * @param schema the schema as an SQL literal
   * @param names only the tables with these names, in lower case; all tables if empty
   */
  String tablesQuery(String schema, List<String> names);

  /** The condition of {@link #tablesQuery} on a column with the name of the table; may be empty. */
  static String nameIn(String column, List<String> names) {
    return names.isEmpty()
        ? ""
        : names.stream()
            .map(SqlQuoting::literal)
            .collect(Collectors.joining(", ", "AND lower(" + column + ") IN (", ") "));
  }

  /**
   * A query for the columns of tables: table name and column name.
   *
   * @param schema the schema as an SQL literal
   * @param tables the names, each as an SQL literal
   */
  default String columnsQuery(String schema, List<String> tables) {
    return """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = %s AND table_name IN (%s)"""
        .formatted(schema, String.join(", ", tables));
  }
}
