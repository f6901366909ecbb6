package dev.slipway.config;

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
