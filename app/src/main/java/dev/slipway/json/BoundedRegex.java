package dev.slipway.json;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;

/**
 * A schema's regular expression, which matches somewhere in a text. Some expressions take longer
 * than anybody waits for a text made for it; one that looks at so many characters is given up.
 */
final class BoundedRegex implements RegularExpression {
  private static final int LOOKS_MAX = 1_000_000;

  private final Pattern pattern;

  /** Refuses what is no expression, with {@code PatternSyntaxException}. */
  BoundedRegex(String expression) {
    // From JavaScript's meaning to Java's: $ is the end, not the last line break too.
    String java =
        RegularExpressions.replaceLongformCharacterProperties(
            RegularExpressions.replaceDollarAnchors(expression));
    this.pattern = Pattern.compile(java);
  }

  @Override
  public boolean matches(String text) {
    try {
      return pattern.matcher(new Looked(text, new int[1])).find();
    } catch (StackOverflowError e) {
      // Java's implementation calls itself for each repetition of a group.
      throw new TooLong();
    }
  }

  /**
   * The text is not worth the work. Not an exception, which the library would log: whoever sends
   * such a text could fill the log with it.
   */
  static final class TooLong extends Error {
    private static final long serialVersionUID = 1;

    TooLong() {
      super("a pattern takes too long", null, false, false);
    }
  }

  /** A text that counts how often it is looked at. */
  private record Looked(CharSequence text, int[] looks) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++looks[0] > LOOKS_MAX) {
        throw new TooLong();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Looked(text.subSequence(start, end), looks);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
