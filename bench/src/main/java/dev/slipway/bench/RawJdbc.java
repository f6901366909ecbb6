package dev.slipway.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The baseline: the simplest program that applies a folder of files with a JDBC driver. One execute
 * per file, one INSERT into a history of the same columns as Flyway's, one commit. On MySQL, whose
 * DDL commits by itself, there is no transaction to open.
 */
final class RawJdbc {
  private static final String HISTORY =
      """
      CREATE TABLE IF NOT EXISTS raw_history (
        installed_rank integer NOT NULL PRIMARY KEY,
        version varchar(50),
        description varchar(200) NOT NULL,
        type varchar(20) NOT NULL,
        script varchar(1000) NOT NULL,
        checksum integer,
        installed_by varchar(100) NOT NULL,
        installed_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
        execution_time integer NOT NULL,
        success boolean NOT NULL
      )
      """;

  private static final String INSERT =
      """
      INSERT INTO raw_history (installed_rank, version, description, type, script, checksum,
        installed_by, execution_time, success)
      VALUES (?, ?, ?, 'SQL', ?, ?, 'raw', ?, true)
      """;

  private RawJdbc() {}

  /** Applies what the history does not know; answers how many files that were. */
  static int up(String url, Path folder) throws SQLException, IOException {
    boolean sqlite = url.startsWith("jdbc:sqlite:");
    boolean transactions = !url.startsWith("jdbc:mysql:");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(HISTORY);
      Set<String> applied = new HashSet<>();
      try (ResultSet rows = statement.executeQuery("SELECT version FROM raw_history")) {
        while (rows.next()) {
          applied.add(rows.getString(1));
        }
      }
      connection.setAutoCommit(!transactions);
      int count = 0;
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        for (Path file : files(folder)) {
          String name = file.getFileName().toString();
          if (applied.contains(name.substring(0, name.indexOf('_')))) {
            continue;
          }
          byte[] bytes = Files.readAllBytes(file);
          long started = System.nanoTime();
          run(statement, new String(bytes, StandardCharsets.UTF_8), sqlite);
          record(insert, ++count, name, bytes, started);
          if (transactions) {
            connection.commit();
          }
        }
      }
      return count;
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".up.sql")).sorted().toList();
    }
  }

  private static void run(Statement statement, String sql, boolean sqlite) throws SQLException {
    if (sqlite) {
      // Only executeUpdate runs all statements of a text in this driver.
      statement.executeUpdate(sql);
      return;
    }
    statement.execute(sql);
    while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
      // Errors of later statements show when their results are taken.
    }
  }

  private static void record(
      PreparedStatement insert, int rank, String name, byte[] bytes, long started)
      throws SQLException {
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    int split = name.indexOf('_');
    insert.setInt(1, rank);
    insert.setString(2, name.substring(0, split));
    insert.setString(3, name.substring(split + 1, name.indexOf('.')));
    insert.setString(4, name);
    insert.setInt(5, (int) checksum.getValue());
    insert.setInt(6, (int) ((System.nanoTime() - started) / 1_000_000));
    insert.executeUpdate();
  }
}
