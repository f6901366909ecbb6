package dev.slipway.verify;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.migration.MigrationService;
import dev.slipway.sql.SqlFile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The mark in a database that {@code --scratch} names: a table with the names that the migrations
 * mention, written while the database is empty. What has another name was not created by the run,
 * even if the run was killed in the middle of a statement. Of one thread.
 */
final class ScratchMarker {
  private static final String TABLE = MigrationService.SCRATCH_MARK;
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_$]+");
  private static final int NAME_MAX = 200;

  private final DatabaseDriver dialect;
  private final Set<String> names = new HashSet<>();
  private final Set<String> kept = new HashSet<>();

  /**
   * Something in the database.
   *
   * @param type as DROP calls it
   * @param name without its schema
   * @param identity as DROP names it
   */
  record DatabaseObject(String type, String name, String identity) {
    @Override
    public String toString() {
      return type + " " + name;
    }
  }

  private ScratchMarker(DatabaseDriver dialect) {
    this.dialect = dialect;
  }

  /**
   * The mark that an earlier run left; without one, everything counts as content of others. Schemas
   * without objects, and extensions, are part of an empty database.
   */
  static ScratchMarker read(Connection connection, DatabaseDriver dialect) throws SQLException {
    ScratchMarker mark = new ScratchMarker(dialect);
    List<DatabaseObject> all = mark.all(connection);
    if (all.stream().anyMatch(one -> one.name().equals(TABLE))) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT kind, name FROM " + TABLE)) {
        while (row.next()) {
          (row.getString(1).equals("name") ? mark.names : mark.kept).add(row.getString(2));
        }
      }
    } else {
      all.stream().filter(ScratchMarker::basic).forEach(one -> mark.kept.add(one.toString()));
    }
    return mark;
  }

  private static boolean basic(DatabaseObject content) {
    return content.type().equals("schema") || content.type().equals("extension");
  }

  /** What is in the database and was not made by the run that the mark is of. */
  List<DatabaseObject> others(Connection connection) throws SQLException {
    return content(connection).stream()
        .filter(
            one ->
                !WORD.matcher(one.name())
                    .results()
                    .map(word -> word.group().toLowerCase(Locale.ROOT))
                    .allMatch(names::contains))
        .toList();
  }

  /** What is in the database, the mark and what was there at first left out. */
  private List<DatabaseObject> content(Connection connection) throws SQLException {
    return all(connection).stream()
        .filter(one -> !one.name().equals(TABLE) && !kept.contains(one.toString()))
        .toList();
  }

  private List<DatabaseObject> all(Connection connection) throws SQLException {
    List<DatabaseObject> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(dialect.scratch().objectsQuery())) {
      while (row.next()) {
        all.add(new DatabaseObject(row.getString(1), row.getString(2), row.getString(3)));
      }
    }
    return all;
  }

  /** Marks an empty database before a run whose steps mention these names. */
  void write(Connection connection, Set<String> mentioned) throws SQLException {
    names.addAll(mentioned);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "CREATE TABLE "
              + TABLE
              + " (kind VARCHAR(20) NOT NULL, name VARCHAR("
              + NAME_MAX
              + ") NOT NULL)");
    }
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + TABLE + " (kind, name) VALUES (?, ?)")) {
      for (String name : names) {
        add(insert, "name", name);
      }
      for (String name : kept) {
        add(insert, "kept", name);
      }
      insert.executeBatch();
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static void add(PreparedStatement insert, String kind, String name) throws SQLException {
    insert.setString(1, kind);
    insert.setString(2, name);
    insert.addBatch();
  }

  /**
   * Removes what the run made, and then the mark. Call it only when there are no {@link #others}:
   * what is dropped takes along what depends on it.
   *
   * @return how many objects were removed
   */
  int clear(Connection connection) throws SQLException {
    List<DatabaseObject> content = new ArrayList<>(content(connection));
    // Event triggers first: they see every other DROP. Extensions last: they own types in use.
    content.sort(
        Comparator.comparingInt(
            one ->
                switch (one.type()) {
                  case "event trigger" -> 0;
                  case "view" -> 1;
                  case "extension", "schema" -> 3;
                  default -> 2;
                }));
    try (Statement statement = connection.createStatement()) {
      if (!dialect.scratch().beforeDrop().isEmpty()) {
        statement.execute(dialect.scratch().beforeDrop());
      }
      for (DatabaseObject one : content) {
        statement.executeUpdate(dialect.scratch().dropObject(one.type(), one.identity()));
      }
      statement.executeUpdate("DROP TABLE IF EXISTS " + TABLE);
    }
    return content.size();
  }

  /** All words of the files: objects that they create have no other names. */
  static Set<String> names(List<SqlFile> files, String history) {
    Set<String> names = new TreeSet<>();
    List<String> texts = new ArrayList<>(List.of(history));
    files.forEach(file -> texts.add(file.script().text()));
    texts.forEach(
        text ->
            WORD.matcher(text)
                .results()
                .map(word -> word.group().toLowerCase(Locale.ROOT))
                .filter(word -> word.length() <= NAME_MAX)
                .forEach(names::add));
    return names;
  }
}
