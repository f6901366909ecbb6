package dev.slipway.error;

import java.util.Objects;
import java.util.Optional;

/**
 * A failure in words for the person who has to act: what failed, where and why in the message, what
 * to do next in the hint, and what it means to a script in the exit code. Neither text may hold a
 * secret. Immutable but for what {@link Throwable} allows.
 */
public final class SlipwayException extends RuntimeException {
  private final ExitCode exitCode;
  private final String hint;

  private SlipwayException(ExitCode code, String message, String hint, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.exitCode = Objects.requireNonNull(code);
    this.hint = hint;
  }

  /** A failure whose message says what, where and why. */
  public static SlipwayException of(ExitCode code, String message) {
    return new SlipwayException(code, message, null, null);
  }

  /** Wrong usage or configuration ({@link ExitCode#USAGE}). */
  public static SlipwayException usageError(String message) {
    return of(ExitCode.USAGE, message);
  }

  /** The same failure with what to do next: a command or a key to try. */
  public SlipwayException hint(String hint) {
    return new SlipwayException(exitCode, getMessage(), hint, getCause());
  }

  /** The same failure with what led to it, shown only with {@code --debug}. */
  public SlipwayException cause(Throwable cause) {
    return new SlipwayException(exitCode, getMessage(), hint, cause);
  }

  /** What the failure means to whoever started the process. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** What to do next, where there is something to say. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
