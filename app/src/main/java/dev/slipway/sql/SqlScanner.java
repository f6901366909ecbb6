package dev.slipway.sql;

import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import dev.slipway.sql.SqlSyntax.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ends of statements in one pass over a text: comments, strings, quoted names, dollar
 * quotes, MySQL's DELIMITER, bodies of triggers and routines, rows after COPY. It knows no grammar
 * beyond that, so it never refuses what a server would take; Flyway's parser is its oracle in the
 * tests. Used once, by one thread.
 */
final class SqlScanner {
  private static final int WORDS_MAX = 12;

  /** The words of BEGIN and START TRANSACTION with the modes of all databases. */
  private static final Set<String> TRANSACTION_WORDS =
      Set.of(
          "BEGIN",
          "START",
          "TRANSACTION",
          "WORK",
          "ISOLATION",
          "LEVEL",
          "SERIALIZABLE",
          "REPEATABLE",
          "READ",
          "COMMITTED",
          "UNCOMMITTED",
          "WRITE",
          "ONLY",
          "NOT",
          "DEFERRABLE",
          "DEFERRED",
          "IMMEDIATE",
          "EXCLUSIVE",
          "WITH",
          "CONSISTENT",
          "SNAPSHOT",
          "PRIORITY",
          "LOW",
          "NORMAL",
          "HIGH");

  private final String text;
  private final int length;
  private final SqlSyntax session;
  private final List<Statement> statements = new ArrayList<>();
  private final List<String> words = new ArrayList<>(WORDS_MAX);
  private @Nullable StringBuilder blanked;

  /** The rules for the next statement: a SET may change those of the session. */
  private SqlSyntax syntax;

  private int at;
  private int start = -1;
  private int end;
  private int parentheses;
  private int blocks;
  private boolean body;
  private boolean terminated = true;
  private String delimiter = ";";

  /** The file has chosen another delimiter, so that a body needs no counting. */
  private boolean chosen;

  private SqlScript.@Nullable TokenListener listener;

  SqlScanner(String text, SqlSyntax syntax) {
    this.text = text;
    this.length = text.length();
    this.session = syntax;
    this.syntax = syntax;
  }

  /** The same, telling of what it passes over. */
  SqlScanner withListener(SqlScript.TokenListener listener) {
    this.listener = listener;
    return this;
  }

  SqlScript scan() {
    while (at < length) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '\uFEFF') {
        at++;
      } else if (!comment(c) && !(start < 0 && shellCommand(c))) {
        if (text.startsWith(delimiter, at) && (chosen || (parentheses == 0 && blocks == 0))) {
          at += delimiter.length();
          finish();
        } else {
          token(c);
        }
      }
    }
    finish();
    String read = blanked == null ? text : blanked.toString();
    return new SqlScript(read, syntax, List.copyOf(statements), terminated);
  }

  /** Passes over a comment; what MySQL runs inside of one ({@code /*!}) is none. */
  private boolean comment(char c) {
    if (c == '-'
        && next('-')
        && (!syntax.has(Feature.SPACED_LINE_COMMENTS)
            || at + 2 >= length
            || Character.isWhitespace(text.charAt(at + 2)))) {
      return lineComment();
    }
    if (c == '#' && syntax.has(Feature.HASH_COMMENTS)) {
      return lineComment();
    }
    if (c != '/'
        || !next('*')
        || (syntax.has(Feature.EXECUTABLE_COMMENTS)
            && at + 2 < length
            && text.charAt(at + 2) == '!')) {
      return false;
    }
    int from = at;
    int depth = 0;
    do {
      if (text.startsWith("/*", at) && (syntax.has(Feature.NESTED_COMMENTS) || depth == 0)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        depth--;
        at += 2;
      } else {
        at++;
      }
    } while (depth > 0 && at < length);
    terminated &= depth == 0;
    at = Math.min(at, length);
    reportComment(from);
    return true;
  }

  private boolean lineComment() {
    int from = at;
    at = lineEnd(at);
    reportComment(from);
    return true;
  }

  private void reportComment(int from) {
    if (listener != null) {
      listener.comment(from, at);
    }
  }

  /** Lines for a database's shell: MySQL's DELIMITER, psql's backslash, sqlite3's dot. */
  private boolean shellCommand(char c) {
    if (syntax.has(Feature.DELIMITER_COMMAND)
        && text.regionMatches(true, at, "delimiter", 0, 9)
        && at + 9 < length
        && (text.charAt(at + 9) == ' ' || text.charAt(at + 9) == '\t')) {
      int lineEnd = lineEnd(at);
      delimiter = text.substring(at + 9, lineEnd).strip();
      delimiter = delimiter.isEmpty() ? ";" : delimiter;
      chosen = !delimiter.equals(";");
      blank(at, lineEnd);
      at = lineEnd;
      return true;
    }
    boolean command =
        (c == '\\' && syntax.has(Feature.BACKSLASH_COMMANDS))
            || (c == '.' && syntax.has(Feature.DOT_COMMANDS));
    if (!command) {
      return false;
    }
    int lineEnd = lineEnd(at);
    // pg_dump writes these two against psql's other commands; without psql they mean nothing.
    if (text.startsWith("\\restrict", at) || text.startsWith("\\unrestrict", at)) {
      blank(at, lineEnd);
    } else {
      statements.add(new Statement(at, lineEnd, StatementKind.SHELL, lineEnd, lineEnd));
    }
    at = lineEnd;
    return true;
  }

  private void blank(int from, int to) {
    if (blanked == null) {
      blanked = new StringBuilder(text);
    }
    for (int i = from; i < to; i++) {
      blanked.setCharAt(i, ' ');
    }
  }

  private void token(char c) {
    if (start < 0) {
      start = at;
    }
    int from = at;
    switch (c) {
      case '\'' -> quoted('\'', syntax.has(Feature.BACKSLASH_ESCAPES) || escapeString());
      case '"' ->
          quoted(
              '"',
              syntax.has(Feature.BACKSLASH_ESCAPES) && syntax.has(Feature.DOUBLE_QUOTED_STRINGS));
      case '`' -> quoted('`', false);
      case '[' -> {
        if (syntax.has(Feature.BRACKETED_NAMES)) {
          quoted(']', false);
        } else {
          at++;
        }
      }
      case '$' -> dollarQuoted();
      case '(' -> {
        parentheses += syntax.has(Feature.PARENTHESIZED_STATEMENTS) ? 1 : 0;
        at++;
      }
      case ')' -> {
        parentheses = Math.max(0, parentheses - 1);
        at++;
      }
      default -> {
        if (Character.isLetter(c) || c == '_') {
          word();
        } else {
          at++;
        }
      }
    }
    end = at;
    if (listener != null) {
      listener.token(from, at);
    }
  }

  /** PostgreSQL's {@code E'…'}, where a backslash escapes. */
  private boolean escapeString() {
    return syntax.has(Feature.ESCAPE_STRINGS)
        && at > start
        && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')
        && (at - 2 < start || !Character.isLetterOrDigit(text.charAt(at - 2)));
  }

  private void quoted(char close, boolean backslash) {
    at++;
    while (at < length) {
      char c = text.charAt(at++);
      if (backslash && c == '\\') {
        at++;
      } else if (c == close) {
        if (at < length && text.charAt(at) == close && close != ']') {
          at++;
        } else {
          return;
        }
      }
    }
    terminated = false;
    at = Math.min(at, length);
  }

  private void dollarQuoted() {
    int tagEnd = at + 1;
    while (tagEnd < length
        && (Character.isLetterOrDigit(text.charAt(tagEnd)) || text.charAt(tagEnd) == '_')) {
      tagEnd++;
    }
    boolean tag =
        syntax.has(Feature.DOLLAR_QUOTES)
            && tagEnd < length
            && text.charAt(tagEnd) == '$'
            && !(at + 1 < tagEnd && Character.isDigit(text.charAt(at + 1)));
    if (!tag) {
      at++;
      return;
    }
    String quote = text.substring(at, tagEnd + 1);
    int close = text.indexOf(quote, tagEnd + 1);
    terminated &= close >= 0;
    at = close < 0 ? length : close + quote.length();
  }

  private void word() {
    int from = at;
    // A delimiter may be part of what reads as one word: END$$
    while (at < length
        && !(chosen && text.startsWith(delimiter, at))
        && (Character.isLetterOrDigit(text.charAt(at))
            || text.charAt(at) == '_'
            || text.charAt(at) == '$')) {
      at++;
    }
    if (at - from > 24) {
      addWord("");
      return;
    }
    String word = text.substring(from, at).toUpperCase(Locale.ROOT);
    addWord(word);
    block(word);
  }

  private void addWord(String word) {
    if (words.size() < WORDS_MAX) {
      words.add(word);
    }
  }

  /**
   * Follows BEGIN … END in bodies of triggers, procedures, functions and events. IF, LOOP, WHILE
   * and REPEAT end with two words, so they need no counting; CASE may end with one.
   */
  private void block(String word) {
    if (!body) {
      body = syntax.routineKinds().contains(word) && words.getFirst().equals("CREATE");
      return;
    }
    switch (word) {
      case "BEGIN" -> blocks += !syntax.has(Feature.ATOMIC_BODIES) || followedBy("ATOMIC") ? 1 : 0;
      case "CASE" -> blocks += blocks > 0 ? 1 : 0;
      case "END" -> {
        boolean other =
            skipWord("IF") || skipWord("LOOP") || skipWord("WHILE") || skipWord("REPEAT");
        if (!other) {
          skipWord("CASE");
          blocks = Math.max(0, blocks - 1);
        }
      }
      default -> {
        // no part of a block's frame
      }
    }
  }

  /** Passes over the next word if it is this one. */
  private boolean skipWord(String word) {
    int from = nextWord();
    if (!isWord(word, from)) {
      return false;
    }
    at = from + word.length();
    return true;
  }

  private boolean followedBy(String word) {
    return isWord(word, nextWord());
  }

  private int nextWord() {
    int i = at;
    while (i < length && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private boolean isWord(String word, int from) {
    int wordEnd = from + word.length();
    return text.regionMatches(true, from, word, 0, word.length())
        && (wordEnd >= length || !Character.isLetterOrDigit(text.charAt(wordEnd)));
  }

  private void finish() {
    if (start >= 0) {
      StatementKind kind = kind();
      if (kind == StatementKind.COPY) {
        copyRows();
      } else {
        statements.add(new Statement(start, end, kind, end, end));
      }
      if (!words.isEmpty() && QuotingSettings.mayChange(syntax, words.getFirst())) {
        syntax = QuotingSettings.after(text.substring(start, end), syntax, session);
      }
    }
    start = -1;
    parentheses = 0;
    blocks = 0;
    body = false;
    words.clear();
  }

  /** The rows start on the line after the statement and end before a line of {@code \.} alone. */
  private void copyRows() {
    int rows = Math.min(length, lineEnd(at) + 1);
    int line = rows;
    while (line < length) {
      int lineEnd = lineEnd(line);
      if (text.substring(line, lineEnd).stripTrailing().equals("\\.")) {
        break;
      }
      line = lineEnd + 1;
    }
    int rowsEnd = Math.min(line, length);
    statements.add(new Statement(start, end, StatementKind.COPY, rows, rowsEnd));
    at = Math.min(length, lineEnd(rowsEnd) + 1);
  }

  private StatementKind kind() {
    String first = words.isEmpty() ? "" : words.getFirst();
    return switch (first) {
      case "BEGIN", "START" -> opensTransaction() ? StatementKind.BEGIN : StatementKind.PLAIN;
      case "COMMIT", "END" ->
          words.size() == 1
                  || (words.size() == 2 && Set.of("WORK", "TRANSACTION").contains(word(1)))
              ? StatementKind.COMMIT
              : StatementKind.TRANSACTION_CONTROL;
      case "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE" -> StatementKind.TRANSACTION_CONTROL;
      case "XA" ->
          syntax.has(Feature.SESSION_TRANSACTIONS)
              ? StatementKind.TRANSACTION_CONTROL
              : StatementKind.PLAIN;
      case "PREPARE" ->
          word(1).equals("TRANSACTION") ? StatementKind.TRANSACTION_CONTROL : StatementKind.PLAIN;
      case "INSERT", "UPDATE", "DELETE", "REPLACE" -> StatementKind.ROWS;
      case "SET" -> setKind();
      case "COPY" ->
          syntax.has(Feature.COPY_FROM_STDIN) && words.contains("FROM") && words.contains("STDIN")
              ? StatementKind.COPY
              : StatementKind.PLAIN;
      case "CREATE" ->
          syntax.has(Feature.CONCURRENT_INDEXES)
                  && words.contains("CONCURRENTLY")
                  && (word(1).equals("INDEX")
                      || (word(1).equals("UNIQUE") && word(2).equals("INDEX")))
              ? StatementKind.CONCURRENT_INDEX
              : StatementKind.PLAIN;
      case "LOCK" ->
          syntax.has(Feature.LOCK_TABLES) && Set.of("TABLE", "TABLES").contains(word(1))
              ? StatementKind.LOCK_TABLES
              : StatementKind.PLAIN;
      case "UNLOCK" ->
          syntax.has(Feature.LOCK_TABLES) ? StatementKind.UNLOCK_TABLES : StatementKind.PLAIN;
      default -> StatementKind.PLAIN;
    };
  }

  /**
   * Whether the statement only opens a transaction, so that it may be left out. A BEGIN without its
   * semicolon contains the next statement; the server has to see that one and reject it.
   */
  private boolean opensTransaction() {
    return (words.getFirst().equals("BEGIN") || word(1).equals("TRANSACTION"))
        && TRANSACTION_WORDS.containsAll(words)
        && text.substring(start, end).chars().noneMatch(c -> "'\"`$(=".indexOf(c) >= 0);
  }

  private StatementKind setKind() {
    int name = Set.of("SESSION", "LOCAL").contains(word(1)) ? 2 : 1;
    if (syntax.has(Feature.SESSION_TRANSACTIONS)) {
      return words.contains("AUTOCOMMIT") ? StatementKind.TRANSACTION_CONTROL : StatementKind.PLAIN;
    }
    if (!syntax.has(Feature.CLIENT_ENCODING)) {
      return StatementKind.PLAIN;
    }
    // The driver reads and writes UTF-8 and ISO dates; only what keeps both is harmless.
    String value = text.substring(start, end).toUpperCase(Locale.ROOT);
    return switch (word(name)) {
      case "CLIENT_ENCODING", "NAMES" ->
          value.matches("(?s).*['\"= ](UTF-?8|UNICODE)['\"]?\\s*")
              ? StatementKind.PLAIN
              : StatementKind.CLIENT_ENCODING;
      case "DATESTYLE" ->
          value.matches("(?s).*['\"= ]ISO\\b.*")
              ? StatementKind.PLAIN
              : StatementKind.CLIENT_ENCODING;
      default -> StatementKind.PLAIN;
    };
  }

  private String word(int index) {
    return index < words.size() ? words.get(index) : "";
  }

  private boolean next(char c) {
    return at + 1 < length && text.charAt(at + 1) == c;
  }

  private int lineEnd(int from) {
    int lineEnd = text.indexOf('\n', from);
    return lineEnd < 0 ? length : lineEnd;
  }
}
