package dev.slipway.error;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure for the person who has to act: the message contains what failed, where, and why; the
 * hint contains what to do next; and the exit code is for scripts. Neither text may contain a
 * secret. Immutable but for what {@link Throwable} allows.
 */
public final class SlipwayException extends RuntimeException {
  private final ExitCode exitCode;
  private final transient Optional<String> hint;
  private final transient Optional<Location> location;

  /**
   * A place in a file.
   *
   * @param line from 1
   * @param problem the message without the place
   */
  public record Location(Path file, int line, String problem) {}

  private SlipwayException(
      ExitCode code,
      String message,
      Optional<String> hint,
      Optional<Location> location,
      @Nullable Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.exitCode = Objects.requireNonNull(code);
    this.hint = hint;
    this.location = location;
  }

  /** A failure whose message contains what failed, where, and why. */
  public static SlipwayException of(ExitCode code, String message) {
    return new SlipwayException(code, message, Optional.empty(), Optional.empty(), null);
  }

  /** Wrong usage or configuration ({@link ExitCode#USAGE}). */
  public static SlipwayException usageError(String message) {
    return of(ExitCode.USAGE, message);
  }

  /** A file that cannot be used ({@link ExitCode#USAGE}): {@code file: problem}. */
  public static SlipwayException usageErrorIn(Path file, String problem) {
    return new SlipwayException(
        ExitCode.USAGE,
        file + ": " + problem,
        Optional.empty(),
        Optional.of(new Location(file, 1, problem)),
        null);
  }

  /** A line that cannot be used ({@link ExitCode#USAGE}): {@code file:line: problem}. */
  public static SlipwayException usageErrorAt(Path file, int line, String problem) {
    return new SlipwayException(
        ExitCode.USAGE,
        file + ":" + line + ": " + problem,
        Optional.empty(),
        Optional.of(new Location(file, line, problem)),
        null);
  }

  /** The same failure with what to do next: a command or a key to try. */
  public SlipwayException hint(String hint) {
    return new SlipwayException(exitCode, getMessage(), Optional.of(hint), location, getCause());
  }

  /** The same failure with another line of its message. */
  public SlipwayException note(String line) {
    return new SlipwayException(exitCode, getMessage() + "\n" + line, hint, location, getCause());
  }

  /** The same failure with its place in a file, which its message contains. */
  public SlipwayException at(Path file, int line) {
    return new SlipwayException(
        exitCode,
        getMessage(),
        hint,
        Optional.of(new Location(file, line, getMessage())),
        getCause());
  }

  /** The same failure with its cause, shown only with {@code --debug}. */
  public SlipwayException cause(@Nullable Throwable cause) {
    return new SlipwayException(exitCode, getMessage(), hint, location, cause);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** The exit code of a process that ends with this failure. */
  public ExitCode exitCode() {
    return exitCode;
  }

  /** What to do next; may be empty. */
  public Optional<String> hint() {
    return hint;
  }

  /** The place of the failure in a file; empty where it has none. */
  public Optional<Location> location() {
    return location;
  }
}
