package dev.slipway.sql;

import dev.slipway.sql.SqlSyntax.Feature;
import dev.slipway.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Turns the tokens of {@link SqlScanner} into those that a server reads: it joins the pieces of
 * words, decodes names and strings, and unwraps executable comments. For one script.
 */
final class SqlTokenizer {
  private static final String BACKSLASH_ESCAPES = "0\0b\bn\nr\rt\tZ\u001a";
  private static final String ESCAPE_STRING_ESCAPES = "b\bf\fn\nr\rt\t";

  /**
   * Executable comments up to this version run on every supported server, so what they hold is
   * code.
   */
  private static final int OLDEST_VERSION = 80_000;

  private final SqlScript script;
  private final SqlSyntax syntax;

  SqlTokenizer(SqlScript script) {
    this.script = script;
    this.syntax = script.syntax();
  }

  List<Token> tokens() {
    List<Token> raw = new ArrayList<>();
    List<int[]> comments = new ArrayList<>();
    String text = script.text();
    script.scan(
        new SqlScript.TokenListener() {
          @Override
          public void token(int start, int end) {
            raw.add(new Token(Kind.SYMBOL, text.substring(start, end), start, end));
          }

          @Override
          public void comment(int start, int end) {
            comments.add(new int[] {start, end});
          }
        });
    List<Token> joined = joined(separated(raw, comments, text));
    boolean wrapped = syntax.has(Feature.EXECUTABLE_COMMENTS);
    return List.copyOf(values(wrapped ? unwrapped(joined) : joined));
  }

  /** Whether every string has an end, and every server reads the same tokens. */
  boolean isReadable() {
    return script.terminated()
        && !(syntax.has(Feature.EXECUTABLE_COMMENTS) && skippedQuote(script.text()));
  }

  /** Adds the semicolons that the scanner takes for ends of statements. */
  private static List<Token> separated(List<Token> raw, List<int[]> comments, String text) {
    List<Token> all = new ArrayList<>();
    int at = 0;
    int comment = 0;
    for (Token token : raw) {
      while (at < token.start()) {
        while (comment < comments.size() && comments.get(comment)[1] <= at) {
          comment++;
        }
        if (comment < comments.size() && comments.get(comment)[0] <= at) {
          at = comments.get(comment)[1];
        } else {
          if (text.charAt(at) == ';') {
            all.add(new Token(Kind.SYMBOL, ";", at, at + 1));
          }
          at++;
        }
      }
      all.add(token);
      at = token.end();
    }
    return all;
  }

  /** Joins the pieces of words and numbers, which the scanner does not need as a whole. */
  private List<Token> joined(List<Token> raw) {
    List<Token> all = new ArrayList<>();
    for (int i = 0; i < raw.size(); i++) {
      Token token = raw.get(i);
      if (!wordPiece(token)) {
        all.add(token);
        continue;
      }
      StringBuilder word = new StringBuilder(token.text());
      int end = token.end();
      while (i + 1 < raw.size() && raw.get(i + 1).start() == end && wordPiece(raw.get(i + 1))) {
        i++;
        word.append(raw.get(i).text());
        end = raw.get(i).end();
      }
      char first = word.charAt(0);
      boolean digits = word.chars().allMatch(c -> c >= '0' && c <= '9');
      boolean number =
          digits
              || (!syntax.has(Feature.DIGIT_NAMES)
                  && (first == '$' || (first >= '0' && first <= '9')));
      all.add(
          new Token(
              number ? Kind.SYMBOL : Kind.WORD,
              number ? word.toString() : word.toString().toUpperCase(Locale.ROOT),
              token.start(),
              end));
    }
    return all;
  }

  private static boolean wordPiece(Token token) {
    char first = token.text().charAt(0);
    boolean dollarQuote = first == '$' && token.text().length() > 1;
    return !dollarQuote
        && (Character.isLetterOrDigit(first) || first == '_' || first == '$' || first >= 0x80);
  }

  /** Takes out the marks of MySQL's executable comments, so that their content stays. */
  private static List<Token> unwrapped(List<Token> raw) {
    List<Token> all = new ArrayList<>();
    int open = 0;
    for (int i = 0; i < raw.size(); i++) {
      if (adjacent(raw, i, "/", "*", "!")) {
        open++;
        i += 2;
        boolean version =
            i + 1 < raw.size()
                && raw.get(i + 1).start() == raw.get(i).end()
                && Character.isDigit(raw.get(i + 1).text().charAt(0));
        if (version) {
          Token next = raw.get(++i);
          int digits = 0;
          while (digits < Math.min(6, next.text().length())
              && Character.isDigit(next.text().charAt(digits))) {
            digits++;
          }
          // The number may stand right before a word: /*!50003CREATE
          if (digits < next.text().length()) {
            all.add(
                new Token(
                    next.kind(), next.text().substring(digits), next.start() + digits, next.end()));
          }
        }
      } else if (open > 0 && adjacent(raw, i, "*", "/")) {
        open--;
        i++;
      } else {
        all.add(raw.get(i));
      }
    }
    return all;
  }

  private static boolean adjacent(List<Token> raw, int at, String... symbols) {
    for (int i = 0; i < symbols.length; i++) {
      if (at + i >= raw.size()
          || !raw.get(at + i).text().equals(symbols[i])
          || (i > 0 && raw.get(at + i).start() != raw.get(at + i - 1).end())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether an executable comment that a server may skip holds a quote without its pair: then the
   * text after it means one thing to that server and another to the next.
   */
  private static boolean skippedQuote(String text) {
    int from = text.indexOf("/*!");
    while (from >= 0) {
      int digits = from + 3;
      while (digits < text.length()
          && digits < from + 9
          && Character.isDigit(text.charAt(digits))) {
        digits++;
      }
      int end = text.indexOf("*/", digits);
      String content = text.substring(digits, end < 0 ? text.length() : end);
      boolean newer =
          digits > from + 3 && Integer.parseInt(text.substring(from + 3, digits)) > OLDEST_VERSION;
      if (newer
          && "'\"`"
              .chars()
              .anyMatch(quote -> content.chars().filter(c -> c == quote).count() % 2 == 1)) {
        return true;
      }
      from = text.indexOf("/*!", digits);
    }
    return false;
  }

  private List<Token> values(List<Token> raw) {
    List<Token> all = new ArrayList<>();
    for (int i = 0; i < raw.size(); i++) {
      Token token = raw.get(i);
      String text = token.text();
      if (token.kind() == Kind.WORD || text.length() < 2) {
        all.add(token);
        continue;
      }
      String content = text.substring(1, text.length() - 1);
      switch (text.charAt(0)) {
        case '`' -> all.add(value(token, Kind.NAME, content.replace("``", "`")));
        case '[' -> all.add(value(token, Kind.NAME, content));
        case '"' -> {
          if (syntax.has(Feature.UNICODE_ESCAPES) && unicode(all, token)) {
            i = addUnicode(all, raw, i, Kind.NAME, content.replace("\"\"", "\""));
          } else if (syntax.has(Feature.DOUBLE_QUOTED_STRINGS)) {
            all.add(value(token, Kind.STRING, stringValue(content, '"')));
          } else {
            all.add(value(token, Kind.NAME, content.replace("\"\"", "\"")));
          }
        }
        case '\'' -> {
          if (syntax.has(Feature.UNICODE_ESCAPES) && unicode(all, token)) {
            i = addUnicode(all, raw, i, Kind.STRING, content.replace("''", "'"));
          } else {
            boolean escapes = syntax.has(Feature.ESCAPE_STRINGS) && prefixed(all, token, "E");
            if (escapes
                || (syntax.has(Feature.NATIONAL_STRINGS) && prefixed(all, token, "N"))
                || (syntax.has(Feature.CHARSET_INTRODUCERS) && introduced(all))) {
              all.removeLast();
            }
            all.add(
                value(
                    token,
                    Kind.STRING,
                    escapes ? escapeStringValue(content) : stringValue(content, '\'')));
          }
        }
        case '$' -> {
          int tag = text.indexOf('$', 1) + 1;
          all.add(
              syntax.has(Feature.DOLLAR_QUOTES) && tag > 0 && text.length() >= 2 * tag
                  ? value(token, Kind.STRING, text.substring(tag, text.length() - tag))
                  : token);
        }
        default -> all.add(token);
      }
    }
    return all;
  }

  /** Whether a word stands right before a string, as its prefix. */
  private static boolean prefixed(List<Token> before, Token token, String prefix) {
    return !before.isEmpty()
        && before.getLast().end() == token.start()
        && before.getLast().kind() == Kind.WORD
        && before.getLast().text().equals(prefix);
  }

  private static boolean introduced(List<Token> before) {
    return !before.isEmpty()
        && before.getLast().kind() == Kind.WORD
        && before.getLast().text().startsWith("_");
  }

  private String stringValue(String content, char quote) {
    return syntax.has(Feature.BACKSLASH_ESCAPES)
        ? backslashValue(content, quote)
        : content.replace(String.valueOf(quote).repeat(2), String.valueOf(quote));
  }

  private static Token value(Token token, Kind kind, String value) {
    return new Token(kind, value, token.start(), token.end());
  }

  /** Whether {@code U&} stands right before a quoted token. */
  private static boolean unicode(List<Token> before, Token token) {
    int size = before.size();
    return size > 1
        && before.get(size - 1).text().equals("&")
        && before.get(size - 1).end() == token.start()
        && before.get(size - 2).text().equals("U")
        && before.get(size - 2).end() == before.get(size - 1).start();
  }

  private static int addUnicode(
      List<Token> all, List<Token> raw, int at, Kind kind, String content) {
    all.removeLast();
    all.removeLast();
    boolean chosen =
        at + 2 < raw.size()
            && raw.get(at + 1).text().equals("UESCAPE")
            && raw.get(at + 2).text().length() == 3;
    char escape = chosen ? raw.get(at + 2).text().charAt(1) : '\\';
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      int digits = c != escape ? 0 : content.startsWith("+", i + 1) ? 6 : 4;
      int from = i + (digits == 6 ? 2 : 1);
      if (digits > 0 && content.startsWith(String.valueOf(escape), i + 1)) {
        value.append(escape);
        i++;
      } else if (digits > 0 && hexadecimal(content, from, digits)) {
        value.appendCodePoint(Integer.parseInt(content.substring(from, from + digits), 16));
        i = from + digits - 1;
      } else {
        value.append(c);
      }
    }
    all.add(value(raw.get(at), kind, value.toString()));
    return chosen ? at + 2 : at;
  }

  private static boolean hexadecimal(String text, int from, int digits) {
    return from + digits <= text.length()
        && text.substring(from, from + digits).matches("[0-9A-Fa-f]+")
        && Integer.parseInt(text.substring(from, from + digits), 16) <= Character.MAX_CODE_POINT;
  }

  private static String backslashValue(String content, char quote) {
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c == '\\' && i + 1 < content.length()) {
        i++;
        value.append(escaped(content.charAt(i), BACKSLASH_ESCAPES));
      } else {
        value.append(c);
        i += c == quote && content.startsWith(String.valueOf(quote), i + 1) ? 1 : 0;
      }
    }
    return value.toString();
  }

  /** The value of {@code E'…'}. */
  private static String escapeStringValue(String content) {
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < content.length(); i++) {
      char c = content.charAt(i);
      if (c != '\\' || i + 1 == content.length()) {
        value.append(c);
        i += c == '\'' && content.startsWith("'", i + 1) ? 1 : 0;
        continue;
      }
      char kind = content.charAt(++i);
      int max = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 3;
      int base = "xuU".indexOf(kind) >= 0 ? 16 : 8;
      int from = base == 16 ? i + 1 : i;
      int to = from;
      while (to < content.length()
          && to < from + max
          && Character.digit(content.charAt(to), base) >= 0) {
        to++;
      }
      int code = to == from ? -1 : (int) Long.parseLong(content.substring(from, to), base);
      if (code > 0 && Character.isValidCodePoint(code)) {
        value.appendCodePoint(code);
        i = to - 1;
      } else {
        value.append(escaped(kind, ESCAPE_STRING_ESCAPES));
      }
    }
    return value.toString();
  }

  private static char escaped(char c, String escapes) {
    for (int i = 0; i < escapes.length(); i += 2) {
      if (escapes.charAt(i) == c) {
        return escapes.charAt(i + 1);
      }
    }
    return c;
  }
}
