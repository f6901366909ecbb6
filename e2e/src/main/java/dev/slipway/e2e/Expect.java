package dev.slipway.e2e;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Assertions, whose messages state the actual value. */
final class Expect {
  private Expect() {}

  /** Fails with this message unless the condition holds. */
  static void that(boolean condition, String message) {
    that(condition, () -> message);
  }

  /** Fails with this message unless the condition holds. */
  static void that(boolean condition, Supplier<String> message) {
    if (!condition) {
      throw new AssertionError(message.get());
    }
  }

  /** Fails unless both values are equal. */
  static void equal(String what, Object expected, Object actual) {
    that(expected.equals(actual), what + ":\nexpected " + expected + "\nactual   " + actual);
  }

  /** Fails unless the text contains the part. Helm 4 logs quotation marks with a backslash. */
  static void contains(String what, String text, String part) {
    that(
        text.replace("\\\"", "\"").contains(part), what + ": expected `" + part + "` in:\n" + text);
  }

  /** The message of a failure, and the lines of the step that lead to it. */
  static String describe(Throwable failure) {
    String at =
        Arrays.stream(failure.getStackTrace())
            .filter(frame -> frame.getClassName().startsWith(Expect.class.getPackageName()))
            .filter(frame -> !frame.getClassName().equals(Expect.class.getName()))
            .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
            .collect(Collectors.joining(", "));
    return (failure instanceof AssertionError ? failure.getMessage() : failure) + "\nat " + at;
  }
}
