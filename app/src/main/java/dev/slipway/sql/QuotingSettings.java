package dev.slipway.sql;

import dev.slipway.sql.SqlSyntax.Feature;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows the settings of a session that decide where a string ends: MySQL's {@code sql_mode}, and
 * PostgreSQL's {@code standard_conforming_strings}.
 */
public final class QuotingSettings {
  private static final Pattern SQL_MODE =
      Pattern.compile(
          "(?is)(?<![\\w@.]|global |persist |persist_only )(?:@@(?:(?:session|local)\\.)?)?"
              + "`?sql_mode`?\\s*:?=\\s*(.*)");
  private static final Pattern STANDARD_STRINGS =
      Pattern.compile(
          "(?is)(?:set_config\\s*\\(\\s*'|\\bset\\s+(?:session\\s+|local\\s+)?)"
              + "standard_conforming_strings'?\\s*(?:=|,|\\bto\\b)\\s*'?(\\w+)");
  private static final Pattern RESET =
      Pattern.compile("(?is)^reset\\s+(?:all|standard_conforming_strings)\\b");

  /** The bits of {@code sql_mode} as a number. */
  private static final long ANSI_QUOTES = 4;

  private static final long NO_BACKSLASH_ESCAPES = 1 << 20;

  private QuotingSettings() {}

  /**
   * The rules of a session.
   *
   * @param value the session's {@code sql_mode}, or {@code standard_conforming_strings}
   */
  public static SqlSyntax ofSession(SqlSyntax syntax, String value) {
    return syntax.has(Feature.SQL_MODE)
        ? withMode(syntax, value)
        : syntax.with(Feature.BACKSLASH_ESCAPES, isOff(value));
  }

  /** Whether a word starts a statement that may change the rules. */
  static boolean mayChange(SqlSyntax syntax, String word) {
    return (syntax.has(Feature.SQL_MODE) || syntax.has(Feature.STANDARD_STRINGS))
        && (word.equals("SET") || word.equals("RESET") || word.equals("SELECT"));
  }

  /**
   * The rules after a statement.
   *
   * @param current the rules before it
   * @param session the rules at the start of the file
   */
  static SqlSyntax after(String statement, SqlSyntax current, SqlSyntax session) {
    if (current.has(Feature.SQL_MODE)) {
      Matcher mode = SQL_MODE.matcher(statement);
      return mode.find() ? afterMode(mode.group(1), current, session) : current;
    }
    if (RESET.matcher(statement).find()) {
      return session;
    }
    Matcher standard = STANDARD_STRINGS.matcher(statement);
    if (!standard.find()) {
      return current;
    }
    String value = standard.group(1);
    return value.equalsIgnoreCase("default")
        ? session
        : current.with(Feature.BACKSLASH_ESCAPES, isOff(value));
  }

  private static SqlSyntax afterMode(String value, SqlSyntax current, SqlSyntax session) {
    Matcher number = Pattern.compile("^\\d{1,18}").matcher(value);
    if (number.find()) {
      long bits = Long.parseLong(number.group());
      return current
          .with(Feature.BACKSLASH_ESCAPES, (bits & NO_BACKSLASH_ESCAPES) == 0)
          .with(Feature.DOUBLE_QUOTED_STRINGS, (bits & ANSI_QUOTES) == 0);
    }
    if (value.startsWith("'") || value.startsWith("\"")) {
      int close = value.indexOf(value.charAt(0), 1);
      return withMode(current, close < 0 ? value : value.substring(1, close));
    }
    String upper = value.toUpperCase(Locale.ROOT);
    if (upper.startsWith("@") || upper.startsWith("DEFAULT")) {
      // A saved value, the global one, or the default.
      return session;
    }
    // An expression such as CONCAT(@@sql_mode, ',ANSI_QUOTES') adds a mode, and REPLACE removes it.
    boolean removes = upper.startsWith("REPLACE");
    SqlSyntax changed = current;
    if (upper.contains("NO_BACKSLASH_ESCAPES")) {
      changed = changed.with(Feature.BACKSLASH_ESCAPES, removes);
    }
    return upper.contains("ANSI") ? changed.with(Feature.DOUBLE_QUOTED_STRINGS, removes) : changed;
  }

  /** ANSI contains ANSI_QUOTES. */
  private static SqlSyntax withMode(SqlSyntax syntax, String modes) {
    String upper = modes.toUpperCase(Locale.ROOT);
    return syntax
        .with(Feature.BACKSLASH_ESCAPES, !upper.contains("NO_BACKSLASH_ESCAPES"))
        .with(Feature.DOUBLE_QUOTED_STRINGS, !upper.contains("ANSI"));
  }

  private static boolean isOff(String value) {
    return value.equalsIgnoreCase("off")
        || value.equalsIgnoreCase("false")
        || value.equalsIgnoreCase("no")
        || value.equals("0");
  }
}
