package dev.slipway.driver;

/** Quotes names and strings as in standard SQL. */
public final class SqlQuoting {
  private SqlQuoting() {}

  /** A name in double quotes. */
  public static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text in single quotes. A database where a backslash escapes needs its own literals. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
