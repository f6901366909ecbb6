package dev.slipway.driver;

/**
 * The size of the largest statement that can be sent.
 *
 * @param bytes the size in UTF-8
 * @param reason what sets the limit, for messages
 * @param hint how to get along with it, for messages
 */
public record StatementLimit(long bytes, String reason, String hint) {
  /** The lower of two limits. */
  public StatementLimit min(StatementLimit other) {
    return other.bytes < bytes ? other : this;
  }
}
