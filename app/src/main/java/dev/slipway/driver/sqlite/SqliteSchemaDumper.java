package dev.slipway.driver.sqlite;

import dev.slipway.driver.DumpSections;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the schema of an SQLite file: its settings, and the statements that sqlite_schema keeps.
 * They can come in this order because SQLite resolves names in views and foreign keys only when it
 * uses them.
 */
final class SqliteSchemaDumper implements SchemaDumper {
  /** Settings of the file that are not those of a new one; the first three need an empty file. */
  private static final String SETTINGS =
      """
      SELECT 'PRAGMA page_size = ' || page_size FROM pragma_page_size WHERE page_size <> 4096
      UNION ALL SELECT 'PRAGMA encoding = ''' || encoding || '''' FROM pragma_encoding
        WHERE encoding <> 'UTF-8'
      UNION ALL SELECT 'PRAGMA auto_vacuum = ' || auto_vacuum FROM pragma_auto_vacuum
        WHERE auto_vacuum <> 0
      UNION ALL SELECT 'PRAGMA application_id = ' || application_id FROM pragma_application_id
        WHERE application_id <> 0
      UNION ALL SELECT 'PRAGMA user_version = ' || user_version FROM pragma_user_version
        WHERE user_version <> 0""";

  /** Indexes are built once, and triggers must not fire. */
  private static final Pattern AFTER_ROWS =
      Pattern.compile("CREATE\\s+(?:UNIQUE\\s+INDEX|INDEX|VIEW|TRIGGER)\\b.*", Pattern.DOTALL);

  private static final String STATEMENTS =
      """
      SELECT sql FROM main.sqlite_schema
      WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\'
        AND lower(tbl_name) NOT IN (%s)
        AND name NOT IN (SELECT name FROM pragma_table_list
          WHERE schema = 'main' AND type = 'shadow')
      ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END,
        lower(name)""";

  @Override
  public DumpSections sections(Connection connection, Set<String> excluded) throws SQLException {
    Map<Boolean, List<String>> later =
        statements(connection, excluded).stream()
            .collect(Collectors.partitioningBy(AFTER_ROWS.asMatchPredicate()));
    return new DumpSections(
        later.getOrDefault(false, List.of()), later.getOrDefault(true, List.of()));
  }

  @Override
  public List<String> statements(Connection connection, Set<String> excluded) throws SQLException {
    String names =
        excluded.stream()
            .map(DdlTokens::lower)
            .map(SqlQuoting::literal)
            .sorted()
            .collect(Collectors.joining(", "));
    List<String> all = new ArrayList<>(SqlQueries.strings(connection, SETTINGS));
    all.addAll(SqlQueries.strings(connection, STATEMENTS.formatted(names)));
    return all;
  }
}
