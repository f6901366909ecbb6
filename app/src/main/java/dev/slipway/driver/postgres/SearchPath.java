package dev.slipway.driver.postgres;

import dev.slipway.driver.SqlQuoting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The search path of PostgreSQL and CockroachDB: names of schemas, read and written as the server
 * does it.
 */
public final class SearchPath {
  /** Stands for the schema that has the name of the current user. */
  static final String USER = "$user";

  /** The server's own default. */
  public static final List<String> DEFAULT = List.of(USER, "public");

  private SearchPath() {}

  /**
   * The names in order. As in the server, a name without quotes is folded to lower case, and {@code
   * ""} within quotes is one quote.
   */
  public static List<String> names(String text) {
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      char first = text.charAt(at);
      if (first == ',' || Character.isWhitespace(first)) {
        at++;
      } else if (first == '"') {
        StringBuilder name = new StringBuilder();
        for (at++; at < text.length(); at++) {
          if (text.charAt(at) == '"') {
            at++;
            if (at >= text.length() || text.charAt(at) != '"') {
              break;
            }
          }
          name.append(text.charAt(at));
        }
        names.add(name.toString());
      } else {
        int start = at;
        while (at < text.length() && text.charAt(at) != ',') {
          at++;
        }
        names.add(folded(text.substring(start, at).strip()));
      }
    }
    return names;
  }

  /** The server folds the letters of ASCII alone. */
  private static String folded(String name) {
    StringBuilder folded = new StringBuilder();
    name.chars().forEach(c -> folded.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return folded.toString();
  }

  /** The first name, unless it depends on the user: where a path names a schema explicitly. */
  public static Optional<String> explicit(String text) {
    return names(text).stream().findFirst().filter(name -> !name.equals(USER));
  }

  /** The names as SQL, each in quotes. */
  public static String sql(List<String> names) {
    return names.stream().map(SqlQuoting::identifier).collect(Collectors.joining(", "));
  }

  /** A path that begins with a schema and goes on as another path does. */
  public static List<String> startingWith(String schema, List<String> path) {
    List<String> names = new ArrayList<>(List.of(schema));
    path.stream().filter(name -> !name.equals(schema)).forEach(names::add);
    return List.copyOf(names);
  }
}
