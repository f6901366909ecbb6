package dev.slipway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A user's shell in a folder, with {@code slipway} on its path. */
public final class Shell {
  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();

  /** In this folder, which it leaves as it finds it but for {@code .bin}. */
  public Shell(Path folder) {
    this(folder, JavaProcess.command(List.of()));
  }

  private Shell(Path folder, List<String> command) {
    this.folder = folder;
    program(
        "slipway", command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ")));
    environment.put("PATH", folder.resolve(".bin") + ":" + System.getenv("PATH"));
    environment.put("HOME", folder.toString());
    environment.put("LC_ALL", "C.UTF-8");
  }

  /** The same with the start script of the archive, in place of its JVM. */
  public static Shell withStartScript(Path folder) {
    Shell shell = new Shell(folder, List.of(JavaProcess.launcher().toString()));
    shell.export("JAVA_HOME", System.getProperty("java.home"));
    return shell;
  }

  /**
   * With a program out of the image of a server, which is as new as the server.
   *
   * @return what is missing for that
   */
  public Optional<String> with(String program, String image) {
    Optional<String> missing = DockerImages.missing(image);
    if (missing.isEmpty()) {
      program(
          program,
          "docker run --rm --interactive --network host --env MYSQL_PWD " + image + " " + program);
    }
    return missing;
  }

  private void program(String name, String command) {
    try {
      Path program = Files.createDirectories(folder.resolve(".bin")).resolve(name);
      Files.writeString(program, "#!/bin/sh\nexec " + command + " \"$@\"\n");
      program.toFile().setExecutable(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With one more variable. */
  public void export(String variable, String value) {
    environment.put(variable, value);
  }

  /** Runs a script to its end, or to its first failing command; both outputs come as one. */
  public Ran run(String script) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              "bash",
              "-euo",
              "pipefail",
              "-c",
              // What is exported stays for the next script.
              "trap 'export -p >.bin/exported' EXIT\n"
                  + "[[ ! -e .bin/exported ]] || source .bin/exported\n"
                  + script);
      builder.directory(folder.toFile()).redirectErrorStream(true);
      builder.environment().clear();
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      return new Running(script, process).await();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
