package dev.slipway.config;

import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A text that masks itself wherever it is printed. Immutable. */
public final class Secret {
  private static final String MASK = "***";

  private final String text;

  private Secret(String text) {
    this.text = Objects.requireNonNull(text);
  }

  /** Keeps a text from being printed. */
  public static Secret of(String text) {
    return new Secret(text);
  }

  /**
   * Reads one from a file, whose last line break is not meant.
   *
   * @param what it is, for messages
   * @throws SlipwayException (usage) when the file cannot be read, is empty, or holds several lines
   */
  public static Secret read(Path file, String what) {
    String text;
    try {
      text = Files.readString(file).replaceFirst("\\R\\z", "");
    } catch (IOException e) {
      throw SlipwayException.usageError(
              "the file " + file + " of " + what + " cannot be read: " + IoErrors.describe(e))
          .hint("check the path, and that the user who runs slipway may read it")
          .cause(e);
    }
    if (text.isEmpty() || text.lines().count() > 1 || text.indexOf('\0') >= 0) {
      throw SlipwayException.usageError("the file " + file + " of " + what + " must hold one line")
          .hint("write nothing else into it");
    }
    return of(text);
  }

  /** The clear text, for the one who has to use it; it goes into no message and no log. */
  public String reveal() {
    return text;
  }

  /** Always the same mask, which tells nothing of the length either. */
  @Override
  public String toString() {
    return MASK;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
