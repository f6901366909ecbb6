package dev.slipway.driver.postgres;

import dev.slipway.driver.DataContents;
import dev.slipway.driver.DataContents.Rows;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads the rows of a PostgreSQL database. Each value is the text that the output function of its
 * type prints, under settings that make the text mean the same in every session.
 */
final class PostgresDataDumper implements DataDumper {
  /** The ISO form of an interval has no sign that depends on the reader's settings. */
  private static final String SETTINGS =
      PostgresSchemaReader.SETTINGS
          + "; SET LOCAL intervalstyle TO 'iso_8601'; SET LOCAL row_security TO off;"
          + " SET LOCAL search_path TO ''";

  /**
   * Tables and materialized views with the columns that hold values of their own. The server fills
   * a materialized view, and an extension its own tables.
   */
  private static final String TABLES =
      """
      SELECT c.oid::regclass::text,
        CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'table ' END
          || format('%%I.%%I', n.nspname, c.relname),
        c.relkind = 'm' OR EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass
          AND e.objid = c.oid AND e.deptype = 'e'),
        coalesce((SELECT array_agg(quote_ident(a.attname) ORDER BY a.attnum) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '{}'),
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attidentity = 'a'),
        coalesce((SELECT array_agg(quote_ident(a.attname) ORDER BY k.n) FROM pg_index x
          CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY k (attnum, n)
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
          WHERE x.indrelid = c.oid AND x.indisprimary), '{}')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated) AND c.relpersistence <> 't'
        AND c.oid >= 16384 AND n.nspname NOT LIKE 'pg\\_%%' AND c.relname NOT IN (%s)
      ORDER BY 2""";

  private static final String SEQUENCES =
      """
      SELECT c.oid::regclass::text, 'sequence ' || format('%%I.%%I', n.nspname, c.relname), s.seqstart
      FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relpersistence <> 't' AND c.oid >= 16384 AND NOT EXISTS (
        SELECT FROM pg_depend i JOIN pg_class t ON t.oid = i.refobjid
        WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid AND i.deptype IN ('a', 'i')
          AND i.refclassid = 'pg_class'::regclass AND t.relname IN (%s))
      ORDER BY 2""";

  private static final String LARGE_OBJECTS =
      "SELECT count(*) || ' large objects' FROM pg_largeobject_metadata HAVING count(*) > 0";

  @Override
  public DataContents read(Connection connection, Set<String> excluded) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      try {
        statement.execute(SETTINGS);
        String names =
            excluded.stream().map(SqlQuoting::literal).sorted().collect(Collectors.joining(", "));
        Map<String, Rows> tables = new TreeMap<>();
        for (Table table : tables(statement, names)) {
          tables.put(table.key(), rows(statement, table));
        }
        return new DataContents(
            tables, counters(statement, names), SqlQueries.strings(connection, LARGE_OBJECTS));
      } finally {
        statement.execute("ROLLBACK");
      }
    }
  }

  /**
   * A table or materialized view.
   *
   * @param name with its schema, as SQL
   * @param filled whether the server fills it
   * @param columns as SQL, as those of the key
   * @param always whether a column is GENERATED ALWAYS AS IDENTITY
   */
  private record Table(
      String name,
      String key,
      boolean filled,
      List<String> columns,
      boolean always,
      List<String> primaryKey) {
    Optional<String> insert() {
      String start = "INSERT INTO " + name;
      return filled
          ? Optional.empty()
          : Optional.of(
              columns.isEmpty()
                  ? start + " DEFAULT VALUES"
                  : start
                      + " ("
                      + String.join(", ", columns)
                      + ")"
                      + (always ? " OVERRIDING SYSTEM VALUE" : "")
                      + " VALUES");
    }
  }

  private static List<Table> tables(Statement statement, String excluded) throws SQLException {
    List<Table> tables = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(TABLES.formatted(excluded))) {
      while (row.next()) {
        tables.add(
            new Table(
                row.getString(1),
                row.getString(2),
                row.getBoolean(3),
                list(row, 4),
                row.getBoolean(5),
                list(row, 6)));
      }
    }
    return tables;
  }

  private static List<String> list(ResultSet row, int column) throws SQLException {
    return List.of((String[]) row.getArray(column).getArray());
  }

  private static Rows rows(Statement statement, Table table) throws SQLException {
    String from = " FROM ONLY " + table.name();
    if (table.columns().isEmpty()) {
      try (ResultSet row = statement.executeQuery("SELECT count(*)" + from)) {
        row.next();
        return new Rows(table.insert(), Collections.nCopies(row.getInt(1), ""));
      }
    }
    List<String> rows = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            table.columns().stream()
                    .map(
                        column ->
                            "CASE num_nulls("
                                + column
                                + ") WHEN 0 THEN format('%s', "
                                + column
                                + ") END")
                    .collect(Collectors.joining(", ", "SELECT ", from))
                + (table.primaryKey().isEmpty()
                    ? ""
                    : " ORDER BY " + String.join(", ", table.primaryKey())))) {
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
          values.add(
              Optional.ofNullable(row.getString(i + 1))
                  .map(PostgresDataDumper::literal)
                  .orElse("NULL"));
        }
        rows.add("(" + String.join(", ", values) + ")");
      }
    }
    if (table.primaryKey().isEmpty()) {
      Collections.sort(rows);
    }
    return new Rows(table.insert(), rows);
  }

  /** A literal in one form for every setting; files may lose a carriage return. */
  private static String literal(String value) {
    String quoted = SqlQuoting.literal(value);
    return value.indexOf('\\') < 0 && value.indexOf('\r') < 0
        ? quoted
        : "E" + quoted.replace("\\", "\\\\").replace("\r", "\\r");
  }

  private static Map<String, String> counters(Statement statement, String excluded)
      throws SQLException {
    Map<String, String> keys = new TreeMap<>();
    Map<String, Long> starts = new TreeMap<>();
    try (ResultSet row = statement.executeQuery(SEQUENCES.formatted(excluded))) {
      while (row.next()) {
        keys.put(row.getString(1), row.getString(2));
        starts.put(row.getString(1), row.getLong(3));
      }
    }
    Map<String, String> counters = new TreeMap<>();
    for (Map.Entry<String, String> sequence : keys.entrySet()) {
      try (ResultSet row =
          statement.executeQuery("SELECT last_value, is_called FROM " + sequence.getKey())) {
        row.next();
        long value = row.getLong(1);
        boolean called = row.getBoolean(2);
        if (called || value != starts.getOrDefault(sequence.getKey(), 0L)) {
          counters.put(
              sequence.getValue(),
              "SELECT pg_catalog.setval(%s, %d, %b)"
                  .formatted(SqlQuoting.literal(sequence.getKey()), value, called));
        }
      }
    }
    return counters;
  }
}
