package dev.slipway.sql;

import java.util.List;

/**
 * A migration's text and where its statements lie in it. Offsets count Java chars of {@link #text}.
 *
 * @param text what the file says, with the lines that only a database's own shell understands
 *     (psql's {@code \restrict}) blanked out, so that offsets and lines still fit the file
 * @param syntax the rules by which the text was split
 * @param statements in order, without their delimiters and without empty ones
 * @param terminated whether every string, quoted name and comment has an end
 */
public record SqlScript(
    String text, SqlSyntax syntax, List<Statement> statements, boolean terminated) {

  /** How much of a statement is enough to find its first line. */
  static final int EXCERPT_CHARS = 1000;

  /** What a statement means to the transaction or the session around it. */
  public enum StatementKind {
    /** Any other statement. */
    PLAIN,
    /** Writes rows and nothing else, so it can share a transaction with our own bookkeeping. */
    ROWS,
    BEGIN,
    COMMIT,
    /** Any other control of transactions: ROLLBACK, SAVEPOINT, SET autocommit … */
    TRANSACTION_CONTROL,
    /** PostgreSQL: {@code COPY … FROM STDIN}, whose data follow in the file. */
    COPY,
    /** PostgreSQL: {@code CREATE INDEX CONCURRENTLY}. */
    CONCURRENT_INDEX,
    /** Changes how the client's text or dates are read, which breaks the driver. */
    CLIENT_ENCODING,
    /** MySQL: until UNLOCK TABLES no other table can be touched. */
    LOCK_TABLES,
    UNLOCK_TABLES,
    /** A command of the database's shell, which no server understands. */
    SHELL
  }

  /**
   * One statement.
   *
   * @param start offset of its first character
   * @param end offset after its last character, delimiter excluded
   * @param kind what it means to the transaction around it
   * @param dataStart for COPY, where its data start; otherwise {@code end}
   * @param dataEnd for COPY, where its data end; otherwise {@code end}
   */
  public record Statement(int start, int end, StatementKind kind, int dataStart, int dataEnd) {}

  /**
   * A place in the text for people.
   *
   * @param line from 1
   * @param column from 1, in characters as people count them
   */
  public record SourcePosition(int line, int column) {}

  /** Hears of what a script is made of, in the order of the text. */
  public interface TokenListener {
    /** A word, a quoted name, a string, or any other character. */
    default void token(int start, int end) {}

    /** A comment, with its marks. */
    default void comment(int start, int end) {}
  }

  /** Splits a text as the given database's own shell would. Never fails. */
  public static SqlScript parse(String text, SqlSyntax syntax) {
    return new SqlScanner(new SourceText(text), syntax).scan(text);
  }

  /** Goes through the text once more. Rows of a COPY and delimiters are neither. */
  public void scan(TokenListener listener) {
    new SqlScanner(new SourceText(text), syntax).withListener(listener).scan(text);
  }

  /** The statement as written. */
  public String sql(Statement statement) {
    return text.substring(statement.start(), statement.end());
  }

  /** The rows of a COPY. */
  public String data(Statement statement) {
    return text.substring(statement.dataStart(), statement.dataEnd());
  }

  /** Line and column of an offset. */
  public SourcePosition position(int offset) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < offset && i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new SourcePosition(
        line, text.codePointCount(lineStart, Math.min(offset, text.length())) + 1);
  }

  /** The first line of a statement, for messages: at most 120 characters. */
  public String excerpt(Statement statement) {
    return excerpt(
        text.substring(
            statement.start(), Math.min(statement.end(), statement.start() + EXCERPT_CHARS)));
  }

  static String excerpt(String sql) {
    String line =
        sql.lines().map(String::strip).filter(part -> !part.isEmpty()).findFirst().orElse("");
    return line.length() <= 120 ? line : line.substring(0, 117) + "...";
  }
}
