package dev.slipway.sql;

/**
 * A token as the server reads it.
 *
 * @param kind what it is; numbers and parameters are symbols
 * @param text a word in upper case, a name or a string as its value, anything else as written
 * @param start offset of its first character in the text
 * @param end offset after its last character
 */
public record Token(Kind kind, String text, int start, int end) {
  /** The kinds of tokens. */
  public enum Kind {
    WORD,
    NAME,
    STRING,
    SYMBOL
  }
}
