package dev.slipway.driver.mysql;

import dev.slipway.driver.DumpSections;
import dev.slipway.driver.SchemaDumper;
import dev.slipway.driver.SqlQueries;
import dev.slipway.driver.mysql.StoredPrograms.Program;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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

  private static final String TABLES =
      "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
          + " AND table_type = 'BASE TABLE' ORDER BY table_name";

  /** The database that loads the statements has settings of its own. */
  private static final String SESSION =
      "SET NAMES utf8mb4, foreign_key_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'";

  @Override
  public List<String> statements(Connection connection, Set<String> excluded) throws SQLException {
    return sections(connection, excluded).all();
  }

  @Override
  public DumpSections sections(Connection connection, Set<String> excluded) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      return MysqlSchemaReader.inSettings(
          statement, () -> write(connection, new StoredPrograms(connection, statement), excluded));
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

  /** The text of SHOW CREATE TABLE without the next number of AUTO_INCREMENT. */
  static String withoutCounter(String text) {
    return COUNTER.matcher(text).replaceAll("$1");
  }

  private static DumpSections write(
      Connection connection, StoredPrograms programs, Set<String> excluded) throws SQLException {
    String definer = quoted(SqlQueries.string(connection, "SELECT CURRENT_USER()"));
    List<String> tables = new ArrayList<>(List.of(SESSION));
    for (String table : SqlQueries.strings(connection, TABLES)) {
      if (!excluded.contains(table)) {
        tables.add(
            withoutCounter(programs.create("TABLE", table).getOrDefault("create table", "")));
      }
    }
    List<String> all = new ArrayList<>();
    for (String kind : List.of("function", "procedure")) {
      for (String name :
          SqlQueries.strings(
              connection,
              "SELECT routine_name FROM information_schema.routines WHERE routine_schema ="
                  + " DATABASE() AND routine_type = '"
                  + kind.toUpperCase(Locale.ROOT)
                  + "' ORDER BY routine_name")) {
        add(all, programs.read(kind, name), definer);
      }
    }
    for (String view : programs.views()) {
      add(all, programs.read("view", view), definer);
    }
    for (String trigger : programs.triggers()) {
      add(all, programs.read("trigger", trigger), definer);
    }
    for (String event :
        SqlQueries.strings(
            connection,
            "SELECT event_name FROM information_schema.events WHERE event_schema = DATABASE()"
                + " ORDER BY event_name")) {
      add(all, programs.read("event", event), definer);
    }
    return new DumpSections(tables, all);
  }

  private static String quoted(String account) {
    int at = account.lastIndexOf('@');
    return MysqlQuoting.name(account.substring(0, at))
        + "@"
        + MysqlQuoting.name(account.substring(at + 1));
  }

  private static void add(List<String> all, Program program, String definer) {
    String settings = program.set();
    if (!settings.isEmpty() && !settings.equals(lastSettings(all))) {
      all.add(settings);
    }
    all.add((program.definer().equals(definer) ? program.withoutDefiner() : program).sql());
  }

  private static String lastSettings(List<String> all) {
    return all.reversed().stream().filter(each -> each.startsWith("SET ")).findFirst().orElse("");
  }
}
