package dev.slipway.migration;

import dev.slipway.driver.StatementLimit;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.SourcePosition;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import dev.slipway.sql.SqlSyntax;
import dev.slipway.sql.StatementReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What has to be checked of a file that is too large for memory.
 *
 * @param script the file's statements and comments at their lines and columns, without statements
 *     that only write rows or are large: one empty statement stands for consecutive ones
 * @param count how many statements the file has
 * @param checksum the checksum of the file
 * @param bytes the size of the file
 * @param bytesMax the size of the largest statement that is kept in memory
 */
record ScriptOutline(SqlScript script, int count, int checksum, long bytes, long bytesMax) {
  /** The most characters of one statement, and of one comment. */
  private static final int PART_CHARS = 64_000;

  /** The most characters of statements that only the server can judge. */
  private static final int PLAIN_CHARS = 1_000_000;

  /**
   * Reads a file once.
   *
   * @param text the text of the file, as the reader supplies it
   * @throws SlipwayException (usage) for a statement beyond the limit, or a file that cannot be
   *     read
   */
  static ScriptOutline read(
      MigrationFile file,
      MigrationFileReader reader,
      Reader text,
      SqlSyntax syntax,
      StatementLimit limit) {
    Builder outline = new Builder();
    StatementReader statements = new StatementReader(text, syntax, limit.bytes());
    statements.withListener(
        new SqlScript.TokenListener() {
          @Override
          public void comment(int start, int end) {
            outline.comment(start, end, statements);
          }
        });
    int count = 0;
    for (Optional<Statement> next = statements.next(); next.isPresent(); next = statements.next()) {
      count++;
      requireSize(file, limit, next.get(), statements);
      outline.statement(next.get(), statements);
    }
    outline.comments(Integer.MAX_VALUE);
    return new ScriptOutline(
        new SqlScript(
            outline.text.toString(),
            syntax,
            List.copyOf(outline.statements),
            statements.terminated()),
        count,
        reader.checksum(),
        file.size(),
        limit.bytes());
  }

  private static void requireSize(
      MigrationFile file, StatementLimit limit, Statement statement, StatementReader statements) {
    boolean mayBeTooLong =
        statements.isTooLong() || 3L * (statement.end() - statement.start()) > limit.bytes();
    if (mayBeTooLong && statements.bytes(statement) > limit.bytes()) {
      throw tooLarge(
          file, statements.position(statement.start()).line(), statements.bytes(statement), limit);
    }
  }

  /** Rejects a statement in memory that is beyond the limit. */
  static void requireSizes(MigrationFile file, SqlScript script, StatementLimit limit) {
    for (Statement statement : script.statements()) {
      if (3L * (statement.end() - statement.start()) > limit.bytes()) {
        long bytes = script.sql(statement).getBytes(StandardCharsets.UTF_8).length;
        if (bytes > limit.bytes()) {
          throw tooLarge(file, script.position(statement.start()).line(), bytes, limit);
        }
      }
    }
  }

  private static SlipwayException tooLarge(
      MigrationFile file, int line, long bytes, StatementLimit limit) {
    return SlipwayException.usageErrorAt(
            file.path(),
            line,
            "the statement has "
                + MemoryLimits.describe(bytes)
                + ", and the limit is "
                + MemoryLimits.describe(limit.bytes())
                + ": "
                + limit.reason())
        .hint(limit.hint());
  }

  private static final class Builder {
    private final StringBuilder text = new StringBuilder();
    private final List<Statement> statements = new ArrayList<>();
    private final Deque<Comment> comments = new ArrayDeque<>();
    private int line = 1;
    private int column = 1;
    private int plain;

    private record Comment(int start, SourcePosition position, String text) {}

    void comment(int start, int end, StatementReader reader) {
      if (end - start > PART_CHARS) {
        return;
      }
      String comment = reader.sql(new Statement(start, end, StatementKind.PLAIN, end, end));
      if (DownMarker.mayBeIn(comment)) {
        boolean alone = reader.isFirstOnLine(start);
        comments.add(
            new Comment(
                start, reader.position(alone ? start : start - 1), (alone ? "" : ";") + comment));
      }
    }

    /** Adds the comments before an offset. */
    void comments(int before) {
      while (!comments.isEmpty() && comments.peek().start < before) {
        Comment comment = comments.remove();
        add(comment.position, comment.text);
      }
    }

    void statement(Statement statement, StatementReader reader) {
      comments(statement.start());
      // A statement contains its comments.
      comments.clear();
      int chars = statement.end() - statement.start();
      boolean plainKind = statement.kind() == StatementKind.PLAIN;
      plain += plainKind ? chars : 0;
      if (statement.kind() == StatementKind.ROWS
          || statement.kind() == StatementKind.COPY
          || chars > PART_CHARS
          || (plainKind && plain > PLAIN_CHARS)) {
        addPlaceholder();
        return;
      }
      int start = add(reader.position(statement.start()), reader.sql(statement));
      statements.add(
          new Statement(start, text.length(), statement.kind(), text.length(), text.length()));
    }

    private void addPlaceholder() {
      if (statements.isEmpty() || statements.getLast().kind() != StatementKind.ROWS) {
        int at = text.length();
        statements.add(new Statement(at, at, StatementKind.ROWS, at, at));
      }
    }

    /** Adds a text at its line and column, and returns its offset. */
    private int add(SourcePosition position, String part) {
      text.append("\n".repeat(Math.max(0, position.line() - line)));
      column = position.line() > line ? 1 : column;
      text.append(" ".repeat(Math.max(0, position.column() - column)));
      int start = text.length();
      text.append(part);
      line = position.line() + (int) part.chars().filter(c -> c == '\n').count();
      int lineStart = part.lastIndexOf('\n') + 1;
      column =
          part.codePointCount(lineStart, part.length()) + (lineStart > 0 ? 1 : position.column());
      return start;
    }
  }
}
