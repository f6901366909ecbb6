package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table in which a tool keeps its history.
 *
 * @param tool the tool, as its columns show
 * @param schema the schema of the table
 * @param name the name of the table
 */
record ForeignTable(ForeignTool tool, String schema, String name) {
  /** The table next to Liquibase's history that contains its lock. */
  private static final List<String> LIQUIBASE_LOCKS =
      List.of("databasechangeloglock", "DATABASECHANGELOGLOCK");

  /**
   * Finds the table.
   *
   * @param schema the schema of the run
   * @param own Slipway's own history table, which is not another tool's
   * @param wanted the table to use, instead of those with default names
   * @throws SlipwayException (migration) if there is no such table, or several; (usage) if the
   *     wanted table does not exist or is no history that Slipway can read
   */
  static ForeignTable find(
      Connection connection,
      DatabaseDriver driver,
      String schema,
      String own,
      Optional<String> wanted)
      throws SQLException {
    if (wanted.isPresent()) {
      return named(connection, driver, schema, own, wanted.get());
    }
    Map<String, Set<String>> columns = columns(connection, driver, schema, defaultNames());
    columns.remove(own);
    Map<String, ForeignTool> found = new LinkedHashMap<>();
    for (ForeignTool tool : ForeignTool.values()) {
      for (String table : tool.tables()) {
        if (columns.containsKey(table) && tool.owns(columns.get(table), columns.keySet())) {
          found.putIfAbsent(table, tool);
        }
      }
    }
    if (found.isEmpty()) {
      throw nothingFound(schema, driver);
    }
    if (found.size() > 1) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "the schema `"
                  + schema
                  + "` has the histories of several tools: "
                  + found.entrySet().stream()
                      .map(each -> each.getKey() + " (" + each.getValue().label() + ")")
                      .collect(Collectors.joining(", ")))
          .hint("name the one that counts: --from-table " + found.keySet().iterator().next());
    }
    Map.Entry<String, ForeignTool> only = found.entrySet().iterator().next();
    return new ForeignTable(only.getValue(), schema, only.getKey());
  }

  /** The table with a name; a dot in it may separate a schema from the table. */
  private static ForeignTable named(
      Connection connection, DatabaseDriver driver, String schema, String own, String name)
      throws SQLException {
    String place = schema;
    String table = name;
    Map<String, Set<String>> columns = columns(connection, driver, place, List.of(table));
    int dot = name.indexOf('.');
    if (columns.isEmpty() && dot > 0) {
      place = name.substring(0, dot);
      table = name.substring(dot + 1);
      columns = columns(connection, driver, place, List.of(table));
    }
    if (columns.isEmpty()) {
      throw SlipwayException.usageError(
              "--from-table " + name + ": the schema `" + schema + "` has no table of this name")
          .hint("the name as the database spells it; in another schema, SCHEMA.TABLE");
    }
    if (place.equals(schema) && table.equals(own)) {
      throw SlipwayException.usageError(
              "--from-table " + name + " is the history that Slipway writes")
          .hint("Slipway continues it without `adopt`: `slipway migrate sql status`");
    }
    Set<String> found = columns.values().iterator().next();
    Set<String> siblings =
        columns(connection, driver, place, List.of(ForeignTool.RAILS_METADATA)).keySet();
    for (ForeignTool tool : ForeignTool.values()) {
      // By its name, a table is a tool's with further columns too.
      if (tool.owns(found, siblings) && (tool.tables().contains(table) || tool.hasShape(found))) {
        return new ForeignTable(tool, place, table);
      }
    }
    throw SlipwayException.usageError(
            "--from-table "
                + name
                + ": no tool that Slipway knows has a history with these columns: "
                + String.join(", ", new TreeSet<>(found)))
        .hint("`slipway migrate sql baseline VERSION` starts a history without the other tool's");
  }

  private static SlipwayException nothingFound(String schema, DatabaseDriver driver) {
    return SlipwayException.of(
            ExitCode.MIGRATION,
            "the schema `"
                + schema
                + "` has no history of another tool; looked for "
                + Arrays.stream(ForeignTool.values())
                    .filter(tool -> !tool.tables().isEmpty())
                    .map(tool -> tool.tables().getFirst() + " (" + tool.label() + ")")
                    .collect(Collectors.joining(", ")))
        .hint(
            TargetSchema.hint(
                schema,
                driver,
                "--from-table NAME names a table that is called otherwise; `slipway migrate sql"
                    + " baseline VERSION` says up to where the schema is migrated"));
  }

  private static List<String> defaultNames() {
    return Stream.concat(
            Arrays.stream(ForeignTool.values()).flatMap(tool -> tool.tables().stream()),
            Stream.of(ForeignTool.RAILS_METADATA))
        .distinct()
        .toList();
  }

  /** The columns of those of the tables that exist, in lower case. */
  private static Map<String, Set<String>> columns(
      Connection connection, DatabaseDriver driver, String schema, List<String> tables)
      throws SQLException {
    Map<String, Set<String>> columns = new HashMap<>();
    List<String> names = tables.stream().map(driver::literal).toList();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                driver.historySql().columnsQuery(driver.literal(schema), names))) {
      while (row.next()) {
        columns
            .computeIfAbsent(row.getString(1), _ -> new HashSet<>())
            .add(row.getString(2).toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  /** The rows, oldest first; not for Flyway, whose table is read as Slipway's own. */
  List<ForeignRow> rows(Connection connection, DatabaseDriver driver) throws SQLException {
    List<ForeignRow> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(tool.rowsQuery(qualified(driver, name)))) {
      while (row.next()) {
        rows.add(tool.row(row));
      }
    }
    return rows;
  }

  /**
   * Rejects a history that its tool has locked.
   *
   * @throws SlipwayException (migration) naming the holder of the lock
   */
  void requireUnlocked(Connection connection, DatabaseDriver driver) throws SQLException {
    if (tool != ForeignTool.LIQUIBASE) {
      return;
    }
    for (String table : columns(connection, driver, schema, LIQUIBASE_LOCKS).keySet()) {
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT locked, lockedby FROM " + qualified(driver, table))) {
        while (row.next()) {
          if (row.getBoolean(1)) {
            throw SlipwayException.of(
                    ExitCode.MIGRATION,
                    "Liquibase holds its lock in "
                        + table
                        + ": "
                        + Optional.ofNullable(row.getString(2)).orElse("unknown holder")
                        + " is migrating, or was killed while it was")
                .hint(
                    "wait until it has finished; after a killed run, check the schema, run `liquibase"
                        + " release-locks`, and run this again");
          }
        }
      }
    }
  }

  private String qualified(DatabaseDriver driver, String table) {
    return driver.quote(schema) + "." + driver.quote(table);
  }
}
