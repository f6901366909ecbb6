package dev.slipway.driver.sqlite;

import dev.slipway.driver.PreCommitCheck;
import dev.slipway.driver.QuerySession;
import dev.slipway.driver.SqlQuoting;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the violations of SQLite's foreign keys before and after a transaction. A migrator's
 * connection does not enforce foreign keys, because most changes of a table rebuild it. Therefore
 * {@code PRAGMA foreign_key_check} runs once before each COMMIT, and a transaction that adds
 * violations fails. Older violations, and foreign keys that SQLite cannot check, cause a warning.
 *
 * <p>A row is identified by the values of its key, not by its rowid or table: rebuilding a table
 * renumbers its rows, and a table can be renamed. For one thread.
 */
final class SqliteForeignKeyCheck implements PreCommitCheck {
  /** Above this number of violations, only their numbers per table are compared. */
  static final int ROWS_MAX = 10_000;

  private static final int NAMED_MAX = 3;
  private static final int LITERAL_MAX = 100;

  /** SQLITE_CONSTRAINT_FOREIGNKEY. */
  private static final int ERROR_CODE = 787;

  private final QuerySession session;
  private final Set<String> warned = new HashSet<>();
  private Violations committed = new Violations(Map.of(), Optional.empty());
  private Violations checked = committed;

  /** SQLite's counter of changes by other connections; -1 before the first check. */
  private long dataVersion = -1;

  /** Reads nothing yet. */
  SqliteForeignKeyCheck(QuerySession session) {
    this.session = session;
  }

  /**
   * Rows of one foreign key that refer to nothing.
   *
   * @param child the table that refers
   * @param parent the table referred to
   * @param columns the columns that refer; empty where the rows are only counted
   * @param key their values, each as an SQL literal that is cut at {@link #LITERAL_MAX} characters
   */
  private record Orphan(String child, String parent, String columns, String key) {
    String describe(int count) {
      return count
          + (count == 1 ? " row" : " rows")
          + " of "
          + child
          + (columns.isEmpty() ? "" : " (" + columns + " = " + key + ")")
          + (count == 1 ? " refers" : " refer")
          + " to no row of "
          + parent;
    }
  }

  /**
   * What one check has found.
   *
   * @param counts the number of rows for each child and parent table
   * @param rows the same by key; absent above {@link #ROWS_MAX}
   */
  private record Violations(Map<Orphan, Integer> counts, Optional<Map<Orphan, Integer>> rows) {
    /** The rows that an earlier check has not found. */
    Map<Orphan, Integer> since(Violations earlier) {
      boolean byKey = rows.isPresent() && earlier.rows.isPresent();
      Map<Orphan, Integer> now = byKey ? rows.get() : counts;
      Map<Orphan, Integer> before = byKey ? earlier.rows.get() : earlier.counts;
      Map<String, Integer> gone = new HashMap<>();
      before.forEach(
          (orphan, count) ->
              gone.merge(
                  orphan.key(), Math.max(0, count - now.getOrDefault(orphan, 0)), Integer::sum));
      Map<Orphan, Integer> added = new LinkedHashMap<>();
      now.forEach(
          (orphan, count) -> {
            int more = Math.max(0, count - before.getOrDefault(orphan, 0));
            int moved = Math.min(more, gone.getOrDefault(orphan.key(), 0));
            gone.merge(orphan.key(), -moved, Integer::sum);
            if (more > moved) {
              added.put(orphan, more - moved);
            }
          });
      return added;
    }
  }

  /** Reads the violations that exist before a transaction, unless they are known from the last. */
  @Override
  public void begin() throws SQLException {
    // Changes when another connection commits, and only then.
    long version = session.query("PRAGMA data_version", row -> row.getLong(1)).getFirst();
    if (version != dataVersion) {
      committed = read();
      dataVersion = version;
      if (!committed.counts().isEmpty() && warned.add("")) {
        session.log(
            "warning: the database already violates foreign keys: "
                + describe(committed.rows().orElse(committed.counts())));
      }
    }
  }

  /**
   * Fails if the transaction has added violations.
   *
   * @throws SQLException naming the first of them, with SQLite's code for a foreign key
   */
  @Override
  public void check() throws SQLException {
    checked = read();
    Map<Orphan, Integer> added = checked.since(committed);
    if (!added.isEmpty()) {
      throw new SQLException("FOREIGN KEY constraint failed: " + describe(added), null, ERROR_CODE);
    }
  }

  @Override
  public void committed() {
    committed = checked;
  }

  private static String describe(Map<Orphan, Integer> orphans) {
    String first =
        orphans.entrySet().stream()
            .limit(NAMED_MAX)
            .map(each -> each.getKey().describe(each.getValue()))
            .collect(Collectors.joining(", "));
    int more = orphans.size() - NAMED_MAX;
    return first + (more > 0 ? ", and " + more + " more" : "");
  }

  // ---- reading

  /** The violations of one foreign key of one table. */
  private record Group(String child, String parent, int foreignKey, int count) {}

  private Violations read() throws SQLException {
    List<Group> groups = groups();
    Map<Orphan, Integer> counts = new LinkedHashMap<>();
    groups.forEach(
        group ->
            counts.merge(
                new Orphan(group.child(), group.parent(), "", ""), group.count(), Integer::sum));
    if (groups.stream().mapToLong(Group::count).sum() > ROWS_MAX) {
      return new Violations(counts, Optional.empty());
    }
    Map<Orphan, Integer> rows = new LinkedHashMap<>();
    for (Group group : groups) {
      orphans(group).forEach(orphan -> rows.merge(orphan, 1, Integer::sum));
    }
    return new Violations(counts, Optional.of(rows));
  }

  private List<Group> groups() throws SQLException {
    try {
      return groups("pragma_foreign_key_check");
    } catch (SQLException e) {
      if (!mismatch(e)) {
        throw e;
      }
    }
    // One foreign key that refers to columns without a unique index fails the check of all tables.
    List<Group> groups = new ArrayList<>();
    for (String table :
        session.query(
            "SELECT DISTINCT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name)"
                + " WHERE m.type = 'table' ORDER BY 1",
            row -> row.getString(1))) {
      try {
        groups.addAll(groups("pragma_foreign_key_check(?)", table));
      } catch (SQLException e) {
        if (!mismatch(e)) {
          throw e;
        }
        if (warned.add(table)) {
          session.log(
              "warning: the foreign keys of "
                  + table
                  + " are not checked: "
                  + session.errorMessage(e));
        }
      }
    }
    return groups;
  }

  private List<Group> groups(String check, String... table) throws SQLException {
    return session.query(
        "SELECT \"table\", parent, fkid, count(*) FROM " + check + " GROUP BY 1, 2, 3",
        row -> new Group(row.getString(1), row.getString(2), row.getInt(3), row.getInt(4)),
        table);
  }

  private static boolean mismatch(SQLException e) {
    return String.valueOf(e.getMessage()).contains("foreign key mismatch");
  }

  private List<Orphan> orphans(Group group) throws SQLException {
    String child = group.child();
    boolean rowid =
        !session
            .query(
                "SELECT 1 FROM pragma_table_list WHERE schema = 'main'"
                    + " AND name = ? AND NOT wr",
                row -> 1,
                child)
            .isEmpty();
    if (!rowid) {
      // The check does not identify the rows of a table WITHOUT ROWID.
      return Collections.nCopies(group.count(), new Orphan(child, group.parent(), "", ""));
    }
    List<String> columns =
        session.query(
            "SELECT \"from\" FROM pragma_foreign_key_list(?)"
                + " WHERE id = "
                + group.foreignKey()
                + " ORDER BY seq",
            row -> row.getString(1),
            child);
    String literals =
        columns.stream()
            .map(
                column ->
                    "substr(quote(child."
                        + SqlQuoting.identifier(column)
                        + "), 1, "
                        + LITERAL_MAX
                        + ")")
            .collect(Collectors.joining(" || ', ' || "));
    return session.query(
        "SELECT "
            + literals
            + " FROM pragma_foreign_key_check(?) AS orphan"
            + " JOIN main."
            + SqlQuoting.identifier(child)
            + " AS child ON child._rowid_ = orphan.rowid"
            + " WHERE orphan.fkid = "
            + group.foreignKey(),
        row -> new Orphan(child, group.parent(), String.join(", ", columns), row.getString(1)),
        child);
  }
}
