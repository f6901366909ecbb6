package dev.slipway.driver.mysql;

import dev.slipway.driver.SqlQueries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a login may see of a database and of the grants: its own privileges, and those of its active
 * roles. information_schema has rows only for what the login may see, so that fewer rows do not
 * prove that there are fewer objects. Immutable.
 *
 * @param account the account that the server has chosen for the login, as {@code user@host}
 * @param global the privileges on all databases
 * @param database the privileges on the whole database, those on all databases included
 * @param grants whether the login may read the grants of others
 */
record LoginPrivileges(String account, Set<String> global, Set<String> database, boolean grants) {
  private static final String ALL = "ALL PRIVILEGES";

  private static final Pattern GRANT =
      Pattern.compile(
          "(?<verb>GRANT|REVOKE) (?<privileges>[A-Z_, ]+) ON"
              + " (?<database>\\*|`(?:[^`]|``)*`)\\.\\* (?:TO|FROM) .*",
          Pattern.DOTALL);

  /** Reads the privileges of the connection's login. */
  static LoginPrivileges read(Connection connection, String database) throws SQLException {
    List<String> lines = SqlQueries.strings(connection, "SHOW GRANTS");
    Set<String> global = new HashSet<>();
    Set<String> local = new HashSet<>();
    Set<String> server = new HashSet<>();
    for (String line : lines) {
      Matcher grant = GRANT.matcher(line);
      if (!grant.matches()) {
        continue;
      }
      Set<String> privileges =
          Arrays.stream(grant.group("privileges").split(", ")).collect(Collectors.toSet());
      String on = grant.group("database");
      if (on.equals("*")) {
        global.addAll(privileges);
      }
      change(on, database, grant.group("verb"), local, privileges);
      change(on, "mysql", grant.group("verb"), server, privileges);
    }
    return new LoginPrivileges(
        SqlQueries.string(connection, "SELECT CURRENT_USER()"),
        Set.copyOf(global),
        Set.copyOf(local),
        has(server, "SELECT"));
  }

  /** Partial revokes follow the grants that they restrict. */
  private static void change(
      String on, String database, String verb, Set<String> all, Set<String> privileges) {
    if (!on.equals("*") && !covers(CreateText.unquoted(on), database)) {
      return;
    }
    if (verb.equals("GRANT")) {
      all.addAll(privileges);
    } else {
      all.removeAll(privileges);
    }
  }

  /** Whether a pattern of GRANT, in which {@code _} and {@code %} are wildcards, has a name. */
  private static boolean covers(String pattern, String database) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\' && i + 1 < pattern.length()) {
        i++;
        regex.append(Pattern.quote(pattern.substring(i, i + 1)));
      } else {
        regex.append(c == '_' ? "." : c == '%' ? ".*" : Pattern.quote(String.valueOf(c)));
      }
    }
    return database.matches(regex.toString());
  }

  private static boolean has(Set<String> privileges, String privilege) {
    return privileges.contains(privilege) || privileges.contains(ALL);
  }

  /** Whether the login has a privilege on the whole database. */
  boolean onDatabase(String privilege) {
    return has(database, privilege);
  }

  /** Whether the login sees that each routine exists; it may not see the body. */
  boolean seesRoutines() {
    return has(global, "SELECT")
        || has(global, "SHOW_ROUTINE")
        || onDatabase("EXECUTE")
        || onDatabase("CREATE ROUTINE")
        || onDatabase("ALTER ROUTINE");
  }
}
