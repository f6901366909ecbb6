package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.HistorySql;
import dev.slipway.driver.ServerCheck;
import dev.slipway.driver.ServerInfo;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Flyway's history table, and the only place that names it: always with its schema. Builds the SQL
 * texts that messages carry, and reads the rows. Bound to one connection; not thread-safe.
 */
final class HistoryTable {
  private final Connection connection;
  private final DatabaseDriver dialect;
  private final HistorySql sql;
  private final ServerInfo server;
  private final String table;
  private final String plainName;
  private boolean exists;

  private HistoryTable(
      Connection connection,
      DatabaseDriver dialect,
      ServerInfo server,
      String plainName,
      boolean exists) {
    this.connection = connection;
    this.dialect = dialect;
    this.server = server;
    this.plainName = plainName;
    this.sql = dialect.historySql();
    this.table = sql.qualify(server, plainName);
    this.exists = exists;
  }

  /**
   * Asks the server, in one statement, where we are and whether there is a history.
   *
   * @param wanted the schema of the history; the current one where it is empty
   * @throws SlipwayException (usage) if the schema does not exist, or the login may not use it
   */
  static HistoryTable open(
      Connection connection, DatabaseDriver dialect, String name, Optional<String> wanted)
      throws SQLException {
    HistorySql sql = dialect.historySql();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql.serverQuery(name, wanted))) {
      row.next();
      ServerCheck.check(row, dialect, wanted);
      String schema = row.getString("schema_name");
      String version = row.getString("version");
      ServerInfo server =
          new ServerInfo(
              row.getString("database_name"),
              schema,
              row.getString("current"),
              row.getString("path"),
              row.getString("user_name"),
              version,
              row.getLong("session"),
              sql.resetSql(row),
              row.getString("quoting"),
              row.getInt("packet"));
      return new HistoryTable(connection, dialect, server, name, row.getBoolean("present"));
    }
  }

  ServerInfo server() {
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
          if (row.getInt(1) != HistorySql.LOCK_RANK) {
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
    } catch (SQLException e) {
      if (!dialect.isUndefinedColumn(e)) {
        throw e;
      }
      throw SlipwayException.usageError(
              table + " is not a history table: " + SqlExceptions.message(e))
          .hint(
              "name another table with --table (migrate.table, MIGRATE_TABLE); Slipway creates it")
          .cause(e);
    }
    return rows;
  }

  /** When the rows were written, by rank; without the rows whose time the database cannot read. */
  Map<Integer, Instant> appliedTimes() throws SQLException {
    Map<Integer, Instant> times = new HashMap<>();
    if (!exists) {
      return times;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT installed_rank, "
                    + sql.epochMilliseconds("installed_on")
                    + " FROM "
                    + table)) {
      while (row.next()) {
        long milliseconds = row.getLong(2);
        if (!row.wasNull()) {
          times.put(row.getInt(1), Instant.ofEpochMilli(milliseconds));
        }
      }
    }
    return times;
  }

  private Optional<MigrationVersion> version(ResultSet row) throws SQLException {
    String text = row.getString(2);
    try {
      return Optional.ofNullable(text).map(MigrationVersion::of);
    } catch (IllegalArgumentException e) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "the history table "
                  + table
                  + " holds `"
                  + text
                  + "` as the version of row "
                  + row.getInt(1)
                  + ", which is not a version")
          .cause(e);
    }
  }

  /** Looks again whether the table is there; another migrator may have made it. */
  void refresh() throws SQLException {
    if (!exists) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(sql.serverQuery(plainName, Optional.of(server.schema())))) {
        row.next();
        if (row.getString("schema_name") == null) {
          throw sql.schemaMissing(Optional.of(server.schema()));
        }
        exists = row.getBoolean("present");
      }
    }
  }

  /** Makes the table as Flyway makes it. */
  void create() throws SQLException {
    if (exists) {
      return;
    }
    execute(sql.inTransaction(sql.createTable(table, plainName)));
  }

  /** The same in a transaction that is open. */
  void createInTransaction() throws SQLException {
    execute(sql.createTable(table, plainName));
  }

  private void execute(List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String each : statements) {
        dialect.execute(statement, each, _ -> {});
      }
    }
    exists = true;
  }

  /** SQL that records a migration which is complete; the duration is an SQL expression. */
  String insert(int rank, MigrationStep step, String milliseconds) {
    return insertRows(completedValues(rank, step, milliseconds));
  }

  /** SQL that marks a migration outside a transaction as begun. */
  String insertStarted(int rank, MigrationStep step) {
    return insertRows(startedValues(rank, step));
  }

  /** The values of a complete migration's row; the duration is an SQL expression. */
  String completedValues(int rank, MigrationStep step, String milliseconds) {
    return values(rank, step.file(), step.checksum(), milliseconds, true);
  }

  /** The values of the row of a migration outside a transaction before its first statement. */
  String startedValues(int rank, MigrationStep step) {
    int progress = new HistoryRow.FailurePoint(1, false, false).encoded();
    return values(rank, step.file(), step.checksum(), String.valueOf(progress), false);
  }

  /** SQL that inserts rows of {@link #completedValues} and {@link #startedValues}. */
  String insertRows(String... values) {
    return "INSERT INTO "
        + table
        + " (installed_rank, version, description, type, script,"
        + " checksum, installed_by, installed_on, execution_time, success) VALUES "
        + String.join(", ", values);
  }

  /** SQL for the row from which a schema that was there before counts as migrated. */
  String baseline(int rank, MigrationVersion version) {
    return insertRows(baselineValues(rank, version));
  }

  private String baselineValues(int rank, MigrationVersion version) {
    return values(
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
   *
   * @param start the version with which the history starts; empty where each file has a row
   */
  List<String> importRows(Optional<MigrationVersion> start, List<MigrationFile> files) {
    List<String> statements =
        new ArrayList<>(exists ? List.of() : sql.createTable(table, plainName));
    List<String> rows = new ArrayList<>();
    // A history needs a row, so an import of nothing starts with a baseline before all versions.
    start
        .or(() -> files.isEmpty() ? Optional.of(MigrationVersion.of("0")) : Optional.empty())
        .ifPresent(version -> rows.add(baselineValues(1, version)));
    for (MigrationFile file : files) {
      rows.add(values(rows.size() + 1, file, file.checksum(), "0", true));
    }
    statements.add(insertRows(rows.toArray(String[]::new)));
    return sql.inTransaction(statements);
  }

  private String values(
      int rank, MigrationFile file, int checksum, String milliseconds, boolean success) {
    return values(
        rank,
        file.version().map(MigrationVersion::toString),
        file.description(),
        file.kind() == MigrationKind.BASELINE ? HistoryRow.BASELINE_MIGRATION : "SQL",
        file.script(),
        Optional.of(checksum),
        milliseconds,
        success);
  }

  private String values(
      int rank,
      Optional<String> version,
      String description,
      String type,
      String script,
      Optional<Integer> checksum,
      String milliseconds,
      boolean success) {
    return "("
        + rank
        + ", "
        + version.map(dialect::literal).orElse("NULL")
        + ", "
        + dialect.literal(description)
        + ", "
        + dialect.literal(type)
        + ", "
        + dialect.literal(abbreviated(script))
        + ", "
        + checksum.map(String::valueOf).orElse("NULL")
        + ", "
        + dialect.literal(server.user())
        + ", "
        + sql.now()
        + ", "
        + milliseconds
        + ", "
        + sql.bool(success)
        + ")";
  }

  private static String abbreviated(String script) {
    return script.length() <= 1000 ? script : "..." + script.substring(script.length() - 997);
  }

  /** SQL that says how far an incomplete migration is. */
  String progress(int rank, HistoryRow.FailurePoint standstill) {
    return "UPDATE "
        + table
        + " SET execution_time = "
        + standstill.encoded()
        + ", success = "
        + sql.bool(false)
        + " WHERE installed_rank = "
        + rank;
  }

  /** SQL that makes an incomplete migration complete; the duration is an SQL expression. */
  String complete(int rank, MigrationStep step, String milliseconds) {
    return "UPDATE "
        + table
        + " SET execution_time = "
        + milliseconds
        + ", success = "
        + sql.bool(true)
        + ", checksum = "
        + step.checksum()
        + ", script = "
        + dialect.literal(step.file().script())
        + ", installed_on = "
        + sql.now()
        + " WHERE installed_rank = "
        + rank;
  }

  /** SQL that marks a migration as being undone outside a transaction, by the script named. */
  String startRevert(int rank, String script) {
    return "UPDATE "
        + table
        + " SET success = "
        + sql.bool(false)
        + ", execution_time = "
        + new HistoryRow.FailurePoint(1, false, false).encoded()
        + ", script = "
        + dialect.literal(script)
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

  /** SQL that accepts a file as it is now, and keeps its former checksum for earlier releases. */
  String updateChecksum(HistoryRow row, int checksum) {
    return "UPDATE "
        + table
        + " SET checksum = "
        + checksum
        + ", script = "
        + dialect.literal(row.scriptAfterEdit(checksum))
        + " WHERE installed_rank = "
        + row.rank();
  }

  /** SQL that gives a migration's row the version and the name of another file. */
  String renumber(int rank, MigrationFile file) {
    return "UPDATE "
        + table
        + " SET version = "
        + dialect.literal(file.version().orElseThrow().toString())
        + ", description = "
        + dialect.literal(file.description())
        + ", script = "
        + dialect.literal(abbreviated(file.script()))
        + " WHERE installed_rank = "
        + rank;
  }

  /** Names of tables in the schema that no extension owns, at most a thousand, without our own. */
  List<String> otherTables() throws SQLException {
    return otherTables(server.schema(), List.of());
  }

  /**
   * The same in any schema.
   *
   * @param only only tables with these names, in lower case; all tables if empty
   */
  List<String> otherTables(String schema, List<String> only) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql.tablesQuery(dialect.literal(schema), only))) {
      while (row.next()) {
        if (!row.getString(1).equals(plainName)
            && !row.getString(1).equals(MigrationService.SCRATCH_MARK)) {
          names.add(row.getString(1));
        }
      }
    }
    return names;
  }
}
