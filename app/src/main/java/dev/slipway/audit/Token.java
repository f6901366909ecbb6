package dev.slipway.audit;

/**
 * A part of a statement.
 *
 * @param kind what it is
 * @param text a word in upper case, a name without its quotes, anything else as written
 * @param depth how many parentheses are open around it
 */
record Token(Kind kind, String text, int depth) {
  enum Kind {
    WORD,
    NAME,
    STRING,
    SYMBOL
  }

  boolean word(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean symbol(char symbol) {
    return kind == Kind.SYMBOL && text.length() == 1 && text.charAt(0) == symbol;
  }
}
