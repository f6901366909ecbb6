package dev.slipway.driver.sqlite;

import dev.slipway.driver.DataContents;
import dev.slipway.driver.DataContents.Rows;
import dev.slipway.driver.DataDumper;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the rows of an SQLite file. Each value is a literal of its storage class, so that affinity
 * changes nothing when it is inserted.
 */
final class SqliteDataDumper implements DataDumper {
  private static final String TABLES =
      """
      SELECT l.name, l.type, l.wr, s.sql FROM pragma_table_list l
        JOIN main.sqlite_schema s ON s.type = 'table' AND s.name = l.name
      WHERE l.schema = 'main' AND l.type IN ('table', 'virtual')
        AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY lower(l.name)""";

  /** Columns that hold a value of their own: neither generated nor an argument. */
  private static final String COLUMNS =
      "SELECT name FROM pragma_table_xinfo(%s) WHERE hidden = 0 ORDER BY cid";

  private static final String KEY =
      "SELECT name FROM pragma_table_xinfo(%s) WHERE pk > 0 ORDER BY pk";

  private static final String COUNTERS =
      "SELECT s.name, s.seq FROM main.sqlite_sequence s JOIN main.sqlite_schema t ON"
          + " t.type = 'table' AND t.name = s.name ORDER BY 1";

  /** An index of words whose rows exist nowhere else, and cannot be read from it. */
  private static final Pattern CONTENTLESS =
      Pattern.compile("\\bcontent\\s*=\\s*(''|\"\")", Pattern.CASE_INSENSITIVE);

  @Override
  public DataContents read(Connection connection, Set<String> excluded) throws SQLException {
    Set<String> left = excluded.stream().map(DdlTokens::lower).collect(Collectors.toSet());
    Map<String, Rows> tables = new TreeMap<>();
    List<String> unsupported = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      List<Table> all = new ArrayList<>();
      try (ResultSet row = statement.executeQuery(TABLES)) {
        while (row.next()) {
          boolean virtual = row.getString(2).equals("virtual");
          all.add(new Table(row.getString(1), virtual, row.getBoolean(3), row.getString(4)));
        }
      }
      for (Table table : all) {
        if (left.contains(DdlTokens.lower(table.name()))) {
          continue;
        }
        if (table.virtual() && CONTENTLESS.matcher(table.sql()).find()) {
          unsupported.add(table.key() + " is an index without its content, which cannot be read");
          continue;
        }
        tables.put(table.key(), rows(connection, statement, table));
      }
    }
    return new DataContents(tables, counters(connection, left), unsupported);
  }

  private record Table(String name, boolean virtual, boolean withoutRowid, String sql) {
    String key() {
      return "table " + DdlTokens.lower(name);
    }
  }

  private static Rows rows(Connection connection, Statement statement, Table table)
      throws SQLException {
    String name = SqlQuoting.literal(table.name());
    List<String> columns = new ArrayList<>();
    if (table.virtual()) {
      columns.add("rowid");
    }
    SqlQueries.strings(connection, COLUMNS.formatted(name)).stream()
        .map(SqlQuoting::identifier)
        .forEach(columns::add);
    String insert = "INSERT INTO " + SqlQuoting.identifier(table.name());
    if (columns.isEmpty()) {
      long count =
          Long.parseLong(
              SqlQueries.string(
                  connection, "SELECT count(*) FROM " + SqlQuoting.identifier(table.name())));
      return new Rows(
          Optional.of(insert + " DEFAULT VALUES"), Collections.nCopies(Math.toIntExact(count), ""));
    }
    String order =
        table.withoutRowid()
            ? SqlQueries.strings(connection, KEY.formatted(name)).stream()
                .map(SqlQuoting::identifier)
                .collect(Collectors.joining(", "))
            : "rowid";
    List<String> rows = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT "
                + columns.stream()
                    .map(SqliteDataDumper::expressions)
                    .collect(Collectors.joining(", "))
                + " FROM main."
                + SqlQuoting.identifier(table.name())
                + " ORDER BY "
                + order)) {
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
          values.add(literal(row, 2 * i + 1));
        }
        rows.add("(" + String.join(", ", values) + ")");
      }
    }
    return new Rows(Optional.of(insert + " (" + String.join(", ", columns) + ") VALUES"), rows);
  }

  /** The storage class, and the value: the bytes of text, and numbers as SQLite writes them. */
  private static String expressions(String column) {
    return "typeof(%1$s), CASE WHEN typeof(%1$s) IN ('text', 'blob') THEN CAST(%1$s AS BLOB) ELSE quote(%1$s) END"
        .formatted(column);
  }

  private static String literal(ResultSet row, int column) throws SQLException {
    String type = row.getString(column).toLowerCase(Locale.ROOT);
    return switch (type) {
      case "text" -> text(row.getBytes(column + 1));
      case "blob" -> "X'" + HexFormat.of().formatHex(row.getBytes(column + 1)) + "'";
      default -> row.getString(column + 1);
    };
  }

  /** Text that no file can hold as it is, or that a file may lose, is written as its bytes. */
  private static String text(byte[] bytes) {
    for (byte each : bytes) {
      if (each == 0 || each == '\r') {
        return hex(bytes);
      }
    }
    try {
      return SqlQuoting.literal(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return hex(bytes);
    }
  }

  private static String hex(byte[] bytes) {
    return "CAST(X'" + HexFormat.of().formatHex(bytes) + "' AS TEXT)";
  }

  /** The counters of AUTOINCREMENT, which remember deleted rows. */
  private static Map<String, String> counters(Connection connection, Set<String> left)
      throws SQLException {
    Map<String, String> counters = new TreeMap<>();
    if (SqlQueries.first(
            connection, "SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")
        .isEmpty()) {
      return counters;
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COUNTERS)) {
      while (row.next()) {
        String table = row.getString(1);
        if (!left.contains(DdlTokens.lower(table))) {
          String name = SqlQuoting.literal(table);
          counters.put(
              "counter of table " + DdlTokens.lower(table),
              "DELETE FROM sqlite_sequence WHERE name = "
                  + name
                  + ";\nINSERT INTO sqlite_sequence (name, seq) VALUES ("
                  + name
                  + ", "
                  + row.getLong(2)
                  + ")");
        }
      }
    }
    return counters;
  }
}
