package dev.slipway.provision;

/**
 * What has become of one thing.
 *
 * @param database for whose sake it was looked at; empty where it is no single one
 * @param object what it is, in words: {@code role kratos}
 * @param detail more in words; may be empty
 */
public record Change(String database, String object, Outcome outcome, String detail) {
  /** What has become of it. */
  public enum Outcome {
    CREATED("created"),
    CHANGED("changed"),
    UNCHANGED("unchanged"),
    DROPPED("dropped"),
    MISSING("not there");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    /** As it is reported. */
    public String label() {
      return word;
    }
  }
}
