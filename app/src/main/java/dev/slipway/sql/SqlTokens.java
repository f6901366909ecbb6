package dev.slipway.sql;

import dev.slipway.sql.Token.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The tokens of an SQL text as the server reads them: names and strings without quotes and escapes,
 * the content of MySQL's executable comments, and the semicolons between statements. Immutable.
 */
public final class SqlTokens {
  private final SqlScript script;
  private final String text;
  private final int firstLine;
  private final List<Token> tokens;
  private final boolean readable;

  private SqlTokens(SqlScript script, int firstLine, List<Token> tokens, boolean readable) {
    this.script = script;
    this.text = script.text();
    this.firstLine = firstLine;
    this.tokens = tokens;
    this.readable = readable;
  }

  /**
   * Reads a text.
   *
   * @param firstLine the line of the file on which the text starts
   */
  public static SqlTokens of(String text, SqlSyntax syntax, int firstLine) {
    return of(SqlScript.parse(text, syntax), firstLine);
  }

  /** Reads a text that has been split into statements. */
  public static SqlTokens of(SqlScript script, int firstLine) {
    var tokenizer = new SqlTokenizer(script);
    return new SqlTokens(script, firstLine, tokenizer.tokens(), tokenizer.isReadable());
  }

  /** The tokens of each statement of the script that the text was read from. */
  public List<SqlTokens> statements(SqlScript script) {
    List<SqlTokens> all = new ArrayList<>();
    int at = 0;
    for (SqlScript.Statement statement : script.statements()) {
      while (at < tokens.size() && tokens.get(at).start() < statement.start()) {
        at++;
      }
      int from = at;
      while (at < tokens.size() && tokens.get(at).end() <= statement.end()) {
        at++;
      }
      all.add(part(from, at));
    }
    return all;
  }

  /** The rules by which the text was read. */
  public SqlSyntax syntax() {
    return script.syntax();
  }

  /** The tokens from one to before another. */
  public SqlTokens part(int from, int to) {
    return new SqlTokens(script, firstLine, tokens.subList(from, Math.max(from, to)), readable);
  }

  /** Whether every string has an end, and every server reads the same tokens. */
  public boolean readable() {
    return readable;
  }

  public int size() {
    return tokens.size();
  }

  public Token get(int index) {
    return tokens.get(index);
  }

  /** Whether these words stand here. */
  public boolean words(int at, String... words) {
    for (int i = 0; i < words.length; i++) {
      if (!word(at + i, words[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether one of these words stands here. */
  public boolean word(int at, String... words) {
    return at >= 0
        && at < tokens.size()
        && tokens.get(at).kind() == Kind.WORD
        && Arrays.asList(words).contains(tokens.get(at).text());
  }

  public boolean symbol(int at, String symbol) {
    return at >= 0
        && at < tokens.size()
        && tokens.get(at).kind() == Kind.SYMBOL
        && tokens.get(at).text().equals(symbol);
  }

  public boolean string(int at) {
    return at >= 0 && at < tokens.size() && tokens.get(at).kind() == Kind.STRING;
  }

  /** Whether a word or a quoted name stands here. */
  public boolean name(int at) {
    return at >= 0
        && at < tokens.size()
        && (tokens.get(at).kind() == Kind.WORD || tokens.get(at).kind() == Kind.NAME);
  }

  /** An identifier as the server compares it; a keyword's text for anything else. */
  public String key(int at) {
    Token token = tokens.get(at);
    return token.kind() == Kind.WORD ? token.text().toLowerCase(Locale.ROOT) : token.text();
  }

  /** The index after the parenthesis that closes the one here. */
  public int close(int open) {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += symbol(i, "(") ? 1 : symbol(i, ")") ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return tokens.size();
  }

  /** The index of the first of these words from here on, outside of parentheses. */
  public int find(int from, String... words) {
    int depth = 0;
    for (int i = from; i < tokens.size() && depth >= 0; i++) {
      if (depth == 0 && symbol(i, ";")) {
        return -1;
      }
      if (depth == 0 && word(i, words)) {
        return i;
      }
      depth += symbol(i, "(") ? 1 : symbol(i, ")") ? -1 : 0;
    }
    return -1;
  }

  /** The index of the semicolon that ends the statement, or of the end. */
  public int statementEnd(int from) {
    for (int i = from; i < tokens.size(); i++) {
      if (symbol(i, ";")) {
        return i;
      }
    }
    return tokens.size();
  }

  /** The tokens in one spelling: words in lower case, and no comments or line breaks. */
  public String normalized() {
    StringBuilder all = new StringBuilder();
    for (Token token : tokens) {
      all.append(all.isEmpty() ? "" : " ")
          .append(
              token.kind() == Kind.STRING
                  ? "'" + token.text() + "'"
                  : token.text().toLowerCase(Locale.ROOT));
    }
    return all.toString();
  }

  /** The line of the file that a token starts on. */
  public int line(int at) {
    int offset = tokens.isEmpty() ? 0 : tokens.get(Math.min(at, tokens.size() - 1)).start();
    return firstLine + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
  }

  /** The beginning of a statement for messages: without any string, which may be a secret. */
  public String excerpt(int at) {
    int start = tokens.get(at).start();
    int end = start;
    for (int i = at; i < tokens.size() && end - start < 80; i++) {
      if (symbol(i, ";")) {
        break;
      }
      if (tokens.get(i).kind() == Kind.STRING) {
        return plain(start, end) + " …";
      }
      end = tokens.get(i).end();
    }
    return plain(start, end);
  }

  private String plain(int start, int end) {
    String line = text.substring(start, end).replaceAll("\\s+", " ").strip();
    return line.length() <= 80 ? line : line.substring(0, 79) + "…";
  }
}
