package dev.slipway.migration;

import dev.slipway.sql.SqlScript;
import java.io.IOException;
import java.util.Optional;

/**
 * One migration to be applied or undone, read and checked: nothing about it is decided later.
 *
 * @param file what runs
 * @param checksum the checksum of the file
 * @param statements its statements, without a BEGIN and COMMIT around them
 * @param direction whether it is applied or undone
 * @param transactional whether all of it, and its history row, are one transaction
 * @param row its row in the history, where there is one already
 * @param firstStatement the statement to begin with, from 1; greater than 1 only when a
 *     non-transactional migration goes on where it stopped
 * @param firstMayBeApplied whether the first statement may have taken effect before a crash
 */
public record MigrationStep(
    MigrationFile file,
    int checksum,
    MigrationScript statements,
    Direction direction,
    boolean transactional,
    Optional<HistoryRow> row,
    int firstStatement,
    boolean firstMayBeApplied) {

  /** Which way a schema goes. */
  public enum Direction {
    UP,
    DOWN
  }

  /** Version and name, as people call it. */
  public String label() {
    return file.label();
  }

  /** The size of its file in bytes. */
  public long bytes() {
    return statements.bytes();
  }

  /**
   * Its statements in memory.
   *
   * @throws SlipwayException (usage) if its file is too large for that
   */
  public SqlScript script() {
    return statements.whole();
  }

  /** Whether its statements contain values of placeholders or variables. */
  public boolean hasReplacedText() {
    return statements instanceof WholeScript script && script.template().isPresent();
  }

  /** Whether its only statement is a CREATE INDEX CONCURRENTLY, which can be tried again. */
  boolean concurrentIndex() {
    return statements.isConcurrentIndex();
  }

  /** Writes the statements as they are in the file. */
  public void writeSql(Appendable target) throws IOException {
    statements.writeTo(target);
  }
}
