package dev.slipway.json;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressions;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A schema's regular expression, which matches somewhere in a text. Some expressions take longer
 * than anybody waits for a text made for it: what it reads is charged to the evaluation.
 */
final class BoundedRegex implements RegularExpression {
  private static final int LOOKS_PER_STEP = 16;
  private static final int STEPS_OF_MATCH = 3;

  private final Pattern pattern;

  /** Refuses what is no expression, with {@code PatternSyntaxException}. */
  BoundedRegex(String expression) {
    this.pattern = pattern("", expression);
  }

  /** Whether a text is a regular expression. */
  static boolean compiles(String text) {
    try {
      // Behind an alternative, Java prepares no search for a fixed text, which takes quadratic
      // time.
      pattern("|", text);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static Pattern pattern(String before, String expression) {
    // From JavaScript's meaning to Java's: $ is the end, not the last line break too.
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

  /** A text that counts how often it is looked at. */
  private record MeteredText(CharSequence text, SchemaEvaluation evaluation, int[] looks)
      implements CharSequence {
    @Override
    public char charAt(int index) {
      if (++looks[0] == LOOKS_PER_STEP) {
        looks[0] = 0;
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
      return new MeteredText(text.subSequence(start, end), evaluation, looks);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
