package dev.slipway.migrate;

import dev.slipway.db.Dialect;
import dev.slipway.db.Mysql;
import dev.slipway.db.Sqlite;
import dev.slipway.migrate.SqlScript.Kind;
import dev.slipway.migrate.SqlScript.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Finds the ends of statements in one pass over a text: comments, strings, quoted names, dollar
 * quotes, MySQL's DELIMITER, bodies of triggers and routines, rows after COPY. It knows no grammar
 * beyond that, so it never refuses what a server would take; Flyway's parser is its oracle in the
 * tests. Used once, by one thread.
 */
final class SqlScanner {
  private static final int WORDS_MAX = 12;

  private final String text;
  private final int length;
  private final boolean postgres;
  private final boolean mysql;
  private final boolean sqlite;
  private final List<Statement> statements = new ArrayList<>();
  private final List<String> words = new ArrayList<>(WORDS_MAX);
  private StringBuilder blanked;

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

  private SqlScript.Listener listener;

  SqlScanner(String text, Dialect dialect) {
    this.text = text;
    this.length = text.length();
    this.postgres =
        switch (dialect.kind()) {
          case POSTGRES, COCKROACH -> true;
          case MYSQL, SQLITE -> false;
        };
    this.mysql = dialect instanceof Mysql;
    this.sqlite = dialect instanceof Sqlite;
  }

  /** The same, telling of what it passes over. */
  SqlScanner telling(SqlScript.Listener listener) {
    this.listener = listener;
    return this;
  }

  SqlScript scan() {
    while (at < length) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c) || c == '\uFEFF') {
        at++;
      } else if (comment(c)) {
        continue;
      } else if (start < 0 && shellCommand(c)) {
        continue;
      } else if (text.startsWith(delimiter, at) && (chosen || parentheses == 0 && blocks == 0)) {
        int delimiterAt = at;
        at += delimiter.length();
        finish(delimiterAt);
      } else {
        token(c);
      }
    }
    finish(length);
    String read = blanked == null ? text : blanked.toString();
    return new SqlScript(read, List.copyOf(statements), terminated);
  }

  /** Passes over a comment; what MySQL runs inside of one ({@code /*!}) is none. */
  private boolean comment(char c) {
    if (c == '-'
        && next('-')
        && (!mysql || at + 2 >= length || Character.isWhitespace(text.charAt(at + 2)))) {
      return lineComment();
    }
    if (c == '#' && mysql) {
      return lineComment();
    }
    if (c != '/' || !next('*') || mysql && at + 2 < length && text.charAt(at + 2) == '!') {
      return false;
    }
    int from = at;
    int depth = 0;
    do {
      if (text.startsWith("/*", at) && (postgres || depth == 0)) {
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
    tellComment(from);
    return true;
  }

  private boolean lineComment() {
    int from = at;
    at = lineEnd(at);
    tellComment(from);
    return true;
  }

  private void tellComment(int from) {
    if (listener != null) {
      listener.comment(from, at);
    }
  }

  /** Lines for a database's shell: MySQL's DELIMITER, psql's backslash, sqlite3's dot. */
  private boolean shellCommand(char c) {
    if (mysql
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
    boolean command = postgres && c == '\\' || sqlite && c == '.';
    if (!command) {
      return false;
    }
    int lineEnd = lineEnd(at);
    // pg_dump writes these two against psql's other commands; without psql they mean nothing.
    if (text.startsWith("\\restrict", at) || text.startsWith("\\unrestrict", at)) {
      blank(at, lineEnd);
    } else {
      statements.add(new Statement(at, lineEnd, Kind.SHELL, lineEnd, lineEnd));
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
      case '\'' -> quoted('\'', mysql || escapeString());
      case '"' -> quoted('"', mysql);
      case '`' -> quoted('`', false);
      case '[' -> {
        if (sqlite) {
          quoted(']', false);
        } else {
          at++;
        }
      }
      case '$' -> dollarQuoted();
      case '(' -> {
        parentheses += postgres ? 1 : 0;
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
    return postgres
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
        postgres
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
    while (at < length
        && (Character.isLetterOrDigit(text.charAt(at))
            || text.charAt(at) == '_'
            || text.charAt(at) == '$')) {
      at++;
    }
    if (at - from > 24) {
      note("");
      return;
    }
    String word = text.substring(from, at).toUpperCase(Locale.ROOT);
    note(word);
    block(word);
  }

  private void note(String word) {
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
      boolean routine =
          switch (word) {
            case "TRIGGER" -> !postgres;
            case "PROCEDURE", "FUNCTION" -> !sqlite;
            case "EVENT" -> mysql;
            default -> false;
          };
      body = routine && words.getFirst().equals("CREATE");
      return;
    }
    switch (word) {
      case "BEGIN" -> blocks += !postgres || followedBy("ATOMIC") ? 1 : 0;
      case "CASE" -> blocks += blocks > 0 ? 1 : 0;
      case "END" -> {
        boolean other = pass("IF") || pass("LOOP") || pass("WHILE") || pass("REPEAT");
        if (!other) {
          pass("CASE");
          blocks = Math.max(0, blocks - 1);
        }
      }
      default -> {
        // no part of a block's frame
      }
    }
  }

  /** Passes over the next word if it is this one. */
  private boolean pass(String word) {
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

  private void finish(int delimiterAt) {
    if (start >= 0) {
      Kind kind = kind();
      if (kind == Kind.COPY) {
        copyRows();
      } else {
        statements.add(new Statement(start, end, kind, end, end));
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
    statements.add(new Statement(start, end, Kind.COPY, rows, rowsEnd));
    at = Math.min(length, lineEnd(rowsEnd) + 1);
  }

  private Kind kind() {
    String first = words.isEmpty() ? "" : words.getFirst();
    return switch (first) {
      case "BEGIN" -> Kind.BEGIN;
      case "START" -> word(1).equals("TRANSACTION") ? Kind.BEGIN : Kind.PLAIN;
      case "COMMIT", "END" ->
          words.size() == 1 || words.size() == 2 && Set.of("WORK", "TRANSACTION").contains(word(1))
              ? Kind.COMMIT
              : Kind.TRANSACTION_CONTROL;
      case "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE" -> Kind.TRANSACTION_CONTROL;
      case "XA" -> mysql ? Kind.TRANSACTION_CONTROL : Kind.PLAIN;
      case "PREPARE" -> word(1).equals("TRANSACTION") ? Kind.TRANSACTION_CONTROL : Kind.PLAIN;
      case "INSERT", "UPDATE", "DELETE", "REPLACE" -> Kind.ROWS;
      case "SET" -> setKind();
      case "COPY" ->
          postgres && words.contains("FROM") && words.contains("STDIN") ? Kind.COPY : Kind.PLAIN;
      case "CREATE" ->
          postgres
                  && words.contains("CONCURRENTLY")
                  && (word(1).equals("INDEX")
                      || word(1).equals("UNIQUE") && word(2).equals("INDEX"))
              ? Kind.CONCURRENT_INDEX
              : Kind.PLAIN;
      case "LOCK" ->
          mysql && Set.of("TABLE", "TABLES").contains(word(1)) ? Kind.LOCK_TABLES : Kind.PLAIN;
      case "UNLOCK" -> mysql ? Kind.UNLOCK_TABLES : Kind.PLAIN;
      default -> Kind.PLAIN;
    };
  }

  private Kind setKind() {
    int name = Set.of("SESSION", "LOCAL").contains(word(1)) ? 2 : 1;
    if (mysql) {
      return words.contains("AUTOCOMMIT") ? Kind.TRANSACTION_CONTROL : Kind.PLAIN;
    }
    if (!postgres) {
      return Kind.PLAIN;
    }
    // The driver reads and writes UTF-8 and ISO dates; only what keeps both is harmless.
    String value = text.substring(start, end).toUpperCase(Locale.ROOT);
    return switch (word(name)) {
      case "CLIENT_ENCODING", "NAMES" ->
          value.matches("(?s).*['\"= ](UTF-?8|UNICODE)['\"]?\\s*")
              ? Kind.PLAIN
              : Kind.CLIENT_ENCODING;
      case "DATESTYLE" ->
          value.matches("(?s).*['\"= ]ISO\\b.*") ? Kind.PLAIN : Kind.CLIENT_ENCODING;
      default -> Kind.PLAIN;
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
