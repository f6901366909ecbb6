package dev.slipway.driver;

/**
 * The outcome for one object.
 *
 * @param database the database that needs the object; empty where several do
 * @param object the object, for messages: {@code role kratos}
 * @param detail more for messages; may be empty
 */
public record Change(String database, String object, Outcome outcome, String detail) {
  /** The outcome. */
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
