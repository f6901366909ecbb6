package dev.slipway.driver.sqlite;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The tokens of a statement in sqlite_schema, without comments and white space. SQLite keeps each
 * statement as it was written, so that one schema has many texts.
 */
final class DdlTokens {
  private static final Set<String> OPERATORS =
      Set.of("||", "<=", ">=", "<>", "!=", "==", "<<", ">>", "->");

  private DdlTokens() {}

  /** What a token is. */
  enum Kind {
    WORD,
    /** A quoted name; what is in double quotes may also be a string. */
    NAME,
    STRING,
    SIGN
  }

  /**
   * A token.
   *
   * @param text a word in lower case, a name without its quotes, all else as written
   * @param doubleQuoted whether it is a name in double quotes
   * @param start where it starts in the statement
   * @param end where it ends
   */
  record DdlToken(Kind kind, String text, boolean doubleQuoted, int start, int end) {
    boolean is(String other) {
      return (kind == Kind.WORD || kind == Kind.SIGN) && text.equals(other);
    }

    /** The name that it is, as SQLite compares names. */
    String name() {
      return lower(text);
    }
  }

  /** Lower case, of ASCII letters alone, as SQLite compares names. */
  static String lower(String text) {
    StringBuilder lower = new StringBuilder(text);
    for (int i = 0; i < lower.length(); i++) {
      char c = lower.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        lower.setCharAt(i, (char) (c + 'a' - 'A'));
      }
    }
    return lower.toString();
  }

  /** Reads the tokens of a statement. */
  static List<DdlToken> of(String sql) {
    List<DdlToken> tokens = new ArrayList<>();
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      int end;
      if (Character.isWhitespace(c)) {
        end = i + 1;
      } else if (sql.startsWith("--", i)) {
        end = after(sql, "\n", i);
      } else if (sql.startsWith("/*", i)) {
        end = after(sql, "*/", i + 2);
      } else if (c == '\'') {
        end = quoteEnd(sql, i, c);
        tokens.add(new DdlToken(Kind.STRING, sql.substring(i, end), false, i, end));
      } else if (c == '"' || c == '`') {
        end = quoteEnd(sql, i, c);
        String quote = String.valueOf(c);
        String inside = sql.substring(i + 1, Math.max(i + 1, end - 1));
        tokens.add(new DdlToken(Kind.NAME, inside.replace(quote + quote, quote), c == '"', i, end));
      } else if (c == '[') {
        end = after(sql, "]", i);
        tokens.add(new DdlToken(Kind.NAME, sql.substring(i + 1, end - 1), false, i, end));
      } else if ((c == 'x' || c == 'X') && sql.startsWith("'", i + 1)) {
        end = quoteEnd(sql, i + 1, '\'');
        tokens.add(
            new DdlToken(
                Kind.STRING, sql.substring(i, end).toLowerCase(Locale.ROOT), false, i, end));
      } else if (isWord(c)) {
        end = wordEnd(sql, i);
        tokens.add(new DdlToken(Kind.WORD, lower(sql.substring(i, end)), false, i, end));
      } else {
        end = OPERATORS.contains(sql.substring(i, Math.min(i + 2, sql.length()))) ? i + 2 : i + 1;
        tokens.add(new DdlToken(Kind.SIGN, sql.substring(i, end), false, i, end));
      }
      i = end;
    }
    return tokens;
  }

  private static int after(String sql, String mark, int from) {
    int at = sql.indexOf(mark, from);
    return at < 0 ? sql.length() : at + mark.length();
  }

  private static int quoteEnd(String sql, int start, char quote) {
    for (int i = start + 1; i < sql.length(); i++) {
      if (sql.charAt(i) == quote) {
        if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
          i++;
        } else {
          return i + 1;
        }
      }
    }
    return sql.length();
  }

  private static boolean isWord(char c) {
    return c >= 0x80 || c == '_' || c == '$' || Character.isLetterOrDigit(c);
  }

  /** A word, or a number with its fraction. */
  private static int wordEnd(String sql, int start) {
    int i = start;
    while (i < sql.length()
        && (isWord(sql.charAt(i))
            || (sql.charAt(i) == '.' && Character.isDigit(sql.charAt(start))))) {
      i++;
    }
    return i;
  }

  /**
   * The tokens as one text, which is the same for statements that mean the same.
   *
   * @param names all names of the schema, in lower case: what is in double quotes and none of them
   *     is a string, whose case counts, as SQLite itself reads it
   */
  static String text(List<DdlToken> tokens, Set<String> names) {
    StringBuilder text = new StringBuilder();
    String before = "(";
    for (DdlToken token : tokens) {
      String next = text(token, names);
      boolean close =
          before.equals("(")
              || before.equals(".")
              || Set.of(")", ",", ".").contains(next)
              || (next.equals("(") && !before.equals(",") && !before.equals("as"));
      text.append(close ? "" : " ").append(next);
      before = next;
    }
    return text.toString();
  }

  private static String text(DdlToken token, Set<String> names) {
    if (token.kind() != Kind.NAME) {
      return token.text();
    }
    String name = token.name();
    if (token.doubleQuoted() && !names.contains(name)) {
      return "'" + token.text().replace("'", "''") + "'";
    }
    return name.chars().allMatch(c -> isWord((char) c))
        ? name
        : "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** The names that a statement gives to columns and tables, in lower case. */
  static List<String> aliases(List<DdlToken> tokens) {
    List<String> aliases = new ArrayList<>();
    for (int i = 1; i < tokens.size(); i++) {
      if (tokens.get(i - 1).is("as") || (i + 1 < tokens.size() && tokens.get(i + 1).is("."))) {
        aliases.add(tokens.get(i).name());
      }
    }
    return aliases;
  }

  /** The parts between commas that are in no parentheses. */
  static List<List<DdlToken>> split(List<DdlToken> tokens) {
    List<List<DdlToken>> parts = new ArrayList<>();
    List<DdlToken> part = new ArrayList<>();
    int depth = 0;
    for (DdlToken token : tokens) {
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth == 0 && token.is(",")) {
        parts.add(part);
        part = new ArrayList<>();
      } else {
        part.add(token);
      }
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  /** The index of the parenthesis that closes the one at an index. */
  static int closing(List<DdlToken> tokens, int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return tokens.size() - 1;
  }
}
