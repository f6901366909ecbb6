package dev.slipway.driver.mysql;

import dev.slipway.driver.SchemaObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which statements turn the grants of one object into those of another. */
final class GrantChange {
  private static final String ACCOUNT = "'(?:[^']|'')*'@'(?:[^']|'')*'";
  private static final Pattern GRANT =
      Pattern.compile(
          "(?<account>"
              + ACCOUNT
              + "): (?<privileges>.*?)(?<option> with grant option)?(?=, "
              + ACCOUNT
              + ": |$)");
  private static final String OPTION = "GRANT OPTION";

  private GrantChange() {}

  /** The statements; {@code before} and {@code after} are the values of the property. */
  static List<String> statements(SchemaObject object, String before, String after) {
    Map<String, Set<String>> old = privileges(before);
    Map<String, Set<String>> its = privileges(after);
    Set<String> accounts = new TreeSet<>(old.keySet());
    accounts.addAll(its.keySet());
    String on =
        " ON "
            + (Set.of("function", "procedure").contains(object.kind())
                ? object.kind().toUpperCase(Locale.ROOT) + " "
                : "")
            + MysqlQuoting.name(object.name());
    List<String> statements = new ArrayList<>();
    for (String account : accounts) {
      Set<String> revoked = new TreeSet<>(old.getOrDefault(account, Set.of()));
      revoked.removeAll(its.getOrDefault(account, Set.of()));
      Set<String> granted = new TreeSet<>(its.getOrDefault(account, Set.of()));
      granted.removeAll(old.getOrDefault(account, Set.of()));
      if (!revoked.isEmpty()) {
        statements.add("REVOKE " + String.join(", ", revoked) + on + " FROM " + account);
      }
      boolean option = granted.remove(OPTION);
      if (option || !granted.isEmpty()) {
        statements.add(
            "GRANT "
                + (granted.isEmpty() ? "USAGE" : String.join(", ", granted))
                + on
                + " TO "
                + account
                + (option ? " WITH GRANT OPTION" : ""));
      }
    }
    return statements;
  }

  private static Map<String, Set<String>> privileges(String grants) {
    Map<String, Set<String>> privileges = new TreeMap<>();
    Matcher grant = GRANT.matcher(grants);
    while (grant.find()) {
      Set<String> all = privileges.computeIfAbsent(grant.group("account"), _ -> new TreeSet<>());
      String names = grant.group("privileges");
      // Those of a routine come in one list.
      (names.contains("(") ? Stream.of(names) : Arrays.stream(names.split(",")))
          .map(name -> name.equals("GRANT") ? OPTION : quoted(name))
          .filter(name -> !name.equals("USAGE"))
          .forEach(all::add);
      if (grant.group("option") != null) {
        all.add(OPTION);
      }
    }
    return privileges;
  }

  /** A privilege on a column with the quoted name of the column. */
  private static String quoted(String privilege) {
    int open = privilege.indexOf(" (");
    return open < 0
        ? privilege
        : privilege.substring(0, open + 2)
            + MysqlQuoting.name(privilege.substring(open + 2, privilege.length() - 1))
            + ")";
  }
}
