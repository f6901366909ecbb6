package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaContents;
import dev.slipway.driver.SchemaObject;
import dev.slipway.driver.SqlExceptions;
import dev.slipway.driver.mysql.CreateText.Keywords;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One reading of a database's schema, in the settings of {@link MysqlSchemaReader}. */
final class MysqlSchemaReading {
  private static final int BATCH = 100;
  private static final String DEFINER = SchemaObject.DEFINER;

  /** What a session that creates a view or a routine leaves in it. */
  private static final List<String> SESSION =
      List.of("sql_mode", "character_set_client", "collation_connection", "database collation");

  /** An event that is created or altered without a start starts at that moment. */
  static final String GENERATED_START =
      "CONVERT_TZ(starts, time_zone, @@time_zone) IN (created, last_altered)";

  private static final Set<Integer> DENIED = Set.of(1142, 1044, 1227);

  /** No such database, table, routine, trigger or event: dropped since it was listed. */
  private static final Set<Integer> GONE = Set.of(1049, 1146, 1305, 1360, 1539);

  private static final Keywords DATABASE =
      new Keywords(
          Map.of("CHARACTER SET", 1, "COLLATE", 1),
          Set.of("DEFAULT"),
          Map.of("COLLATE", "collation"));

  /** Columns of information_schema that name the object, are state, or repeat the database. */
  private static final Set<String> IGNORED =
      Set.of(
          "trigger_name",
          "event_name",
          "library_name",
          "created",
          "last_altered",
          "last_executed",
          "originator");

  private final Connection connection;
  private final Statement statement;
  private final Set<String> excluded;
  private final String database;
  private final LoginPrivileges login;
  private final List<SchemaObject> objects = new ArrayList<>();
  private final Map<String, List<String>> tables = new LinkedHashMap<>();
  private final List<String> unread = new ArrayList<>();
  private final List<String> omitted = new ArrayList<>();
  private final Map<String, String> tableTexts = new TreeMap<>();
  private Map<String, String> grants = Map.of();

  /** An object that SHOW CREATE prints. */
  private record Named(String kind, String name) {
    String key() {
      return kind + " " + name;
    }

    String sql() {
      return "SHOW CREATE " + kind.toUpperCase(Locale.ROOT) + " " + MysqlQuoting.name(name);
    }
  }

  MysqlSchemaReading(Connection connection, Statement statement, Set<String> excluded)
      throws SQLException {
    this.connection = connection;
    this.statement = statement;
    this.excluded = excluded;
    this.database = string("SELECT DATABASE()");
    this.login = LoginPrivileges.read(connection, database);
  }

  SchemaContents read() throws SQLException {
    Map<String, String> server = new TreeMap<>();
    server.put("version", series(string("SELECT VERSION()")));
    server.put("lower_case_table_names", string("SELECT @@lower_case_table_names"));
    server.put("collation of the database", string("SELECT @@collation_database"));
    grants = login.grants() ? ObjectGrants.read(statement) : Map.of();
    readDatabase();
    showCreate(
        named(
            "SELECT IF(table_type = 'VIEW', 'view', 'table'), table_name"
                + " FROM information_schema.tables WHERE table_schema = DATABASE()"));
    showCreate(
        named(
            "SELECT LOWER(routine_type), routine_name FROM information_schema.routines"
                + " WHERE routine_schema = DATABASE()"));
    readRows("triggers", "trigger");
    readRows("events", "event");
    boolean libraries = !string("SHOW TABLES FROM information_schema LIKE 'LIBRARIES'").isEmpty();
    if (libraries) {
      readRows("libraries", "library");
    }
    return new SchemaContents(server, withMigrator(), tables, unread, omitted, hidden(libraries));
  }

  /**
   * The objects with one name for the migrator. That is the login; or where it has defined none of
   * several objects, as when it only verifies, the account that defined most of them.
   */
  private List<SchemaObject> withMigrator() {
    Map<String, Long> definers =
        objects.stream()
            .flatMap(object -> Optional.ofNullable(object.properties().get(DEFINER)).stream())
            .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()));
    long all = definers.values().stream().mapToLong(Long::longValue).sum();
    String migrator =
        definers.containsKey(login.account()) || (all < 2 && login.onDatabase("CREATE"))
            ? login.account()
            : definers.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse(login.account());
    return objects.stream()
        .map(
            object -> {
              if (!migrator.equals(object.properties().get(DEFINER))) {
                return object;
              }
              Map<String, String> properties = new HashMap<>(object.properties());
              properties.put(DEFINER, SchemaObject.MIGRATOR);
              return new SchemaObject(object.kind(), object.name(), object.parent(), properties);
            })
        .toList();
  }

  /** The texts of SHOW CREATE TABLE that were read, by the names of the tables. */
  Map<String, String> tableTexts() {
    return Collections.unmodifiableMap(tableTexts);
  }

  /** What the login may see only in part, or not at all. */
  private Map<String, String> hidden(boolean libraries) {
    Map<String, String> hidden = new TreeMap<>();
    if (!login.onDatabase("SELECT")) {
      String grant = grant("SELECT, SHOW VIEW", MysqlQuoting.name(database));
      hidden.put("table", grant);
      hidden.put("view", grant);
    }
    if (!login.onDatabase("TRIGGER")) {
      hidden.put("trigger", grant("TRIGGER", MysqlQuoting.name(database)));
    }
    if (!login.onDatabase("EVENT")) {
      hidden.put("event", grant("EVENT", MysqlQuoting.name(database)));
    }
    if (!login.seesRoutines()) {
      hidden.put("function", grant("SHOW_ROUTINE", "*"));
      hidden.put("procedure", grant("SHOW_ROUTINE", "*"));
      if (libraries) {
        hidden.put("library", grant("SHOW_ROUTINE", "*"));
      }
    }
    if (!login.grants()) {
      hidden.put(SchemaObject.GRANTS, grant("SELECT", "mysql"));
    }
    return hidden;
  }

  private String grant(String privilege, String on) {
    return "GRANT " + privilege + " ON " + on + ".* TO " + account();
  }

  /** Releases that print a schema alike: since 9.0, all of one major version. */
  private static String series(String version) {
    String[] parts = version.split("\\.");
    return Integer.parseInt(parts[0]) < 9 ? parts[0] + "." + parts[1] : parts[0];
  }

  private String string(String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private void readDatabase() throws SQLException {
    String text;
    try (ResultSet row =
        statement.executeQuery("SHOW CREATE DATABASE " + MysqlQuoting.name(database))) {
      row.next();
      text = CreateText.withoutMarks(row.getString(2)).replace("READ ONLY=", "READ_ONLY=");
    }
    Map<String, String> properties = new HashMap<>();
    List<String> words = CreateText.words(text);
    DATABASE.read(words.subList(Math.min(3, words.size()), words.size()), "options", properties);
    properties.remove("encryption", "'N'");
    objects.add(new SchemaObject("database", "defaults", Optional.empty(), properties));
  }

  private List<Named> named(String query) throws SQLException {
    List<Named> all = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        Named one = new Named(row.getString(1), row.getString(2));
        if (!excluded.contains(one.name())) {
          all.add(one);
        }
      }
    }
    return all;
  }

  /** Several statements in one message; where one fails, each alone. */
  private void showCreate(List<Named> all) throws SQLException {
    for (int start = 0; start < all.size(); start += BATCH) {
      List<Named> batch = all.subList(start, Math.min(start + BATCH, all.size()));
      List<Map<String, String>> rows = new ArrayList<>();
      try {
        boolean hasRows =
            statement.execute(batch.stream().map(Named::sql).collect(Collectors.joining(";")));
        while (hasRows) {
          try (ResultSet row = statement.getResultSet()) {
            row.next();
            rows.add(row(row));
          }
          hasRows = statement.getMoreResults();
        }
      } catch (SQLException e) {
        rows.clear();
      }
      if (rows.size() == batch.size()) {
        for (int i = 0; i < rows.size(); i++) {
          add(batch.get(i), rows.get(i));
        }
      } else {
        for (Named one : batch) {
          showCreate(one);
        }
      }
    }
  }

  private void showCreate(Named one) throws SQLException {
    Map<String, String> found;
    try (ResultSet row = statement.executeQuery(one.sql())) {
      row.next();
      found = row(row);
    } catch (SQLException e) {
      if (GONE.contains(e.getErrorCode())) {
        return;
      }
      if (!connection.isValid(1)) {
        throw e;
      }
      unread.add(
          one.key()
              + ": "
              + SqlExceptions.message(e)
              + (DENIED.contains(e.getErrorCode())
                  ? "; " + grant("SELECT, SHOW VIEW", MysqlQuoting.name(database))
                  : ""));
      return;
    }
    add(one, found);
  }

  private void add(Named one, Map<String, String> row) {
    Map<String, String> more = new HashMap<>();
    Optional.ofNullable(grants.get(one.key()))
        .ifPresent(value -> more.put(SchemaObject.GRANTS, value));
    String text = row.get("create " + one.kind());
    if (text == null) {
      unread.add(one.key() + ": the login may not read its body; " + grant("SHOW_ROUTINE", "*"));
      return;
    }
    if (one.kind().equals("table")) {
      CreateTableText table = new CreateTableText(one.name(), text);
      objects.addAll(table.objects(more));
      tableTexts.put(one.name(), text);
      tables.put(one.name(), table.columns());
      omitted.addAll(table.omitted());
      return;
    }
    SESSION.forEach(
        name ->
            Optional.ofNullable(row.get(name))
                .ifPresent(value -> more.put(name.replace('_', ' '), value)));
    more.putAll(
        one.kind().equals("view")
            ? CreateBodyText.view(text, database)
            : CreateBodyText.routine(text));
    objects.add(new SchemaObject(one.kind(), one.name(), Optional.empty(), more));
  }

  /** Objects of which information_schema has everything, each column of their rows. */
  private void readRows(String source, String kind) throws SQLException {
    String sql =
        "SELECT r.*"
            + (kind.equals("event") ? ", " + GENERATED_START + " AS starts_by_itself" : "")
            + " FROM information_schema."
            + source
            + " r WHERE "
            + kind
            + "_schema = DATABASE()";
    try (ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        Map<String, String> row = row(rows);
        Optional<String> table = Optional.ofNullable(row.get("event_object_table"));
        if (table.filter(excluded::contains).isPresent()) {
          continue;
        }
        Map<String, String> properties = new HashMap<>();
        row.forEach(
            (column, value) -> {
              if (!IGNORED.contains(column)
                  && !column.endsWith("_catalog")
                  && !column.endsWith("_schema")) {
                properties.put(column.replace('_', ' '), CreateBodyText.body(value));
              }
            });
        String name = row.getOrDefault(kind + "_name", "");
        Optional.ofNullable(grants.get(kind + " " + name))
            .ifPresent(value -> properties.put(SchemaObject.GRANTS, value));
        if ("1".equals(properties.remove("starts by itself"))) {
          properties.remove("starts");
        }
        Optional.ofNullable(properties.remove("creator"))
            .ifPresent(creator -> properties.put(DEFINER, creator));
        objects.add(new SchemaObject(kind, name, table.map(its -> "table " + its), properties));
      }
    }
  }

  private String account() {
    int at = login.account().lastIndexOf('@');
    return MysqlQuoting.name(login.account().substring(0, at))
        + "@"
        + MysqlQuoting.name(login.account().substring(at + 1));
  }

  /** A row by the names of its columns, in lower case; NULL and empty values are left out. */
  static Map<String, String> row(ResultSet row) throws SQLException {
    Map<String, String> values = new TreeMap<>();
    ResultSetMetaData columns = row.getMetaData();
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      String value = row.getString(i);
      if (value != null && !value.isEmpty()) {
        values.put(columns.getColumnLabel(i).toLowerCase(Locale.ROOT), value);
      }
    }
    return values;
  }
}
