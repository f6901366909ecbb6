package dev.slipway.driver.sqlite;

import dev.slipway.driver.SessionCleaner;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.SqlQuoting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Detaches databases, drops temporary objects, and restores the connection's pragmas. */
final class SqliteSessionCleaner implements SessionCleaner {
  private static final Pattern LEAVES = Pattern.compile("(?i)\\b(attach|temp|temporary|pragma)\\b");

  /** The pragmas that belong to a connection, and whose value can be read. */
  private static final List<String> PRAGMAS =
      List.of(
          // First: with it, nothing else can be changed.
          "query_only",
          "analysis_limit",
          "automatic_index",
          "busy_timeout",
          "cache_size",
          "cache_spill",
          "cell_size_check",
          "checkpoint_fullfsync",
          "defer_foreign_keys",
          "foreign_keys",
          "fullfsync",
          "hard_heap_limit",
          "ignore_check_constraints",
          "journal_mode",
          "journal_size_limit",
          "legacy_alter_table",
          "locking_mode",
          "max_page_count",
          "mmap_size",
          "read_uncommitted",
          "recursive_triggers",
          "reverse_unordered_selects",
          "secure_delete",
          "soft_heap_limit",
          "synchronous",
          "temp_store",
          "threads",
          "trusted_schema",
          "wal_autocheckpoint",
          "writable_schema");

  /** The journal modes of a connection; the other two are the file's, and stay. */
  private static final Set<String> JOURNAL_MODES = Set.of("truncate", "persist", "memory", "off");

  private final Connection connection;
  private final Map<String, String> pragmas = new LinkedHashMap<>();
  private boolean changed;

  /** Reads nothing yet. */
  SqliteSessionCleaner(Connection connection) {
    this.connection = connection;
  }

  /** Whether a statement may change the connection beyond its transaction. */
  static boolean mayLeave(String sql) {
    return LEAVES.matcher(sql).find();
  }

  @Override
  public void observe(String sql) throws SQLException {
    if (mayLeave(sql)) {
      changed = true;
      if (pragmas.isEmpty()) {
        pragmas.putAll(read());
      }
    }
  }

  @Override
  public void clean() throws SQLException {
    if (!changed) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      Map<String, String> current = read();
      for (String name : PRAGMAS) {
        String value = pragmas.get(name);
        if (value != null && !value.equals(current.get(name)) && restores(name, current)) {
          statement.execute("PRAGMA " + name + " = " + value);
        }
      }
      // It cannot be read; off is its default.
      statement.execute("PRAGMA case_sensitive_like = 0");
      for (String name :
          SqlQueries.strings(
              connection,
              "SELECT name FROM pragma_database_list WHERE name NOT IN ('main', 'temp')")) {
        statement.executeUpdate("DETACH " + SqlQuoting.identifier(name));
      }
      // A view or trigger may refer to a table that is dropped before it.
      for (String type : List.of("trigger", "view", "table")) {
        for (String name :
            SqlQueries.strings(
                connection,
                "SELECT name FROM temp.sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                    + " AND type = "
                    + SqlQuoting.literal(type))) {
          statement.executeUpdate(
              "DROP " + type + " IF EXISTS temp." + SqlQuoting.identifier(name));
        }
      }
    }
    changed = false;
  }

  private static boolean restores(String name, Map<String, String> current) {
    return !name.equals("journal_mode") || JOURNAL_MODES.contains(current.get(name));
  }

  private Map<String, String> read() throws SQLException {
    Map<String, String> values = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      for (String name : PRAGMAS) {
        try (ResultSet row = statement.executeQuery("PRAGMA " + name)) {
          if (row.next()) {
            values.put(name, row.getString(1));
          }
        }
      }
    }
    return values;
  }
}
