package dev.slipway.migration;

/**
 * What a schema is to this binary. Only versions that the binary knows decide whether it is ready:
 * a newer release that migrates, or fails to, must not take down the pods of the older one.
 *
 * @param verdict what it is
 * @param message one sentence for people; may be empty
 * @param applied how many of the known migrations are applied
 * @param pending how many of the known migrations are not
 */
public record SchemaState(Verdict verdict, String message, int applied, int pending) {
  /** What a schema can be to a binary. */
  public enum Verdict {
    /** All known migrations are applied, and no other is. */
    CURRENT(true),
    /** All known migrations are applied, and above them some that this binary does not know. */
    FUTURE(true),
    /** All known migrations are applied, and between them some that this binary does not know. */
    MISSING(true),
    /** Known migrations are pending. */
    BEHIND(false),
    /** A known migration is partially applied. */
    BROKEN(false),
    /** The history belongs to another set of files. */
    FOREIGN(false);

    private final boolean ready;

    Verdict(boolean ready) {
      this.ready = ready;
    }
  }

  /** Whether a server of this binary can work on the schema. */
  public boolean ready() {
    return verdict.ready;
  }
}
