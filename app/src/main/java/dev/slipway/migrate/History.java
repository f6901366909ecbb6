package dev.slipway.migrate;

import dev.slipway.db.Cockroach;
import dev.slipway.db.Dialect;
import dev.slipway.db.Mysql;
import dev.slipway.db.Sqlite;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Flyway's history table, and the only place that names it: always with its schema. Builds the SQL
 * texts that messages carry, and reads the rows. Bound to one connection; not thread-safe.
 */
final class History {
  /** Rank and words of the row by which plain Flyway locks a CockroachDB. */
  static final int LOCK_RANK = -100;

  private static final String VALUES = " VALUES ";

  private final Connection connection;
  private final Dialect dialect;
  private final Server server;
  private final String table;
  private final String plainName;
  private boolean exists;

  private History(
      Connection connection, Dialect dialect, Server server, String plainName, boolean exists) {
    this.connection = connection;
    this.dialect = dialect;
    this.server = server;
    this.plainName = plainName;
    this.table =
        dialect instanceof Mysql
            ? "`" + server.schema().replace("`", "``") + "`.`" + plainName.replace("`", "``") + "`"
            : quote(server.schema()) + "." + quote(plainName);
    this.exists = exists;
  }

  /**
   * What the server says of this connection.
   *
   * @param schema where unqualified tables are made; MySQL's database
   * @param user whom the history names as having installed
   * @param version the server's words
   * @param session the number by which the server knows the connection; 0 where it has none
   * @param reset SQL that undoes what a migration has set for its session
   * @param packetMax the longest message the server takes, in bytes
   */
  record Server(
      String schema, String user, String version, long session, String reset, int packetMax) {}

  /** Asks the server, in one statement, where we are and whether there is a history. */
  static History open(Connection connection, Dialect dialect, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question(dialect, name))) {
      row.next();
      String schema = row.getString("schema_name");
      String version = row.getString("version");
      refuseOtherServer(dialect, version);
      if (schema == null) {
        throw Fault.usage(
                dialect instanceof Mysql
                    ? "the DSN names no database"
                    : "the search path names no schema that exists")
            .hint(
                dialect instanceof Mysql
                    ? "write mysql://user:password@tcp(host:3306)/DATABASE"
                    : "create the schema first, or correct search_path in the DSN");
      }
      String reset = dialect instanceof Mysql ? mysqlReset(row) : reset(dialect);
      Server server =
          new Server(
              schema,
              row.getString("user_name"),
              version,
              row.getLong("session"),
              reset,
              row.getInt("packet"));
      return new History(connection, dialect, server, name, row.getBoolean("present"));
    }
  }

  private static String question(Dialect dialect, String name) {
    String literal = "'" + name.replace("'", "''") + "'";
    return switch (dialect.kind()) {
      case POSTGRES ->
          """
          SELECT current_schema() AS schema_name, current_user AS user_name,
            version() AS version, pg_backend_pid() AS session, 1000000000 AS packet,
            EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = current_schema() AND c.relname = %s) AS present"""
              .formatted(literal);
      case COCKROACH ->
          """
          SELECT current_schema() AS schema_name, current_user AS user_name,
            version() AS version, 0 AS session, 16000000 AS packet,
            EXISTS (SELECT 1 FROM information_schema.tables
              WHERE table_schema = current_schema() AND table_name = %s) AS present"""
              .formatted(literal);
      case MYSQL ->
          """
          SELECT DATABASE() AS schema_name, SUBSTRING_INDEX(USER(), '@', 1) AS user_name,
            VERSION() AS version, CONNECTION_ID() AS session, @@max_allowed_packet AS packet,
            @@sql_mode AS sql_mode, @@time_zone AS time_zone,
            @@foreign_key_checks AS foreign_key_checks, @@unique_checks AS unique_checks,
            @@sql_notes AS sql_notes, @@character_set_client AS character_set_client,
            @@character_set_results AS character_set_results,
            @@collation_connection AS collation_connection,
            EXISTS (SELECT 1 FROM information_schema.tables
              WHERE table_schema = DATABASE() AND table_name = %s) AS present"""
              .formatted(literal);
      case SQLITE ->
          """
          SELECT 'main' AS schema_name, '' AS user_name, sqlite_version() AS version,
            0 AS session, 1000000000 AS packet,
            EXISTS (SELECT 1 FROM main.sqlite_master
              WHERE type = 'table' AND name = %s) AS present"""
              .formatted(literal);
    };
  }

  private static void refuseOtherServer(Dialect dialect, String version) {
    String found =
        version.contains("CockroachDB")
            ? "CockroachDB"
            : version.contains("MariaDB")
                ? "MariaDB"
                : dialect instanceof Cockroach ? "PostgreSQL" : null;
    boolean right =
        switch (dialect.kind()) {
          case COCKROACH -> "CockroachDB".equals(found);
          case POSTGRES, MYSQL, SQLITE -> found == null;
        };
    if (!right) {
      String scheme =
          switch (found) {
            case "CockroachDB" -> "write the DSN with cockroach://";
            case "PostgreSQL" -> "write the DSN with postgres://";
            default -> "Slipway runs on MySQL itself, not on MariaDB: their locks and DDL differ";
          };
      throw Fault.usage("the DSN is for " + dialect.name() + ", but the server is " + found)
          .hint(scheme);
    }
  }

  private static String reset(Dialect dialect) {
    return switch (dialect.kind()) {
      case POSTGRES -> "RESET ALL;RESET ROLE;RESET SESSION AUTHORIZATION";
      case COCKROACH -> "RESET ALL";
      case SQLITE -> "PRAGMA foreign_keys = OFF";
      case MYSQL -> throw new IllegalStateException("depends on the session");
    };
  }

  /** The session's own values, as one statement. */
  private static String mysqlReset(ResultSet row) throws SQLException {
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

  Server server() {
    return server;
  }

  boolean exists() {
    return exists;
  }

  /** The table as it is written in SQL. Flyway derives its locks from the same text. */
  String table() {
    return table;
  }

  /** All rows in the order of application; none where there is no table. */
  List<HistoryRow> read() throws SQLException {
    List<HistoryRow> rows = new ArrayList<>();
    if (!exists) {
      return rows;
    }
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(0);
      try (ResultSet row =
          statement.executeQuery(
              "SELECT installed_rank, version, description, type, script, checksum, success,"
                  + " execution_time FROM "
                  + table
                  + " ORDER BY installed_rank")) {
        while (row.next()) {
          int checksum = row.getInt(6);
          Optional<Integer> known = row.wasNull() ? Optional.empty() : Optional.of(checksum);
          if (row.getInt(1) != LOCK_RANK) {
            rows.add(
                new HistoryRow(
                    row.getInt(1),
                    version(row),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    known,
                    row.getBoolean(7),
                    row.getInt(8)));
          }
        }
      }
    }
    return rows;
  }

  private Optional<Version> version(ResultSet row) throws SQLException {
    String text = row.getString(2);
    try {
      return Optional.ofNullable(text).map(Version::of);
    } catch (IllegalArgumentException e) {
      throw Fault.of(
              ExitCode.MIGRATION,
              "the history table "
                  + table
                  + " holds `"
                  + text
                  + "` as the version of row "
                  + row.getInt(1)
                  + ", which is none")
          .cause(e);
    }
  }

  /** Looks again whether the table is there; another migrator may have made it. */
  void refresh() throws SQLException {
    if (!exists) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(question(dialect, plainName))) {
        row.next();
        exists = row.getBoolean("present");
      }
    }
  }

  /** Makes the table as Flyway makes it. */
  void create() throws SQLException {
    if (exists) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : together(creation())) {
        Sql.run(statement, dialect, sql);
      }
    }
    exists = true;
  }

  /** One transaction, where making a table can be part of one. */
  private List<String> together(List<String> statements) {
    return switch (dialect.kind()) {
      case POSTGRES -> List.of("BEGIN;" + String.join(";", statements) + ";COMMIT");
      case SQLITE -> List.of("BEGIN IMMEDIATE;" + String.join(";", statements) + ";COMMIT");
      case COCKROACH, MYSQL -> statements;
    };
  }

  private List<String> creation() {
    String index = plainName + "_s_idx";
    String columns =
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
    return switch (dialect.kind()) {
      case POSTGRES ->
          List.of(
              "CREATE TABLE "
                  + table
                  + columns.formatted(
                      "",
                      "TIMESTAMP NOT NULL DEFAULT now()",
                      "BOOLEAN",
                      ", CONSTRAINT " + quote(plainName + "_pk") + " PRIMARY KEY (installed_rank)"),
              "CREATE INDEX " + quote(index) + " ON " + table + " (success)");
      case COCKROACH ->
          List.of(
              "CREATE TABLE IF NOT EXISTS "
                  + table
                  + columns.formatted(
                      " PRIMARY KEY", "TIMESTAMP NOT NULL DEFAULT now()", "BOOLEAN", ""),
              "CREATE INDEX IF NOT EXISTS " + quote(index) + " ON " + table + " (success)");
      case MYSQL ->
          List.of(
              "CREATE TABLE "
                  + table
                  + columns.formatted(
                      "",
                      "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP",
                      "BOOL",
                      ", CONSTRAINT `"
                          + plainName
                          + "_pk` PRIMARY KEY (installed_rank),"
                          + " KEY `"
                          + index
                          + "` (success)"));
      case SQLITE ->
          List.of(
              "CREATE TABLE "
                  + table
                  + columns.formatted(
                      " PRIMARY KEY",
                      "TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now'))",
                      "BOOLEAN",
                      ""),
              "CREATE INDEX main." + quote(index) + " ON " + quote(plainName) + " (success)");
    };
  }

  /** SQL that records a migration which is complete; the duration is an SQL expression. */
  String insert(int rank, Step step, String milliseconds) {
    return insert(
        rank,
        step.file().version().map(Version::toString),
        step.file().description(),
        "SQL",
        step.file().script(),
        Optional.of(step.content().checksum()),
        milliseconds,
        true);
  }

  /** SQL that marks a migration outside a transaction as begun. */
  String mark(int rank, Step step) {
    return insert(
        rank,
        step.file().version().map(Version::toString),
        step.file().description(),
        "SQL",
        step.file().script(),
        Optional.of(step.content().checksum()),
        String.valueOf(new HistoryRow.Standstill(1, false, false).encoded()),
        false);
  }

  /** SQL for the row from which a schema that was there before counts as migrated. */
  String baseline(int rank, Version version) {
    return insert(
        rank,
        Optional.of(version.toString()),
        "<< Flyway Baseline >>",
        "BASELINE",
        "<< Flyway Baseline >>",
        Optional.empty(),
        "0",
        true);
  }

  /**
   * SQL that begins a history with files that another tool has applied, the table included: one
   * transaction where making a table can be part of one, otherwise all rows in one statement.
   */
  List<String> adoption(List<MigrationFile> files) {
    List<String> statements = new ArrayList<>(exists ? List.of() : creation());
    StringBuilder rows = new StringBuilder();
    int rank = 1;
    for (MigrationFile file : files) {
      String row =
          insert(
              rank,
              file.version().map(Version::toString),
              file.description(),
              "SQL",
              file.script(),
              Optional.of(file.read().checksum()),
              "0",
              true);
      rows.append(rank == 1 ? row : ", " + row.substring(row.indexOf(VALUES) + VALUES.length()));
      rank++;
    }
    // A history without a row would be none, so one that takes over nothing begins before all.
    statements.add(files.isEmpty() ? baseline(rank, Version.of("0")) : rows.toString());
    return together(statements);
  }

  private String insert(
      int rank,
      Optional<String> version,
      String description,
      String type,
      String script,
      Optional<Integer> checksum,
      String milliseconds,
      boolean success) {
    String name =
        script.length() <= 1000 ? script : "..." + script.substring(script.length() - 997);
    String words = description.isEmpty() ? "<< no description >>" : description;
    return "INSERT INTO "
        + table
        + " (installed_rank, version, description, type, script,"
        + " checksum, installed_by, installed_on, execution_time, success)"
        + VALUES
        + "("
        + rank
        + ", "
        + version.map(this::literal).orElse("NULL")
        + ", "
        + literal(words)
        + ", "
        + literal(type)
        + ", "
        + literal(name)
        + ", "
        + checksum.map(String::valueOf).orElse("NULL")
        + ", "
        + literal(server.user())
        + ", "
        + now()
        + ", "
        + milliseconds
        + ", "
        + truth(success)
        + ")";
  }

  /**
   * SQL that completes one migration and marks the next one as begun, in one statement of MySQL's.
   */
  String settleAndMark(int rank, Step step, String milliseconds, Step next) {
    String values = insert(rank, step, milliseconds);
    String marked = mark(rank + 1, next);
    return values
        + ", "
        + marked.substring(marked.indexOf(VALUES) + VALUES.length())
        + " ON DUPLICATE KEY UPDATE execution_time = VALUES(execution_time), "
        + "success = VALUES(success), installed_on = VALUES(installed_on)";
  }

  /** SQL that says how far an incomplete migration is. */
  String progress(int rank, HistoryRow.Standstill standstill) {
    return "UPDATE "
        + table
        + " SET execution_time = "
        + standstill.encoded()
        + ", success = "
        + truth(false)
        + " WHERE installed_rank = "
        + rank;
  }

  /** SQL that makes an incomplete migration complete; the duration is an SQL expression. */
  String settle(int rank, Step step, String milliseconds) {
    return "UPDATE "
        + table
        + " SET execution_time = "
        + milliseconds
        + ", success = "
        + truth(true)
        + ", checksum = "
        + step.content().checksum()
        + ", script = "
        + literal(step.file().script())
        + ", installed_on = "
        + now()
        + " WHERE installed_rank = "
        + rank;
  }

  /** SQL that marks a migration as being undone outside a transaction, by the script named. */
  String markUndone(int rank, String script) {
    return "UPDATE "
        + table
        + " SET success = "
        + truth(false)
        + ", execution_time = "
        + new HistoryRow.Standstill(1, false, false).encoded()
        + ", script = "
        + literal(script)
        + " WHERE installed_rank = "
        + rank;
  }

  /** SQL expression for the moment at which a migration's row was written. */
  String installedOn(int rank) {
    return "(SELECT installed_on FROM " + table + " WHERE installed_rank = " + rank + ")";
  }

  /** The milliseconds of every migration from this rank on. */
  List<Integer> executionTimesFrom(int rank) throws SQLException {
    List<Integer> times = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT execution_time FROM "
                    + table
                    + " WHERE installed_rank >= "
                    + rank
                    + " ORDER BY installed_rank")) {
      while (row.next()) {
        times.add(row.getInt(1));
      }
    }
    return times;
  }

  /** SQL that forgets a migration. */
  String delete(int rank) {
    return "DELETE FROM " + table + " WHERE installed_rank = " + rank;
  }

  /** SQL that accepts a file as it is now. */
  String align(HistoryRow row, int checksum) {
    return "UPDATE "
        + table
        + " SET checksum = "
        + checksum
        + " WHERE installed_rank = "
        + row.rank();
  }

  /** The moment on the server's clock: a batch of migrations arrives as one statement. */
  private String now() {
    return switch (dialect.kind()) {
      case POSTGRES, COCKROACH -> "clock_timestamp()";
      case MYSQL -> "CURRENT_TIMESTAMP";
      case SQLITE -> "strftime('%Y-%m-%d %H:%M:%f','now')";
    };
  }

  private String truth(boolean value) {
    return dialect instanceof Sqlite ? value ? "1" : "0" : value ? "TRUE" : "FALSE";
  }

  /** A text as an SQL literal of this database. */
  String literal(String text) {
    String doubled = text.replace("'", "''");
    return "'" + (dialect instanceof Mysql ? doubled.replace("\\", "\\\\") : doubled) + "'";
  }

  static String quote(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** Names of tables in the schema that no extension owns, at most a thousand, without our own. */
  List<String> otherTables() throws SQLException {
    String sql =
        switch (dialect.kind()) {
          case POSTGRES ->
              """
          SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
              AND d.objid = c.oid AND d.deptype = 'e')
          ORDER BY c.relname LIMIT 1000""";
          case COCKROACH ->
              """
          SELECT table_name FROM information_schema.tables
          WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
          ORDER BY table_name LIMIT 1000""";
          case MYSQL ->
              """
          SELECT table_name FROM information_schema.tables
          WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
          ORDER BY table_name LIMIT 1000""";
          case SQLITE ->
              """
          SELECT name FROM main.sqlite_master
          WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          ORDER BY name LIMIT 1000""";
        };
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        if (!row.getString(1).equals(plainName)) {
          names.add(row.getString(1));
        }
      }
    }
    return names;
  }
}
