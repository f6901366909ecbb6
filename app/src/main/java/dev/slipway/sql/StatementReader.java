package dev.slipway.sql;

import dev.slipway.sql.SqlScript.SourcePosition;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.TokenListener;
import java.io.Reader;
import java.util.Optional;

/**
 * Reads the statements of a text one after another, so that only one of them is in memory. What it
 * says about a statement is valid until the next one is read. For one thread.
 */
public final class StatementReader {
  /** How far the start of a line is searched. */
  private static final int LINE_CHARS = 1000;

  private final SourceText text;
  private final SqlScanner scanner;

  /**
   * Nothing is read yet.
   *
   * @param reader the text; what it throws is thrown by the methods of this class
   * @param bytesMax the size of the largest statement that is kept
   */
  public StatementReader(Reader reader, SqlSyntax syntax, long bytesMax) {
    this.text = new SourceText(reader, bytesMax);
    this.scanner = new SqlScanner(text, syntax);
  }

  /** The same, reporting tokens and comments. */
  public StatementReader withListener(TokenListener listener) {
    scanner.withListener(listener);
    return this;
  }

  /** Reads the next statement, past the rest of a COPY's rows; empty at the end of the text. */
  public Optional<Statement> next() {
    return Optional.ofNullable(scanner.next());
  }

  /** Whether a statement was too long to be kept: only its size and its position are known. */
  public boolean isTooLong() {
    return text.truncated();
  }

  /** The size of the statement in UTF-8. */
  public long bytes(Statement statement) {
    return text.bytes(statement.start(), statement.end());
  }

  /** The statement as written. */
  public String sql(Statement statement) {
    return text.substring(statement.start(), statement.end());
  }

  /** The statement in UTF-8, which is forgotten here. */
  public byte[] takeUtf8(Statement statement) {
    return text.takeUtf8(statement.start(), statement.end());
  }

  /** The rows of a COPY that was read last, once. */
  public Reader rows() {
    return new Reader() {
      @Override
      public int read(char[] target, int offset, int count) {
        return scanner.readRows(target, offset, count);
      }

      @Override
      public void close() {}
    };
  }

  /** Line and column of an offset in the statement. */
  public SourcePosition position(int offset) {
    return text.position(offset);
  }

  /** The first line of the statement, for messages. */
  public String excerpt(Statement statement) {
    int end = Math.min(statement.end(), statement.start() + SqlScript.EXCERPT_CHARS);
    return isTooLong() ? "" : SqlScript.excerpt(text.substring(statement.start(), end));
  }

  /** The offset after so many characters of the statement, as people count them. */
  public int offset(Statement statement, int characters) {
    int offset = statement.start();
    for (int i = 0; i < characters && offset < statement.end(); i++) {
      offset += Character.isHighSurrogate(text.charAt(offset)) ? 2 : 1;
    }
    return offset;
  }

  /** Whether only whitespace is before a comment on its line. */
  public boolean isFirstOnLine(int offset) {
    int at = offset - 1;
    while (at >= 0 && offset - at < LINE_CHARS && Character.isWhitespace(text.charAt(at))) {
      if (text.charAt(at) == '\n') {
        return true;
      }
      at--;
    }
    return at < 0 || offset - at == LINE_CHARS;
  }

  /** Whether every string, quoted name and comment so far has an end. */
  public boolean terminated() {
    return scanner.terminated();
  }
}
