package dev.slipway.json;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A schema's regular expression, which matches anywhere in a string. Some expressions take
 * exponential time for crafted strings, so characters read are charged to the evaluation.
 */
final class BoundedRegex implements RegularExpression {
  private static final int READS_PER_STEP = 16;
  private static final int STEPS_OF_MATCH = 3;

  private final Pattern pattern;

  /** Throws {@code PatternSyntaxException} if the expression is invalid. */
  BoundedRegex(String expression) {
    this.pattern = pattern("", expression);
  }

  /** Whether a string is a regular expression. */
  static boolean compiles(String text) {
    try {
      // After an alternative, Java prepares no search for a fixed string, which takes quadratic
      // time.
      pattern("|", text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static Pattern pattern(String before, String expression) {
    // JavaScript's $ is the end of the input, Java's also precedes a final line break.
    String java =
        RegularExpressions.replaceLongformCharacterProperties(
            RegularExpressions.replaceDollarAnchors(expression));
    try {
      return Pattern.compile(before + java);
    } catch (StackOverflowError e) {
      // Java's parser calls itself for each group within a group.
      throw new PatternSyntaxException("Groups nested too deeply", "", -1);
    }
  }

  @Override
  public boolean matches(String text) {
    SchemaEvaluation evaluation = SchemaEvaluation.CURRENT.get();
    evaluation.charge(STEPS_OF_MATCH);
    try {
      return pattern.matcher(new MeteredText(text, evaluation, new int[1])).find();
    } catch (StackOverflowError e) {
      // Java's implementation calls itself for each repetition of a group.
      throw new EvaluationBudget.Exceeded();
    }
  }

  /** A string that counts the characters read; substrings share the count. */
  @SuppressWarnings("ArrayRecordComponent")
  private record MeteredText(CharSequence text, SchemaEvaluation evaluation, int[] reads)
      implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++reads[0] == READS_PER_STEP) {
        reads[0] = 0;
        evaluation.charge(1);
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new MeteredText(text.subSequence(start, end), evaluation, reads);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
