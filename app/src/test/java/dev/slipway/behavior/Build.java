package dev.slipway.behavior;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A build, known by its launcher alone: what {@code make build} and {@code make dist} leave as
 * {@code bin/slipway}.
 */
final class Build {
  private static final long PATIENCE_SECONDS = 90;

  /** Which classes a start loads depends on the driver that it needs. */
  private static final String ANY_DATABASE = "any";

  private final Path launcher;
  private final Path work;
  private final Path agent;
  private final String version;

  private Build(Path launcher, Path work, Path agent, String version) {
    this.launcher = launcher;
    this.work = work;
    this.agent = agent;
    this.version = version;
  }

  /**
   * The build with this launcher, or in this folder.
   *
   * @param work a folder for what makes its starts faster, and for the agent
   */
  static Build of(Path place, Path work) throws IOException, InterruptedException {
    Path launcher = Files.isDirectory(place) ? place.resolve("bin/slipway") : place;
    if (!Files.isExecutable(launcher)) {
      throw new IllegalArgumentException(launcher + " is not the launcher of a build");
    }
    Files.createDirectories(work);
    var build = new Build(launcher, work, agent(work.resolve("agent.jar")), "");
    build.train(ANY_DATABASE, "sqlite://" + work.resolve("train.sqlite"));
    Map<String, String> environment = build.environment(work, ANY_DATABASE, Optional.empty());
    Ended version = start(work, "version", environment, "slipway version").await();
    if (version.code() != 0) {
      throw new IllegalStateException(launcher + " does not run: " + version.err());
    }
    return new Build(launcher, work, build.agent, version.out().strip());
  }

  /**
   * Makes the next starts on a kind of database faster: half of a short run is the loading of
   * classes, which an archive saves. It is made by a run of its own, which migrates the database.
   */
  void train(String kind, String dsn) throws IOException, InterruptedException {
    Path made = work.resolve(kind + ".new");
    Map<String, String> environment = environment(work, kind, Optional.empty());
    environment.put("SLIPWAY_JAVA_OPTS", "-XX:ArchiveClassesAtExit=" + made + " -Xlog:disable");
    environment.put("DSN", dsn);
    start(work, kind, environment, "slipway migrate sql up --yes").await();
    if (Files.exists(made)) {
      Files.move(made, archive(kind));
    }
  }

  private Path archive(String kind) {
    return work.resolve(kind + ".jsa");
  }

  /** How a command ended; a code of -1 when it had to be killed. */
  record Ended(int code, String out, String err) {}

  /** What it calls its version. */
  String version() {
    return version;
  }

  /** Where it is installed. */
  Path home() {
    return launcher.toAbsolutePath().getParent().getParent();
  }

  /**
   * The environment of a command: nothing of the recorder's own but where Java is.
   *
   * @param folder where it runs and keeps temporary files
   * @param kind of the database that it connects to
   * @param statements where the SQL for SQLite is written to
   */
  Map<String, String> environment(Path folder, String kind, Optional<Path> statements)
      throws IOException {
    Path programs = Files.createDirectories(folder.resolve(".bin").resolve(work.getFileName()));
    Path program = programs.resolve("slipway");
    if (!Files.exists(program)) {
      Files.createSymbolicLink(program, launcher.toAbsolutePath());
    }
    Path temporary = Files.createDirectories(folder.resolve(".tmp"));
    Map<String, String> environment = new TreeMap<>();
    environment.put("PATH", programs + ":" + System.getenv("PATH"));
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", folder.toString());
    environment.put("LC_ALL", "C.UTF-8");
    Path archive = Files.exists(archive(kind)) ? archive(kind) : archive(ANY_DATABASE);
    // The JVM complains of an archive that does not fit, which is no behavior of the build.
    environment.put(
        "SLIPWAY_JAVA_OPTS",
        "-XX:SharedArchiveFile="
            + archive
            + " -Xlog:disable -Djava.io.tmpdir="
            + temporary
            + statements.map(file -> " -javaagent:" + agent + "=" + file).orElse(""));
    return environment;
  }

  /** Starts a line of the shell. Its outputs go to two files, {@code name.out} and {@code .err}. */
  static Running start(Path folder, String name, Map<String, String> environment, String line)
      throws IOException {
    Path out = folder.resolve(".tmp").resolve(name + ".out");
    Path err = folder.resolve(".tmp").resolve(name + ".err");
    Files.createDirectories(out.getParent());
    var builder = new ProcessBuilder("bash", "-c", line);
    builder.directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    return new Running(builder.start(), out, err);
  }

  /** The agent as a jar, as the JVM wants it. */
  private static Path agent(Path jar) throws IOException {
    String type = SqliteTraceAgent.class.getName();
    var manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), type);
    try (OutputStream file = Files.newOutputStream(jar);
        var zip = new JarOutputStream(file, manifest)) {
      for (String suffix : List.of("", "$1")) {
        String name = type.replace('.', '/') + suffix + ".class";
        zip.putNextEntry(new JarEntry(name));
        try (var bytes = SqliteTraceAgent.class.getClassLoader().getResourceAsStream(name)) {
          bytes.transferTo(zip);
        }
      }
    }
    return jar;
  }

  /** A command under way. */
  record Running(Process process, Path out, Path err) implements AutoCloseable {
    /** Waits for its end, within reason. */
    Ended await() throws IOException, InterruptedException {
      boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      close();
      return new Ended(
          ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
    }

    /** Sends SIGTERM. */
    void terminate() {
      process.toHandle().destroy();
    }

    /** Kills it, and what it has started. */
    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
