package dev.slipway.driver.mysql;

import dev.slipway.driver.SqlQuoting;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Quotes names and strings for MySQL. */
final class MysqlQuoting {
  private MysqlQuoting() {}

  /** A name in backticks, in which a backslash is literal in every SQL mode. */
  static String name(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** A literal for an expression, which every SQL mode reads alike. */
  static String value(String text) {
    return text.contains("\\")
        ? "_utf8mb4 X'" + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8)) + "'"
        : SqlQuoting.literal(text);
  }

  /** A string literal, in which a backslash escapes. */
  static String literal(String text) {
    return SqlQuoting.literal(text).replace("\\", "\\\\");
  }
}
