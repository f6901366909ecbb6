package dev.slipway.migration;

import dev.slipway.error.SlipwayException;
import dev.slipway.sql.SqlScript;
import dev.slipway.sql.SqlScript.SourcePosition;
import java.io.IOException;
import java.util.OptionalInt;

/** The statements of a step, without a BEGIN and COMMIT around them. Immutable. */
sealed interface MigrationScript permits WholeScript, StreamedScript {
  /** The number of statements. */
  int count();

  /** Whether the only statement is a CREATE INDEX CONCURRENTLY. */
  boolean isConcurrentIndex();

  /** Whether the file is read again whenever its statements run. */
  boolean isStreamed();

  /**
   * The statements in memory.
   *
   * @throws SlipwayException (usage) if the file is too large for that
   */
  SqlScript whole();

  /** The size of the file in bytes. */
  long bytes();

  /**
   * The statements from a number on.
   *
   * @param first the number of the first statement, from 1
   * @param single the statements that do not share a message
   */
  StatementCursor open(int first, Range single);

  /** Statements from one number to another; both count. */
  record Range(int first, int last) {
    static final Range NONE = new Range(0, 0);
    static final Range ALL = new Range(1, Integer.MAX_VALUE);

    boolean contains(int number) {
      return first <= number && number <= last;
    }
  }

  /** A statement, by its number from 1; empty if it is too long for a string. */
  default String sql(int number) {
    try (StatementCursor message = open(number, Range.ALL)) {
      return message.next() && !message.isLarge() ? message.sql() : "";
    }
  }

  /**
   * Where a statement is in the file, and how it starts.
   *
   * @param excerpt its first line, shortened
   */
  record Place(SourcePosition position, String excerpt) {}

  /**
   * Finds a statement.
   *
   * @param number from 1
   * @param character a character in it, from its text; its start where that is empty
   */
  Place place(int number, Locator character);

  /** Finds a character in a statement, from 0; empty where nothing tells it. */
  interface Locator {
    /** The start of a statement. */
    Locator START = _ -> OptionalInt.empty();

    OptionalInt locate(String sql);
  }

  /** Writes the statements as they are in the file: placeholders are not replaced. */
  void writeTo(Appendable target) throws IOException;
}
