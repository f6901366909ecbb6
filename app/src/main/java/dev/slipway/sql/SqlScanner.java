package dev.slipway.sql;

import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import dev.slipway.sql.SqlSyntax.Feature;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  private static final String BREAKPOINT = "--> statement-breakpoint";

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

  private final SourceText text;
  private final SqlSyntax session;
  private final Deque<Statement> found = new ArrayDeque<>();
  private final List<String> words = new ArrayList<>(WORDS_MAX);
  private final List<Range> blanks = new ArrayList<>();

  /** A part of the text that the server does not get. */
  private record Range(int from, int to) {}

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

  /** Whether the text continues with rows of a COPY, at the start of a line or in one. */
  private boolean inRows;

  private boolean inRow;

  private SqlScript.@Nullable TokenListener listener;

  SqlScanner(SourceText text, SqlSyntax syntax) {
    this.text = text;
    this.session = syntax;
    this.syntax = syntax;
  }

  /** The same, telling of what it passes over. */
  SqlScanner withListener(SqlScript.TokenListener listener) {
    this.listener = listener;
    return this;
  }

  /** Scans a text in memory to its end. */
  SqlScript scan(String whole) {
    List<Statement> statements = new ArrayList<>();
    for (Statement next = next(); next != null; next = next()) {
      statements.add(next);
    }
    return new SqlScript(blanked(whole), session, List.copyOf(statements), terminated);
  }

  /** The next statement; null at the end. Passes over the rows of a COPY before. */
  @Nullable Statement next() {
    skipRows();
    while (found.isEmpty() && text.has(at)) {
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
    if (found.isEmpty()) {
      finish();
    }
    return found.poll();
  }

  /** Whether every string, quoted name and comment so far has an end. */
  boolean terminated() {
    return terminated;
  }

  /** Whether Drizzle's mark between two statements is here, which no database sees. */
  private boolean isBreakpoint() {
    for (int i = 0; i < BREAKPOINT.length(); i++) {
      if (!text.has(at + i) || text.charAt(at + i) != BREAKPOINT.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Skips a comment, but not a comment that MySQL executes ({@code /*!}). */
  private boolean comment(char c) {
    if (c == '-'
        && next('-')
        && (!syntax.has(Feature.SPACED_LINE_COMMENTS)
            || !text.has(at + 2)
            || Character.isWhitespace(text.charAt(at + 2))
            || isBreakpoint())) {
      return lineComment();
    }
    if (c == '#' && syntax.has(Feature.HASH_COMMENTS)) {
      return lineComment();
    }
    if (c != '/'
        || !next('*')
        || (syntax.has(Feature.EXECUTABLE_COMMENTS)
            && text.has(at + 2)
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
    } while (depth > 0 && text.has(at));
    terminated &= depth == 0;
    at = Math.min(at, text.length());
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
        && text.hasWord("DELIMITER", at)
        && text.has(at + 9)
        && (text.charAt(at + 9) == ' ' || text.charAt(at + 9) == '\t')) {
      int lineEnd = lineEnd(at);
      delimiter = text.substring(at + 9, lineEnd).strip();
      delimiter = delimiter.isEmpty() ? ";" : delimiter;
      chosen = !delimiter.equals(";");
      blanks.add(new Range(at, lineEnd));
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
      blanks.add(new Range(at, lineEnd));
    } else {
      found.add(new Statement(at, lineEnd, StatementKind.SHELL, lineEnd, lineEnd));
    }
    at = lineEnd;
    return true;
  }

  private String blanked(String whole) {
    if (blanks.isEmpty()) {
      return whole;
    }
    StringBuilder blanked = new StringBuilder(whole);
    for (Range range : blanks) {
      blanked.replace(range.from, range.to, " ".repeat(range.to - range.from));
    }
    return blanked.toString();
  }

  private void token(char c) {
    if (start < 0) {
      start = at;
      text.release(start);
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
    while (text.has(at)) {
      char c = text.charAt(at++);
      if (backslash && c == '\\') {
        at++;
      } else if (c == close) {
        if (text.has(at) && text.charAt(at) == close && close != ']') {
          at++;
        } else {
          return;
        }
      }
    }
    terminated = false;
    at = Math.min(at, text.length());
  }

  private void dollarQuoted() {
    int tagEnd = at + 1;
    while (text.has(tagEnd)
        && (Character.isLetterOrDigit(text.charAt(tagEnd)) || text.charAt(tagEnd) == '_')) {
      tagEnd++;
    }
    boolean tag =
        syntax.has(Feature.DOLLAR_QUOTES)
            && text.has(tagEnd)
            && text.charAt(tagEnd) == '$'
            && !(at + 1 < tagEnd && Character.isDigit(text.charAt(at + 1)));
    if (!tag) {
      at++;
      return;
    }
    String quote = text.substring(at, tagEnd + 1);
    int close = text.indexOf(quote, tagEnd + 1);
    terminated &= close >= 0;
    at = close < 0 ? text.length() : close + quote.length();
  }

  private void word() {
    int from = at;
    // A delimiter may be part of what reads as one word: END$$
    while (text.has(at)
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
    while (text.has(i) && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private boolean isWord(String word, int from) {
    int wordEnd = from + word.length();
    return text.hasWord(word, from)
        && (!text.has(wordEnd) || !Character.isLetterOrDigit(text.charAt(wordEnd)));
  }

  private void finish() {
    if (start >= 0) {
      StatementKind kind = kind();
      if (kind == StatementKind.COPY) {
        copyRows();
      } else {
        found.add(new Statement(start, end, kind, end, end));
      }
      if (!words.isEmpty()
          && !text.truncated()
          && QuotingSettings.mayChange(syntax, words.getFirst())) {
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
    at = Math.min(lineEnd(at) + 1, text.length());
    int rows = at;
    inRows = true;
    inRow = false;
    found.add(
        new Statement(start, end, StatementKind.COPY, rows, text.isWhole() ? skipRows() : rows));
  }

  /** Passes over the rows of a COPY, and returns where they end. */
  private int skipRows() {
    int rowsEnd = at;
    while (inRows()) {
      at = Math.min(lineEnd(at) + 1, text.length());
      inRow = false;
      rowsEnd = at;
    }
    return rowsEnd;
  }

  /** Whether there are more rows; passes over their end. */
  private boolean inRows() {
    if (!inRows) {
      return false;
    }
    text.release(at);
    if (!text.has(at)) {
      inRows = false;
    } else if (!inRow && endsRows()) {
      at = Math.min(lineEnd(at) + 1, text.length());
      inRows = false;
    }
    return inRows;
  }

  private boolean endsRows() {
    if (!text.startsWith("\\.", at)) {
      return false;
    }
    int i = at + 2;
    while (text.has(i) && text.charAt(i) != '\n' && Character.isWhitespace(text.charAt(i))) {
      i++;
    }
    return !text.has(i) || text.charAt(i) == '\n';
  }

  /** Reads rows of the COPY that {@link #next} has returned; see {@link java.io.Reader#read}. */
  int readRows(char[] target, int offset, int count) {
    int read = 0;
    while (read < count && inRows()) {
      int copied = text.copyLine(at, target, offset + read, count - read);
      inRow = target[offset + read + copied - 1] != '\n';
      at += copied;
      read += copied;
    }
    return read == 0 && count > 0 ? -1 : read;
  }

  private StatementKind kind() {
    String first = words.isEmpty() || text.truncated() ? "" : words.getFirst();
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
    return text.has(at + 1) && text.charAt(at + 1) == c;
  }

  private int lineEnd(int from) {
    int lineEnd = text.indexOf('\n', from);
    return lineEnd < 0 ? text.length() : lineEnd;
  }
}
