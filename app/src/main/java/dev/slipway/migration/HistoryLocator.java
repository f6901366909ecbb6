package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.driver.HistorySql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Finds the history of these files in other schemas than the current one, on PostgreSQL and
 * CockroachDB. When the search path changes, the current schema has no history, and without this
 * search every file would be applied a second time.
 *
 * <p>Only tables that the login can read count: what it cannot read belongs to another tenant.
 */
final class HistoryLocator {

  private final Connection connection;
  private final DatabaseDriver driver;
  private final String table;
  private final ResolvedMigrations files;
  private final ToIntFunction<MigrationFile> checksum;

  /**
   * A history of these files in another schema.
   *
   * @param schema where it is
   * @param label the migration by which it was recognized
   */
  record Found(String schema, String label) {}

  /** Creates a locator; {@code checksum} is that of a repeatable migration. */
  HistoryLocator(
      Connection connection,
      DatabaseDriver driver,
      String table,
      ResolvedMigrations files,
      ToIntFunction<MigrationFile> checksum) {
    this.connection = connection;
    this.driver = driver;
    this.table = table;
    this.files = files;
    this.checksum = checksum;
  }

  /** Looks in all schemas but one. */
  Optional<Found> inOtherSchemas(String schema) throws SQLException {
    return first(driver.schemasWithTableQuery(table, false, Optional.of(schema)));
  }

  /** Looks in the schemas of the search path, in its order. */
  Optional<Found> onSearchPath() throws SQLException {
    return first(driver.schemasWithTableQuery(table, true, Optional.empty()));
  }

  private Optional<Found> first(Optional<String> query) throws SQLException {
    if (query.isEmpty()) {
      return Optional.empty();
    }
    List<String> schemas = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query.get())) {
      while (row.next()) {
        schemas.add(row.getString(1));
      }
    }
    for (String schema : schemas) {
      Optional<Found> found = search(schema);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> search(String schema) throws SQLException {
    Map<Object, Optional<Integer>> applied = new LinkedHashMap<>();
    Optional<MigrationVersion> baseline = Optional.empty();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT version, description, type, checksum FROM "
                    + driver.quote(schema)
                    + "."
                    + driver.quote(table)
                    + " WHERE installed_rank <> "
                    + HistorySql.LOCK_RANK
                    + " ORDER BY installed_rank")) {
      while (row.next()) {
        Optional<MigrationVersion> version = version(row.getString(1));
        Object key = version.isPresent() ? version.get() : row.getString(2);
        String type = String.valueOf(row.getString(3));
        int checksum = row.getInt(4);
        Optional<Integer> known = row.wasNull() ? Optional.empty() : Optional.of(checksum);
        if (type.endsWith("BASELINE")) {
          baseline = version;
        } else if (type.equals("DELETE") || type.startsWith("UNDO")) {
          applied.remove(key);
        } else {
          applied.put(key, known);
        }
      }
    } catch (SQLException e) {
      if (driver.isUnreadableTable(e)) {
        return Optional.empty();
      }
      throw e;
    }
    return recognized(applied, baseline).map(label -> new Found(schema, label));
  }

  private static Optional<MigrationVersion> version(String text) {
    try {
      return Optional.ofNullable(text).map(MigrationVersion::of);
    } catch (IllegalArgumentException e) {
      // No version of ours.
      return Optional.empty();
    }
  }

  /**
   * A file of ours by its version (a repeatable one by its description) and checksum; also one that
   * a baseline migration has replaced. A history that holds nothing but a baseline has no checksum
   * yet; there the version alone decides.
   */
  private Optional<String> recognized(
      Map<Object, Optional<Integer>> applied, Optional<MigrationVersion> baseline) {
    Map<Object, MigrationFile> ours = new HashMap<>();
    files.baselines().forEach(file -> ours.put(file.version().orElseThrow(), file));
    files.versioned().forEach(one -> ours.put(one.version(), one.up()));
    if (applied.isEmpty()) {
      return baseline.map(ours::get).map(MigrationFile::label);
    }
    files.repeatable().forEach(one -> ours.put(one.description(), one));
    Optional<String> replaced =
        files.baselines().stream()
            .flatMap(file -> ReplacedMigration.in(file).stream())
            .filter(
                one ->
                    Optional.of(one.checksum())
                        .equals(applied.getOrDefault(one.version(), Optional.empty())))
            .map(one -> one.version() + "_" + one.name())
            .findFirst();
    if (replaced.isPresent()) {
      return replaced;
    }
    return applied.entrySet().stream()
        .flatMap(
            row ->
                Optional.ofNullable(ours.get(row.getKey()))
                    .filter(
                        file ->
                            row.getValue()
                                .filter(
                                    sum ->
                                        sum == file.checksum()
                                            || (file.version().isEmpty()
                                                && sum == checksum.applyAsInt(file)))
                                .isPresent())
                    .stream())
        .map(MigrationFile::label)
        .findFirst();
  }
}
