package dev.slipway.testing;

import dev.slipway.cli.Cli;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The front door: the command line with an environment and a standard input, in this process or in
 * one of its own. Immutable.
 */
public final class Slipway {
  private final Map<String, String> environment;
  private final String input;

  private Slipway(Map<String, String> environment, String input) {
    this.environment = Map.copyOf(environment);
    this.input = input;
  }

  /** With an empty environment and nobody to answer questions. */
  public static Slipway bare() {
    return new Slipway(Map.of(), "");
  }

  /** With this database in the variable {@code DSN}. */
  public static Slipway on(TestDatabase database) {
    return bare().with("DSN", database.dsn());
  }

  /** The same with one more variable. */
  public Slipway with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Slipway(more, input);
  }

  /** The same with this input on stdin. */
  public Slipway typing(String text) {
    return new Slipway(environment, text);
  }

  /** Runs in this process, to the end. */
  public Ran run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Cli.run(
            arguments,
            environment,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Ran(
        String.join(" ", arguments),
        code,
        out.toString(StandardCharsets.UTF_8),
        err.toString(StandardCharsets.UTF_8));
  }

  /** Starts a process of its own, with an environment of these variables alone. */
  public Running start(String... arguments) {
    return startIn(Path.of(""), arguments);
  }

  /** The same with this working folder. */
  public Running startIn(Path folder, String... arguments) {
    List<String> command = JavaProcess.command(List.of(arguments));
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.directory(folder.toAbsolutePath().toFile());
      builder.environment().clear();
      // Otherwise it would start twice, the second time in this locale.
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      return new Running(String.join(" ", arguments), process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
