package dev.slipway.error;

/**
 * What a command's end means to whoever started it. The numbers are an interface: the chart's
 * podFailurePolicy and CI scripts read them, so they never change.
 */
public enum ExitCode {
  /** Everything asked for holds. */
  DONE(0),
  /** A fault of ours, or one nobody foresaw; running out of memory too. */
  FAULT(1),
  /** Wrong usage or configuration: a flag, a DSN, a file's name or content. A retry cannot help. */
  USAGE(2),
  /** Migrations are pending; only {@code status --exit-code} answers so. */
  PENDING(3),
  /** A migration failed, or history and files do not match. A retry cannot help. */
  MIGRATION(4),
  /** Try again: the database is away or busy, a deadline passed; nothing is left behind. */
  RETRY(5);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The process's exit status. */
  public int number() {
    return number;
  }
}
