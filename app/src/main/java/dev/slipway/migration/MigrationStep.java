package dev.slipway.migration;

import dev.slipway.migration.MigrationFile.Content;
import dev.slipway.sql.SqlScript;
import java.util.List;
import java.util.Optional;

/**
 * One migration to be applied or undone, read and checked: nothing about it is decided later.
 *
 * @param file what runs
 * @param content its text as it lies on the disk, and the checksum of it
 * @param script its statements, without a BEGIN and COMMIT around them
 * @param direction whether it is applied or undone
 * @param transactional whether all of it, and its history row, are one transaction
 * @param row its row in the history, where there is one already
 * @param firstStatement the statement to begin with, from 1; greater than 1 only when a
 *     non-transactional migration goes on where it stopped
 * @param firstMayBeApplied whether the first statement may have taken effect before a crash
 */
public record MigrationStep(
    MigrationFile file,
    Content content,
    SqlScript script,
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

  /** The statements as one text, as they are sent; empty when there is none. */
  public String sql() {
    List<SqlScript.Statement> statements = script.statements();
    return statements.isEmpty()
        ? ""
        : script.text().substring(statements.getFirst().start(), statements.getLast().dataEnd());
  }

  /** The statements for people: as the file has them, with placeholders and not their values. */
  public String printableSql() {
    return file.flyway() ? content.text() : sql();
  }

  /** Whether its only statement is a CREATE INDEX CONCURRENTLY, which can be tried again. */
  boolean concurrentIndex() {
    return script.statements().size() == 1
        && script.statements().getFirst().kind() == SqlScript.StatementKind.CONCURRENT_INDEX;
  }
}
