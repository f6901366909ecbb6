package dev.slipway.cli;

import dev.slipway.config.IoErrors;
import dev.slipway.error.ExitCode;
import dev.slipway.error.SlipwayException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** The file of {@code dump} and {@code up --dump}; {@code -} is standard output. */
final class SchemaFile {
  private static final String STANDARD_OUTPUT = "-";

  private final String name;

  SchemaFile(String name) {
    this.name = name;
  }

  /**
   * Compares the file with a text, and changes nothing.
   *
   * @return {@link ExitCode#PENDING} if they differ
   */
  ExitCode check(String text, Terminal terminal) {
    boolean same = has(text);
    terminal.log(name + (same ? " is up to date" : " is not up to date"));
    return same ? ExitCode.DONE : ExitCode.PENDING;
  }

  /** Writes the text, unless the file has it. */
  void write(String text, Terminal terminal) {
    if (name.equals(STANDARD_OUTPUT)) {
      terminal.out().print(text);
      return;
    }
    if (has(text)) {
      terminal.log(name + " is up to date");
      return;
    }
    try {
      replace(Path.of(name), text);
    } catch (IOException e) {
      throw failure("cannot be written", e);
    }
    terminal.log("wrote " + name);
  }

  private boolean has(String text) {
    try {
      Path path = Path.of(name);
      return Files.isRegularFile(path) && Files.readString(path).equals(text);
    } catch (IOException e) {
      throw failure("cannot be read", e);
    }
  }

  private SlipwayException failure(String problem, IOException e) {
    return SlipwayException.usageErrorIn(Path.of(name), problem + ": " + IoErrors.describe(e))
        .cause(e);
  }

  /** Replaces the file at once, so that a run that is killed leaves the old one. */
  private static void replace(Path path, String text) throws IOException {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      Files.writeString(path, text);
      return;
    }
    Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    Path parent = Objects.requireNonNull(target.getParent());
    Path temporary =
        parent.resolve(target.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
    try {
      Files.writeString(temporary, text);
      Files.move(
          temporary, target, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
