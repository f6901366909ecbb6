package dev.slipway.error;

/**
 * The exit codes of commands. The numbers are a public interface: the chart's podFailurePolicy and
 * CI scripts read them, so they never change.
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
  /** Try again: the database is unavailable or busy, or a deadline expired; no partial change. */
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
