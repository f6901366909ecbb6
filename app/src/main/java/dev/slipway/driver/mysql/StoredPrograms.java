package dev.slipway.driver.mysql;

import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The CREATE statements of what MySQL stores as text: views, routines, triggers, and events.
 *
 * @param connection in the settings of {@link MysqlSchemaReader}
 * @param statement one of the connection's
 */
record StoredPrograms(Connection connection, Statement statement) {
  private static final Pattern HEAD =
      Pattern.compile(
          "(?<start>CREATE(?: ALGORITHM=\\w+)?) DEFINER=(?<definer>`(?:[^`]|``)*`@`(?:[^`]|``)*`)");

  private static final Pattern STARTS =
      Pattern.compile("( ON SCHEDULE EVERY \\S+ \\w+) STARTS '[^']*'");

  /** Settings of the session that an object keeps, by the column of SHOW CREATE that has them. */
  static final List<String> KEPT =
      List.of("sql_mode", "character_set_client", "collation_connection", "time_zone");

  /**
   * A CREATE statement.
   *
   * @param settings the variables that the object keeps from the session that creates it
   */
  record Program(String sql, Map<String, String> settings) {
    /** The account whose privileges it has, as {@code `user`@`host`}; empty if it names none. */
    String definer() {
      Matcher head = HEAD.matcher(sql);
      return head.lookingAt() ? head.group("definer") : "";
    }

    /** The same, of the account that creates it. */
    Program withoutDefiner() {
      Matcher head = HEAD.matcher(sql);
      return head.lookingAt()
          ? new Program(head.group("start") + sql.substring(head.end()), settings)
          : this;
    }

    /** The statement that sets the variables; empty without variables. */
    String set() {
      return settings.isEmpty()
          ? ""
          : settings.entrySet().stream()
              .map(each -> each.getKey() + " = " + MysqlQuoting.value(each.getValue()))
              .reduce("SET ", (a, b) -> a.equals("SET ") ? a + b : a + ", " + b);
    }
  }

  /**
   * Reads the statement of an object.
   *
   * @param kind {@code view}, {@code function}, {@code procedure}, {@code trigger}, or {@code
   *     event}
   */
  Program read(String kind, String name) throws SQLException {
    Map<String, String> row = create(kind.toUpperCase(Locale.ROOT), name);
    Map<String, String> settings = new LinkedHashMap<>();
    KEPT.stream()
        .filter(row::containsKey)
        .forEach(each -> settings.put(each, row.getOrDefault(each, "")));
    String text =
        row.getOrDefault(kind.equals("trigger") ? "sql original statement" : "create " + kind, "");
    if (kind.equals("event") && startsByItself(name)) {
      text = STARTS.matcher(text).replaceFirst("$1");
    }
    String database = MysqlQuoting.name(SqlQueries.string(connection, "SELECT DATABASE()")) + ".";
    return new Program(
        kind.equals("view")
            ? CreateText.withoutQualifier(text, database, "(")
            : CreateBodyText.body(text),
        settings);
  }

  private boolean startsByItself(String event) throws SQLException {
    return SqlQueries.string(
            connection,
            "SELECT "
                + MysqlSchemaReading.GENERATED_START
                + " FROM information_schema.events WHERE event_schema = DATABASE()"
                + " AND event_name = "
                + MysqlQuoting.value(event))
        .equals("1");
  }

  /** The row of SHOW CREATE by its columns, in lower case. */
  Map<String, String> create(String kind, String name) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SHOW CREATE " + kind + " " + MysqlQuoting.name(name))) {
      row.next();
      return MysqlSchemaReading.row(row);
    }
  }

  /** The names of the views, each after those that it uses. */
  List<String> views() throws SQLException {
    Map<String, Set<String>> uses = new HashMap<>();
    try (ResultSet row =
        statement.executeQuery(
            "SELECT view_name, table_name FROM information_schema.view_table_usage"
                + " WHERE view_schema = DATABASE() AND table_schema = DATABASE()")) {
      while (row.next()) {
        uses.computeIfAbsent(row.getString(1), _ -> new TreeSet<>()).add(row.getString(2));
      }
    }
    List<String> views =
        SqlQueries.strings(
            connection,
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
                + " AND table_type = 'VIEW' ORDER BY table_name");
    Set<String> ordered = new LinkedHashSet<>();
    views.forEach(view -> addView(view, uses, ordered));
    ordered.retainAll(new LinkedHashSet<>(views));
    return List.copyOf(ordered);
  }

  private static void addView(String view, Map<String, Set<String>> uses, Set<String> ordered) {
    if (!ordered.contains(view)) {
      uses.getOrDefault(view, Set.of()).forEach(used -> addView(used, uses, ordered));
      ordered.add(view);
    }
  }

  /** The names of the triggers, each after those that run before it. */
  List<String> triggers() throws SQLException {
    return SqlQueries.strings(
        connection,
        "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema ="
            + " DATABASE() ORDER BY event_object_table, action_timing, event_manipulation,"
            + " action_order");
  }
}
