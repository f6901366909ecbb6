package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * What another tool's history means for the files. The tool's table is only read.
 *
 * @param tool the name of the tool
 * @param table its table
 * @param baseline the version with which the history starts, where applied versions have no file,
 *     or the tool's history starts with one; no file up to it gets a row of its own
 * @param applied the migrations to record as applied, oldest first
 * @param pending the migrations that stay pending, oldest first
 * @param notes what to know before the import, in lines
 */
public record HistoryImport(
    String tool,
    String table,
    Optional<MigrationVersion> baseline,
    List<MigrationFile> applied,
    List<MigrationFile> pending,
    List<String> notes) {
  /**
   * Reads the tool's table and compares it with the files.
   *
   * @param schema the schema of the run
   * @param own Slipway's history table
   * @throws SlipwayException (migration) if there is no table, or several, or the history cannot be
   *     imported as it is; (usage) if the request does not fit the history
   */
  static HistoryImport read(
      Connection connection,
      DatabaseDriver driver,
      String schema,
      String own,
      ResolvedMigrations files,
      ToIntFunction<MigrationFile> checksum,
      ImportRequest request)
      throws SQLException {
    ForeignTable table = ForeignTable.find(connection, driver, schema, own, request.table());
    table.requireUnlocked(connection, driver);
    ImportComparison comparison = new ImportComparison(table, files, request);
    return table.tool() == ForeignTool.FLYWAY
        ? comparison.ofFlyway(
            HistoryTable.open(connection, driver, table.name(), Optional.of(table.schema())).read(),
            checksum)
        : comparison.ofRows(table.rows(connection, driver));
  }
}
