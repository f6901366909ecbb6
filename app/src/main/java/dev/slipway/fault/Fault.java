package dev.slipway.fault;

import java.util.Objects;
import java.util.Optional;

/**
 * A failure in words for the person who has to act: what failed, where and why in the message, what
 * to do next in the hint, and what it means to a script in the exit code. Neither text may hold a
 * secret. Immutable but for what {@link Throwable} allows.
 */
public final class Fault extends RuntimeException {
  private final ExitCode code;
  private final String hint;

  private Fault(ExitCode code, String message, String hint, Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.code = Objects.requireNonNull(code);
    this.hint = hint;
  }

  /** A failure whose message says what, where and why. */
  public static Fault of(ExitCode code, String message) {
    return new Fault(code, message, null, null);
  }

  /** Wrong usage or configuration ({@link ExitCode#USAGE}). */
  public static Fault usage(String message) {
    return of(ExitCode.USAGE, message);
  }

  /** The same failure with what to do next: a command or a key to try. */
  public Fault hint(String hint) {
    return new Fault(code, getMessage(), hint, getCause());
  }

  /** The same failure with what led to it, shown only with {@code --debug}. */
  public Fault cause(Throwable cause) {
    return new Fault(code, getMessage(), hint, cause);
  }

  /** What the failure means to whoever started the process. */
  public ExitCode code() {
    return code;
  }

  /** What to do next, where there is something to say. */
  public Optional<String> hint() {
    return Optional.ofNullable(hint);
  }
}
