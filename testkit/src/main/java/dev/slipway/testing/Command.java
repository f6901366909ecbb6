package dev.slipway.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command line of another program, which runs as a process with a deadline. Immutable. */
public final class Command {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private final List<String> words;
  private final Map<String, String> environment;
  private final String input;
  private final Duration deadline;

  private Command(
      List<String> words, Map<String, String> environment, String input, Duration deadline) {
    this.words = List.copyOf(words);
    this.environment = Map.copyOf(environment);
    this.input = input;
    this.deadline = deadline;
  }

  /** A program and its arguments, with the environment of this process and no input. */
  public static Command of(String... words) {
    return new Command(Arrays.asList(words), Map.of(), "", DEADLINE);
  }

  /** The same command with more arguments. */
  public Command with(String... arguments) {
    return with(Arrays.asList(arguments));
  }

  /** The same command with more arguments. */
  public Command with(List<String> arguments) {
    List<String> all = new ArrayList<>(words);
    all.addAll(arguments);
    return new Command(all, environment, input, deadline);
  }

  /** The same command with one more environment variable. */
  public Command variable(String name, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(name, value);
    return new Command(words, all, input, deadline);
  }

  /** The same command with this text on its standard input. */
  public Command input(String text) {
    return new Command(words, environment, text, deadline);
  }

  /** The same command with another deadline. The default is two minutes. */
  public Command within(Duration duration) {
    return new Command(words, environment, input, duration);
  }

  /** Runs the command to its end, and accepts every exit code. */
  public CommandResult run() {
    return start().await(deadline);
  }

  /** Runs the command to its end, and returns its standard output. Fails on another exit code. */
  public String output() {
    return run().requireSuccess().out();
  }

  /** Starts the command. */
  public RunningCommand start() {
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.environment().putAll(environment);
      RunningCommand running = new RunningCommand(String.join(" ", words), builder.start());
      try (OutputStream in = running.input()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      return running;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
