package dev.slipway.driver.mysql;

import dev.slipway.driver.SessionCleaner;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.SqlTokens;
import dev.slipway.sql.Token;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Drops temporary tables, deallocates prepared statements, closes handlers, clears user variables,
 * and restores the session's variables. MySQL lists only the variables, so the names of the others
 * come from the statements, and from the routines of the schema where a statement calls one. Not
 * found is what a routine creates by dynamic SQL, or what a routine of another schema creates.
 */
final class MysqlSessionCleaner implements SessionCleaner {
  private static final Pattern LEAVES =
      Pattern.compile("(?i)\\b(temporary|prepare|handler|call)\\b|@|^\\s*(/\\*!\\d*\\s*)?set\\b");

  /** A longer statement is one of rows, and reading its tokens would need memory. */
  private static final int CHARS_MAX = 200_000;

  /** Variables that change by themselves, or that no session can set. */
  private static final Set<String> VOLATILE =
      Set.of(
          "error_count",
          "external_user",
          "identity",
          "insert_id",
          "last_insert_id",
          "proxy_user",
          "pseudo_thread_id",
          "rand_seed1",
          "rand_seed2",
          "timestamp",
          "warning_count");

  /** ER_GLOBAL_VARIABLE and ER_INCORRECT_GLOBAL_LOCAL_VAR: a variable that no session has. */
  private static final Set<Integer> NO_SESSION_VARIABLE = Set.of(1229, 1238);

  private final Connection connection;
  private final SqlSyntax syntax;
  private final Map<String, String> variables = new HashMap<>();
  private final Set<String> temporaryTables = new LinkedHashSet<>();
  private final Set<String> preparedStatements = new LinkedHashSet<>();
  private final Set<String> handlers = new LinkedHashSet<>();
  private final Set<String> userVariables = new LinkedHashSet<>();
  private boolean changed;
  private boolean calls;

  /** Reads nothing yet. */
  MysqlSessionCleaner(Connection connection, SqlSyntax syntax) {
    this.connection = connection;
    this.syntax = syntax;
  }

  /** Whether a statement may change the session beyond its end. */
  static boolean mayLeave(String sql) {
    return LEAVES.matcher(sql).find();
  }

  @Override
  public void observe(String sql) throws SQLException {
    if (sql.length() > CHARS_MAX || !mayLeave(sql)) {
      return;
    }
    changed = true;
    if (variables.isEmpty()) {
      variables.putAll(readVariables());
    }
    collect(sql);
  }

  private void collect(String sql) {
    SqlTokens tokens = SqlTokens.of(sql, syntax, 1);
    for (int i = 0; i < tokens.size(); i++) {
      calls |= tokens.words(i, "CALL");
      if (tokens.words(i, "TEMPORARY", "TABLE")) {
        int name = tokens.words(i + 2, "IF", "NOT", "EXISTS") ? i + 5 : i + 2;
        if (name < tokens.size()) {
          temporaryTables.add(qualifiedName(tokens, name, sql));
        }
      } else if (tokens.words(i, "PREPARE") && tokens.words(i + 2, "FROM")) {
        preparedStatements.add(name(tokens.get(i + 1), sql));
      } else if (tokens.words(i, "HANDLER") && tokens.words(i + 2, "OPEN")) {
        int alias = tokens.words(i + 3, "AS") ? i + 4 : i + 3;
        handlers.add(name(tokens.get(alias < tokens.size() ? alias : i + 1), sql));
      } else if (tokens.symbol(i, "@")
          && i + 1 < tokens.size()
          && !tokens.symbol(i + 1, "@")
          && !(i > 0 && tokens.symbol(i - 1, "@"))) {
        userVariables.add(name(tokens.get(i + 1), sql));
      }
    }
  }

  private static String qualifiedName(SqlTokens tokens, int at, String sql) {
    String name = name(tokens.get(at), sql);
    return tokens.symbol(at + 1, ".") && at + 2 < tokens.size()
        ? name + "." + name(tokens.get(at + 2), sql)
        : name;
  }

  /** A name as it is written: the server tells upper and lower case of a table's apart. */
  private static String name(Token token, String sql) {
    return MysqlQuoting.name(
        token.kind() == Token.Kind.WORD ? sql.substring(token.start(), token.end()) : token.text());
  }

  @Override
  public void clean() throws SQLException {
    if (!changed) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      if (calls) {
        collectFromRoutines(statement);
      }
      for (String name : handlers) {
        ignoringMissing(statement, "HANDLER " + name + " CLOSE");
      }
      for (String name : temporaryTables) {
        ignoringMissing(statement, "DROP TEMPORARY TABLE IF EXISTS " + name);
      }
      for (String name : preparedStatements) {
        ignoringMissing(statement, "DEALLOCATE PREPARE " + name);
      }
      for (String name : userVariables) {
        statement.execute("SET @" + name + " = NULL");
      }
      restoreVariables(statement);
    }
    handlers.clear();
    temporaryTables.clear();
    preparedStatements.clear();
    userVariables.clear();
    calls = false;
    changed = false;
  }

  private void collectFromRoutines(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT routine_definition FROM information_schema.routines"
                + " WHERE routine_schema = DATABASE() AND routine_definition IS NOT NULL")) {
      while (row.next()) {
        String body = row.getString(1);
        if (mayLeave(body)) {
          collect(body);
        }
      }
    }
  }

  private void restoreVariables(Statement statement) throws SQLException {
    statement.execute("SET timestamp = DEFAULT, insert_id = 0");
    Map<String, String> current = readVariables();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      String name = variable.getKey();
      if (!VOLATILE.contains(name) && !variable.getValue().equals(current.get(name))) {
        try {
          statement.execute("SET SESSION " + name + " = " + value(name, variable.getValue()));
        } catch (SQLException e) {
          if (!NO_SESSION_VARIABLE.contains(e.getErrorCode())) {
            throw e;
          }
        }
      }
    }
  }

  private static String value(String name, String value) {
    if (value.matches("-?\\d+(\\.\\d+)?")) {
      return value;
    }
    return value.isEmpty() && name.startsWith("character_set_")
        ? "NULL"
        : MysqlQuoting.literal(value);
  }

  private Map<String, String> readVariables() throws SQLException {
    Map<String, String> values = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW SESSION VARIABLES")) {
      while (row.next()) {
        values.put(row.getString(1), row.getString(2));
      }
    }
    return values;
  }

  /** Unknown table, prepared statement, or database: it was removed, or never created. */
  private static void ignoringMissing(Statement statement, String sql) throws SQLException {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      if (!List.of(1046, 1049, 1051, 1109, 1146, 1243).contains(e.getErrorCode())) {
        throw e;
      }
    }
  }
}
