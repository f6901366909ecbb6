package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.migration.ResolvedMigrations.VersionedMigration;
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
import java.util.stream.Collectors;

/**
 * What another tool's history says of our files. Its table is read and nothing more. Flyway is not
 * among the tools, since its history is ours.
 *
 * @param tool who migrated the database
 * @param table where it says so
 * @param applied the migrations that count as applied by it, oldest first
 * @param pending the migrations that it has not applied, oldest first
 */
public record HistoryImport(
    String tool, String table, List<MigrationFile> applied, List<MigrationFile> pending) {
  private static final int NAMED_MAX = 10;

  /** Ory took longer versions into use later: of older ones it has recorded so many characters. */
  private static final int ORY_PREFIX = 14;

  /** A tool is told by its table and columns; of two that fit one table, the first. */
  private enum Tool {
    ORY(
        "Ory (popx)",
        "schema_migration",
        Set.of("version"),
        """
        SELECT version, 1 FROM %s"""),
    GOLANG_MIGRATE(
        "golang-migrate",
        "schema_migrations",
        Set.of("version", "dirty"),
        """
        SELECT version, dirty FROM %s"""),
    DBMATE(
        "dbmate",
        "schema_migrations",
        Set.of("version"),
        """
        SELECT version, 1 FROM %s"""),
    GOOSE(
        "goose",
        "goose_db_version",
        Set.of("id", "version_id", "is_applied"),
        """
        SELECT version_id, is_applied FROM %s ORDER BY id""");

    private final String words;
    private final String table;
    private final Set<String> columns;
    private final String sql;

    Tool(String words, String table, Set<String> columns, String sql) {
      this.words = words;
      this.table = table;
      this.columns = columns;
      this.sql = sql;
    }
  }

  /** A row of another tool's; the mark is its own: dirty, or applied. */
  private record Row(String version, boolean mark) {}

  /**
   * Looks for a tool's table and holds it against the files.
   *
   * @param schema where the tables are
   * @throws SlipwayException (migration) if there is no such table, or several, or what it says
   *     cannot be taken over
   */
  static HistoryImport read(
      Connection connection,
      DatabaseDriver dialect,
      String schema,
      List<VersionedMigration> migrations)
      throws SQLException {
    Map<String, Set<String>> columns = columns(connection, dialect, schema);
    Map<String, Tool> found = new LinkedHashMap<>();
    for (Tool tool : Tool.values()) {
      if (columns.getOrDefault(tool.table, Set.of()).containsAll(tool.columns)) {
        found.putIfAbsent(tool.table, tool);
      }
    }
    if (found.isEmpty()) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "the schema `"
                  + schema
                  + "` has no history of another "
                  + "tool; looked for "
                  + Arrays.stream(Tool.values())
                      .map(tool -> tool.table + " (" + tool.words + ")")
                      .collect(Collectors.joining(", ")))
          .hint(
              TargetSchema.hint(
                  schema,
                  dialect,
                  "`slipway migrate sql baseline VERSION` says up to where the schema is migrated; "
                      + "Flyway's history needs no adoption"));
    }
    if (found.size() > 1) {
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              "the schema `"
                  + schema
                  + "` has the histories of several "
                  + "tools: "
                  + String.join(", ", found.keySet()))
          .hint("rename or drop those that do not count any more");
    }
    Tool tool = found.values().iterator().next();
    return of(tool, rows(connection, dialect, schema, tool), migrations);
  }

  private static Map<String, Set<String>> columns(
      Connection connection, DatabaseDriver dialect, String schema) throws SQLException {
    List<String> names =
        Arrays.stream(Tool.values()).map(tool -> "'" + tool.table + "'").distinct().toList();
    Map<String, Set<String>> columns = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                dialect.historySql().columnsQuery(dialect.literal(schema), names))) {
      while (row.next()) {
        columns
            .computeIfAbsent(row.getString(1), _ -> new HashSet<>())
            .add(row.getString(2).toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  private static List<Row> rows(
      Connection connection, DatabaseDriver dialect, String schema, Tool tool) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(tool.sql.formatted(dialect.quote(schema) + "." + tool.table))) {
      while (row.next()) {
        rows.add(new Row(String.valueOf(row.getString(1)).strip(), row.getBoolean(2)));
      }
    }
    return rows;
  }

  private static HistoryImport of(Tool tool, List<Row> rows, List<VersionedMigration> migrations) {
    Set<String> recorded = new HashSet<>();
    switch (tool) {
      case ORY, DBMATE -> rows.forEach(row -> recorded.add(row.version()));
      case GOLANG_MIGRATE -> {
        rejectDirty(tool, rows);
        rows.forEach(row -> recorded.add(row.version()));
      }
      case GOOSE -> {
        // A version that was undone and applied again has a row for each time.
        Map<String, Boolean> newest = new HashMap<>();
        rows.forEach(row -> newest.put(row.version(), row.mark()));
        newest.remove("0");
        newest.forEach(
            (version, applied) -> {
              if (applied) {
                recorded.add(version);
              }
            });
      }
    }
    rejectUnknown(tool, recorded, migrations);

    Set<MigrationVersion> versions =
        recorded.stream().flatMap(text -> version(text).stream()).collect(Collectors.toSet());
    Map<Boolean, List<MigrationFile>> parts =
        migrations.stream()
            .collect(
                Collectors.partitioningBy(
                    migration ->
                        switch (tool) {
                          case ORY ->
                              versions.contains(migration.version())
                                  || recorded.contains(prefix(migration.version()));
                          // It holds the latest alone, and has applied all before it.
                          case GOLANG_MIGRATE ->
                              versions.stream()
                                  .anyMatch(latest -> migration.version().compareTo(latest) <= 0);
                          case DBMATE, GOOSE -> versions.contains(migration.version());
                        },
                    Collectors.mapping(VersionedMigration::up, Collectors.toUnmodifiableList())));
    return new HistoryImport(
        tool.words,
        tool.table,
        parts.getOrDefault(true, List.of()),
        parts.getOrDefault(false, List.of()));
  }

  private static void rejectDirty(Tool tool, List<Row> rows) {
    rows.stream()
        .filter(Row::mark)
        .findFirst()
        .ifPresent(
            row -> {
              throw SlipwayException.of(
                      ExitCode.MIGRATION,
                      "version "
                          + row.version()
                          + " is dirty in "
                          + tool.table
                          + ": "
                          + tool.words
                          + " stopped in the middle of it, so nobody knows how much of it "
                          + "the schema has")
                  .hint(
                      "finish or undo it by hand, clear the mark with `migrate force VERSION`, and run "
                          + "this again");
            });
  }

  private static void rejectUnknown(
      Tool tool, Set<String> recorded, List<VersionedMigration> migrations) {
    Set<MigrationVersion> ours =
        migrations.stream().map(VersionedMigration::version).collect(Collectors.toSet());
    Set<String> prefixes =
        tool == Tool.ORY
            ? ours.stream().map(HistoryImport::prefix).collect(Collectors.toSet())
            : Set.of();
    List<String> unknown =
        recorded.stream()
            .filter(
                text -> !prefixes.contains(text) && version(text).filter(ours::contains).isEmpty())
            .sorted()
            .toList();
    if (!unknown.isEmpty()) {
      int more = unknown.size() - NAMED_MAX;
      throw SlipwayException.of(
              ExitCode.MIGRATION,
              tool.words
                  + " has applied versions that no file has: "
                  + unknown.stream().limit(NAMED_MAX).collect(Collectors.joining(", "))
                  + (more > 0 ? " and " + more + " more" : ""))
          .hint(
              "add their files (--path may be given several times), or take the release that "
                  + "migrated this database last");
    }
  }

  private static Optional<MigrationVersion> version(String text) {
    try {
      return Optional.of(MigrationVersion.of(text));
    } catch (IllegalArgumentException _) {
      // Names are versions too for some tools, and never for our files.
      return Optional.empty();
    }
  }

  private static String prefix(MigrationVersion version) {
    String text = version.toString();
    return text.substring(0, Math.min(ORY_PREFIX, text.length()));
  }
}
