package dev.slipway.error;

/**
 * Text from input as an error message or a log line quotes it: shortened beyond a limit, so that no
 * message grows with its input.
 */
public final class Excerpt {
  private static final int LENGTH_MAX = 120;

  private Excerpt() {}

  /** The text, or its first 120 characters and how many there are. */
  public static String of(String text) {
    return of(text, LENGTH_MAX);
  }

  /** The text, or its first characters, at most this many, and how many there are. */
  public static String of(String text, int lengthMax) {
    if (text.length() <= lengthMax) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(lengthMax - 1)) ? lengthMax - 1 : lengthMax;
    return text.substring(0, end) + "… (" + text.length() + " characters)";
  }
}
