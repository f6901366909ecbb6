package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes the schema of a MySQL database: the texts of SHOW CREATE, without the counters of
 * AUTO_INCREMENT, and without the definer where that is the login. Like mysqldump, it writes no
 * grants: those of a database that is dropped would stay on the server.
 */
final class MysqlSchemaDumper implements SchemaDumper {
  private static final Pattern COUNTER =
      Pattern.compile("(\\n\\) ENGINE=\\w+[^\\n]*?) AUTO_INCREMENT=\\d+");

  private static final Pattern HEAD =
      Pattern.compile(
          "(?<start>CREATE(?: ALGORITHM=\\w+)?)(?<definer> DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*`)");

  private static final String TABLES =
      "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
          + " AND table_type = '%s' ORDER BY table_name";

  /** The database that loads the statements has settings of its own. */
  private static final String SESSION =
      "SET NAMES utf8mb4, foreign_key_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'";

  /** Settings of the session that an object keeps, by the column of SHOW CREATE that has them. */
  private static final List<String> KEPT =
      List.of("sql_mode", "character_set_client", "collation_connection", "time_zone");

  @Override
  public List<String> statements(Connection connection, Set<String> excluded) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      return MysqlSchemaReader.inSettings(
          statement, () -> new Dump(connection, statement, excluded).write());
    }
  }

  /** Bodies of routines contain semicolons, which end a statement in the shell. */
  @Override
  public String script(List<String> statements) {
    return statements.stream()
        .map(
            each ->
                each.contains(";") ? "DELIMITER ;;\n" + each + ";;\nDELIMITER ;\n" : each + ";\n")
        .collect(Collectors.joining("\n"));
  }

  @Override
  public boolean writesGrants() {
    return false;
  }

  /** One dump. */
  private record Dump(Connection connection, Statement statement, Set<String> excluded) {
    private List<String> write() throws SQLException {
      String database = SqlQueries.string(connection, "SELECT DATABASE()");
      String definer = definer(SqlQueries.string(connection, "SELECT CURRENT_USER()"));
      List<String> all = new ArrayList<>(List.of(SESSION));
      for (String table : SqlQueries.strings(connection, TABLES.formatted("BASE TABLE"))) {
        if (!excluded.contains(table)) {
          all.add(COUNTER.matcher(create("TABLE", table).get("create table")).replaceAll("$1"));
        }
      }
      for (String kind : List.of("FUNCTION", "PROCEDURE")) {
        for (String name :
            SqlQueries.strings(
                connection,
                "SELECT routine_name FROM information_schema.routines WHERE routine_schema ="
                    + " DATABASE() AND routine_type = '"
                    + kind
                    + "' ORDER BY routine_name")) {
          add(all, create(kind, name), "create " + kind.toLowerCase(Locale.ROOT), definer);
        }
      }
      for (String view : views()) {
        add(all, create("VIEW", view), "create view", definer, database);
      }
      for (String trigger :
          SqlQueries.strings(
              connection,
              "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema ="
                  + " DATABASE() ORDER BY event_object_table, action_timing, event_manipulation,"
                  + " action_order")) {
        add(all, create("TRIGGER", trigger), "sql original statement", definer);
      }
      for (String event :
          SqlQueries.strings(
              connection,
              "SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE()"
                  + " ORDER BY event_name")) {
        add(all, create("EVENT", event), "create event", definer);
      }
      return all;
    }

    private static String definer(String account) {
      int at = account.lastIndexOf('@');
      return " DEFINER="
          + MysqlQuoting.name(account.substring(0, at))
          + "@"
          + MysqlQuoting.name(account.substring(at + 1));
    }

    private void add(List<String> all, Map<String, String> row, String column, String definer) {
      add(all, row, column, definer, "");
    }

    private void add(
        List<String> all, Map<String, String> row, String column, String definer, String database) {
      String settings =
          KEPT.stream()
              .filter(row::containsKey)
              .map(name -> name + " = " + MysqlQuoting.value(row.getOrDefault(name, "")))
              .collect(Collectors.joining(", ", "SET ", ""));
      if (!settings.equals("SET ") && !settings.equals(lastSettings(all))) {
        all.add(settings);
      }
      String text = row.getOrDefault(column, "");
      Matcher login = HEAD.matcher(text);
      if (login.lookingAt() && login.group("definer").equals(definer)) {
        text = login.group("start") + text.substring(login.end());
      }
      all.add(
          database.isEmpty()
              ? CreateBodyText.body(text)
              : CreateText.withoutQualifier(text, MysqlQuoting.name(database) + ".", "("));
    }

    private static String lastSettings(List<String> all) {
      return all.reversed().stream().filter(each -> each.startsWith("SET ")).findFirst().orElse("");
    }

    /** The row of SHOW CREATE by its columns, in lower case. */
    private Map<String, String> create(String kind, String name) throws SQLException {
      try (ResultSet row =
          statement.executeQuery("SHOW CREATE " + kind + " " + MysqlQuoting.name(name))) {
        row.next();
        return MysqlSchemaReading.row(row);
      }
    }

    /** The views, each after those that it uses. */
    private List<String> views() throws SQLException {
      Map<String, Set<String>> uses = new HashMap<>();
      try (ResultSet row =
          statement.executeQuery(
              "SELECT view_name, table_name FROM information_schema.view_table_usage"
                  + " WHERE view_schema = DATABASE() AND table_schema = DATABASE()")) {
        while (row.next()) {
          uses.computeIfAbsent(row.getString(1), _ -> new TreeSet<>()).add(row.getString(2));
        }
      }
      List<String> views = SqlQueries.strings(connection, TABLES.formatted("VIEW"));
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
  }
}
