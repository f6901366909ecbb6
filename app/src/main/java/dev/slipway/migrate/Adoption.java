package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.fault.ExitCode;
import dev.slipway.fault.Fault;
import dev.slipway.migrate.MigrationFiles.Migration;
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
public record Adoption(
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
        SELECT version, 1 FROM schema_migration"""),
    GOLANG_MIGRATE(
        "golang-migrate",
        "schema_migrations",
        Set.of("version", "dirty"),
        """
        SELECT version, dirty FROM schema_migrations"""),
    DBMATE(
        "dbmate",
        "schema_migrations",
        Set.of("version"),
        """
        SELECT version, 1 FROM schema_migrations"""),
    GOOSE(
        "goose",
        "goose_db_version",
        Set.of("id", "version_id", "is_applied"),
        """
        SELECT version_id, is_applied FROM goose_db_version ORDER BY id""");

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
   * @param schema where the tables are, for people
   * @throws Fault (migration) if there is no such table, or several, or what it says cannot be
   *     taken over
   */
  static Adoption read(
      Connection connection, Dialect dialect, String schema, List<Migration> migrations)
      throws SQLException {
    Map<String, Set<String>> columns = columns(connection, dialect);
    Map<String, Tool> found = new LinkedHashMap<>();
    for (Tool tool : Tool.values()) {
      if (columns.getOrDefault(tool.table, Set.of()).containsAll(tool.columns)) {
        found.putIfAbsent(tool.table, tool);
      }
    }
    if (found.isEmpty()) {
      throw Fault.of(
              ExitCode.MIGRATION,
              "the schema `"
                  + schema
                  + "` has no history of another "
                  + "tool; looked for "
                  + Arrays.stream(Tool.values())
                      .map(tool -> tool.table + " (" + tool.words + ")")
                      .collect(Collectors.joining(", ")))
          .hint(
              "`slipway migrate sql baseline VERSION` says up to where the schema is migrated; "
                  + "Flyway's history needs no adoption");
    }
    if (found.size() > 1) {
      throw Fault.of(
              ExitCode.MIGRATION,
              "the schema `"
                  + schema
                  + "` has the histories of several "
                  + "tools: "
                  + String.join(", ", found.keySet()))
          .hint("rename or drop those that do not count any more");
    }
    Tool tool = found.values().iterator().next();
    return of(tool, rows(connection, tool), migrations);
  }

  private static Map<String, Set<String>> columns(Connection connection, Dialect dialect)
      throws SQLException {
    String names =
        Arrays.stream(Tool.values())
            .map(tool -> "'" + tool.table + "'")
            .distinct()
            .collect(Collectors.joining(", "));
    String sql =
        switch (dialect.kind()) {
          case POSTGRES, COCKROACH ->
              """
          SELECT table_name, column_name FROM information_schema.columns
          WHERE table_schema = current_schema() AND table_name IN (%s)""";
          case MYSQL ->
              """
          SELECT table_name, column_name FROM information_schema.columns
          WHERE table_schema = DATABASE() AND table_name IN (%s)""";
          case SQLITE ->
              """
          SELECT m.name, c.name FROM main.sqlite_master m JOIN pragma_table_info(m.name) c
          WHERE m.type = 'table' AND m.name IN (%s)""";
        };
    Map<String, Set<String>> columns = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql.formatted(names))) {
      while (row.next()) {
        columns
            .computeIfAbsent(row.getString(1), _ -> new HashSet<>())
            .add(row.getString(2).toLowerCase(Locale.ROOT));
      }
    }
    return columns;
  }

  private static List<Row> rows(Connection connection, Tool tool) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(tool.sql)) {
      while (row.next()) {
        rows.add(new Row(String.valueOf(row.getString(1)).strip(), row.getBoolean(2)));
      }
    }
    return rows;
  }

  private static Adoption of(Tool tool, List<Row> rows, List<Migration> migrations) {
    Set<String> recorded = new HashSet<>();
    switch (tool) {
      case ORY, DBMATE -> rows.forEach(row -> recorded.add(row.version()));
      case GOLANG_MIGRATE -> {
        refuseDirty(tool, rows);
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
    refuseUnknown(tool, recorded, migrations);

    Set<Version> versions =
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
                    Collectors.mapping(Migration::up, Collectors.toUnmodifiableList())));
    return new Adoption(tool.words, tool.table, parts.get(true), parts.get(false));
  }

  private static void refuseDirty(Tool tool, List<Row> rows) {
    rows.stream()
        .filter(Row::mark)
        .findFirst()
        .ifPresent(
            row -> {
              throw Fault.of(
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

  private static void refuseUnknown(Tool tool, Set<String> recorded, List<Migration> migrations) {
    Set<Version> ours = migrations.stream().map(Migration::version).collect(Collectors.toSet());
    Set<String> prefixes =
        tool == Tool.ORY
            ? ours.stream().map(Adoption::prefix).collect(Collectors.toSet())
            : Set.of();
    List<String> unknown =
        recorded.stream()
            .filter(
                text -> !prefixes.contains(text) && version(text).filter(ours::contains).isEmpty())
            .sorted()
            .toList();
    if (!unknown.isEmpty()) {
      int more = unknown.size() - NAMED_MAX;
      throw Fault.of(
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

  private static Optional<Version> version(String text) {
    try {
      return Optional.of(Version.of(text));
    } catch (IllegalArgumentException _) {
      // Names are versions too for some tools, and never for our files.
      return Optional.empty();
    }
  }

  private static String prefix(Version version) {
    String text = version.toString();
    return text.substring(0, Math.min(ORY_PREFIX, text.length()));
  }
}
