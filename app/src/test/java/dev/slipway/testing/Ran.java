package dev.slipway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.slipway.error.ExitCode;

/**
 * How a command ended. Every failed expectation shows all that it printed.
 *
 * @param command the words after {@code slipway}
 * @param code its exit status
 * @param out its answer
 * @param err its story
 */
public record Ran(String command, int code, String out, String err) {

  /** Fails at once if an output holds a secret, and keeps both for the last test. */
  public Ran {
    for (String secret : Recording.secrets()) {
      assertFalse((out + err).contains(secret), () -> "a secret was printed by slipway " + command);
    }
    Recording.printed(out + "\n" + err);
  }

  /** The result of another command. */
  public static Ran of(CommandResult result) {
    return new Ran(result.command(), result.exitCode(), result.out(), result.err());
  }

  /** Expects this end. */
  public Ran exits(ExitCode expected) {
    assertEquals(expected.number(), code, this::toString);
    return this;
  }

  /** Expects the answer to be exactly this. */
  public Ran answers(String expected) {
    assertEquals(expected, out, this::toString);
    return this;
  }

  /** Expects these words in the answer. */
  public Ran answersWith(String... words) {
    for (String word : words) {
      assertTrue(out.contains(word), () -> "`" + word + "` is not in the answer of " + this);
    }
    return this;
  }

  /** Expects these words on standard error. */
  public Ran tells(String... words) {
    for (String word : words) {
      assertTrue(err.contains(word), () -> "`" + word + "` is not told by " + this);
    }
    return this;
  }

  /** Expects these words on either stream. */
  public Ran says(String... words) {
    for (String word : words) {
      assertTrue((out + err).contains(word), () -> "`" + word + "` is not said by " + this);
    }
    return this;
  }

  /** Expects these words nowhere. */
  public Ran never(String... words) {
    for (String word : words) {
      assertFalse((out + err).contains(word), () -> "`" + word + "` is in the output of " + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return "slipway "
        + command
        + "\nexit status "
        + code
        + "\n--- out\n"
        + out
        + "\n--- err\n"
        + err;
  }
}
