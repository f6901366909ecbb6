package dev.slipway.driver.mysql;

import dev.slipway.driver.SqlQuoting;

/** Quotes names and strings for MySQL. */
final class MysqlQuoting {
  private MysqlQuoting() {}

  /** A name in backticks, in which a backslash is literal in every SQL mode. */
  static String name(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A string literal, in which a backslash escapes. */
  static String literal(String text) {
    return SqlQuoting.literal(text).replace("\\", "\\\\");
  }
}
