package dev.slipway.migration;

import dev.slipway.driver.DatabaseDriver;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.SourcePosition;
import dev.slipway.sql.SqlScript.Statement;
import dev.slipway.sql.SqlScript.StatementKind;
import dev.slipway.sql.StatementReader;
import java.io.IOException;
import java.io.Reader;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Statements of a file that is too large for memory. Each use reads the file again, and fails when
 * it is not the file that was checked.
 */
final class StreamedScript implements MigrationScript {
  /** The most characters of statements that share a message. */
  private static final int MESSAGE_CHARS = 200_000;

  /** Larger statements are sent as bytes, of which there is one copy. */
  private static final int LARGE_CHARS = 1_000_000;

  private final MigrationFile file;
  private final DatabaseDriver driver;
  private final Source source;
  private final ScriptOutline outline;
  private final boolean opensTransaction;
  private final int count;
  private final boolean concurrentIndex;
  private final long bytes;

  /** Opens a text of a file, with placeholders replaced. */
  interface Source {
    Reader open(Reader file);
  }

  /**
   * Nothing is read yet.
   *
   * @param statements what runs of the outline: without a BEGIN and COMMIT
   */
  StreamedScript(
      MigrationFile file,
      DatabaseDriver driver,
      Source source,
      ScriptOutline outline,
      SqlScript statements) {
    this.file = file;
    this.driver = driver;
    this.source = source;
    this.outline = outline;
    int removed = outline.script().statements().size() - statements.statements().size();
    this.opensTransaction =
        removed > 0 && outline.script().statements().getFirst().kind() == StatementKind.BEGIN;
    this.count = outline.count() - removed;
    this.concurrentIndex =
        count == 1 && statements.statements().getFirst().kind() == StatementKind.CONCURRENT_INDEX;
    this.bytes = outline.bytes();
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public boolean isConcurrentIndex() {
    return concurrentIndex;
  }

  @Override
  public boolean isStreamed() {
    return true;
  }

  @Override
  public SqlScript whole() {
    throw new IllegalStateException(file.path() + " is not in memory");
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public StatementCursor open(int first, Range single) {
    Cursor cursor = new Cursor(single);
    cursor.skipTo(first);
    return cursor;
  }

  @Override
  public Place place(int number, Locator character) {
    try (Cursor cursor = new Cursor(Range.ALL)) {
      cursor.skipTo(number);
      return cursor.place(character);
    }
  }

  @Override
  public void writeTo(Appendable target) throws IOException {
    file.writeTo(target);
  }

  private final class Cursor implements StatementCursor {
    private final MigrationFileReader reader = file.open();
    private final StatementReader statements =
        new StatementReader(source.open(reader), outline.script().syntax(), outline.bytesMax());
    private final Range single;
    private Optional<Statement> current = Optional.empty();
    private Optional<Statement> ahead = Optional.empty();
    private Optional<String> group = Optional.empty();
    private int first;
    private int last;

    Cursor(Range single) {
      this.single = single;
    }

    /** Passes over the statements before a number. */
    void skipTo(int number) {
      if (opensTransaction) {
        statements.next();
      }
      while (last < number - 1 && read().isPresent()) {
        last++;
      }
    }

    private Optional<Statement> read() {
      return last < count ? statements.next() : Optional.empty();
    }

    @Override
    public boolean next() {
      current = ahead.isPresent() ? ahead : read();
      ahead = Optional.empty();
      group = Optional.empty();
      if (current.isEmpty()) {
        requireUnchanged();
        return false;
      }
      last++;
      first = last;
      if (sharesMessage(current.get())) {
        group = Optional.of(readGroup());
      }
      return true;
    }

    private String readGroup() {
      StringBuilder message = new StringBuilder(statements.sql(current.orElseThrow()));
      ahead = read();
      while (ahead.isPresent()
          && sharesMessage(ahead.get())
          && message.length() + ahead.get().end() - ahead.get().start() < MESSAGE_CHARS) {
        message.append(driver.statementSeparator()).append(statements.sql(ahead.get()));
        last++;
        ahead = read();
      }
      return message.toString();
    }

    private boolean sharesMessage(Statement statement) {
      return statement.kind() == StatementKind.ROWS
          && statement.end() - statement.start() < MESSAGE_CHARS
          && !single.contains(last);
    }

    /** Fails if the file is not what it was when it was checked. */
    private void requireUnchanged() {
      if (reader.checksum() != outline.checksum()) {
        throw SlipwayException.of(
                ExitCode.MIGRATION, file.path() + " was changed while it was applied")
            .hint("run it again while nothing writes the file");
      }
    }

    Place place(Locator character) {
      Optional<Statement> statement = statements.next();
      if (statement.isEmpty()) {
        return new Place(new SourcePosition(1, 1), "");
      }
      Statement found = statement.get();
      String excerpt = statements.excerpt(found);
      OptionalInt offset =
          character.locate(StreamedScript.isLarge(found) ? "" : statements.sql(found));
      return new Place(statements.position(statements.offset(found, offset.orElse(0))), excerpt);
    }

    @Override
    public int first() {
      return first;
    }

    @Override
    public int last() {
      return last;
    }

    @Override
    public StatementKind kind() {
      return current.orElseThrow().kind();
    }

    @Override
    public String sql() {
      return group.orElseGet(() -> statements.sql(current.orElseThrow()));
    }

    @Override
    public boolean isLarge() {
      return current.filter(StreamedScript::isLarge).isPresent();
    }

    @Override
    public byte[] takeUtf8() {
      return statements.takeUtf8(current.orElseThrow());
    }

    @Override
    public Reader rows() {
      return statements.rows();
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  private static boolean isLarge(Statement statement) {
    return statement.end() - statement.start() > LARGE_CHARS;
  }
}
