package dev.slipway.migration;

import dev.slipway.sql.SqlScript.StatementKind;
import java.io.Reader;

/**
 * The statements of a file on their way to the server, one message after another. A message has one
 * statement, or several of a large file that only write rows. For one thread.
 */
interface StatementCursor extends AutoCloseable {
  /**
   * Moves to the next message.
   *
   * @return whether there is one
   * @throws dev.slipway.error.SlipwayException if the file cannot be read, or is not what it was
   */
  boolean next();

  /** The number of the message's first statement, from 1. */
  int first();

  /** The number of the message's last statement. */
  int last();

  /** What the statements mean to the transaction around them. */
  StatementKind kind();

  /** Whether the message is too long for more than one copy. */
  boolean isLarge();

  /** The message, if it is not large. */
  String sql();

  /** The message in UTF-8, once. */
  byte[] takeUtf8();

  /** The rows of a COPY, once. */
  Reader rows();

  @Override
  void close();
}
